// Decodes, places, fades, ducks and sums the pieces of a mix, block by block. Knows nothing of loudness targets and
// codecs.
import Composition
import Diagnostics
import Glibc

/// A file that a mix names by digest.
public struct SoundFile: Sendable, Hashable {
    public var path: String
    /// Its name in messages.
    public var name: String
    public init(path: String, name: String) {
        self.path = path
        self.name = name
    }
}

public final class AudioMixer {
    /// Samples per block.
    static let block = 4096
    /// Mean square above which a key track counts as sounding: -40 dBFS.
    private static let keyThreshold: Float = 1e-4
    /// Longest pause, in samples (0.3 s), during which the music stays down.
    private static let keyHold = 14400
    /// Samples for which the ducking gain is computed once.
    private static let step = 32
    private static let longest = 48000 * 86400

    private let mix: AudioMix
    private let voices: [Voice]
    private var ducks: [Duck?]
    private var position = 0
    private var levels: PieceLevels

    /// - Parameter files: every asset of the mix.
    public init(_ mix: AudioMix, files: [AssetDigest: SoundFile]) throws {
        guard mix.sampleRate == AudioDecoder.rate, mix.channels == 2 else {
            throw SoundProblem.badMix("\(mix.sampleRate) Hz with \(mix.channels) channels, not 48000 Hz with 2")
        }
        guard (1...Self.longest).contains(mix.samples) else { throw SoundProblem.badMix("\(mix.samples) samples long") }
        self.mix = mix
        levels = PieceLevels(mix)
        let named = Set(mix.namedVoices)
        voices = try mix.pieces.enumerated().map { index, piece in
            guard let file = files[piece.asset] else { throw SoundProblem.missingMaterial(digest: piece.asset.hex) }
            return try Voice(
                piece, index: index, file: file, mixLength: mix.samples, isVoice: named.contains(index))
        }
        ducks = try mix.pieces.enumerated().map { index, piece in
            guard let duck = piece.duck else { return nil }
            guard !duck.under.isEmpty, duck.under.allSatisfy({ mix.pieces.indices.contains($0) && $0 != index }) else {
                let under = duck.under.isEmpty ? "nothing" : "pieces \(duck.under)"
                throw SoundProblem.badMix("piece \(index) is ducked under \(under)")
            }
            guard [duck.by, duck.attackSeconds, duck.releaseSeconds].allSatisfy({ $0.isFinite && $0 >= 0 }) else {
                throw SoundProblem.badMix("piece \(index) is ducked by \(duck.by) dB")
            }
            return Duck(duck)
        }
    }

    /// Returns the next samples as interleaved stereo: their number per channel, 0 after `mix.samples`.
    public func read(_ out: UnsafeMutableBufferPointer<Float>) throws -> Int {
        let count = min(out.count / 2, Self.block, mix.samples - position)
        guard count > 0 else { return 0 }
        let sum = out.baseAddress!
        sum.update(repeating: 0, count: count * 2)
        // Decodes all first, since a key may follow the pieces it ducks. Keys count before their own ducking.
        for voice in voices { try voice.fill(at: position, count: count) }
        for (index, voice) in voices.enumerated() {
            if ducks[index] != nil {
                ducks[index]!.apply(
                    keys: mix.pieces[index].duck!.under.compactMap { voices[$0].samples }, to: voice,
                    count: count)
            }
            guard let samples = voice.samples else { continue }
            for at in 0..<(count * 2) { sum[at] += samples[at] }
        }
        measure(count)
        position += count
        return count
    }

    /// Adds the block to the levels of its pieces.
    private func measure(_ count: Int) {
        var at = 0
        while at < count {
            let n = min(levels.room, count - at)
            for (index, voice) in voices.enumerated() {
                if let samples = voice.samples { levels.add(samples + at * 2, of: index, count: n) }
            }
            levels.advance(n)
            at += n
        }
    }

    /// Pieces that are not heard, not over the others, or not whole; to be asked for when all has been read.
    func faults() -> [SoundProblem] {
        levels.faults().compactMap { fault -> SoundProblem? in
            switch fault {
            case .unheard(let piece): .unheard(file: voices[piece].name)
            case .drowned(let piece, let by): .drowned(file: voices[piece].name, by: by)
            case .oneSided(let piece, let isLeft): .voiceOneSided(file: voices[piece].name, isLeft: isLeft)
            case .together(let piece, let other, let seconds):
                .voicesTogether(file: voices[piece].name, other: voices[other].name, seconds: seconds)
            case .softer(let piece, let other, let by):
                .voiceSofter(file: voices[piece].name, other: voices[other].name, by: by)
            case .full(let piece): voices[piece].goesOn ? .cutByTheEnd(file: voices[piece].name) : nil
            case .early(let piece, let by): .endsEarly(file: voices[piece].name, by: by)
            case .silentEnd(let seconds): .silentEnd(seconds: seconds)
            }
        } + voices.flatMap(\.cuts) + voices.compactMap(\.choice)
    }

