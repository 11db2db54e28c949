// Compares the sound that a file should contain with its sound: both as one channel at 8 kHz, in short stretches.
// Ignores loudness, codec and polarity, but detects a different word.
import CFFmpeg
import Composition
import Diagnostics
import Glibc

public enum PromisedSound {
    /// The mix of a spec, to be mixed here.
    case mix(AudioMix, files: [AssetDigest: SoundFile])
    /// The output of the audio stage. A file with the same packets need not be decoded.
    case encoded(SoundFile)
}

/// The comparison, in stretches.
public struct SoundHeld: Sendable {
    public struct Stretch: Sendable {
        /// Seconds from the first picture.
        public var time: Double
        /// Levels in dBFS.
        public var promised, heard: Float
        /// 0...1: 1 is the same wave, 0 an unrelated one.
        public var likeness: Float
        /// Gain of loud samples relative to quiet ones, within short moments: 1 for an intact wave, less for a clipped
        /// one; nil if unknown.
        public var crest: Float?
    }
    /// Every `step` seconds.
    public var stretches: [Stretch] = []
    /// Seconds by which the whole sound is late; negative if early. nil if no shift makes it alike.
    public var shift: Double?
    /// Why nothing was compared.
    public var refusal: String?
    /// Number of packets if the file's sound consists exactly of the encoded ones; then there are no stretches.
    public var copiedPackets: Int?

    static let rate = 8000.0
    static let length = 0.4, step = 0.2
}

extension SoundHeld {
    /// Codecs and containers shift sound by less than this.
    private static let tolerance = 0.045
    /// Largest shift that is searched for.
    private static let reach = 2.0
    private static let floor: Float = -90

    /// - Parameter copied: `PromisedSound.copiedPackets`.
    static func held(_ promised: PromisedSound, copied: Int?, path: String, name: String) -> SoundHeld {
        if let copied { return SoundHeld(copiedPackets: copied) }
        do {
            let wanted = try promised.coarse(), heard = try coarse(path: path, name: name)
            return SoundHeld(wanted, heard)
        } catch { return SoundHeld(refusal: (error as? any Problem)?.diagnostic.message ?? "\(error)") }
    }

    /// Positions in the heard sound for each promised sample, since one sample of 8 kHz is a quarter of the period of 2
    /// kHz.
    private static let fine = 3

    init(_ wanted: [Float], _ heard: [Float]) {
        let count = Int(Self.length * Self.rate), step = Int(Self.step * Self.rate), fine = Self.fine
        let near = Int(Self.tolerance * Self.rate) * fine
        var usual = 0
        for at in stride(from: 0, to: max(1, wanted.count - count + 1), by: step) where at + count <= wanted.count {
            let level = Self.level(wanted, at, count, 1)
            var best = (lag: usual, likeness: Float(0))
            if level > -80 {
                best = Self.best(wanted, at, count, in: heard, max(-near, usual - 2)...min(near, usual + 2))
                if best.likeness < 0.9 { best = Self.best(wanted, at, count, in: heard, -near...near) }
                if best.likeness > 0.9 { usual = best.lag }
            }
            stretches.append(
                Stretch(
                    time: Double(at) / Self.rate, promised: level,
                    heard: Self.level(heard, at * fine + usual, count, fine),
                    likeness: best.likeness, crest: Self.crest(wanted, at, count, in: heard, lag: best.lag)))
        }
        let loud = stretches.indices.sorted { stretches[$0].promised > stretches[$1].promised }.prefix(3)
        guard loud.contains(where: { stretches[$0].likeness < 0.7 }) else {
            shift = Double(usual) / Double(fine) / Self.rate; return
        }
        var shifts: [Double] = []
        for index in loud where stretches[index].promised > -60 {
            let reach = Int(Self.reach * Self.rate) * fine
            let found = Self.best(wanted, index * step, count, in: heard, -reach...reach, every: fine)
            if found.likeness >= 0.7 { shifts.append(Double(found.lag) / Double(fine) / Self.rate) }
        }
        shifts.sort()
        if let first = shifts.first, let last = shifts.last, last - first < 0.02 { shift = shifts[shifts.count / 2] }
    }

