// Reads the essence of any media file. Decodes only for the likeness; a damaged end is no essence, and is left out.
import CFFmpeg
import Composition
import Diagnostics
import Digests

public enum EssenceReader {
    /// More packets than a day of sound has are not read.
    private static let mostPackets = 10_000_000

    /// - Throws: `MediaProblem` if the file cannot be opened.
    public static func read(path: String, name: String, withLikeness: Bool) throws -> Essence {
        let sha256 = try InputFile(path: path, name: name).sha256()
        do {
            let input = try FormatInput(path: path, name: name)
            var graphs: [Digest] = []
            var pictures = input.best(AVMEDIA_TYPE_VIDEO).map { TrackReader($0.index, $0.stream) }
            if let stream = pictures?.stream, stream.pointee.disposition & AV_DISPOSITION_ATTACHED_PIC != 0 {
                pictures = nil
            }
            let sound = input.best(AVMEDIA_TYPE_AUDIO).map { TrackReader($0.index, $0.stream) }
            let packet = try Packet()
            var count = 0, end = 0.0
            while count < mostPackets, (try? input.read(packet)) == true {
                count += 1
                let index = Int(packet.pointer.pointee.stream_index)
                let reader = index == pictures?.index ? pictures : index == sound?.index ? sound : nil
                guard let reader else { continue }
                reader.take(packet) { if !graphs.contains($0), graphs.count < 64 { graphs.append($0) } }
                let last = input.end(of: packet)
                if last.isFinite { end = max(end, last) }
            }
            let comment = av_dict_get(input.pointer.pointee.metadata, "comment", nil, 0)
            return Essence(
                sha256: sha256, container: String(cString: input.pointer.pointee.iformat.pointee.name), duration: end,
                pictures: pictures?.track, sound: sound?.track, graphs: graphs,
                comment: comment.map { String(String(cString: $0.pointee.value).prefix(200)) } ?? "",
                likeness: withLikeness && pictures != nil ? try likeness(path, name) : nil)
        } catch let error as LibAVError {
            throw error.isOutOfMemory ? MediaProblem(error) : MediaProblem.unrecognised(name: name)
        }
    }

    private static func likeness(_ path: String, _ name: String) throws -> Essence.Likeness {
        let reader = try ClipReader(path: path, name: name)
        // What is longer is found by its first hours.
        let count = Int(min(reader.duration.seconds, 6 * 3600) * Double(Essence.Likeness.perSecond))
        var means: [UInt8] = []
        for index in 0..<count {
            // In the middle of each stretch, where other rates of pictures agree best.
            let time = Rational(2 * index + 1, 2 * Essence.Likeness.perSecond)
            guard let bitmap = try? reader.bitmap(at: time) else { break }
            means.append(contentsOf: fields(bitmap))
        }
        return Essence.Likeness(pictures: means)
    }

    /// The mean brightness of each field (ITU-R BT.709's weights, in 1/256).
    static func fields(_ bitmap: Bitmap) -> [UInt8] {
        let side = Essence.Likeness.fields
        var means: [UInt8] = []
        for down in 0..<side {
            for across in 0..<side {
                let rows = field(down, of: bitmap.height), columns = field(across, of: bitmap.width)
                var sum = 0, count = 0
                // 32 by 32 pixels of a field are enough for its mean.
                for y in stride(from: rows.lowerBound, to: rows.upperBound, by: max(1, rows.count / 32)) {
                    let row = bitmap.row(y)
                    for x in stride(
                        from: columns.lowerBound, to: columns.upperBound, by: max(1, columns.count / 32))
                    {
                        let pixel = row + 4 * x
                        sum += 18 * Int(pixel[0]) + 183 * Int(pixel[1]) + 55 * Int(pixel[2])
                        count += 256
                    }
                }
                means.append(UInt8(count > 0 ? min(255, sum / count) : 0))
            }
        }
        return means
    }

    private static func field(_ index: Int, of length: Int) -> Range<Int> {
        let start = min(length - 1, length * index / Essence.Likeness.fields)
        return start..<max(start + 1, length * (index + 1) / Essence.Likeness.fields)
    }
}

/// The sums of one track while it is read.
private final class TrackReader {
    let index: Int
    let stream: UnsafeMutablePointer<AVStream>
    private let parameters: AVCodecParameters
    private let lengthSize: Int?
    private var sums: [UInt64] = []
    private var whole: [UInt8] = []

    init(_ index: Int, _ stream: UnsafeMutablePointer<AVStream>) {
        self.index = index
        self.stream = stream
        parameters = stream.pointee.codecpar.pointee
        lengthSize = AccessUnit.lengthSize(stream.pointee.codecpar)
    }

    /// nil: it has no packets.
    var track: Essence.Track? {
        guard !sums.isEmpty else { return nil }
        return Essence.Track(
            codec: String(cString: avcodec_get_name(parameters.codec_id)),
            sha256: whole.withUnsafeBytes { SHA256.of($0) }, packets: PacketSums(sums))
    }

    func take(_ packet: Packet, _ mark: (Digest) -> Void) {
        guard let data = packet.pointer.pointee.data, packet.pointer.pointee.size > 0 else { return }
        let bytes = UnsafeRawBufferPointer(start: data, count: Int(packet.pointer.pointee.size))
        let pieces = coded(bytes, mark)
        guard pieces.contains(where: { !$0.isEmpty }) else { return }
        var writer = SHA256Writer()
        for piece in pieces { writer.add(piece) }
        let sum = writer.finish()
        whole += sum.utf8
        sums.append(UInt64(sum.prefix(16), radix: 16) ?? 0)
    }

    /// What of a packet is the same in every container.
    private func coded(_ bytes: UnsafeRawBufferPointer, _ mark: (Digest) -> Void) -> [UnsafeRawBufferPointer] {
        if parameters.codec_id == AV_CODEC_ID_AAC, parameters.extradata_size == 0, bytes.count > 9, Self.isADTS(bytes) {
            return [UnsafeRawBufferPointer(rebasing: bytes[(bytes[1] & 1 == 1 ? 7 : 9)...])]
        }
        guard parameters.codec_id == AV_CODEC_ID_H264 else { return [bytes] }
        let picture = AccessUnit(bytes, lengthSize: lengthSize)
        var slices: [UnsafeRawBufferPointer] = []
        for unit in picture.units {
            let piece = UnsafeRawBufferPointer(rebasing: bytes[unit]), kind = picture.kind(of: unit)
            if AccessUnit.Kind.slices.contains(kind) { slices.append(piece) }
            if kind == AccessUnit.Kind.message, let graph = GraphMark.graph(in: piece) { mark(graph) }
        }
        return slices
    }

    /// ISO/IEC 14496-3, 1.A.2.2.
    private static func isADTS(_ bytes: UnsafeRawBufferPointer) -> Bool { bytes[0] == 0xff && bytes[1] & 0xf6 == 0xf0 }
}
