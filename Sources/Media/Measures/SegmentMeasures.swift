// Measures of one encoded segment, decoded alone. A file joined from segments contains their packets byte for byte, and
// each segment begins with an IDR picture under the same SPS and PPS. So it decodes to the same pictures, and the
// measures apply to the file. That the file contains exactly these packets is verified.
import CFFmpeg
import Composition
import CSystem
import Diagnostics
import Digests
import FoundationEssentials

public struct SegmentMeasures: Codable, Sendable, Hashable {
    /// XXH3-128 of the stream's parameter sets, and of each packet in decoding order.
    public var parameters: Digest
    @Packed public var packets: [Digest]
    public var video: Inspection.Video
    /// Mean luma of 32 by 18 cells of the first and the last picture, for the change from one segment to the next.
    @Packed public var firstCells: [UInt8]
    @Packed public var lastCells: [UInt8]
    /// Whether a fault occurred; the file is then decoded as a whole to find its place.
    public var isFaulty: Bool

    /// Decodes a segment.
    /// - Parameters:
    ///   - posterWidth: width of the small pictures in pixels.
    ///   - drawn: returns the picture that went into the encoder, valid until the next call; nil if it is not
    ///     available.
    ///   - areSame: whether the same picture went into the encoder for two frames.
    ///   - progress: called from time to time with the number of decoded pictures.
    /// - Returns: the measures, and a JPEG of about one picture a second.
    /// - Throws: `MediaProblem`
    public static func measure(
        path: String, name: String? = nil, posterWidth: Int = 480, drawn: ((Int) throws -> PicturePlanes?)? = nil,
        areSame: @escaping (Int, Int) -> Bool = { _, _ in false }, progress: (Int) -> Void = { _ in }
    ) throws -> (SegmentMeasures, SegmentPosters) {
        let name = name ?? path
        do {
            // The container's header says all that is read of it here; probing would decode a dozen pictures more.
            let input = try FormatInput(path: path, name: name, findStreamInfo: false), clip = try stream(of: input)
            let decoder = try clip.open(input, threads: 1, recognition: AV_EF_EXPLODE)
            let track = PictureTrack(clip: clip, decoder: decoder, container: "mov")
            track.held = HeldPictures(clip.stream)
            let sampling = SegmentPictures.Sampling(
                count: Int(clip.stream.pointee.nb_frames), rate: clip.stream.pointee.avg_frame_rate)
            let pictures = SegmentPictures(
                sampling, name: name, posterWidth: posterWidth, drawn: drawn, areSame: areSame)
            track.meter.onPicture = pictures.take
            let measures = try read(input, clip, track, pictures, latest: track.meter) { _, number in progress(number) }
            return (measures, pictures.posters)
        } catch let error as LibAVError {
            throw MediaProblem(error)
        }
    }

    static func stream(of input: FormatInput) throws -> ClipStream {
        guard let clip = try ClipStream(input) else {
            throw MediaProblem.wrongKind(
                name: input.name, actual: "a file without moving pictures", wanted: ["a clip"])
        }
        return clip
    }

    /// Reads all packets of a segment.
    /// - Parameters:
    ///   - pictures: takes those of `meter`, which are all there when the packets are read.
    ///   - onPacket: called with each packet of the pictures and its number, from 1.
    static func read(
        _ input: FormatInput, _ clip: ClipStream, _ track: PictureTrack, _ pictures: SegmentPictures,
        latest meter: PictureMeter, onPacket: (Packet, Int) throws -> Void
    ) throws -> SegmentMeasures {
        var inspection = Inspection()
        let packet = try Packet()
        var packets: [Digest] = []
        while try input.read(packet) {
            guard Int(packet.pointer.pointee.stream_index) == track.index else { continue }
            packets.append(hash(packet))
            try onPacket(packet, packets.count)
            try track.take(packet, &inspection)
        }
        try track.end(&inspection)
        if let failure = pictures.failure { throw failure }
        inspection.video?.likeness = pictures.likeness
        return SegmentMeasures(
            parameters: hash(parametersOf: clip.stream), packets: packets,
            video: inspection.video ?? Inspection.Video(), firstCells: pictures.firstCells,
            lastCells: meter.latest.map(SegmentPictures.cells) ?? [], isFaulty: inspection.faultCount > 0)
    }