    /// One piece on the timeline.
    private final class Voice {
        /// The block's samples after gain and fades; nil if the block is silent.
        private(set) var samples: UnsafeMutablePointer<Float>?
        private let buffer: UnsafeMutablePointer<Float>
        private let file: SoundFile
        var name: String { file.name }
        private let start, trim, fadeIn, fadeOut: Int
        private let gain: Float
        private let loops: Bool
        /// Greatest number of samples that are heard.
        private var length: Int
        private let countsFile: Bool
        private var isOpened = false
        private var decoder: AudioDecoder?
        /// The samples of a short loop, since reopening a file of a few samples very often would take too long.
        private var loop: [Float] = []
        private var loopAt = 0
        private static let keptLoop = 48000 * 10
        /// Of a voice that is not repeated: what it sounds like where it is cut.
        private var edges: CutEdges?
        private var tracks: AudioDecoder.Tracks?
        /// Whether a written duration ends it, so that the file may go on.
        private let endsEarly: Bool

        init(_ piece: AudioMix.Piece, index: Int, file: SoundFile, mixLength: Int, isVoice: Bool) throws {
            func samples(_ what: String, _ seconds: Double) throws -> Int {
                guard seconds.isFinite, seconds >= 0, seconds <= 1e6 else {
                    throw SoundProblem.badMix("\(what) of piece \(index) is \(seconds) s")
                }
                return Int((seconds * Double(AudioDecoder.rate)).rounded())
            }
            guard piece.gain.isFinite, abs(piece.gain) <= 200 else {
                throw SoundProblem.badMix("gain of piece \(index) is \(piece.gain) dB")
            }
            self.file = file
            start = try samples("start", piece.start)
            trim = try samples("trim", piece.trim)
            fadeIn = try samples("fade-in", piece.fadeIn)
            fadeOut = try samples("fade-out", piece.fadeOut)
            gain = Float(pow(10, piece.gain / 20))
            loops = piece.loops
            let toEnd = max(0, mixLength - start)
            length = try min(toEnd, piece.duration.map { try samples("duration", $0) } ?? toEnd)
            endsEarly = piece.duration != nil && length < toEnd
            edges = isVoice && !piece.loops ? CutEdges() : nil
            countsFile = fadeOut > 0 && !loops
            buffer = .allocate(capacity: AudioMixer.block * 2)
        }
        deinit { buffer.deallocate() }

        func fill(at position: Int, count: Int) throws {
            samples = nil
            guard position + count > start, position < start + length else { return }
            if !isOpened { try open() }
            let from = max(0, start - position)
            let played = position + from - start
            let wanted = min(count - from, length - played)
            guard wanted > 0 else { return }
            buffer.update(repeating: 0, count: count * 2)
            let got = try decode(UnsafeMutableBufferPointer(start: buffer + from * 2, count: wanted * 2))
            if got < wanted {
                // The file has ended: from here on the piece is silent.
                length = played + got
                decoder = nil
            }
            guard got > 0 else { return }
            if edges != nil { meet(UnsafeBufferPointer(start: buffer + from * 2, count: got * 2), to: played + got) }
            shape(buffer + from * 2, played: played, count: got)
            samples = buffer
            if played + got >= length {
                if fadeOut == 0, !endsEarly { goesOn = loops || rest() > 0 }
                decoder = nil
            }
        }

        /// The level of what the file has after what is played. A fault of the file there is none of the film's.
        private func rest() -> Float {
            guard let decoder else { return 0 }
            return (try? PortableArithmetic.during { try CutEdges.level(of: decoder) }) ?? 0
        }

        /// Notes samples as the file has them, and at a written end how the file goes on.
        private func meet(_ samples: UnsafeBufferPointer<Float>, to played: Int) {
            edges?.add(samples)
            guard played == length, endsEarly, fadeOut == 0 else { return }
            edges?.after = rest()
        }

        /// Said of a file from which another sound could have been taken.
        var choice: SoundProblem? {
            guard let tracks, tracks.count > 1 else { return nil }
            return .severalTracks(file: name, count: tracks.count, taken: tracks.taken, language: tracks.language)
        }

        /// Whether its sound would be heard after the end of the film, which it reaches without a fade.
        private(set) var goesOn = false

        /// Where it begins or ends in the middle of a sound.
        var cuts: [SoundProblem] {
            guard let edges else { return [] }
            func seconds(_ samples: Int) -> Double { Double(samples) / Double(AudioDecoder.rate) }
            return
                (edges.beginsWithin && fadeIn == 0
                ? [.voiceCut(file: name, isEnd: false, at: seconds(start))] : [])
                + (edges.endsWithin ? [.voiceCut(file: name, isEnd: true, at: seconds(start + length))] : [])
        }

        private func open() throws {
            isOpened = true
            if countsFile {
                // A fade-out needs the exact end of the file, which containers round or estimate.
                let probe = try reopen()
                length = min(length, try probe.skip(length))
            }
            decoder = try reopen()
        }

