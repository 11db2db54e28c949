// Decodes the sound of one file to 48 kHz stereo, whatever its format. Knows nothing of mixes.
import CFFmpeg
import Diagnostics
import Glibc

final class AudioDecoder {
    static let rate = 48000
    private static let channels = 2
    /// Longest gap between packets, in seconds, that counts as rounding of time stamps; longer gaps become silence.
    private static let tolerableGap = 0.1
    /// Consecutive damaged packets after which decoding is given up.
    private static let tolerableDamage = 16

    /// The sounds of a file, of which one is decoded.
    struct Tracks {
        var count: Int
        /// Counted from 1.
        var taken: Int
        var language: String?

        init(of input: FormatInput, taken index: Int) {
            let sounds = input.streams.indices.filter {
                input.streams[$0]?.pointee.codecpar.pointee.codec_type == AVMEDIA_TYPE_AUDIO
            }
            count = sounds.count
            taken = (sounds.firstIndex(of: index) ?? 0) + 1
            language = av_dict_get(input.streams[index]?.pointee.metadata, "language", nil, 0)
                .map { String(cString: $0.pointee.value) }
        }
    }

    let name: String
    let tracks: Tracks
    /// Samples (per channel) returned so far.
    private(set) var position = 0

    private let input: FormatInput
    private let decoder: CodecContext
    private let streamIndex: Int
    private let timeBase: AVRational
    /// Start of the file's timeline in seconds: the start of a clip's pictures, whose sound may start later. In a file
    /// with only sound, the first sample, which has a time after 0 in some formats.
    private var origin: Double?
    /// The declared duration of the sound in seconds, if known.
    private let declared: Double?
    private let packet: Packet
    private let frame: Frame

    private var resampler: OpaquePointer?
    private var resamplerIsMono = false
    /// Format, rate and layout that the resampler was made for.
    private var shape: (format: Int32, rate: Int32, channels: Int32) = (-1, 0, 0)
    /// Converted samples not yet returned, interleaved, from `pendingStart` on.
    private var pending: [Float] = []
    private var pendingStart = 0
    /// Samples of silence to return before `pending`.
    private var silence = 0
    private var produced = 0
    /// Samples before time 0, which are dropped.
    private var excess = 0
    private var damaged = 0
    private var sawDamage = false
    /// Start of missing sound that no decoded sound follows yet.
    private var hole: Double?
    private enum State { case reading, draining, done }
    private var state = State.reading

    /// - Parameter name: how messages name the file.
    init(path: String, name: String) throws {
        self.name = name
        do {
            input = try FormatInput(path: path, name: name)
        } catch let error {
            throw error.isOutOfMemory ? error.problem : SoundProblem.unreadableSound(file: name, reason: error.text)
        }
        guard let best = input.best(AVMEDIA_TYPE_AUDIO) else { throw SoundProblem.noSound(file: name) }
        streamIndex = best.index
        timeBase = best.stream.pointee.time_base
        decoder = try input.decoder(best.stream, best.decoder)
        tracks = Tracks(of: input, taken: best.index)
        for (index, stream) in input.streams.enumerated() where index != best.index {
            stream?.pointee.discard = AVDISCARD_ALL
        }

        func seconds(_ time: Int64, _ base: AVRational) -> Double? {
            time == VG_AV_NOPTS_VALUE || base.num <= 0 || base.den <= 0 ? nil : Double(time) * av_q2d(base)
        }
        origin = input.origin?.seconds
        if let length = Self.wavLength(path, input, best.stream) {
            declared = length
        } else if input.pointer.pointee.duration_estimation_method != AVFMT_DURATION_FROM_BITRATE,
            let length = seconds(best.stream.pointee.duration, timeBase), length > 0
        {
            declared = length
        } else {
            declared = nil
        }
        packet = try Packet()
        frame = try Frame()
    }

    deinit { swr_free(&resampler) }

    /// The duration in the header of a WAV file in seconds. libav uses the size of the file instead, so that a
    /// truncated file would pass for a short one. nil if the header has a placeholder.
    private static func wavLength(_ path: String, _ input: FormatInput, _ stream: UnsafeMutablePointer<AVStream>)
        -> Double?
    {
        guard String(cString: input.pointer.pointee.iformat.pointee.name) == "wav",
            stream.pointee.codecpar.pointee.bit_rate > 0
        else { return nil }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var start = [UInt8](repeating: 0, count: 8)
        guard Glibc.read(descriptor, &start, 8) == 8, start[..<4].elementsEqual("RIFF".utf8) else { return nil }
        let bytes = start[4...].reversed().reduce(0) { $0 << 8 | Int($1) }
        var status = stat()
        guard bytes > 0, !ContainerStructure.isPlaceholder(bytes), fstat(descriptor, &status) == 0,
            bytes + 8 > Int(status.st_size)
        else { return nil }
        return Double(bytes) * 8 / Double(stream.pointee.codecpar.pointee.bit_rate)
    }

