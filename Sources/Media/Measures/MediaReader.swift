// Reads a delivered file once and measures its pictures and sound for the checks. Faults of its content are part of the
// result; only a file that cannot be read at all is an error.
import CFFmpeg
import Diagnostics

public struct MediaReader {
    public let path: String
    public let name: String
    /// Decoder threads for the pictures.
    public var threads: Int32 = 2

    /// - Parameter name: how messages name the file.
    public init(path: String, name: String? = nil) {
        self.path = path
        self.name = name ?? path
    }

    /// - Parameters:
    ///   - known: the measures of the segments that the file was joined from. If its packets equal theirs byte for
    ///     byte, their pictures are not decoded again; if one differs, all are.
    ///   - heard: the measures of its sound, if its packets are known to be those that were measured.
    ///   - promised: drawn pictures to compare with the decoded ones.
    ///   - progress: called from time to time with the number of decoded pictures.
    /// - Throws: `MediaProblem` if the file does not exist or cannot be read; what `promised` throws.
    public func inspect(
        known: [SegmentMeasures] = [], heard: HeardSound? = nil, promised: PromisedPictures? = nil,
        progress: (Int) -> Void = { _ in }
    ) throws -> Inspection {
        let file = try InputFile(path: path, name: name)
        let memory = MemoryAllowance(forBytes: file.size)
        defer { memory.end() }
        var inspection = Inspection()
        inspection.bytes = file.size
        inspection.sha256 = try file.sha256()
        guard file.size > 0 else {
            inspection.refusal = "the file is empty"
            return inspection
        }
        let format = FileFormat.sniff(try file.bytes(at: 0, count: 4096))
        if format == .mp4 || format == .quicktime { inspection.boxes = try Mp4Boxes.read(file) }
        if let cut = inspection.boxes?.cut {
            inspection.note(
                "the file ends after \(file.size) bytes, in a box '\(cut.type)' of \(cut.size) that begins at "
                    + "\(cut.offset)",
                at: nil)
        }
        for fault in inspection.boxes?.faults ?? [] {
            inspection.note("its index is inconsistent: \(fault)", at: nil)
        }
        let structure = try ContainerStructure(file, format)
        if let cut = structure.cut { inspection.note("the file \(cut)", at: nil) }
        for fault in structure.faults { inspection.note(fault, at: nil) }
        if let format, format.kinds.isDisjoint(with: [.video, .audio]) {
            inspection.refusal = "it is \(format.words)"
            return inspection
        }
        let bare = inspection
        var keeper = promised.map(PromiseKeeper.init)
        do {
            try decode(&inspection, known, heard, keeper, structure, threads: threads, progress)
            // Several threads do not always find the place of a fault, and lose some faults at the end. A faulty file
            // is therefore read again with one thread.
            if inspection.faultCount > bare.faultCount, inspection.wereThreads {
                inspection = bare
                keeper = promised.map(PromiseKeeper.init)
                try decode(&inspection, known, heard, keeper, structure, threads: 1, progress)
            }
        } catch let error as LibAVError {
            if error.isOutOfMemory, let limit = memory.limit {
                inspection.refusal =
                    "cannot \(error.doing) in \(limit >> 20) MB of memory, the limit for a file of \(file.size) bytes"
                return inspection
            }
            if error.isOutOfMemory { throw MediaProblem(error) }
            inspection.refusal = "cannot \(error.doing): \(error.text.lowercasedFirst)"
        } catch let problem as MediaProblem {
            inspection.refusal = problem.diagnostic.message
        }
        if let keeper {
            if let failure = keeper.failure { throw failure }
            inspection.video?.promised = keeper.pictures
            inspection.video?.likeness = keeper.likeness
        }
        return inspection
    }

