// Measures of decoded sound: loudness by ITU-R BS.1770 (libebur128), level over time, clipping.
import CFFmpeg
import CLoudness
import Glibc

public struct SoundMeasures: Codable, Sendable, Hashable {
    /// Per channel.
    public var samples = 0
    /// LUFS; nil for silence and for sound shorter than one gating block of 0.4 s.
    public var integrated: Double?
    /// dBTP, the highest of all channels; nil for digital silence.
    public var truePeak: Double?
    /// LU, by EBU Tech 3342; nil if it is not defined.
    public var range: Double?
    /// LUFS over 3 s, every half second; `floor` for silence.
    @Packed public var shortTerm: [Double] = []
    /// dBFS (RMS) of each tenth of a second, one list a channel; `floor` for digital silence.
    @PackedLists public var levels: [[Float]] = []
    /// Runs of three or more samples in a row at or above full scale.
    public var clippedRuns = 0
    /// Seconds from the first sample to the first such run.
    public var firstClip: Double?
    /// Blocks of `levelStep` whose samples crowd at one level in any channel: clipped, and perhaps turned down
    /// afterwards.
    public var crowded: [Crowd] = []
    public struct Crowd: Codable, Sendable, Hashable {
        public var time: Double
        /// 0...1.
        public var level: Float
    }
    /// Number of blocks that are loud enough to be judged.
    public var loudBlocks = 0
    /// Correlation of the first two channels, -1...1, in each tenth of a second; nil if either is silent. Empty for one
    /// channel.
    @Packed public var correlation: [Float?] = []
    /// The overall correlation.
    public var wholeCorrelation: Double?
    /// DC offset: mean of each channel's samples, relative to full scale.
    public var offsets: [Double] = []
    /// Greatest absolute sample of any channel, every `peakStep` seconds, to find onsets.
    @Packed public var peaks: [Float] = []
    public var peakStep = 0.005

    public static let floor = -70.0
    static let shortTermStep = 0.5
    static let levelStep = 0.1
}

/// Takes decoded frames of one stream, in order.
final class SoundMeter {
    private var measures = SoundMeasures()
    private var loudness: UnsafeMutablePointer<ebur128_state>?
    private var resampler: OpaquePointer?
    private var format: Int32 = -1
    private(set) var rate = 0
    private(set) var channels = 0
    private var buffer: [Float] = []
    private var squares: [Double] = []
    private var inBlock = 0
    private var blockLength = 0
    private var untilShortTerm = 0
    private var clipLengths: [Int] = []
    private var crowds: [LevelCrowd] = []
    private var sums: [Double] = []
    private var product = 0.0, products = 0.0, powers = (left: 0.0, right: 0.0)
    private var peak: Float = 0
    private var inPeak = 0, peakLength = 1
    /// Whether all samples so far are zero. libebur128 is given them once another follows: a film without sound has
    /// none, and to weigh its silence takes half of what its sound track costs.
    private var isSilent = true

    /// A sample from here on counts as clipped: one step of 12 bits below full scale.
    private static let full: Float = 1 - 1 / 4096

    deinit {
        // ebur128_destroy does not accept nil, and a stream without a decoded frame has no state.
        if loudness != nil { ebur128_destroy(&loudness) }
        swr_free(&resampler)
    }

    enum Refusal: Error { case changed, unusable }

    /// - Throws: `Refusal` for a frame in another format than the first, which is not measured; `LibAVError`.
    func take(_ frame: Frame) throws {
        let fields = frame.pointer.pointee
        let count = Int(fields.nb_samples)
        guard count > 0 else { return }
        if format < 0 { try begin(frame) }
        guard fields.format == format, Int(fields.sample_rate) == rate, Int(fields.ch_layout.nb_channels) == channels
        else { throw Refusal.changed }

        if buffer.count < count * channels { buffer = [Float](repeating: 0, count: count * channels) }
        let got: Int32 = buffer.withUnsafeMutableBytes { bytes in
            var target: UnsafeMutablePointer<UInt8>? = bytes.bindMemory(to: UInt8.self).baseAddress
            let source = UnsafeMutableRawPointer(fields.extended_data)?.assumingMemoryBound(
                to: UnsafePointer<UInt8>?.self)
            return swr_convert(resampler, &target, Int32(count), source, Int32(count))
        }
        try libav(got, "convert sound")
        buffer.withUnsafeBufferPointer { measure($0.baseAddress!, Int(got)) }
    }

    private func begin(_ frame: Frame) throws {
        let fields = frame.pointer.pointee
        rate = Int(fields.sample_rate)
        channels = Int(fields.ch_layout.nb_channels)
        guard rate >= 16, rate <= 768_000, (1...64).contains(channels) else { throw Refusal.unusable }
        var layout = fields.ch_layout
        if layout.order == AV_CHANNEL_ORDER_UNSPEC { av_channel_layout_default(&layout, Int32(channels)) }
        var source = layout
        try libav(
            swr_alloc_set_opts2(
                &resampler, &layout, AV_SAMPLE_FMT_FLT, fields.sample_rate,
                &source, AVSampleFormat(fields.format), fields.sample_rate, 0, nil), "convert sound")
        try libav(swr_init(resampler), "convert sound")
        let mode =
            EBUR128_MODE_I.rawValue | EBUR128_MODE_S.rawValue | EBUR128_MODE_LRA.rawValue
            | EBUR128_MODE_TRUE_PEAK.rawValue
        loudness = ebur128_init(UInt32(channels), UInt(rate), Int32(bitPattern: mode))
        guard loudness != nil else { throw LibAVError(code: -12, doing: "measure loudness") }
        format = fields.format
        blockLength = max(1, Int(Double(rate) * SoundMeasures.levelStep))
        untilShortTerm = Int(Double(rate) * SoundMeasures.shortTermStep)
        squares = [Double](repeating: 0, count: channels)
        clipLengths = [Int](repeating: 0, count: channels)
        crowds = [LevelCrowd](repeating: LevelCrowd(), count: channels)
        sums = squares
        peakLength = max(1, Int(Double(rate) * measures.peakStep))
        measures.peakStep = Double(peakLength) / Double(rate)
        measures.levels = [[Float]](repeating: [], count: channels)
    }

