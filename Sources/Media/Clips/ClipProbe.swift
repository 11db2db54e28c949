// Probes clips and sounds: whether the file is whole, its duration and size. Decodes the first and the last second.
import CFFmpeg
import Composition
import Diagnostics

struct ClipProbe {
    let file: InputFile
    let format: FileFormat

    /// A day. Longer sources are refused, which keeps times in frames far from overflow.
    static let maximumSeconds = 86_400.0

    /// A stream that is being decoded on trial.
    private final class Trial {
        let index: Int
        let base: AVRational
        let isVideo: Bool
        let decoder: CodecContext
        var frames = 0
        /// End of the last packet, in seconds on the file's own clock.
        var end = -Double.infinity
        /// The first key frame after a seek. Pictures before it depend on pictures that were not read, so their faults
        /// are not the file's.
        var keyStamp: Int64?
        var startsAtSeek = false
        init(index: Int, base: AVRational, isVideo: Bool, decoder: CodecContext) {
            self.index = index
            self.base = base
            self.isVideo = isVideo
            self.decoder = decoder
        }
    }

    private var words: String {
        switch format {
        case .wav, .flac, .mp3, .aac, .aiff: "sound"
        default: "clip"
        }
    }

    func run() throws -> ProbeResult {
        try structure()
        do { return try streams() } catch let error as LibAVError {
            if error.isOutOfMemory { throw MediaProblem(error) }
            throw MediaProblem.damaged(name: file.name, what: words, place: "it", reason: error.text.lowercasedFirst)
        }
    }

    /// Checks the container's own lengths, since libav tolerates wrong ones.
    private func structure() throws(MediaProblem) {
        switch format {
        case .mp4, .quicktime:
            let boxes = try Mp4Boxes.read(file)
            if let cut = boxes.cut {
                throw .truncated(
                    name: file.name, what: "MP4",
                    place:
                        "it ends after \(file.size) bytes, but its box '\(cut.type)' begins at \(cut.offset) and has "
                        + "\(cut.size)"
                )
            }
            guard boxes.hasIndex else {
                throw .truncated(name: file.name, what: "MP4", place: "it has no index (box 'moov')")
            }
            if let fault = boxes.faults.first {
                throw .damaged(name: file.name, what: "MP4", place: "its index", reason: fault)
            }
        default:
            let structure = try ContainerStructure(file, format)
            if let cut = structure.cut { throw .truncated(name: file.name, what: words, place: "it \(cut)") }
            if let fault = structure.faults.first {
                throw .damaged(name: file.name, what: words, place: "the whole file", reason: fault)
            }
        }
    }

    /// Whether a WAV has placeholders for its lengths; its data then extend to the end of the file.
    private func isStreamed() throws(MediaProblem) -> Bool {
        guard format == .wav, file.size < 0x7000_0000 else { return false }
        for chunk in try chunks() where chunk.type == "data" { return ContainerStructure.isPlaceholder(chunk.length) }
        return false
    }

    /// The first hundred RIFF chunks.
    private func chunks() throws(MediaProblem) -> [(type: String, offset: Int, length: Int)] {
        var found: [(type: String, offset: Int, length: Int)] = []
        var offset = 12
        while found.count < 100 {
            let head = try file.bytes(at: offset, count: 8)
            guard head.count == 8 else { break }
            let length = head[4...].reversed().reduce(0) { $0 << 8 | Int($1) }
            found.append((String(decoding: head[..<4], as: UTF8.self), offset, length))
            offset += 8 + length + length & 1
        }
        return found
    }

    /// WAV files that were simply concatenated contain another header after the data of the first; players stop there.
    private func joined() throws(MediaProblem) -> MediaProblem? {
        guard format == .wav, let second = try chunks().first(where: { $0.type == "RIFF" }) else { return nil }
        return .partlyShown(
            name: file.name, what: "several WAV files in one",
            shown: "the part after the first, from byte \(second.offset) of \(file.size), is not heard",
            hint: "join them under one header, for example with 'sox A.wav B.wav OUT.wav'")
    }