    private func decode(
        _ inspection: inout Inspection, _ known: [SegmentMeasures], _ heard: HeardSound?, _ keeper: PromiseKeeper?,
        _ structure: ContainerStructure, threads: Int32, _ progress: (Int) -> Void
    ) throws {
        LibAVLog.listen(hearsDecoders: false)
        defer { LibAVLog.stop() }
        let input = try FormatInput(path: path, name: name)
        for line in LibAVLog.taken() {
            inspection.note("the file opens with an error: \(line.lowercasedFirst)", at: nil)
        }
        inspection.container = String(cString: input.pointer.pointee.iformat.pointee.name)
        for stream in input.streams {
            guard let stream, stream.pointee.disposition & AV_DISPOSITION_ATTACHED_PIC == 0 else { continue }
            if stream.pointee.codecpar.pointee.codec_type == AVMEDIA_TYPE_VIDEO { inspection.videoStreams += 1 }
            if stream.pointee.codecpar.pointee.codec_type == AVMEDIA_TYPE_AUDIO { inspection.audioStreams += 1 }
        }

        var pictures: PictureTrack?
        if let clip = try ClipStream(input) {
            let pictured = try SegmentMeasures.joined(known, in: path, name: name)
            if !known.isEmpty, !known.contains(where: \.isFaulty) { inspection.isOfKnownSegments = pictured != nil }
            let decoder = try clip.open(input, threads: threads, recognition: AV_EF_EXPLODE)
            pictures = PictureTrack(clip: clip, decoder: decoder, container: inspection.container, known: pictured)
            inspection.wereThreads = pictured == nil && threads > 1 && ClipStream.isFitForThreads(clip.codec.pointee.id)
        }
        if let keeper {
            pictures?.meter.onPicture = { [weak pictures] frame, _, _ in keeper.take(frame, at: pictures?.lastTime ?? 0)
            }
        }
        var sounds: SoundTrack?
        if let best = input.best(AVMEDIA_TYPE_AUDIO) {
            sounds = SoundTrack(
                index: best.index, base: best.stream.pointee.time_base,
                decoder: try ClipStream.open(input, best.stream, best.decoder, threads: 1, recognition: 0),
                container: inspection.container, known: heard)
        }
        if pictures == nil, sounds == nil {
            inspection.refusal = "it contains neither pictures nor sound that can be decoded"; return
        }

        LibAVLog.listen()
        let packet = try Packet()
        var end = -Double.infinity
        while true {
            var isPacket = false, failure: LibAVError?
            do { isPacket = try input.read(packet) } catch {
                if error.isOutOfMemory { throw error }
                failure = error
            }
            for line in LibAVLog.taken() {
                inspection.note(
                    "reading reports an error: \(line.lowercasedFirst)",
                    at: pictures?.lastTime ?? sounds?.lastTime)
            }
            if let code = input.pointer.pointee.pb?.pointee.error, code < 0, code != VG_AVERROR_EOF, failure == nil,
                !isPacket
            {
                failure = LibAVError(code: code, doing: "read '\(name)'")
            }
            if let failure {
                inspection.note(
                    "reading fails: \(failure.text.lowercasedFirst)",
                    at: pictures?.lastTime ?? sounds?.lastTime)
            }
            guard isPacket, failure == nil else { break }
            let index = Int(packet.pointer.pointee.stream_index)
            end = max(end, input.end(of: packet))
            if packet.pointer.pointee.flags & AV_PKT_FLAG_CORRUPT != 0,
                index == pictures?.index || index == sounds?.index
            {
                inspection.note("a packet is truncated", at: pictures?.lastTime ?? sounds?.lastTime)
            }
            if index == pictures?.index {
                try pictures?.take(packet, &inspection)
                progress(pictures?.meter.count ?? 0)
            } else if index == sounds?.index {
                try sounds?.take(packet, &inspection)
            }
        }
        try pictures?.end(&inspection)
        try sounds?.end(&inspection)
        progress(pictures?.meter.count ?? 0)
        hold(input, end, inspection.boxes, structure, pictures, sounds, &inspection)
    }

