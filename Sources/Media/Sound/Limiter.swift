// A look-ahead limiter of true peaks for interleaved stereo. Output lags input by `delay` samples.
import Glibc

/// Finds the gain that each sample needs on the signal oversampled four times (as BS.1770, annex 2 measures peaks),
/// takes its minimum over the look-ahead, releases it exponentially, then averages it over the look-ahead. No averaged
/// gain exceeds what its sample needs, so the ceiling holds and the gain curve has no corner.
package struct Limiter {
    /// Look-ahead in samples: 5 ms at 48 kHz.
    static let lookAhead = 240
    /// Half the length of the interpolation filter.
    private static let half = 6
    private static let taps = 2 * half
    /// Time constant of the release: 63 % in 3840 samples (80 ms).
    private static let release: Float = 1 - exp(-1 / 3840)

    static var delay: Int { lookAhead - 1 + half }

    private let ceiling: Float
    /// Interpolators for 1/4, 2/4 and 3/4 of a sample, windowed sinc: for each tap its weight in the three, and 0.
    private let phases: [SIMD4<Float>]
    /// Largest factor by which an interpolated value can exceed its samples.
    private let overshoot: Float

    /// The last `taps` input samples of each channel, twice in a row so that a window is contiguous.
    private var left = [Float](repeating: 0, count: 2 * taps)
    private var right = [Float](repeating: 0, count: 2 * taps)
    private var slot = 0
    /// Input waiting for its gain: `delay` + 1 samples, interleaved.
    private var line = [Float](repeating: 0, count: 2 * (delay + 1))
    private var lineAt = 0
    /// Minimum over a sliding window of `lookAhead` + 1: (sample, gain), gains ascending; a ring with room for one
    /// more.
    private var minima = [(index: Int, gain: Float)](repeating: (0, 1), count: lookAhead + 2)
    private var minimaFirst = 0
    private var minimaCount = 0
    private var index = 0
    private var held: Float = 1
    private var window = [Float](repeating: 1, count: lookAhead)
    private var windowAt = 0
    /// In double precision, so that it does not drift over hours.
    private var sum = Double(lookAhead)
    /// The lowest applied gain.
    private(set) var lowest: Float = 1
    /// How many samples in a row needed no gain while the release stood still.
    private var atRest = 0
    /// In `pass`: the waiting input and the new one.
    private var passing: [Float] = []

    /// - Parameter ceiling: in dBTP.
    package init(ceiling: Double) {
        self.ceiling = Float(pow(10, ceiling / 20))
        var phases = [SIMD4<Float>](repeating: .zero, count: Self.taps)
        var overshoot: Float = 1
        for phase in 1...3 {
            var taps: [Double] = []
            for tap in 0..<Self.taps {
                let x = Double(tap - Self.half + 1) - Double(phase) / 4
                let sinc = x == 0 ? 1 : sin(.pi * x) / (.pi * x)
                // Blackman over the filter's length.
                let t = (x + Double(Self.half)) / Double(Self.taps)
                taps.append(sinc * (0.42 - 0.5 * cos(2 * .pi * t) + 0.08 * cos(4 * .pi * t)))
            }
            let total = taps.reduce(0, +)
            for tap in 0..<Self.taps { phases[tap][phase - 1] = Float(taps[tap] / total) }
            overshoot = max(overshoot, taps.reduce(0) { $0 + Float(abs($1 / total)) })
        }
        self.phases = phases
        self.overshoot = overshoot
    }

    /// Multiplies `samples` (interleaved stereo) by `gain` and replaces them by the limited signal, delayed by `delay`
    /// samples.
    package mutating func process(_ samples: UnsafeMutableBufferPointer<Float>, gain: Float) {
        // The gain is one number from here to the end of the samples.
        if atRest > Self.lookAhead, samples.count >= 2 * Self.taps,
            max(Self.peak(of: UnsafeBufferPointer(samples)) * gain, max(Self.peak(of: left), Self.peak(of: right)))
                * overshoot <= ceiling
        {
            return pass(samples, gain: gain)
        }
        for at in stride(from: 0, to: samples.count - 1, by: 2) {
            let l = samples[at] * gain, r = samples[at + 1] * gain
            left[slot] = l
            left[slot + Self.taps] = l
            right[slot] = r
            right[slot + Self.taps] = r
            slot = slot + 1 == Self.taps ? 0 : slot + 1

            // The sample that this peak belongs to is `half` samples old.
            let peak = peakOfWindow()
            let needed = peak > ceiling ? ceiling / peak : 1
            let minimum = slide(needed)
            let before = held
            held = min(minimum, held + (1 - held) * Self.release)
            atRest = needed == 1 && held == before ? atRest + 1 : 0
            sum += Double(held) - Double(window[windowAt])
            window[windowAt] = held
            windowAt = windowAt + 1 == Self.lookAhead ? 0 : windowAt + 1
            let applied = min(1, Float(sum / Double(Self.lookAhead)))
            lowest = min(lowest, applied)

            line[lineAt * 2] = l
            line[lineAt * 2 + 1] = r
            lineAt = lineAt + 1 == Self.delay + 1 ? 0 : lineAt + 1
            samples[at] = line[lineAt * 2] * applied
            samples[at + 1] = line[lineAt * 2 + 1] * applied
        }
    }

    /// What `process` does where nothing moves: no sample needs a gain, and the release has reached its end.
    private mutating func pass(_ samples: UnsafeMutableBufferPointer<Float>, gain: Float) {
        let count = samples.count / 2, applied = min(1, Float(sum / Double(Self.lookAhead)))
        passing.removeAll(keepingCapacity: true)
        // The oldest of the line has been given out.
        passing += line[(2 * (lineAt + 1))...]
        passing += line[..<(2 * lineAt)]
        for sample in samples[..<(2 * count)] { passing.append(sample * gain) }
        for index in 0..<2 * count { samples[index] = passing[index] * applied }

        line.replaceSubrange(0..., with: passing.suffix(line.count))
        lineAt = 0
        for tap in 0..<Self.taps {
            let at = passing.count - 2 * (Self.taps - tap)
            (left[tap], left[tap + Self.taps]) = (passing[at], passing[at])
            (right[tap], right[tap + Self.taps]) = (passing[at + 1], passing[at + 1])
        }
        slot = 0
        index += count
        (minima[0], minimaFirst, minimaCount) = ((index - 1, 1), 0, 1)
    }

    /// The highest magnitude; NaN, whose bits are above all, if there is one.
    private static func peak(of samples: some Collection<Float>) -> Float {
        let bits = samples.withContiguousStorageIfAvailable { samples in
            var most: UInt32 = 0
            for index in 0..<samples.count { most = max(most, samples[index].bitPattern & 0x7fff_ffff) }
            return most
        }
        return Float(bitPattern: bits ?? 0x7fff_ffff)
    }

    /// The highest magnitude between the middle sample of the window and the next one.
    private func peakOfWindow() -> Float {
        left.withUnsafeBufferPointer { left in
            right.withUnsafeBufferPointer { right in
                let l = left.baseAddress! + slot, r = right.baseAddress! + slot
                var bounds = SIMD4<Float>.zero
                for tap in stride(from: 0, to: Self.taps, by: 4) {
                    let a = Self.magnitudes(l + tap), b = Self.magnitudes(r + tap)
                    let most = a.replacing(with: b, where: b .>= a)
                    bounds.replace(with: most, where: most .>= bounds)
                }
                let bound = bounds.max()
                let middle = Self.half - 1
                var peak = max(abs(l[middle]), abs(r[middle]), max(abs(l[middle + 1]), abs(r[middle + 1])))
                if bound * overshoot <= ceiling { return peak }
                phases.withUnsafeBufferPointer { phases in
                    // The three at once, each in the order of its taps.
                    var a = SIMD4<Float>.zero, b = a
                    for tap in 0..<Self.taps {
                        a += l[tap] * phases[tap]
                        b += r[tap] * phases[tap]
                    }
                    for phase in 0..<3 { peak = max(peak, max(abs(a[phase]), abs(b[phase]))) }
                }
                return peak
            }
        }
    }

    private static func magnitudes(_ samples: UnsafePointer<Float>) -> SIMD4<Float> {
        let bits = UnsafeRawPointer(samples).loadUnaligned(as: SIMD4<UInt32>.self)
        return unsafeBitCast(bits & 0x7fff_ffff, to: SIMD4<Float>.self)
    }

    /// Adds the newest gain and returns the minimum of the last `lookAhead` + 1, since a peak between two samples
    /// counts for both.
    private mutating func slide(_ gain: Float) -> Float {
        let size = minima.count
        while minimaCount > 0, minima[(minimaFirst + minimaCount - 1) % size].gain >= gain { minimaCount -= 1 }
        minima[(minimaFirst + minimaCount) % size] = (index, gain)
        minimaCount += 1
        if minima[minimaFirst].index < index - Self.lookAhead {
            minimaFirst = (minimaFirst + 1) % size
            minimaCount -= 1
        }
        index += 1
        return minima[minimaFirst].gain
    }
}
