// Joins encoded segments, sound and captions into one MP4 without encoding again. No track has an edit list, since some
// platforms refuse files with one; the time stamps of pictures, sound and captions all start at 0.
import CFFmpeg
import Composition
import Diagnostics
import Digests

public struct Muxer {
    public var header: Header
    /// Files of `SegmentEncoder`, in order.
    public var segments: [String]
    /// A file of `AACEncoder`.
    public var sound: String?
    /// nil: no caption track.
    public var captions: [TimedCue]?
    /// The key of what makes the film, which its pictures and its tags name; nil: they name none.
    public var graph: Digest?

    public init(
        header: Header, segments: [String], sound: String? = nil, captions: [TimedCue]? = nil, graph: Digest? = nil
    ) {
        self.graph = graph
        self.header = header
        self.segments = segments
        self.sound = sound
        self.captions = captions
    }

    /// Writes the MP4 to `path`, where it appears only when it is complete.
    public func write(to path: String, progress: (_ framesDone: Int) -> Void = { _ in }) throws {
        try header.rate.validate()
        guard let firstPath = segments.first else { throw MuxProblem.noSegments }
        let first = try SegmentReader(path: firstPath, index: 0)
        let size = PixelSize(width: Int(first.parameters.pointee.width), height: Int(first.parameters.pointee.height))
        guard size == header.size else {
            throw EncodeProblem.media(
                doing: "join segments",
                reason:
                    "segment 1 is \(size.width)x\(size.height), but the video is "
                    + "\(header.size.width)x\(header.size.height)"
            )
        }

        let file = UnfinishedFile(path)
        let output = try FormatOutput(path: file.path, format: "mp4")
        let tick = header.rate.timeBase
        let video = try output.addStream(timeBase: tick)
        try libav(avcodec_parameters_copy(video.pointee.codecpar, first.parameters), "describe the pictures")
        video.pointee.codecpar.pointee.codec_tag = 0
        video.pointee.avg_frame_rate = av_inv_q(tick)
        video.pointee.disposition = AV_DISPOSITION_DEFAULT

        let language = Languages.threeLetters(header.language)
        av_dict_set(&video.pointee.metadata, "language", language, 0)
        var lanes: [Lane] = []
        if let sound {
            let lane = try SoundLane(path: sound, output: output)
            av_dict_set(&lane.stream.pointee.metadata, "language", language, 0)
            lanes.append(lane)
        }
        if let captions {
            let duration = Int((header.rate.seconds(ofFrame: header.frames) * 1000).rounded())
            let lane = try CaptionLane(
                samples: TimedText.samples(captions, duration: duration), size: header.size, output: output)
            av_dict_set(&lane.stream.pointee.metadata, "language", language, 0)
            lanes.append(lane)
        }
        try output.start(options: ["movflags": "+faststart+negative_cts_offsets", "use_editlist": "0"])
        output.setMetadata("comment", "made with vgraph" + (graph.map { ", \(GraphMark.words)\($0.hex)" } ?? ""))
        if !header.title.isEmpty { output.setMetadata("title", header.title) }

        var written = 0
        let packet = try Packet()
        for (index, path) in segments.enumerated() {
            let segment = index == 0 ? first : try SegmentReader(path: path, index: index)
            try segment.checkJoins(first)
            let start = written
            while let frame = try segment.next(packet) {
                if written == start, let graph { try GraphMark.put(graph, into: packet, segment.parameters) }
                // Decode times count the frames of the whole video; those inside a segment start before its first
                // frame.
                packet.pointer.pointee.pts = Int64(start + frame)
                packet.pointer.pointee.dts = Int64(written - first.delay)
                packet.pointer.pointee.duration = 1
                let seconds = header.rate.seconds(ofFrame: written)
                for lane in lanes { try lane.write(until: seconds) }
                try output.write(packet, to: video, timeBase: tick)
                written += 1
            }
            try segment.checkComplete(frames: written - start)
            progress(written)
        }
        guard written == header.frames else {
            throw EncodeProblem.frameCount(what: "the joined video", expected: header.frames, got: written)
        }
        for lane in lanes { try lane.write(until: .infinity) }
        try output.finish()
        // libav enables the first text track; together with captions in the pictures, players would show them twice.
        if captions != nil { try TextTracks.switchOff(path: file.path) }
        if let graph { try FilmTags.append(graph, header.digitalSourceType, to: file.path) }
        try file.keep()
    }
}

/// The packets of one segment, with their presentation times counted in frames.
private final class SegmentReader {
    let index: Int
    let parameters: UnsafeMutablePointer<AVCodecParameters>
    private let input: FormatInput
    private let stream: UnsafeMutablePointer<AVStream>
    private let rate: AVRational
    private var shown = Set<Int>()