    /// Compares the file's declarations with its content.
    private func hold(
        _ input: FormatInput, _ end: Double, _ boxes: Mp4Boxes?, _ structure: ContainerStructure,
        _ pictures: PictureTrack?,
        _ sounds: SoundTrack?, _ inspection: inout Inspection
    ) {
        let kinds = input.streams.compactMap { $0?.pointee.codecpar.pointee.codec_type }
        let tracks = kinds.count { $0 == AVMEDIA_TYPE_VIDEO }
        if let promised = structure.pictureTracks ?? boxes?.pictureTracks, tracks < promised {
            inspection.note("its index lists \(promised) tracks of pictures, but \(tracks) can be read", at: nil)
        }
        if pictures == nil, inspection.videoStreams > 0 {
            inspection.note("no decoder reads its pictures", at: nil)
        }
        if sounds == nil, inspection.audioStreams > 0 {
            inspection.note("no decoder reads its sound", at: nil)
        }
        if let pictures {
            let account = pictures.account, isShort = account.count < boxes?.listedPictures ?? 0
            if account.leavesOut || isShort, let fault = boxes?.faultOfEdits(atEnd: account.leavesOutEnd || isShort) {
                inspection.note(fault, at: nil)
            }
            if account.leavesOut, !account.isInOrder, boxes?.showsOnePiece == true {
                inspection.note("its edit list leaves out pictures whose times are out of order", at: nil)
            }
            let promised = structure.pictures ?? boxes?.pictures
            if let promised, account.count < promised {
                inspection.note(
                    "its index lists \(promised) pictures, but \(account.count) can be read", at: pictures.lastTime)
            }
        }
        // The margin of half a second allows for rounding, and for an encoder's delay that only one of the two counts.
        if let header = input.headerDuration, !input.durationIsGuessed, end.isFinite {
            let length = max(end, end - input.start)
            if length < header - max(0.5, header * 0.001) {
                inspection.note(
                    "its header says \(tenths(header)) s, but its data end at \(tenths(max(0, length))) s",
                    at: max(0, length))
            }
        }
        if let sounds, let declared = input.declaredEnd(sounds.index), let last = sounds.soundEnd,
            last < declared - (0.25 + declared * 0.005)
        {
            inspection.note(
                "its header says that sound ends at \(tenths(declared)) s, but it ends at \(tenths(max(0, last))) s",
                at: max(0, last))
        }
    }
}

/// The picture stream while it is read.
final class PictureTrack {
    let index: Int
    /// Consecutive errors after which a decoder is not called again for a packet.
    static let patience = 100
    let meter = PictureMeter()
    private(set) var lastTime: Double?
    let account: PictureAccount
    /// Set for a segment: pictures of a hold are not decoded.
    var held: HeldPictures?
    /// Whether the last packets were not decoded, so that only a key picture can follow.
    private var isHolding = false
    private let base: AVRational
    private let decoder: CodecContext
    /// Known measures of the pictures; if set, packets are not decoded.
    private let known: Inspection.Video?
    private var stamps: [(shown: Int, lasts: Int)] = []
    private var frame: Frame?
    private var video = Inspection.Video()
    private var keyStamp = VG_AV_NOPTS_VALUE
    private var inGroup = 0
    /// Whether an error in the current packet is a fault of the file.
    private var concerns = true
    private var hasComplained = false

    init(clip: ClipStream, decoder: CodecContext, container: String, known: Inspection.Video? = nil) {
        index = clip.index
        account = PictureAccount(clip.stream, clip.codec, container: container)
        self.known = known
        base = clip.timeBase
        self.decoder = decoder
        let parameters = clip.stream.pointee.codecpar.pointee
        video.codec = String(cString: avcodec_get_name(parameters.codec_id))
        video.profile = avcodec_profile_name(parameters.codec_id, parameters.profile).map { String(cString: $0) } ?? ""
        video.isTurned = !clip.orientation.isIdentity
        video.tick = Double(base.num) / Double(max(1, base.den))
        let rate = clip.stream.pointee.avg_frame_rate
        video.declaredRate = rate.den > 0 ? Double(rate.num) / Double(rate.den) : 0
    }

    func take(_ packet: Packet, _ inspection: inout Inspection) throws(LibAVError) {
        let fields = packet.pointer.pointee
        let isKey = fields.flags & AV_PKT_FLAG_KEY != 0
        if video.groups.packets == 0 { video.groups.startsWithKey = isKey }
        video.groups.packets += 1
        if isKey {
            video.groups.keys += 1
            keyStamp = fields.pts
            inGroup = 0
        } else if fields.pts != VG_AV_NOPTS_VALUE, keyStamp != VG_AV_NOPTS_VALUE, fields.pts < keyStamp,
            video.groups.openAt == nil
        {
            video.groups.openAt = seconds(keyStamp, base)
        }
        inGroup += 1
        video.groups.longestFrames = max(video.groups.longestFrames, inGroup)

        let number = account.count
        concerns = account.take(packet)
        _ = LibAVLog.taken()
        guard known == nil else {
            stamps.append((Int(fields.pts), Int(fields.duration)))
            return
        }
        // A decoder takes an empty packet for the end.
        guard fields.size > 0 else { return }
        if let held, held.repeats(packet) { return try hold(fields, Int64(number), &inspection) }
        if isHolding {
            isHolding = false
            if !isKey { inspection.note("a picture follows a hold that it may refer to", at: lastTime) }
        }
        // Pictures that an edit list omits are decoded too, since their order tells an edit from a damaged time.
        packet.pointer.pointee.flags &= ~AV_PKT_FLAG_DISCARD
        decoder.pointer.pointee.reordered_opaque = Int64(number)
        let time = seconds(fields.pts, base) ?? lastTime
        do { try decoder.send(packet, "decode pictures") } catch {
            if error.isOutOfMemory { throw error }
            complain("cannot decode a picture: \(error.text.lowercasedFirst)", at: time, &inspection)
        }
        try receive(&inspection)
        tellLog(at: time, &inspection)
    }

