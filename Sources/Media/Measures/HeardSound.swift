// Measures of the encoded sound of a film, decoded alone. A film has its packets byte for byte, so the measures apply
// to the film too, and an edit that leaves the sound as it is need not decode it again. That the film has exactly these
// packets is verified (`PromisedSound.copiedPackets`).
import CFFmpeg
import Diagnostics
import Digests
import Files

public struct HeardSound: Codable, Sendable, Hashable {
    /// XXH3-128 of the file that was decoded.
    public var file: Digest
    public var audio: Inspection.Audio
    /// Samples of the last packet.
    public var lastSamples: Int
    /// Whether a fault occurred; a film with this sound is then decoded to find its place.
    public var isFaulty: Bool

    /// Decodes a file, in plain C so that every machine gets the same numbers.
    /// - Parameter progress: called from time to time with the decoded seconds.
    /// - Throws: `MediaProblem`, `SoundProblem`
    public static func measure(
        path: String, name: String, progress: (_ secondsDone: Int) -> Void = { _ in }
    ) throws -> HeardSound {
        let file: Digest
        do throws(SystemFailure) { file = Digest.of(try WholeFile.read(path)) } catch {
            throw SoundProblem.unreadableSound(file: name, reason: error.words)
        }
        do {
            let input = try FormatInput(path: path, name: name)
            guard let best = input.best(AVMEDIA_TYPE_AUDIO) else { throw SoundProblem.noSound(file: name) }
            return try PortableArithmetic.during {
                let decoder = try ClipStream.open(input, best.stream, best.decoder, threads: 1, recognition: 0)
                let track = try allocated(
                    SoundTrack(
                        index: best.index, base: best.stream.pointee.time_base, decoder: decoder, container: "mov"),
                    "decode sound")
                var inspection = Inspection()
                let packet = try Packet()
                while try input.read(packet) {
                    guard Int(packet.pointer.pointee.stream_index) == best.index else { continue }
                    if packet.pointer.pointee.flags & AV_PKT_FLAG_CORRUPT != 0 {
                        inspection.note("a packet is truncated", at: track.lastTime)
                    }
                    // Where samples are left out, the times of packets are not those of their samples.
                    if packet.pointer.pointee.side_data_elems > 0 {
                        inspection.note("samples of a packet are left out", at: track.lastTime)
                    }
                    try track.take(packet, &inspection)
                    progress(Int(track.lastTime ?? 0))
                }
                try track.end(&inspection)
                return HeardSound(
                    file: file, audio: (inspection.audio ?? Inspection.Audio()).rounded,
                    lastSamples: track.lastSamples, isFaulty: inspection.faultCount > 0)
            }
        } catch let error as LibAVError {
            throw MediaProblem(error)
        }
    }

    /// Whether these are the measures of a file's bytes.
    func isMeasured(from file: SoundFile) -> Bool {
        guard !isFaulty, let bytes = try? WholeFile.read(file.path) else { return false }
        return Digest.of(bytes) == self.file
    }
}

extension Inspection.Audio {
    /// Without the last bits of logarithms, which differ between machines.
    fileprivate var rounded: Self {
        func rounded(_ value: Double) -> Double { (value * 1e6).rounded() / 1e6 }
        var audio = self
        audio.sound.integrated = sound.integrated.map(rounded)
        audio.sound.truePeak = sound.truePeak.map(rounded)
        audio.sound.range = sound.range.map(rounded)
        audio.sound.shortTerm = sound.shortTerm.map(rounded)
        audio.sound.levels = sound.levels.map { $0.map { ($0 * 1000).rounded() / 1000 } }
        return audio
    }
}
