// Media made by ffmpeg for the tests of probing and checking, each in a folder of its own that is removed afterwards.
import Composition
import Diagnostics
import Glibc
import Media
import Testing

/// A temporary folder.
final class SampleFolder {
    let path: String

    init() {
        var template = Array("/tmp/vgraph-inspect-XXXXXX".utf8CString)
        path = String(cString: mkdtemp(&template)!)
    }
    deinit { _ = run(["rm", "-rf", path]) }

    func file(_ name: String) -> String { path + "/" + name }

    @discardableResult
    func write(_ name: String, _ bytes: [UInt8]) -> String {
        let stream = fopen(file(name), "w")!
        _ = bytes.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, stream) }
        fclose(stream)
        return file(name)
    }
    func write(_ name: String, _ text: String) -> String { write(name, Array(text.utf8)) }

    func read(_ name: String) -> [UInt8] {
        guard let stream = fopen(file(name), "r") else { return [] }
        defer { fclose(stream) }
        var bytes: [UInt8] = [], buffer = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&buffer, 1, buffer.count, stream), count > 0 { bytes += buffer[..<count] }
        return bytes
    }

    /// ffmpeg with these arguments and the file as its output.
    @discardableResult
    func make(_ name: String, _ arguments: [String]) -> String {
        let code = run(["timeout", "60", "ffmpeg", "-nostdin", "-v", "error", "-y"] + arguments + [file(name)])
        if code != 0 { Issue.record("ffmpeg could not make \(name)") }
        return file(name)
    }

    /// A file cut off after a share of its bytes.
    func cut(_ name: String, from source: String, keeping share: Double) -> String {
        let bytes = read(source)
        return write(name, Array(bytes[..<Int(Double(bytes.count) * share)]))
    }
}

@discardableResult
func run(_ arguments: [String], input: String? = nil, output: String? = nil) -> Int32 {
    var pid: pid_t = 0
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let input { posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0) }
    if let output { posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o644) }
    var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { words.forEach { free($0) } }
    guard posix_spawnp(&pid, arguments[0], &actions, nil, &words, environ) == 0 else { return -1 }
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    return status & 0x7f == 0 ? status >> 8 & 0xff : -1
}

/// What a delivered file is made with; each test changes one thing.
enum Delivered {
    /// testsrc2 in the matrix that files are tagged with: its own is another, and its colours are then on no screen.
    static let pictures = [
        "-f", "lavfi", "-i",
        "testsrc2=size=320x180:rate=30:duration=4,eq=saturation=0.6,format=gbrp,scale=out_color_matrix=bt709:out_range=tv,format=yuv420p",
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
        _ name: String, in folder: SampleFolder, pictures: [String] = Delivered.pictures,
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
    var complaints: [String] { results.filter { $0.verdict != .pass }.map { "\($0.id) \($0.verdict.rawValue)" } }
}

/// The problem that a call throws; nil when it throws none, or another error.
func problem(_ body: () throws -> Void) -> MediaProblem? {
    do { try body(); return nil } catch { return error as? MediaProblem }
}