    /// The measures of a file's pictures, from those of its segments; nil unless the file consists of exactly these
    /// segments.
    static func joined(_ segments: [SegmentMeasures], in path: String, name: String) throws(LibAVError) -> Inspection
        .Video?
    {
        guard let first = segments.first, !segments.contains(where: \.isFaulty) else { return nil }
        let input = try FormatInput(path: path, name: name, findStreamInfo: false)
        guard let best = input.best(AVMEDIA_TYPE_VIDEO), hash(parametersOf: best.stream) == first.parameters,
            segments.allSatisfy({ $0.parameters == first.parameters })
        else { return nil }
        for (index, stream) in input.streams.enumerated() where index != best.index {
            stream?.pointee.discard = AVDISCARD_ALL
        }
        let expected = segments.flatMap(\.packets), lengthSize = AccessUnit.lengthSize(best.stream.pointee.codecpar)
        let packet = try Packet()
        var count = 0
        while true {
            // A read error is reported when the file is read for judging.
            guard let more = try? input.read(packet) else { return nil }
            if !more { break }
            guard Int(packet.pointer.pointee.stream_index) == best.index else { continue }
            guard count < expected.count, hash(unmarked: packet, lengthSize) == expected[count] else { return nil }
            count += 1
        }
        guard count == expected.count else { return nil }

        var video = first.video
        var cellsBefore = first.lastCells, frames = first.packets.count
        for segment in segments.dropFirst() {
            var change = segment.video.frames.change
            if !change.isEmpty { change[0] = difference(cellsBefore, segment.firstCells) }
            video.frames.dark += segment.video.frames.dark
            video.frames.bright += segment.video.frames.bright
            video.frames.mean += segment.video.frames.mean
            video.frames.change += change
            for run in segment.video.frames.content { video.frames.append(run) }
            video.flashes.append(segment.video.flashes)
            video.outside += segment.video.outside
            video.striped += segment.video.striped
            video.likeness += segment.video.likeness.map {
                .init(frame: $0.frame + frames, tile: $0.tile, stroke: $0.stroke)
            }
            frames += segment.packets.count
            video.interlacedFrames += segment.video.interlacedFrames
            video.changedFrames +=
                segment.video.changedFrames + (segment.video.hasShape(of: first.video) ? 0 : segment.video.frames.count)
            cellsBefore = segment.lastCells
        }
        return video
    }

    private static func difference(_ a: [UInt8], _ b: [UInt8]) -> Float {
        guard a.count == b.count, !a.isEmpty else { return 255 }
        return Float(zip(a, b).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }) / Float(a.count)
    }

    private static func hash(_ packet: Packet) -> Digest {
        digest(packet.pointer.pointee.data, Int(packet.pointer.pointee.size))
    }

    /// As it was before mux marked it with the graph.
    private static func hash(unmarked packet: Packet, _ lengthSize: Int?) -> Digest {
        let bytes = UnsafeRawBufferPointer(
            start: packet.pointer.pointee.data, count: max(0, Int(packet.pointer.pointee.size)))
        var writer = DigestWriter()
        for piece in GraphMark.unmarked(bytes, lengthSize: lengthSize) { writer.add(piece) }
        return writer.finish()
    }

    private static func hash(parametersOf stream: UnsafeMutablePointer<AVStream>) -> Digest {
        let parameters = stream.pointee.codecpar.pointee
        return digest(parameters.extradata, Int(parameters.extradata_size))
    }

    private static func digest(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Digest {
        Digest.of(UnsafeRawBufferPointer(start: bytes, count: bytes == nil ? 0 : count))
    }
}

/// Small pictures of a segment: frame numbers and a JPEG for each.
public struct SegmentPosters: Codable, Sendable, Hashable {
    public var frames: [Int]
    /// Base64 in JSON.
    public var jpegs: [Data]
    public init(frames: [Int], jpegs: [Data]) {
        self.frames = frames
        self.jpegs = jpegs
    }
}

extension Inspection.Video {
    /// Same size, pixel format and colour.
    func hasShape(of other: Inspection.Video) -> Bool {
        width == other.width && height == other.height && pixelFormat == other.pixelFormat
            && pixelAspect == other.pixelAspect
            && primaries == other.primaries && transfer == other.transfer && matrix == other.matrix
            && range == other.range
    }

    /// Takes over the measures of decoding; keeps the container's values.
    mutating func adopt(_ known: Inspection.Video) {
        width = known.width
        height = known.height
        pixelAspect = known.pixelAspect
        pixelFormat = known.pixelFormat
        interlacedFrames = known.interlacedFrames
        changedFrames = known.changedFrames
        primaries = known.primaries
        transfer = known.transfer
        matrix = known.matrix
        range = known.range
        frames = known.frames
        flashes = known.flashes
        outside = known.outside
        striped = known.striped
        likeness = known.likeness
    }
}