    /// Takes the picture before once more.
    private func hold(_ fields: AVPacket, _ number: Int64, _ inspection: inout Inspection) throws(LibAVError) {
        if !isHolding {
            isHolding = true
            // What the decoder still has is shown first; then it can begin with a key picture.
            do { try decoder.sendEnd() } catch {
                complain("cannot decode a picture: \(error.text.lowercasedFirst)", at: lastTime, &inspection)
            }
            try receive(&inspection)
            avcodec_flush_buffers(decoder.pointer)
        }
        guard let before = meter.previous else {
            return inspection.note("a picture repeats one that is not there", at: lastTime)
        }
        let frame = try Frame()
        try libav(av_frame_ref(frame.pointer, before.pointer), "repeat a picture")
        frame.pointer.pointee.reordered_opaque = number
        frame.pointer.pointee.pts = fields.pts
        frame.pointer.pointee.best_effort_timestamp = fields.pts
        frame.pointer.pointee.pkt_duration = fields.duration
        _ = try shown(frame, repeats: true, &inspection)
    }

    private func complain(_ what: String, at time: Double?, _ inspection: inout Inspection) {
        guard concerns else { return }
        account.blame()
        hasComplained = true
        inspection.note(what, at: time)
    }

    /// Notes an error that the decoder logged but did not return, at most one for each packet.
    private func tellLog(at time: Double?, _ inspection: inout Inspection) {
        if let line = LibAVLog.taken().first, !hasComplained {
            complain("a picture is damaged: \(line.lowercasedFirst)", at: time, &inspection)
        }
        hasComplained = false
    }

    func end(_ inspection: inout Inspection) throws(LibAVError) {
        if let known {
            stamps.sort { $0.shown < $1.shown }
            video.adopt(known)
            video.frames.stamps = stamps.map(\.shown)
            video.frames.lastDuration = stamps.last?.lasts ?? 0
            lastTime = stamps.last.map { Double($0.shown) * video.tick }
        } else {
            do { try decoder.sendEnd() } catch {
                complain("cannot decode a picture: \(error.text.lowercasedFirst)", at: lastTime, &inspection)
            }
            try receive(&inspection)
            tellLog(at: lastTime, &inspection)
            for stamp in account.lost {
                inspection.note("the decoder loses a picture", at: seconds(stamp, base) ?? lastTime)
            }
            video.adopt(meter.finish())
        }
        inspection.video = video
    }

    private func receive(_ inspection: inout Inspection) throws(LibAVError) {
        var errors = 0
        while errors < Self.patience {
            let frame: Frame
            if let spare = self.frame { frame = spare } else { frame = try Frame() }
            self.frame = frame
            do { guard try decoder.receive(frame, "decode pictures") == .got else { return } } catch {
                if error.isOutOfMemory { throw error }
                complain("cannot decode a picture: \(error.text.lowercasedFirst)", at: lastTime, &inspection)
                errors += 1
                continue
            }
            self.frame = try shown(frame, repeats: nil, &inspection)
        }
    }

    /// Takes a picture in the order shown.
    /// - Parameter known: whether it repeats the one before; nil: they are compared.
    /// - Returns: the frame for the next one.
    private func shown(
        _ frame: Frame, repeats known: Bool?, _ inspection: inout Inspection
    ) throws(LibAVError) -> Frame {
        let fields = frame.pointer.pointee
        guard account.give(fields.reordered_opaque, at: fields.pts) else { return frame }
        lastTime = seconds(fields.best_effort_timestamp, base) ?? lastTime
        if concerns, fields.flags & AV_FRAME_FLAG_CORRUPT != 0 || fields.decode_error_flags != 0 {
            inspection.note("parts of a picture are missing", at: lastTime)
        }
        return try meter.take(frame, repeats: known)
    }
}