    init(path: String, index: Int) throws {
        self.index = index
        do {
            // A copy needs only the container's header; probing would decode frames.
            input = try FormatInput(path: path, name: "segment \(index + 1)", findStreamInfo: false)
        } catch {
            throw MuxProblem.unreadableSegment(index: index, reason: error.text)
        }
        guard input.streams.count == 1, let stream = input.streams[0],
            stream.pointee.codecpar.pointee.codec_id == AV_CODEC_ID_H264
        else {
            throw MuxProblem.unreadableSegment(index: index, reason: "it does not contain exactly one H.264 stream")
        }
        self.stream = stream
        parameters = stream.pointee.codecpar
        rate = stream.pointee.avg_frame_rate
        guard rate.num > 0, rate.den > 0 else {
            throw MuxProblem.unreadableSegment(index: index, reason: "it has no frame rate")
        }
    }

    /// Frames by which decoding must be ahead. It is of the settings; libav would tell that of this segment's frames,
    /// which may all be shown in the order of decoding. x264 needs two for its pictures in between, which the baseline
    /// profile does not have.
    var delay: Int {
        guard AccessUnit.lengthSize(parameters) != nil, let extra = parameters.pointee.extradata else { return 2 }
        return extra[1] == 66 ? 0 : 2
    }

    /// Reads the next packet; returns the index of its frame in display order, or nil at the end.
    func next(_ packet: Packet) throws -> Int? {
        guard try input.read(packet) else { return nil }
        let pts = packet.pointer.pointee.pts
        let ticks = AVRational(num: rate.den, den: rate.num)
        guard pts != VG_AV_NOPTS_VALUE, packet.pointer.pointee.size > 0,
            packet.pointer.pointee.flags & AV_PKT_FLAG_CORRUPT == 0
        else {
            throw MuxProblem.unreadableSegment(index: index, reason: "it is truncated or damaged")
        }
        let frame = av_rescale_q(pts, stream.pointee.time_base, ticks)
        guard av_rescale_q(frame, ticks, stream.pointee.time_base) == pts, (0..<100_000_000).contains(frame),
            shown.insert(Int(frame)).inserted
        else {
            throw MuxProblem.unreadableSegment(index: index, reason: "its frames are not evenly spaced")
        }
        if shown.count == 1, packet.pointer.pointee.flags & AV_PKT_FLAG_KEY == 0 || frame != 0 {
            throw MuxProblem.unreadableSegment(index: index, reason: "it does not start with a keyframe")
        }
        return Int(frame)
    }

    /// A decoder reads parameters only at the start of a stream, so they must be equal in all segments.
    func checkJoins(_ first: SegmentReader) throws {
        func same(_ what: String, _ mine: String, _ theirs: String) throws {
            if mine != theirs { throw MuxProblem.segmentsDiffer(index: index, what: what, first: theirs, this: mine) }
        }
        let (a, b) = (parameters.pointee, first.parameters.pointee)
        try same("the size", "\(a.width)x\(a.height)", "\(b.width)x\(b.height)")
        try same("the frame rate", "\(rate.num)/\(rate.den)", "\(first.rate.num)/\(first.rate.den)")
        try same(
            "the time base", "\(stream.pointee.time_base.num)/\(stream.pointee.time_base.den)",
            "\(first.stream.pointee.time_base.num)/\(first.stream.pointee.time_base.den)")
        try same("the H.264 header (SPS and PPS)", header(a), header(b))
    }

    private func header(_ parameters: AVCodecParameters) -> String {
        hexText(
            UnsafeRawBufferPointer(
                start: parameters.extradata,
                count: parameters.extradata == nil ? 0 : Int(parameters.extradata_size)))
    }

    /// Checks that frame numbers have no gap and that there are as many as the container declares; a truncated file has
    /// fewer.
    func checkComplete(frames: Int) throws {
        let declared = Int(stream.pointee.nb_frames)
        guard frames > 0, declared == 0 || declared == frames, shown.max() == frames - 1 else {
            throw MuxProblem.unreadableSegment(index: index, reason: "it is truncated or damaged")
        }
    }
}

/// A track beside the pictures, interleaved with them so that players need not seek back and forth.
private protocol Lane {
    /// Writes the packets that begin before `seconds`.
    func write(until seconds: Double) throws
}

private final class SoundLane: Lane {
    let stream: UnsafeMutablePointer<AVStream>
    private let input: FormatInput
    private let source: UnsafeMutablePointer<AVStream>
    private let output: FormatOutput
    private let packet: Packet
    private var isWaiting = false
    private var isDone = false

    init(path: String, output: FormatOutput) throws {
        input = try FormatInput(path: path, name: "the sound")
        guard let best = input.best(AVMEDIA_TYPE_AUDIO) else { throw SoundProblem.noSound(file: "the sound") }
        source = best.stream
        self.output = output
        packet = try Packet()
        stream = try output.addStream(timeBase: source.pointee.time_base)
        try libav(avcodec_parameters_copy(stream.pointee.codecpar, source.pointee.codecpar), "describe the sound")
        stream.pointee.codecpar.pointee.codec_tag = 0
        stream.pointee.disposition = AV_DISPOSITION_DEFAULT
    }

