// Whole sounds whose headers do not say how long they are, and files put together byte by byte.
import Composition
import Diagnostics
import Media
import TestSupport
import Testing

@Suite struct StreamedSoundTests {
    let folder = TemporaryFolder()

    private func wav(_ name: String, size: UInt32?) throws -> String {
        var bytes = folder.read(
            folder.make("source.wav", ["-f", "lavfi", "-i", "sine=duration=2:sample_rate=24000", "-bitexact"]))
        if let size {
            for (offset, value) in [(4, size &+ 36), (40, size)] {
                for byte in 0..<4 { bytes[offset + byte] = UInt8(truncatingIfNeeded: value >> UInt32(byte * 8)) }
            }
        }
        return try folder.write(name, bytes)
    }

    @Test(arguments: [0x7fff_ffff, 2_000_000_000, 0xffff_ffff, 0x7fff_f000, 0, 0x8000_0000] as [UInt32])
    func placeholders(size: UInt32) throws {
        let probed = try probe(path: try wav("streamed.wav", size: size))
        #expect(abs((probed.duration ?? 0) - 2) < 0.05, "\(size): \(probed.duration ?? 0)")
        #expect(probed.warnings.isEmpty)
    }

    @Test func whatIsCutIsStillFound() throws {
        #expect(throws: MediaProblem.self) { _ = try probe(path: try wav("cut.wav", size: 500_000)) }
    }

    /// The demuxer takes ADPCM's bytes for samples where it seeks.
    @Test(arguments: ["adpcm_ms", "adpcm_ima_wav", "adpcm_yamaha"])
    func compressedWAV(codec: String) throws {
        for length in [1.3, 1.7, 2.2, 3.1] {
            let path = folder.make(
                "\(codec)-\(length).wav",
                ["-f", "lavfi", "-i", "sine=duration=\(length):sample_rate=16000", "-c:a", codec])
            let duration = try probe(path: path).duration ?? 0
            #expect(abs(duration - length) < 0.2, "\(codec): \(duration), not \(length)")
        }
    }

    @Test func joinedFilesAreWarnedOf() throws {
        let one = folder.read(try wav("one.wav", size: nil))
        let probed = try probe(path: try folder.write("joined.wav", one + one))
        guard case .partlyShown? = probed.warnings.first else { Issue.record("\(probed.warnings)"); return }
    }
}