    private func measure(_ samples: UnsafePointer<Float>, _ count: Int) {
        var at = 0
        while at < count {
            let take = min(count - at, blockLength - inBlock, untilShortTerm)
            let part = samples + at * channels
            for channel in 0..<channels { scan(part + channel, take, channel) }
            if channels >= 2 { correlate(part, take) }
            follow(part, take)
            weigh(part, take)
            measures.samples += take
            inBlock += take
            untilShortTerm -= take
            at += take
            if inBlock == blockLength { endBlock() }
            if untilShortTerm == 0 {
                var value = 0.0
                let isKnown =
                    !isSilent && ebur128_loudness_shortterm(loudness, &value) == Int32(EBUR128_SUCCESS.rawValue)
                    && value > SoundMeasures.floor
                measures.shortTerm.append(isKnown ? value : SoundMeasures.floor)
                untilShortTerm = Int(Double(rate) * SoundMeasures.shortTermStep)
            }
        }
    }

    private func weigh(_ samples: UnsafePointer<Float>, _ count: Int) {
        if isSilent {
            var heard = 0
            for index in 0..<count &* channels { heard &+= samples[index] == 0 ? 0 : 1 }
            if heard == 0 { return }
            isSilent = false
            let silence = [Float](repeating: 0, count: blockLength * channels)
            var left = measures.samples
            while left > 0 {
                let some = min(left, blockLength)
                ebur128_add_frames_float(loudness, silence, some)
                left -= some
            }
        }
        ebur128_add_frames_float(loudness, samples, count)
    }

    /// One channel of interleaved samples.
    private func scan(_ samples: UnsafePointer<Float>, _ count: Int, _ channel: Int) {
        var sum: Float = 0, total: Float = 0
        var peak: Float = 0
        let step = channels
        for index in 0..<count {
            let value = samples[index &* step]
            sum += value * value
            total += value
            peak = max(peak, abs(value))
        }
        crowds[channel].count(samples, count, step: step)
        if sum.isFinite { squares[channel] += Double(sum) }
        if total.isFinite { sums[channel] += Double(total) }
        // Runs continue from one block to the next. Most blocks have no clipped sample and need no second pass.
        guard peak >= Self.full else { clipLengths[channel] = 0; return }
        var length = clipLengths[channel]
        for index in 0..<count {
            length = abs(samples[index &* step]) >= Self.full ? length + 1 : 0
            if length == 3 {
                measures.clippedRuns += 1
                if measures.firstClip == nil { measures.firstClip = Double(measures.samples + index) / Double(rate) }
            }
        }
        clipLengths[channel] = length
    }

    /// The first two of interleaved channels.
    private func correlate(_ samples: UnsafePointer<Float>, _ count: Int) {
        var sum: Float = 0
        let step = channels
        for index in 0..<count { sum += samples[index &* step] * samples[index &* step &+ 1] }
        if sum.isFinite { product += Double(sum) }
    }

    private func follow(_ samples: UnsafePointer<Float>, _ count: Int) {
        var at = 0
        while at < count {
            let take = min(count - at, peakLength - inPeak)
            for index in at &* channels..<(at + take) &* channels { peak = max(peak, abs(samples[index])) }
            at += take
            inPeak += take
            if inPeak == peakLength {
                measures.peaks.append(peak)
                peak = 0
                inPeak = 0
            }
        }
    }

    private func endBlock() {
        if channels >= 2 {
            let quiet = 1e-6 * Double(inBlock)
            let isHeard = squares[0] > quiet && squares[1] > quiet
            measures.correlation.append(isHeard ? Float(product / (squares[0] * squares[1]).squareRoot()) : nil)
            products += product
            powers = (powers.left + squares[0], powers.right + squares[1])
            product = 0
        }
        for channel in 0..<channels {
            let power = squares[channel] / Double(inBlock)
            measures.levels[channel].append(power > 1e-7 ? Float(10 * log10(power)) : Float(SoundMeasures.floor))
            let level = crowds[channel].end(power: power)
            if power > LevelCrowd.loud { measures.loudBlocks += 1 }
            if let level {
                measures.crowded.append(.init(time: Double(measures.samples - inBlock) / Double(rate), level: level))
            }
            squares[channel] = 0
        }
        inBlock = 0
    }

    func finish() -> SoundMeasures {
        guard let state = loudness else { return measures }
        if inBlock > blockLength / 2 { endBlock() }
        if powers.left > 0, powers.right > 0 {
            measures.wholeCorrelation = products / (powers.left * powers.right).squareRoot()
        }
        measures.offsets = sums.map { $0 / Double(max(1, measures.samples)) }
        var value = 0.0
        if ebur128_loudness_global(state, &value) == Int32(EBUR128_SUCCESS.rawValue), value.isFinite {
            measures.integrated = value
        }
        if ebur128_loudness_range(state, &value) == Int32(EBUR128_SUCCESS.rawValue), value.isFinite {
            measures.range = value
        }
        var highest = 0.0
        for channel in 0..<UInt32(channels)
        where ebur128_true_peak(state, channel, &value) == Int32(EBUR128_SUCCESS.rawValue) {
            highest = max(highest, value)
        }
        if highest > 0, highest.isFinite { measures.truePeak = 20 * log10(highest) }
        return measures
    }
}