    /// Fills the buffer with interleaved stereo samples; returns the number per channel, 0 only at the end. All values
    /// are finite.
    func read(_ out: UnsafeMutableBufferPointer<Float>) throws -> Int {
        let wanted = out.count / Self.channels
        var count = 0
        while count < wanted {
            if silence > 0 {
                let n = min(silence, wanted - count)
                (out.baseAddress! + count * 2).update(repeating: 0, count: n * 2)
                silence -= n
                count += n
            } else if pendingStart < pending.count {
                let n = min((pending.count - pendingStart) / 2, wanted - count)
                pending.withUnsafeBufferPointer {
                    (out.baseAddress! + count * 2).update(from: $0.baseAddress! + pendingStart, count: n * 2)
                }
                pendingStart += n * 2
                count += n
            } else if state == .done {
                break
            } else {
                pending.removeAll(keepingCapacity: true)
                pendingStart = 0
                try advance()
            }
        }
        position += count
        return count
    }

    /// Decodes and drops samples; returns their number.
    func skip(_ count: Int) throws -> Int {
        var left = count
        return try withUnsafeTemporaryAllocation(of: Float.self, capacity: 8192) { buffer in
            while left > 0 {
                let n = try read(UnsafeMutableBufferPointer(rebasing: buffer[..<min(8192, left * 2)]))
                if n == 0 { break }
                left -= n
            }
            return count - left
        }
    }

    private var seconds: Double { Double(produced) / Double(Self.rate) }

    /// Reads and decodes one packet.
    private func advance() throws {
        guard state == .reading else {
            state = .done
            try flushResampler()
            return try checkEnd()
        }
        let isPacket: Bool
        do {
            isPacket = try input.read(packet)
        } catch {
            throw SoundProblem.damagedSound(file: name, seconds: seconds)
        }
        do {
            if isPacket {
                guard packet.pointer.pointee.stream_index == Int32(streamIndex) else { return }
                if packet.pointer.pointee.flags & AV_PKT_FLAG_CORRUPT != 0 { noteDamage() }
                try decoder.send(packet, "decode")
            } else {
                state = .draining
                try decoder.send(nil as Packet?, "decode")
            }
            while try decoder.receive(frame, "decode") == .got {
                // Sound is missing before this frame; without it all later sound would be too early.
                if let hole { throw SoundProblem.damagedSound(file: name, seconds: hole) }
                damaged = 0
                try convert()
                frame.clear()
            }
        } catch let error as LibAVError {
            // Tags and truncated first frames are common at both ends of sound files, so an undecodable packet there is
            // not a fault. The duration decides at the end whether sound is missing.
            if error.isOutOfMemory { throw error }
            if isPacket { noteDamage() } else { sawDamage = true }
            damaged += 1
            if damaged >= Self.tolerableDamage { throw SoundProblem.damagedSound(file: name, seconds: seconds) }
        }
    }

    /// Notes that the current packet is damaged. Ignores tags between the frames of a concatenated MP3, which contain
    /// no sound.
    private func noteDamage() {
        sawDamage = true
        let fields = packet.pointer.pointee
        let isTag =
            decoder.pointer.pointee.codec_id == AV_CODEC_ID_MP3
            && (fields.size < 2 || fields.data[0] != 0xFF || fields.data[1] & 0xE0 != 0xE0)
        if produced > 0, !isTag, hole == nil { hole = seconds }
    }

    private func checkEnd() throws {
        guard produced > 0 else {
            throw sawDamage ? SoundProblem.damagedSound(file: name, seconds: 0) : SoundProblem.emptySound(file: name)
        }
        if let declared, declared - seconds > 0.25 + declared * 0.005 {
            throw SoundProblem.truncatedSound(file: name, declared: declared, ends: seconds)
        }
    }