    func write(until seconds: Double) throws {
        while !isDone {
            if !isWaiting {
                guard try input.read(packet) else { isDone = true; return }
                isWaiting = packet.pointer.pointee.stream_index == source.pointee.index
                if !isWaiting { continue }
            }
            if Double(packet.pointer.pointee.pts) * av_q2d(source.pointee.time_base) >= seconds { return }
            isWaiting = false
            try output.write(packet, to: stream, timeBase: source.pointee.time_base)
        }
    }
}

private final class CaptionLane: Lane {
    let stream: UnsafeMutablePointer<AVStream>
    private var samples: ArraySlice<TimedCue>
    private let output: FormatOutput
    private let packet: Packet
    private let milliseconds = AVRational(num: 1, den: 1000)

    init(samples: [TimedCue], size: PixelSize, output: FormatOutput) throws {
        self.samples = samples[...]
        self.output = output
        packet = try Packet()
        stream = try output.addStream(timeBase: milliseconds)
        let parameters = stream.pointee.codecpar!
        parameters.pointee.codec_type = AVMEDIA_TYPE_SUBTITLE
        parameters.pointee.codec_id = AV_CODEC_ID_MOV_TEXT
        parameters.pointee.width = Int32(size.width)
        parameters.pointee.height = Int32(max(60, size.height / 6))
        let count = TimedText.description.count
        let extradata = try allocated(av_mallocz(count + Int(AV_INPUT_BUFFER_PADDING_SIZE)), "describe the captions")
        extradata.copyMemory(from: TimedText.description, byteCount: count)
        parameters.pointee.extradata = extradata.assumingMemoryBound(to: UInt8.self)
        parameters.pointee.extradata_size = Int32(count)
    }

    func write(until seconds: Double) throws {
        while let sample = samples.first, Double(sample.start) / 1000 < seconds {
            samples.removeFirst()
            let bytes = TimedText.payload(sample.text)
            try libav(av_new_packet(packet.pointer, Int32(bytes.count)), "write a caption")
            packet.pointer.pointee.data.update(from: bytes, count: bytes.count)
            packet.pointer.pointee.pts = Int64(sample.start)
            packet.pointer.pointee.dts = Int64(sample.start)
            packet.pointer.pointee.duration = Int64(sample.end - sample.start)
            packet.pointer.pointee.flags |= AV_PKT_FLAG_KEY
            try output.write(packet, to: stream, timeBase: milliseconds)
        }
    }
}

/// MP4 names languages by three letters (ISO 639-2/T); specs use BCP 47, where most languages have two.
enum Languages {
    private static let twoToThree: [Substring: Substring] = {
        let pairs = """
            af afr am amh ar ara as asm az aze be bel bg bul bn ben bo bod br bre bs bos ca cat cs ces cy cym da dan \
            de deu dz dzo \
            el ell en eng eo epo es spa et est eu eus fa fas fi fin fil fil fo fao fr fra fy fry ga gle gd gla gl glg \
            gu guj ha hau \
            he heb hi hin hr hrv ht hat hu hun hy hye id ind ig ibo is isl it ita iu iku ja jpn jv jav ka kat kk kaz \
            km khm kn kan \
            ko kor ku kur ky kir la lat lb ltz ln lin lo lao lt lit lv lav mg mlg mi mri mk mkd ml mal mn mon mr mar \
            ms msa mt mlt \
            my mya nb nob ne nep nl nld nn nno no nor oc oci om orm or ori pa pan pl pol ps pus pt por qu que rm roh \
            ro ron ru rus \
            rw kin sa san sd snd si sin sk slk sl slv sm smo sn sna so som sq sqi sr srp st sot su sun sv swe sw swa \
            ta tam te tel \
            tg tgk th tha ti tir tk tuk tl tgl tn tsn to ton tr tur tt tat ug uig uk ukr ur urd uz uzb vi vie wo wol \
            xh xho yi yid \
            yo yor zh zho zu zul
            """.split(separator: " ")
        return Dictionary(
            stride(from: 0, to: pairs.count, by: 2).map { (pairs[$0], pairs[$0 + 1]) }, uniquingKeysWith: { a, _ in a })
    }()

    /// "en-GB" becomes "eng"; a language without such a name becomes "und".
    static func threeLetters(_ tag: String) -> String {
        let primary = tag.lowercased().split(whereSeparator: { $0 == "-" || $0 == "_" }).first ?? ""
        if let three = twoToThree[primary] { return String(three) }
        return primary.utf8.count == 3 && primary.utf8.allSatisfy { (97...122).contains($0) } ? String(primary) : "und"
    }
}