    private func streams() throws -> ProbeResult {
        let input = try FormatInput(path: file.path, name: file.name)
        let picture = try ClipStream(input)
        if let colors = picture?.unreadColors {
            throw MediaProblem.unsupported(
                name: file.name, what: "a clip with colours in \(colors)",
                hint: "convert it to BT.709, for example with 'ffmpeg -i IN -vf zscale=m=709 OUT'")
        }
        var trials: [Trial] = []
        if let picture {
            trials.append(
                Trial(index: picture.index, base: picture.timeBase, isVideo: true, decoder: try picture.open(input)))
        }
        let sound = input.best(AVMEDIA_TYPE_AUDIO)
        if let sound {
            trials.append(
                Trial(
                    index: sound.index, base: sound.stream.pointee.time_base, isVideo: false,
                    decoder: try ClipStream.open(input, sound.stream, sound.decoder, threads: 1, recognition: 0)))
        }
        guard !trials.isEmpty else {
            let codecs = input.streams.compactMap { stream -> String? in
                guard let parameters = stream?.pointee.codecpar.pointee,
                    parameters.codec_type == AVMEDIA_TYPE_VIDEO || parameters.codec_type == AVMEDIA_TYPE_AUDIO
                else { return nil }
                return String(cString: avcodec_get_name(parameters.codec_id))
            }
            if codecs.isEmpty { throw MediaProblem.noStream(name: file.name) }
            throw MediaProblem.unsupported(
                name: file.name, what: "coded as \(codecs.joined(separator: " and "))",
                hint: "convert it to H.264 and AAC")
        }

        try head(input, trials)
        var duration = input.headerDuration
        if try duration == nil || input.durationIsGuessed || isStreamed() {
            duration = try scan(input, trials)
        } else if let header = duration {
            var last = try tail(input, trials, header)
            // Some demuxers miscalculate the time after a seek (ADPCM in WAV), so nothing is called truncated before
            // all of it was read.
            if isShort(last, of: header, input), input.seek(toSeconds: 0) {
                last = max(last, input.start + (try scan(input, trials)))
            }
            let end = last - input.start
            if isShort(last, of: header, input) {
                throw MediaProblem.truncated(
                    name: file.name, what: words,
                    place: "its header says \(tenths(header)) s, but its data end at \(tenths(end)) s")
            }
            if end.isFinite, end > 0, input.start > 0, end < header - margin(header) { duration = end }
        }
        guard let duration, duration.isFinite, duration > 0 else {
            throw MediaProblem.badDuration(name: file.name, reason: "neither its header nor its data give one")
        }
        guard duration <= Self.maximumSeconds else {
            throw MediaProblem.badDuration(name: file.name, reason: "it is longer than a day")
        }
        let rounded = (duration * 1_000_000).rounded() / 1_000_000
        let warnings = try warnings(picture, in: input)
        guard let picture else {
            return ProbeResult(
                kind: .audio, format: format.words, duration: rounded, hasAudio: true,
                warnings: warnings)
        }
        let size = picture.orientation.applied(width: picture.width, height: picture.height)
        var result = ProbeResult(
            kind: .video, format: format.words, size: PixelSize(width: size.width, height: size.height),
            duration: rounded, hasAudio: sound != nil, isOpaque: picture.isOpaque, warnings: warnings)
        result.rate = ClipClock.constantRate(picture.stream)
        return result
    }

    /// Half a second allows for rounding, and for an encoder's delay that only one of data and header counts.
    private func margin(_ header: Double) -> Double { max(0.5, header * 0.001) }

    /// Whether the data end before the header says. Some headers give the time of the end, others the duration; the two
    /// differ in a file that begins later than 0.
    private func isShort(_ last: Double, of header: Double, _ input: FormatInput) -> Bool {
        let end = last - input.start
        return end.isFinite && max(end, last) < header - margin(header)
    }

    private func warnings(_ picture: ClipStream?, in input: FormatInput) throws(MediaProblem) -> [MediaProblem] {
        var warnings: [MediaProblem] = []
        // Covers and thumbnails are no pictures of the clip.
        let pictures = input.streams.indices.filter { index in
            guard let stream = input.streams[index]?.pointee else { return false }
            return stream.codecpar.pointee.codec_type == AVMEDIA_TYPE_VIDEO
                && stream.disposition & (AV_DISPOSITION_ATTACHED_PIC | AV_DISPOSITION_TIMED_THUMBNAILS) == 0
        }
        if let picture, pictures.count > 1, let taken = pictures.firstIndex(of: picture.index) {
            warnings.append(
                .partlyShown(
                    name: file.name, what: "a clip with \(pictures.count) streams of pictures",
                    shown: "number \(taken + 1) is shown",
                    hint: "put the one that is meant into a file of its own, such as 'ffmpeg -i FILE -map 0:v:0 -map "
                        + "0:a? -c copy OTHER', and name that"))
        }
        if let joined = try joined() { warnings.append(joined) }
        if picture?.losesAlpha == true {
            warnings.append(
                .partlyShown(
                    name: file.name, what: "a clip with transparency",
                    shown: "the decoders of this build do not read it, so the clip is opaque",
                    hint: "convert it to ProRes 4444 in MOV"))
        }
        if let colors = picture?.nearColors {
            warnings.append(
                .partlyShown(
                    name: file.name, what: "a clip with colours in \(colors.own)",
                    shown: "they are read as \(colors.taken)", hint: "convert it to BT.709"))
        }
        return warnings
    }

    /// Decodes about the first second.
    private func head(_ input: FormatInput, _ trials: [Trial]) throws {
        let packet = try Packet()
        var packets = 0
        while packets < 3000, try input.read(packet) {
            packets += 1
            guard let trial = trials.first(where: { $0.index == packet.pointer.pointee.stream_index }) else { continue }
            try decode(packet, trial)
            if trials.allSatisfy({ $0.end - input.start > 1 }) { break }
        }
        for trial in trials {
            if trial.frames == 0 { try drain(trial) }
            guard trial.frames > 0 else { throw broken(trial, at: 0, "the decoder produces no output") }
        }
    }