    private func convert() throws {
        let f = frame.pointer
        guard f.pointee.nb_samples > 0 else { return }
        let channels = f.pointee.ch_layout.nb_channels
        guard (2000...768_000).contains(f.pointee.sample_rate), (1...64).contains(channels) else {
            throw SoundProblem.unreadableSound(
                file: name, reason: "it has \(f.pointee.sample_rate) Hz and \(channels) channels")
        }
        if resampler == nil || shape != (f.pointee.format, f.pointee.sample_rate, channels) {
            try flushResampler()
            try makeResampler()
        }
        fillGap()
        let data =
            UnsafeMutablePointer(OpaquePointer(f.pointee.extended_data)) as UnsafeMutablePointer<UnsafePointer<UInt8>?>?
        try append(data, f.pointee.nb_samples)
    }

    /// Inserts silence for gaps in the time stamps; at most an hour, since stamps may be wrong.
    private func fillGap() {
        let pts = frame.pointer.pointee.best_effort_timestamp
        guard pts != VG_AV_NOPTS_VALUE else { return }
        let time = Double(pts) * av_q2d(timeBase)
        guard let origin else { self.origin = time - seconds; return }
        let gap = time - origin - seconds
        if produced == 0, gap < 0 {
            excess = Int((min(-gap, ClipClock.encoderDelay.seconds) * Double(Self.rate)).rounded())
        }
        guard gap.isFinite, gap > (produced == 0 ? 0.0005 : Self.tolerableGap) else { return }
        let samples = Int((min(gap, 3600) * Double(Self.rate)).rounded())
        // Pending samples precede the gap.
        if pendingStart < pending.count { pending += repeatElement(0, count: samples * 2) } else { silence += samples }
        produced += samples
    }

    private func makeResampler() throws {
        let f = frame.pointer
        var from = AVChannelLayout(), to = AVChannelLayout()
        defer {
            av_channel_layout_uninit(&from)
            av_channel_layout_uninit(&to)
        }
        let channels = f.pointee.ch_layout.nb_channels
        if f.pointee.ch_layout.order == AV_CHANNEL_ORDER_UNSPEC {
            av_channel_layout_default(&from, channels)
        } else {
            try libav(av_channel_layout_copy(&from, &f.pointee.ch_layout), "read the channels of '\(name)'")
        }
        // One channel is copied to both sides at its level; libswresample would attenuate it by 3 dB.
        resamplerIsMono = channels == 1
        av_channel_layout_default(&to, resamplerIsMono ? 1 : 2)
        if resamplerIsMono {
            av_channel_layout_uninit(&from)
            av_channel_layout_default(&from, 1)
        }
        swr_free(&resampler)
        try libav(
            swr_alloc_set_opts2(
                &resampler, &to, AV_SAMPLE_FMT_FLT, Int32(Self.rate), &from,
                AVSampleFormat(rawValue: f.pointee.format), f.pointee.sample_rate, 0, nil),
            "convert the sound of '\(name)'")
        try libav(swr_init(resampler), "convert the sound of '\(name)'")
        shape = (f.pointee.format, f.pointee.sample_rate, channels)
    }

    private func flushResampler() throws {
        if resampler != nil { try append(nil, 0) }
    }

    private func append(_ data: UnsafeMutablePointer<UnsafePointer<UInt8>?>?, _ count: Int32) throws {
        let room = Int(try libav(swr_get_out_samples(resampler, count), "convert the sound of '\(name)'"))
        guard room > 0 else { return }
        let width = resamplerIsMono ? 1 : 2
        // Loops over plain memory: a check of exclusive access for each sample would cost more than decoding.
        let converted = try withUnsafeTemporaryAllocation(of: Float.self, capacity: room * 2) {
            buffer throws -> Int in
            var plane: UnsafeMutablePointer<UInt8>? = UnsafeMutableRawPointer(buffer.baseAddress!).assumingMemoryBound(
                to: UInt8.self)
            let n = Int(
                try libav(swr_convert(resampler, &plane, Int32(room), data, count), "convert the sound of '\(name)'"))
            let dropped = min(n, excess)
            excess -= dropped
            for index in 0..<n &* width {
                let sample = buffer[index]
                buffer[index] = sample.isFinite ? max(-64, min(64, sample)) : 0
            }
            if width == 1 {
                // From the end, so that no sample is overwritten before it is copied.
                for index in stride(from: n &- 1, through: 0, by: -1) {
                    buffer[index &* 2 &+ 1] = buffer[index]
                    buffer[index &* 2] = buffer[index]
                }
            }
            pending.append(contentsOf: UnsafeBufferPointer(rebasing: buffer[(dropped * 2)..<(n * 2)]))
            return n - dropped
        }
        produced += converted
    }
}
