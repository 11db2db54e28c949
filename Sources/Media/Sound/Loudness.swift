// Loudness and true peak by ITU-R BS.1770, measured by libebur128.
import CLoudness
import Glibc

public final class LoudnessMeter {
    private var state: UnsafeMutablePointer<ebur128_state>?
    private let channels: Int

    /// - Parameter truePeak: also measures true peaks (oversampled four times), which costs several times as much.
    public init(channels: Int = 2, rate: Int = 48000, truePeak: Bool = true) {
        self.channels = channels
        let mode = EBUR128_MODE_I.rawValue | (truePeak ? EBUR128_MODE_TRUE_PEAK.rawValue : 0)
        state = ebur128_init(UInt32(channels), UInt(rate), Int32(bitPattern: mode))
        precondition(state != nil, "out of memory")
    }
    deinit { ebur128_destroy(&state) }

    /// Interleaved samples.
    public func add(_ samples: UnsafeBufferPointer<Float>) {
        guard let base = samples.baseAddress else { return }
        ebur128_add_frames_float(state, base, samples.count / channels)
    }

    /// Integrated loudness in LUFS; nil if everything is below the absolute gate of -70 LUFS.
    public var integrated: Double? {
        var value = 0.0
        guard ebur128_loudness_global(state, &value) == 0, value.isFinite else { return nil }
        return value
    }

    /// Highest true peak of any channel in dBTP; nil for digital silence.
    public var truePeak: Double? {
        var highest = 0.0
        for channel in 0..<channels {
            var value = 0.0
            if ebur128_true_peak(state, UInt32(channel), &value) == 0 { highest = max(highest, value) }
        }
        return highest > 0 ? 20 * log10(highest) : nil
    }
}
