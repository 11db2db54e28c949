// Media made by ffmpeg for the tests of probing and checking.
import Composition
import Diagnostics
import Glibc
import Media
import TestSupport
import Testing

extension TemporaryFolder {
    /// ffmpeg with these arguments and the file as its output.
    @discardableResult
    func make(_ name: String, _ arguments: [String]) -> String {
        let words = ["timeout", "60", "ffmpeg", "-nostdin", "-v", "error", "-y"] + arguments + [self(name)]
        let run = try? Program.run(words)
        if run?.status != 0 { Issue.record("ffmpeg could not make \(name): \(run?.err ?? "it is not there")") }
        return self(name)
    }

    /// A file cut off after a share of its bytes.
    func cut(_ name: String, from source: String, keeping share: Double) throws -> String {
        let bytes = read(source)
        return try write(name, Array(bytes[..<Int(Double(bytes.count) * share)]))
    }
}

/// What a delivered file is made with; each test changes one thing.
enum Delivered {
    /// testsrc2 in the matrix that files are tagged with: its own is another, and its colours are then on no screen.
    static let pictures = [
        "-f", "lavfi", "-i",
        "testsrc2=size=320x180:rate=30:duration=4,eq=saturation=0.6,format=gbrp,"
            + "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p",
    ]
    static let sound = ["-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000:duration=4"]
    /// An encoder's delay must not move the pictures: sound is encoded to a stream of its own, whose first packet is at
    /// 0, and copied.
    static let copySound = ["-c:a", "copy", "-bsf:a", "aac_adtstoasc"]
    static let encode = [
        "-c:v", "libx264", "-preset", "veryfast", "-threads", "1", "-pix_fmt", "yuv420p", "-g", "30", "-bf", "0",
        "-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709", "-color_range", "tv",
    ]
    static let encodeSound = ["-c:a", "aac", "-ac", "2", "-b:a", "128k"]
    static let mux = ["-movflags", "+faststart", "-use_editlist", "0"]

    /// The good file, or one that differs in what is given; no sound: nil.
    @discardableResult
    static func make(
        _ name: String, in folder: TemporaryFolder, pictures: [String] = Delivered.pictures,
        sound: [String]? = Delivered.sound,
        encode: [String] = [], encodeSound: [String] = [], mux: [String] = Delivered.mux
    ) -> String {
        guard let sound else { return folder.make(name, pictures + Delivered.encode + encode + mux) }
        let stream = folder.make(name + ".aac", sound + Delivered.encodeSound + encodeSound)
        return folder.make(name, pictures + ["-i", stream] + Delivered.encode + encode + copySound + mux)
    }

    static func plan(
        frames: Int = 120, hasSound: Bool = true, loudness: AudioMix.Loudness? = nil,
        acceptance: Plan.Acceptance = Plan.Acceptance(), cues: [Cue] = [], claims: [String] = [],
        title: String = "A test"
    ) -> Plan {
        let half = frames / 2
        return Plan(
            title: title, language: "en", size: PixelSize(width: 320, height: 180), rate: FrameRate(30), frames: frames,
            scenes: [
                Plan.Scene(id: "one", startFrame: 0, frames: half, texts: []),
                Plan.Scene(id: "two", startFrame: half, frames: frames - half, texts: []),
            ],
            cues: cues,
            spans: [
                Plan.Span(startFrame: 0, frames: half, segment: .of("a"), scenes: ["one"], cues: []),
                Plan.Span(startFrame: half, frames: frames - half, segment: .of("b"), scenes: ["two"], cues: []),
            ],
            hasSound: hasSound, loudness: loudness, acceptance: acceptance, claims: claims)
    }
}

extension CheckReport {
    subscript(id: String) -> CheckResult { results.first { $0.id == id }! }
    /// What does not pass: "D05 fail".
    var complaints: [String] {
        results.filter { ![.pass, .notApplicable].contains($0.verdict) }.map { "\($0.id) \($0.verdict.rawValue)" }
    }
}

/// The packets of a file's pictures (`v`) or of its sound (`a`), as ffprobe finds them.
func packets(_ kind: String = "v", of path: String) throws -> [(size: Int, position: Int)] {
    let entries = ["-select_streams", kind, "-show_entries", "packet=pos,size", "-of", "csv=p=0"]
    let run = try Program.run(["ffprobe", "-v", "error"] + entries + [path])
    #expect(run.status == 0, "\(run.err)")
    return run.out.split(separator: "\n").map { $0.split(separator: ",").compactMap { Int($0) } }
        .filter { $0.count == 2 }.map { ($0[0], $0[1]) }
}

/// The problem that a call throws; nil when it throws none, or another error.
func problem(_ body: () throws -> Void) -> MediaProblem? {
    do { try body(); return nil } catch { return error as? MediaProblem }
}
