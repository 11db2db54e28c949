// The sound that a file should hold, held against the one that it has: both as one channel of 8000 samples a second, in
// short stretches. Loudness, codec and polarity count for nothing; another word is a difference.
import CFFmpeg
import Composition
import Diagnostics
import Glibc

public enum PromisedSound {
    /// What a spec describes, still to be mixed.
    case mix(AudioMix, files: [AssetDigest: SoundFile])
    /// What the audio stage made of it: a file that has its packets need not be decoded for this.
    case encoded(SoundFile)
}

/// Stretches of a promised sound and what is heard in their place.
public struct SoundHeld: Sendable {
    public struct Stretch: Sendable {
        /// Seconds from the first picture.
        public var time: Double
        /// Levels in dBFS.
        public var promised, heard: Float
        /// 0...1: 1 is the same wave, 0 has nothing to do with it.
        public var likeness: Float
        /// How much higher samples are raised that are promised low than those promised high, within moments: 1 where
        /// the wave is whole, less where its crests were cut off; nil where that cannot be told.
        public var crest: Float?
    }
    /// Every `step` seconds.
    public var stretches: [Stretch] = []
    /// Seconds by which the whole sound is late; negative: early. nil where no shift makes it alike.
    public var shift: Double?
    /// Why nothing could be compared.
    public var refusal: String?
    /// How many packets the file took over from the encoded sound, where these are all that it has; then there are no
    /// stretches.
    public var copiedPackets: Int?

    static let rate = 8000.0
    static let length = 0.4, step = 0.2
}

extension SoundHeld {
    /// Codecs and containers move sound by less.
    private static let tolerance = 0.045
    /// How far a shift is looked for.
    private static let reach = 2.0
    private static let floor: Float = -90

    /// - Parameter start: when the file's pictures begin, in the time of its sound.
    static func held(_ promised: PromisedSound, path: String, name: String) -> SoundHeld {
        do {
            if case .encoded(let file) = promised,
                let count = try EncodedSound.copiedPackets(of: file, in: path, name: name)
            {
                return SoundHeld(copiedPackets: count)
            }
            let wanted = try promised.coarse(), heard = try coarse(path: path, name: name)
            return SoundHeld(wanted, heard)
        } catch { return SoundHeld(refusal: (error as? any Problem)?.diagnostic.message ?? "\(error)") }
    }

    /// Places in what is heard for one sample of what is promised: between samples of 8 kHz waves of 2 kHz are turned
    /// by a quarter.
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

    /// Every `every`-th sample.
    private static func level(_ samples: [Float], _ at: Int, _ count: Int, _ every: Int) -> Float {
        var sum: Float = 0
        for index in stride(from: max(0, at), to: min(samples.count, at + count * every), by: every) {
            sum += samples[index] * samples[index]
        }
        return sum > 0 ? max(floor, 10 * log10(sum / Float(count))) : floor
    }

    /// In moments of an eightieth of a second, so that a limiter, which turns all of a moment down, is no difference.
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

    /// The lag, in places of what is heard, at which a stretch is most like it, and how like.
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

    /// Means of six samples of 48 kHz, of both channels together; one for every two samples, or six.
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
        // What the container says is all that comparing packets needs; probing would decode.
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

    /// nil where the file at `path` has other packets, fewer, more, or has them at other times (a millisecond is a
    /// container's rounding).
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
                guard mine.size == its.size, mine.size > 0, memcmp(mine.data, its.data, Int(mine.size)) == 0,
                    let time = seconds(mine.pts, ours.stream.pointee.time_base),
                    let shown = seconds(its.pts, theirs.stream.pointee.time_base),
                    abs(time - shown) <= 0.001
                else { return nil }
                count += 1
            }
        } catch { throw error.problem }
    }

    /// Equal packets sound alike only where a decoder is set up alike.
    private func hasDecoder(of other: EncodedSound) -> Bool {
        let mine = stream.pointee.codecpar.pointee, its = other.stream.pointee.codecpar.pointee
        guard mine.codec_id == its.codec_id, mine.sample_rate == its.sample_rate,
            mine.ch_layout.nb_channels == its.ch_layout.nb_channels,
            mine.extradata_size == its.extradata_size
        else { return false }
        return mine.extradata_size == 0 || memcmp(mine.extradata, its.extradata, Int(mine.extradata_size)) == 0
    }
}