    /// Decodes from the key frame before the last second to the end; returns the end of the data.
    private func tail(_ input: FormatInput, _ trials: [Trial], _ duration: Double) throws -> Double {
        // In a format without an index a seek lands anywhere and no picture comes out before the next key frame. It is
        // then repeated from further back.
        var back = 1.0
        while true {
            let target = max(0, duration - back)
            let didSeek = input.seek(toSeconds: target)
            if didSeek {
                for trial in trials {
                    avcodec_flush_buffers(trial.decoder.pointer)
                    trial.startsAtSeek = true
                    trial.keyStamp = nil
                }
            }
            for trial in trials { trial.frames = 0 }
            let packet = try Packet()
            while try read(input, packet, trials) {
                let fields = packet.pointer.pointee
                guard let trial = trials.first(where: { $0.index == fields.stream_index }) else { continue }
                if trial.startsAtSeek, trial.keyStamp == nil, !trial.isVideo || fields.flags & AV_PKT_FLAG_KEY != 0 {
                    trial.keyStamp = fields.pts
                }
                try decode(packet, trial)
            }
            for trial in trials { try drain(trial) }
            let cameOut = trials.filter { $0.frames > 0 }
            let isEnough = cameOut.contains { $0.isVideo == trials[0].isVideo } || back > 60 && !cameOut.isEmpty
            if !didSeek || target <= 0 || isEnough { break }
            back *= 4
        }
        // Sound may end long before the pictures, or pictures before the sound, but one of them must reach the end.
        guard let last = trials.max(by: { $0.end < $1.end }), last.frames > 0 else {
            throw broken(trials[0], at: max(0, duration - 1), "the decoder produces no output")
        }
        return last.end
    }

    /// Reads to the end without decoding; returns the duration of the data.
    private func scan(_ input: FormatInput, _ trials: [Trial]) throws -> Double {
        let packet = try Packet()
        while try read(input, packet, trials) {
            if let trial = trials.first(where: { $0.index == packet.pointer.pointee.stream_index }) {
                note(packet, trial)
            }
        }
        return (trials.map(\.end).max() ?? 0) - input.start
    }

    private func read(_ input: FormatInput, _ packet: Packet, _ trials: [Trial]) throws -> Bool {
        do { return try input.read(packet) } catch {
            throw broken(
                trials[0], at: max(0, (trials.map(\.end).max() ?? 0) - input.start), error.text.lowercasedFirst)
        }
    }

    private func note(_ packet: Packet, _ trial: Trial) {
        let fields = packet.pointer.pointee
        let stamp = fields.pts == VG_AV_NOPTS_VALUE ? fields.dts : fields.pts
        if let time = seconds(stamp, trial.base) {
            trial.end = max(trial.end, time + (seconds(max(0, fields.duration), trial.base) ?? 0))
        }
    }

    private func decode(_ packet: Packet, _ trial: Trial) throws {
        note(packet, trial)
        do { try trial.decoder.send(packet, "decode '\(file.name)'") } catch {
            if error.isOutOfMemory { throw error }
            // The first packets of MP3 and AAC after a seek depend on those before them.
            if trial.isVideo, counts(packet.pointer.pointee.pts, trial) {
                throw broken(trial, at: max(0, trial.end), error.text.lowercasedFirst)
            }
            return
        }
        try receive(trial)
    }

    private func drain(_ trial: Trial) throws {
        try? trial.decoder.sendEnd()
        try receive(trial)
    }

    private func receive(_ trial: Trial) throws {
        let frame = try Frame()
        while true {
            let step: CodecContext.Step
            do { step = try trial.decoder.receive(frame, "decode '\(file.name)'") } catch {
                if error.isOutOfMemory { throw error }
                if trial.isVideo, !trial.startsAtSeek {
                    throw broken(trial, at: max(0, trial.end), error.text.lowercasedFirst)
                }
                return
            }
            guard step == .got else { return }
            trial.frames += 1
            let fields = frame.pointer.pointee
            let stamp = fields.best_effort_timestamp
            if trial.isVideo, counts(stamp, trial),
                fields.flags & AV_FRAME_FLAG_CORRUPT != 0 || fields.decode_error_flags != 0
            {
                throw broken(trial, at: seconds(stamp, trial.base) ?? 0, "parts of the picture are missing")
            }
        }
    }

    private func counts(_ stamp: Int64, _ trial: Trial) -> Bool {
        guard trial.startsAtSeek else { return true }
        guard let key = trial.keyStamp, key != VG_AV_NOPTS_VALUE, stamp != VG_AV_NOPTS_VALUE else { return false }
        return stamp >= key
    }

    private func broken(_ trial: Trial, at time: Double, _ reason: String) -> MediaProblem {
        .damaged(
            name: file.name, what: words, place: "the \(trial.isVideo ? "picture" : "sound") at \(tenths(time)) s",
            reason: reason)
    }
}
