// Media that nobody would deliver on purpose: each is a finding or a clear error, with the time where there is one;
// never a crash, a hang or a pass.
import Composition
import Diagnostics
import Glibc
import Media
import TestSupport
import Testing

@Suite struct HostileMediaTests {
    let folder = TemporaryFolder()

    private func good() -> String { Delivered.make("good.mp4", in: folder) }

    /// How each is made, and a check that has to say something of it: without a plan, and with one.
    private func make(_ kind: String) throws -> (path: String, check: String, planned: String) {
        switch kind {
        case "truncated":
            _ = good()
            return (try folder.cut("cut.mp4", from: "good.mp4", keeping: 0.6), "D01", "D01")
        case "zero-length": return (try folder.write("empty.mp4", []), "D01", "D01")
        case "audio-only": return (folder.make("sound.m4a", Delivered.sound), "D02", "D02")
        case "video-only": return (Delivered.make("mute.mp4", in: folder, sound: nil), "", "D07")
        case "variable rate":
            return (
                Delivered.make(
                    "vfr.mp4", in: folder, encode: ["-vf", "select='not(eq(mod(n,10),3))'", "-vsync", "vfr"]),
                "D02.frames", "D02.frames"
            )
        case "rotated":
            return (
                folder.make("turned.mp4", ["-i", good(), "-c", "copy", "-metadata:s:v", "rotate=90"] + Delivered.mux),
                "D02", "D02"
            )
        case "interlaced":
            return (
                Delivered.make("inter.mp4", in: folder, encode: ["-flags", "+ilme+ildct", "-x264-params", "tff=1"]),
                "D02", "D02"
            )
        case "4:4:4": return (Delivered.make("444.mp4", in: folder, encode: ["-pix_fmt", "yuv444p"]), "D02", "D02")
        case "10-bit": return (Delivered.make("10.mp4", in: folder, encode: ["-pix_fmt", "yuv420p10le"]), "D02", "D02")
        case "HDR":
            return (
                Delivered.make(
                    "hdr.mp4", in: folder,
                    encode: [
                        "-pix_fmt", "yuv420p10le", "-color_primaries", "bt2020", "-color_trc", "smpte2084",
                        "-colorspace", "bt2020nc",
                    ]), "D09", "D04"
            )
        case "odd size":
            return (
                Delivered.make(
                    "odd.mp4", in: folder, encode: ["-vf", "format=yuv444p,crop=319:179", "-pix_fmt", "yuv444p"]),
                "D02", "D02"
            )
        case "no duration":
            // Through a pipe, so that the header cannot be mended at the end.
            let path = folder("live.mkv")
            try shell("ffmpeg -nostdin -v error -i '\(good())' -c copy -f matroska -live 1 - > '\(path)'")
            return (path, "D05", "D05")
        case "no duration, fragmented":
            return (
                folder.make(
                    "fragments.mp4",
                    ["-i", good(), "-c", "copy", "-movflags", "frag_keyframe+empty_moov+default_base_moof"]), "D05",
                "D05"
            )
        case "corrupt in the middle":
            var bytes = folder.read((good() as String).split(separator: "/").last.map(String.init)!)
            let media = try #require(Mp4Boxes(bytes: bytes).top.first { $0.type == "mdat" })
            let middle = media.offset + media.size / 2
            for offset in middle..<middle + media.size / 12 {
                bytes[offset] = UInt8(truncatingIfNeeded: offset &* 31 >> 3)
            }
            return (try folder.write("corrupt.mp4", bytes), "D01", "D01")
        default: throw CommandFailed(command: kind, status: 0, output: "")
        }
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            "truncated", "zero-length", "audio-only", "video-only", "variable rate", "rotated", "interlaced", "4:4:4",
            "10-bit", "HDR",
            "odd size", "no duration", "no duration, fragmented", "corrupt in the middle",
        ])
    func isFound(kind: String) throws {
        let (path, id, planned) = try make(kind)
        let alone = try check(path: path, plan: nil), held = try check(path: path, plan: Delivered.plan())
        // Video alone is a whole file, if nobody planned sound.
        if !id.isEmpty { #expect(alone[id].verdict != .pass, "\(alone.results)") }
        #expect(held[planned].verdict != .pass && !held.passed, "\(held.complaints)")
        // What a broken thing is, is said in words.
        for result in alone.results + held.results where result.verdict != .pass {
            #expect(!result.measured.isEmpty && !result.expected.isEmpty)
        }
        if ["truncated", "corrupt in the middle"].contains(kind) {
            let time = try #require(held["D01"].from)
            #expect(time > 1 && time < 3.5, "\(held["D01"])")
        }
        // What could not be looked at has not passed.
        if kind == "zero-length" {
            #expect(alone.results.dropFirst().allSatisfy { $0.verdict == .notRun }, "\(alone.complaints)")
        }
        if kind == "audio-only" {
            let pictures = [
                "D02.frames", "D03", "D04", "D08", "D08.frozen", "D09", "D09.patterns", "D10", "D11", "D12", "D14",
                "D15", "A01",
            ]
            #expect(pictures.allSatisfy { alone[$0].verdict == .notRun }, "\(alone.complaints)")
            #expect(alone["D06"].verdict == .notApplicable && alone["D07"].verdict == .pass)
        }
        if kind == "HDR" {
            #expect(alone["D09"].verdict == .notRun && alone["D09.patterns"].verdict == .notRun && !alone.passed)
        }
    }

    /// Bytes that are wrong anywhere in the media, not in the index alone.
    @Test(.timeLimit(.minutes(2))) func damagedMedia() throws {
        _ = good()
        let bytes = folder.read("good.mp4")
        for seed in 0..<12 {
            var broken = bytes, state = UInt64(seed &* 7919 &+ 1)
            for _ in 0..<60 {
                state = state &* 6364136223846793005 &+ 1442695040888963407
                broken[Int(state >> 33) % broken.count] = UInt8(truncatingIfNeeded: state >> 20)
            }
            do { _ = try check(path: try folder.write("fuzz.mp4", broken), plan: Delivered.plan()) } catch {
                #expect(error is MediaProblem, "\(seed): \(error)")
            }
        }
    }
}