        private func reopen() throws -> AudioDecoder {
            try PortableArithmetic.during {
                let decoder = try AudioDecoder(path: file.path, name: file.name)
                tracks = decoder.tracks
                var skipped = try decoder.skip(max(0, trim - CutEdges.reach))
                if edges != nil, trim >= CutEdges.reach, skipped == trim - CutEdges.reach {
                    edges?.before = try CutEdges.level(of: decoder)
                    skipped = decoder.position
                } else {
                    skipped += try decoder.skip(trim - skipped)
                }
                guard skipped == trim else {
                    throw SoundProblem.trimBeyondEnd(
                        file: file.name, trim: Double(trim) / Double(AudioDecoder.rate),
                        ends: Double(skipped) / Double(AudioDecoder.rate))
                }
                return decoder
            }
        }

        /// Reads from the file, and from its start again if it loops.
        private func decode(_ out: UnsafeMutableBufferPointer<Float>) throws -> Int {
            var count = 0
            let wanted = out.count / 2
            while count < wanted {
                let rest = UnsafeMutableBufferPointer(rebasing: out[(count * 2)...])
                if let decoder {
                    let n = try PortableArithmetic.during { try decoder.read(rest) }
                    if loops, loop.count <= Self.keptLoop * 2 { loop.append(contentsOf: rest[..<(n * 2)]) }
                    count += n
                    if n > 0 { continue }
                    guard loops else { break }
                    if decoder.position == trim {
                        throw SoundProblem.trimBeyondEnd(
                            file: file.name, trim: Double(trim) / Double(AudioDecoder.rate),
                            ends: Double(trim) / Double(AudioDecoder.rate))
                    }
                    self.decoder = loop.count <= Self.keptLoop * 2 ? nil : try reopen()
                    loopAt = 0
                } else {
                    guard loops, !loop.isEmpty else { break }
                    let n = min(wanted - count, (loop.count - loopAt) / 2)
                    loop.withUnsafeBufferPointer {
                        rest.baseAddress!.update(from: $0.baseAddress! + loopAt, count: n * 2)
                    }
                    loopAt += n * 2
                    if loopAt == loop.count { loopAt = 0 }
                    count += n
                }
            }
            return count
        }

        /// Applies gain and fades of a quarter sine, so that crossfades keep their power.
        private func shape(_ samples: UnsafeMutablePointer<Float>, played: Int, count: Int) {
            let (gain, length, fadeIn, fadeOut) = (gain, length, fadeIn, fadeOut)
            let fadeOutStart = length - fadeOut
            if played >= fadeIn, fadeOut == 0 || played + count <= fadeOutStart {
                for at in 0..<count &* 2 { samples[at] *= gain }
                return
            }
            for at in 0..<count {
                var factor = gain
                let time = played + at
                if time < fadeIn { factor *= sin(Float(time) / Float(fadeIn) * (.pi / 2)) }
                if time >= fadeOutStart, fadeOut > 0 {
                    factor *= sin(Float(max(0, length - time)) / Float(fadeOut) * (.pi / 2))
                }
                samples[at * 2] *= factor
                samples[at * 2 + 1] *= factor
            }
        }
    }

    /// Lowers one voice while others sound. The gain changes linearly in dB: fully down in `attack`, up in `release`.
    private struct Duck {
        private let depth: Float
        private let down, up: Float
        /// One pole of 10 ms over the key's mean square.
        private static let smoothing: Float = 1 - exp(-32 / 480)
        private var power: Float = 0
        private var hold = 0
        /// In dB, 0...depth.
        private var reduction: Float = 0

        init(_ duck: AudioMix.Duck) {
            depth = Float(min(duck.by, 200))
            // At least a millisecond, since a step would click.
            down = depth * Float(AudioMixer.step) / Float(max(duck.attackSeconds, 0.001) * Double(AudioDecoder.rate))
            up = depth * Float(AudioMixer.step) / Float(max(duck.releaseSeconds, 0.001) * Double(AudioDecoder.rate))
        }

        mutating func apply(keys: [UnsafeMutablePointer<Float>], to voice: Voice, count: Int) {
            var at = 0
            while at < count {
                let n = min(AudioMixer.step, count - at)
                var square: Float = 0
                // The powers of simultaneous voices add up.
                for key in keys { for sample in (at * 2)..<((at + n) * 2) { square += key[sample] * key[sample] } }
                square /= Float(n * 2)
                power += (square - power) * Self.smoothing
                hold = power > AudioMixer.keyThreshold ? AudioMixer.keyHold : max(0, hold - n)
                let before = reduction
                reduction = hold > 0 ? min(depth, reduction + down) : max(0, reduction - up)
                if let samples = voice.samples, before > 0 || reduction > 0 {
                    let from = pow(10, -before / 20), to = pow(10, -reduction / 20)
                    for sample in 0..<n {
                        let factor = from + (to - from) * Float(sample) / Float(n)
                        samples[(at + sample) * 2] *= factor
                        samples[(at + sample) * 2 + 1] *= factor
                    }
                }
                at += n
            }
        }
    }
}
