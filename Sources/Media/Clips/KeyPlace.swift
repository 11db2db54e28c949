// Finds the key frames of a file without an index.
import CFFmpeg
import Composition

struct KeyPlace {
    var time: Rational
    /// In bytes from the start of the file.
    var offset: Int64

    static func mustBeLookedFor(_ input: FormatInput) -> Bool {
        ["mpegts", "mpeg"].contains(String(cString: input.pointer.pointee.iformat.pointee.name))
    }

    /// Reads the whole file without decoding. The result ascends in time.
    static func all(
        of clip: ClipStream, in input: FormatInput, _ clock: ClipClock,
        _ packet: Packet
    ) throws(LibAVError) -> [KeyPlace] {
        guard av_seek_frame(input.pointer, Int32(clip.index), 0, AVSEEK_FLAG_BYTE) >= 0 else { return [] }
        var places: [KeyPlace] = []
        while try input.read(packet) {
            let fields = packet.pointer.pointee
            guard fields.stream_index == Int32(clip.index), fields.flags & AV_PKT_FLAG_KEY != 0, fields.pos >= 0,
                let time = clock.time(fields.pts)
            else { continue }
            places.append(KeyPlace(time: time, offset: fields.pos))
        }
        return places.sorted { $0.time < $1.time }
    }
}