    /// Level in dBFS of every `every`-th sample.
    private static func level(_ samples: [Float], _ at: Int, _ count: Int, _ every: Int) -> Float {
        var sum: Float = 0
        for index in stride(from: max(0, at), to: min(samples.count, at + count * every), by: every) {
            sum += samples[index] * samples[index]
        }
        return sum > 0 ? max(floor, 10 * log10(sum / Float(count))) : floor
    }

    /// Computed in moments of 1/80 s, since a limiter turns down all samples of a moment alike.
    private static func crest(_ wanted: [Float], _ at: Int, _ count: Int, in heard: [Float], lag: Int) -> Float? {
        let moment = 100
        var low = (product: Float(0), power: Float(0)), high = low
        for start in stride(from: at, to: at + count, by: moment) {
            let most = wanted[start..<min(wanted.count, start + moment)].reduce(0) { max($0, abs($1)) }
            guard most > 0.001, start * fine + lag >= 0, (start + moment) * fine + lag < heard.count else { continue }
            for index in start..<start + moment {
                let value = wanted[index], share = abs(value) / most
                guard share > 0.15, share < 0.45 || share > 0.8 else { continue }
                let product = value * heard[index * fine + lag] / (most * most), power = value * value / (most * most)
                if share > 0.8 {
                    high = (high.product + product, high.power + power)
                } else {
                    low = (low.product + product, low.power + power)
                }
            }
        }
        guard low.power > 0.5, high.power > 0.5, abs(low.product) > 0 else { return nil }
        return max(0, min(2, (high.product / high.power) / (low.product / low.power)))
    }

    /// The lag, in positions of the heard sound, with the highest likeness, and that likeness.
    private static func best(
        _ wanted: [Float], _ at: Int, _ count: Int, in heard: [Float], _ lags: ClosedRange<Int>,
        every: Int = 1
    ) -> (lag: Int, likeness: Float) {
        var best = (lag: 0, likeness: Float(0))
        wanted.withUnsafeBufferPointer { wanted in
            heard.withUnsafeBufferPointer { heard in
                var power: Float = 0
                for index in at..<at + count { power += wanted[index] * wanted[index] }
                guard power > 0 else { return }
                for lag in stride(from: lags.lowerBound, through: lags.upperBound, by: every) {
                    let from = max(at, (fine - 1 - lag) / fine), to = min(at + count, (heard.count - lag) / fine)
                    guard to - from > count / 2 else { continue }
                    var product: Float = 0, other: Float = 0
                    for index in from..<to {
                        let value = heard[index &* fine &+ lag]
                        product += wanted[index] * value
                        other += value * value
                    }
                    guard other > 0 else { continue }
                    let likeness = abs(product) / (power * other).squareRoot()
                    if likeness > best.likeness { best = (lag, likeness) }
                }
            }
        }
        return best
    }

    fileprivate static func coarse(path: String, name: String) throws -> [Float] {
        let decoder = try AudioDecoder(path: path, name: name)
        return try coarse(every: 6 / fine) { try decoder.read($0) }
    }

    /// Means of six samples at 48 kHz of both channels; one for every `step` samples.
    fileprivate static func coarse(every step: Int, _ read: (UnsafeMutableBufferPointer<Float>) throws -> Int) throws
        -> [Float]
    {
        let block = 4096, buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: block * 2)
        defer { buffer.deallocate() }
        var parts: [Float] = [], result: [Float] = [], sum: Float = 0, held = 0
        while true {
            let count = try read(buffer)
            if count == 0 { break }
            for index in 0..<count {
                sum += buffer[index * 2] + buffer[index * 2 + 1]
                held += 1
                if held == step {
                    parts.append(sum / 12)
                    (sum, held) = (0, 0)
                }
            }
        }
        let width = 6 / step
        guard parts.count >= width else { return [] }
        result.reserveCapacity(parts.count - width + 1)
        for at in 0...parts.count - width { result.append(parts[at..<at + width].reduce(0, +)) }
        return result
    }
}

