// Tells from the bytes of an encoded segment's packets which of its pictures repeat the one before (`SkippedPicture`), so
// that of a hold the decoder is asked for two pictures, and not for hundreds that are equal.
import CFFmpeg
import Diagnostics

final class HeldPictures {
    private let skipped: SkippedPicture
    /// The packet before: its picture's place, when it is shown and for how long.
    private var last: (place: SkippedPicture.Place, shown: Int64, lasts: Int64)?
    /// When the last key picture is shown.
    private var key = VG_AV_NOPTS_VALUE
    /// Packets in a row, up to the last one, that repeat the picture before them.
    private var run = 0

    /// The largest packet that is looked at: of 8192 by 8192 pixels one takes some 2 KB.
    private static let most = 4096

    /// nil for a stream of another form than that of segments.
    init?(_ stream: UnsafeMutablePointer<AVStream>) {
        guard let parameters = stream.pointee.codecpar, parameters.pointee.codec_id == AV_CODEC_ID_H264,
            AccessUnit.lengthSize(parameters) == 4, let headers = Self.headers(parameters),
            let skipped = try? headers.withUnsafeBytes({ bytes throws(EncodeProblem) in
                try SkippedPicture(headers: bytes)
            })
        else { return nil }
        self.skipped = skipped
    }

    /// Whether the next packet shows the picture before it once more. Of those in a row the first is left to the
    /// decoder, which thereby confirms what its bytes say.
    func repeats(_ packet: Packet) -> Bool {
        let fields = packet.pointer.pointee
        let bytes = UnsafeRawBufferPointer(start: fields.data, count: max(0, Int(fields.size)))
        if fields.flags & AV_PKT_FLAG_KEY != 0 { key = fields.pts }
        guard fields.pts != VG_AV_NOPTS_VALUE, fields.duration > 0,
            let place = try? skipped.place(of: bytes, lengthSize: 4)
        else {
            (last, run) = (nil, 0)
            return false
        }
        run = follows(fields, place) && isSkipped(bytes, fields, place) ? run + 1 : 0
        last = (place, fields.pts, fields.duration)
        return run > 1
    }

    /// Whether the picture that was decoded last is a reference, and the one shown before this.
    private func follows(_ fields: AVPacket, _ place: SkippedPicture.Place) -> Bool {
        guard let last, last.place.isReference, key != VG_AV_NOPTS_VALUE else { return false }
        return last.shown + last.lasts == fields.pts && fields.pts > key
            && (last.place.number + 1) % skipped.numbers == place.number
    }

    private func isSkipped(_ bytes: UnsafeRawBufferPointer, _ fields: AVPacket, _ place: SkippedPicture.Place) -> Bool {
        guard bytes.count <= Self.most, (fields.pts - key) % fields.duration == 0 else { return false }
        let expected = skipped.packet(
            number: place.number, shown: Int((fields.pts - key) / fields.duration),
            repeated: (place.number + skipped.numbers - 1) % skipped.numbers)
        // Both have four bytes before the one unit: its length, or a start code.
        let length = bytes.prefix(4).reduce(0) { $0 << 8 | Int($1) }
        return bytes.count == expected.count && length == bytes.count - 4
            && bytes.dropFirst(4).elementsEqual(expected.dropFirst(4))
    }

    /// The parameter sets of an `avcC`, each after a start code (ISO/IEC 14496-15, 5.3.3.1).
    private static func headers(_ parameters: UnsafePointer<AVCodecParameters>) -> [UInt8]? {
        let extra = UnsafeRawBufferPointer(
            start: parameters.pointee.extradata, count: Int(parameters.pointee.extradata_size))
        var headers: [UInt8] = [], at = 5
        for mask in [0x1f, 0xff] as [UInt8] {
            guard at < extra.count else { return nil }
            let count = extra[at] & mask
            at += 1
            for _ in 0..<count {
                guard at + 2 <= extra.count else { return nil }
                let length = Int(extra[at]) << 8 | Int(extra[at + 1])
                guard at + 2 + length <= extra.count else { return nil }
                headers += [0, 0, 0, 1] + extra[at + 2..<at + 2 + length]
                at += 2 + length
            }
        }
        return headers
    }
}