extension PromisedSound {
    /// The number of packets if a file's sound consists of exactly the encoded ones, at their times; else nil.
    func copiedPackets(in path: String, name: String) -> Int? {
        guard case .encoded(let file) = self else { return nil }
        return (try? EncodedSound.copiedPackets(of: file, in: path, name: name)) ?? nil
    }

    func isMeasured(by heard: HeardSound?) -> Bool {
        guard case .encoded(let file) = self, let heard else { return false }
        return heard.isMeasured(from: file)
    }

    fileprivate func coarse() throws -> [Float] {
        switch self {
        case .mix(let mix, let files):
            let mixer = try AudioMixer(mix, files: files)
            return try SoundHeld.coarse(every: 6) { try mixer.read($0) }
        case .encoded(let file):
            let decoder = try AudioDecoder(path: file.path, name: file.name)
            return try SoundHeld.coarse(every: 6) { try decoder.read($0) }
        }
    }
}

/// The packets of a file's first stream of sound.
private final class EncodedSound {
    private let input: FormatInput
    private let index: Int
    private let stream: UnsafeMutablePointer<AVStream>
    private let packet: Packet

    private init?(path: String, name: String) throws(LibAVError) {
        // Comparing packets needs only the container's header; probing would decode.
        input = try FormatInput(path: path, name: name, findStreamInfo: false)
        guard let best = input.best(AVMEDIA_TYPE_AUDIO) else { return nil }
        (index, stream) = (best.index, best.stream)
        packet = try Packet()
        for (other, stream) in input.streams.enumerated() where other != index {
            stream?.pointee.discard = AVDISCARD_ALL
        }
    }

    private func next() throws(LibAVError) -> Packet? {
        while try input.read(packet) { if packet.pointer.pointee.stream_index == index { return packet } }
        return nil
    }

    /// The number of packets; nil if the file at `path` has other, fewer or more packets, or other times (beyond
    /// rounding to a millisecond).
    static func copiedPackets(of file: SoundFile, in path: String, name: String) throws -> Int? {
        do {
            guard let ours = try EncodedSound(path: file.path, name: file.name),
                let theirs = try EncodedSound(path: path, name: name),
                ours.hasDecoder(of: theirs)
            else { return nil }
            var count = 0
            while true {
                let one = try ours.next(), other = try theirs.next()
                guard let one, let other else { return one == nil && other == nil && count > 0 ? count : nil }
                let mine = one.pointer.pointee, its = other.pointer.pointee
                // Side data and flags would have a player leave out samples.
                guard mine.size == its.size, mine.size > 0, memcmp(mine.data, its.data, Int(mine.size)) == 0,
                    hasSameSideData(mine, its),
                    (mine.flags ^ its.flags) & (AV_PKT_FLAG_DISCARD | AV_PKT_FLAG_CORRUPT) == 0,
                    let time = seconds(mine.pts, ours.stream.pointee.time_base),
                    let shown = seconds(its.pts, theirs.stream.pointee.time_base),
                    abs(time - shown) <= 0.001
                else { return nil }
                count += 1
            }
        } catch { throw error.problem }
    }

    private static func hasSameSideData(_ mine: AVPacket, _ its: AVPacket) -> Bool {
        guard mine.side_data_elems == its.side_data_elems else { return false }
        return (0..<Int(mine.side_data_elems)).allSatisfy { index in
            let one = mine.side_data[index], other = its.side_data[index]
            return one.type == other.type && one.size == other.size
                && (one.size == 0 || memcmp(one.data, other.data, one.size) == 0)
        }
    }

    /// Equal packets sound alike only if the decoder's parameters are equal.
    private func hasDecoder(of other: EncodedSound) -> Bool {
        let mine = stream.pointee.codecpar.pointee, its = other.stream.pointee.codecpar.pointee
        guard mine.codec_id == its.codec_id, mine.sample_rate == its.sample_rate,
            mine.ch_layout.nb_channels == its.ch_layout.nb_channels,
            mine.extradata_size == its.extradata_size
        else { return false }
        return mine.extradata_size == 0 || memcmp(mine.extradata, its.extradata, Int(mine.extradata_size)) == 0
    }
}
