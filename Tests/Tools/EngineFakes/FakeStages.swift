// Stages that work on lines of text: cheap enough to build thousands of graphs, with every way to go wrong on request.
import Diagnostics
import Digests
import Files
import Glibc
import Graph
import Store
import Work

public enum FakeStages {
    public static let all = [split, draw, code, weigh, join, judge, mix, tally, letter]

    /// A file's lines without comments; `include FILE` stands for that file's lines and is discovered.
    static let split = StageDescriptor(
        name: "split", version: 1, summary: "lines of a file",
        slots: [.init("spec", accepts: ["file"]), .init("extra", accepts: ["file"], count: .optional)],
        outputs: [
            .init("header", type: "header", fileName: "header.txt"),
            .init("parts", type: "part", fileName: "part.txt", isList: true),
            .init("materials", type: "materials", fileName: "materials.txt"),
        ],
        parameters: [.init("set", .table, default: .object([:]), "words to replace")],
        place: .here { try lines($0) }, eachSlot: nil)

    static let draw = StageDescriptor(
        name: "draw", version: 1, summary: "a part in capitals",
        slots: [.init("part", accepts: ["part"]), .init("materials", accepts: ["materials"], isKeyed: false)],
        outputs: [
            .init("frames", type: "frames", fileName: "frames.txt"),
            .init("pixels", type: "pixels", fileName: "pixels.bin", isList: true),
        ],
        parameters: [.init("prefix", .string, default: .string(""), "text before")], tools: ["pencil"], place: .worker,
        eachSlot: "part")

    static let code = StageDescriptor(
        name: "code", version: 1, summary: "frames with a number around them",
        slots: [
            .init("frames", accepts: ["frames"]), .init("part", accepts: ["part"], isKeyed: false),
            .init("pixels", accepts: ["pixels"], count: .optional, isKeyed: false),
        ],
        outputs: [.init("stream", type: "stream", fileName: "stream.txt")],
        parameters: [
            .init("quality", .integer(0...51), default: .int(20), "number"),
            .init("gain", .number(0...2), default: .number(1), "number"),
            .init("mode", .choice(["fast", "slow"]), default: .string("fast"), "word"),
            .init("loud", .bool, default: .bool(false), "flag"),
        ],
        place: .worker, eachSlot: "frames", companionOf: "draw")

    /// How long a stream is, and what of. Beside `code` without being told so.
    static let weigh = StageDescriptor(
        name: "weigh", version: 1, summary: "the length of a stream",
        slots: [
            .init("stream", accepts: ["stream"]), .init("frames", accepts: ["frames"], count: .optional),
        ],
        outputs: [.init("weight", type: "stream", fileName: "weight.txt")],
        place: .worker, eachSlot: "stream", companionOf: "code")

    static let join = StageDescriptor(
        name: "join", version: 1, summary: "streams in a row",
        slots: [.init("streams", accepts: ["stream"], count: .list), .init("header", accepts: ["header"])],
        outputs: [.init("media", type: "media", fileName: "media.txt")], place: .worker)

    static let judge = StageDescriptor(
        name: "judge", version: 1, summary: "revise where it says BAD", slots: [.init("media", accepts: ["media"])],
        outputs: [.init("decision", type: "decision", fileName: "decision.txt")],
        place: .here { job in
            let text = try read(job, "media").joined()
            return Outcome(
                outputs: ["decision": [try write(job, "decision.txt", text.contains("BAD") ? "revise" : "pass")]],
                diagnostics: text.contains("WARN")
                    ? [Diagnostic("fake-warning", .warning, "there is a WARN in it")] : [],
                verdict: text.contains("BAD") ? .revise : .pass)
        })

    /// Any number of texts and files into one, comments dropped; "fail" in it fails. For random graphs.
    static let mix = StageDescriptor(
        name: "mix", version: 1, summary: "texts into one",
        slots: [.init("from", accepts: ["text", "file"], count: .list)],
        outputs: [.init("text", type: "text", fileName: "text.txt")],
        parameters: [.init("salt", .string, default: .string(""), "text")],
        place: .here { job in
            let texts = try read(job, "from")
            guard case .string(let salt)? = job.parameters["salt"] else { throw problem("no salt") }
            guard let text = mixed(texts, salt: salt) else { throw problem("'\(job.node)' was told to fail") }
            return Outcome(outputs: ["text": [try write(job, "text.txt", text)]])
        })

    /// A text in a font that the worker looks for in two folders of the home folder, the first first.
    static let letter = StageDescriptor(
        name: "letter", version: 1, summary: "a text in a font", slots: [.init("text", accepts: ["text", "file"])],
        outputs: [.init("text", type: "text", fileName: "letter.txt")],
        parameters: [.init("font", .string, default: .string("serif"), "name")],
        place: .worker)

    /// Counts, as JSON; where it says CHANCE, a random number is among them.
    static let tally = StageDescriptor(
        name: "tally", version: 1, summary: "counts letters", slots: [.init("media", accepts: ["media"])],
        outputs: [.init("tally", type: "tally", fileName: "tally.json")],
        place: .here { job in
            let text = try read(job, "media").joined()
            let last = text.contains("CHANCE") ? Int.random(in: 1_000_000...9_999_999) : 3
            return Outcome(outputs: [
                "tally": [try write(job, "tally.json", "{\"counts\": {\"a/b\": [1, \(last)], \"z\": \(text.count)}}")]
            ])
        })

    /// nil: it fails. Also what the tests' oracle computes with.
    public static func mixed(_ texts: [String], salt: String) -> String? {
        var kept = ""
        for text in texts {
            for line in text.split(separator: "\n", omittingEmptySubsequences: false) where !line.hasPrefix("#") {
                kept += line + "\n"
            }
        }
        // Short, so that a hundred layers do not explode; lossy, so that early cut-off happens.
        return kept.contains("fail") ? nil : "mix \(salt) \(Digest.of(kept).hex.prefix(8))\n"
    }

    static func problem(_ text: String) -> Diagnostic { Diagnostic("fake", .error, text) }

    public static func read(_ job: Job, _ slot: String) throws -> [String] {
        try job.inputs.filter { $0.slot == slot }.map { input in
            guard let content = try FileContent.read(input.path, keepBytes: true) else {
                throw problem("no file \(input.path)")
            }
            return String(decoding: content.bytes, as: UTF8.self)
        }
    }

    public static func write(_ job: Job, _ name: String, _ text: String) throws -> String {
        try Array(text.utf8).withUnsafeBytes { try AtomicFile.write($0, to: job.scratch + "/" + name, by: job.scratch) }
        return name
    }

    private static func lines(_ job: Job) throws -> Outcome {
        var parts: [String] = [], discovered: [Discovered] = [], title = "untitled"
        for text in try read(job, "spec") + read(job, "extra") {
            for line in text.split(separator: "\n") where !line.hasPrefix("#") {
                if line.hasPrefix("title ") {
                    title = String(line.dropFirst(6))
                } else if line.hasPrefix("include ") {
                    let path = String(line.dropFirst(8)),
                        content = try FileContent.read(job.workspace + "/" + path, keepBytes: true)
                    discovered.append(Discovered(path: path, digest: content?.digest))
                    parts.append(
                        content.map {
                            String(decoding: $0.bytes, as: UTF8.self).split(separator: "\n").joined(separator: " ")
                        } ?? "nothing")
                } else if line == "fail" {
                    throw problem("the spec says fail")
                } else {
                    parts.append(String(line))
                }
            }
        }
        if case .object(let set)? = job.parameters["set"], case .string(let name)? = set["name"] {
            parts = parts.map { $0 == "{{name}}" ? name : $0 }
        }
        return Outcome(
            outputs: [
                "header": [try write(job, "header", title + "\n")],
                "parts": try parts.enumerated().map { try write(job, "part\($0.offset)", $0.element + "\n") },
                "materials": [try write(job, "materials", "\(parts.count) parts\n")],
            ], discovered: discovered)
    }

    /// What `{name}.out` holds for a spec: the whole pipeline in one function.
    public static func expected(_ spec: String, quality: Int = 20, prefix: String = "", file: (String) -> String?)
        -> String
    {
        var title = "untitled", body = ""
        for line in spec.split(separator: "\n") where !line.hasPrefix("#") {
            if line.hasPrefix("title ") { title = String(line.dropFirst(6)); continue }
            let part =
                line.hasPrefix("include ")
                ? file(String(line.dropFirst(8))).map { $0.split(separator: "\n").joined(separator: " ") } ?? "nothing"
                : String(line)
            body += "<\(quality) \(prefix)\(part.uppercased())>"
        }
        return title + ":" + body + "\n"
    }
}

/// The worker's side.
public enum FakeWork {
    public static func perform(_ job: Job) throws -> Outcome {
        switch job.stage {
        case "draw": return try draw(job)
        case "code": return try code(job)
        case "weigh": return try weigh(job)
        case "letter": return try letter(job)
        case "answers":
            guard case .array(let questions)? = job.parameters["questions"] else {
                throw FakeStages.problem("no questions")
            }
            return Outcome(
                outputs: [:],
                answers: try questions.compactMap { question in
                    guard case .string(let text) = question else { return nil }
                    return Answer(question: text, answer: try font(String(text.dropFirst(5)))?.content.digest.hex ?? "")
                })
        case "join":
            let header = try FakeStages.read(job, "header").joined().split(separator: "\n").joined()
            return Outcome(outputs: [
                "media": [
                    try FakeStages.write(job, "media", header + ":" + FakeStages.read(job, "streams").joined() + "\n")
                ]
            ])
        default: throw FakeStages.problem("no stage \(job.stage)")
        }
    }

    private static func draw(_ job: Job) throws -> Outcome {
        guard case .string(let prefix)? = job.parameters["prefix"] else { throw FakeStages.problem("no prefix") }
        let part = try FakeStages.read(job, "part").joined().split(separator: "\n").joined()
        try misbehave(part, job)
        guard let first = job.inputs.first(where: { $0.slot == "materials" }), access(first.path, R_OK) == 0 else {
            throw FakeStages.problem("no materials")
        }
        let text = prefix + part.uppercased() + (part.contains("process") ? " \(getpid())" : "")
        let hasNoPixels = part.contains("plain") || (part.contains("blink") && isFirst(job))
        var outcome = Outcome(outputs: [
            "frames": [try FakeStages.write(job, "frames", text)],
            "pixels": hasNoPixels ? [] : [try FakeStages.write(job, "pixels", "pixels of " + text)],
        ])
        if part.contains("beside"), let (made, stream) = try codeBeside(job, text) {
            outcome.companions = try [made] + weighBeside(job, stream, text)
        }
        return outcome
    }

    /// Does the work of `code` beside, unless the text is that of the last time. A 'forged' file has other bytes than
    /// the answer says; a 'stray' one is not the job's.
    private static func codeBeside(_ job: Job, _ text: String) throws -> (CompanionOutcome, stream: String)? {
        guard let beside = job.companion(of: "code")?.job, case .int(let quality)? = beside.parameters["quality"],
            try FakeStages.read(beside, "frames").joined() != text
        else { return nil }
        let stream = "<\(quality) \(text)>", file = try FakeStages.write(job, "beside", stream)
        if text.contains("FORGED") { _ = try FakeStages.write(job, "beside", "<99 forged>") }
        let path = text.contains("STRAY") ? "../" + job.scratch.split(separator: "/").last! + "/" + file : file
        let made = CompanionOutcome(
            stage: "code", outputs: ["stream": [.init(path: path, digest: Digest.of(stream))]], wall: 0, cpu: 0)
        return (made, stream)
    }

    private static func weighBeside(_ job: Job, _ stream: String, _ frames: String) throws -> [CompanionOutcome] {
        guard let companion = job.companion(of: "weigh")?.companion else { return [] }
        let text = weight(stream, companion.slots.contains("frames") ? frames : nil)
        let file = try FakeStages.write(job, "weight beside", text)
        return [
            CompanionOutcome(
                stage: "weigh", outputs: ["weight": [.init(path: file, digest: Digest.of(text))]], wall: 0, cpu: 0)
        ]
    }

    private static func weight(_ stream: String, _ frames: String?) -> String {
        "\(stream.count) of \(frames ?? "something")\n"
    }

    private static func weigh(_ job: Job) throws -> Outcome {
        let text = weight(
            try FakeStages.read(job, "stream").joined(), try FakeStages.read(job, "frames").first)
        return Outcome(outputs: ["weight": [try FakeStages.write(job, "weight.txt", text)]])
    }

    /// Folders in which fonts are looked for, there or not.
    public static var fontFolders: [String] {
        let home = getenv("HOME").map { String(cString: $0) } ?? "/nowhere"
        return [home + "/fonts1", home + "/fonts2"]
    }

    private static func font(_ name: String) throws -> (path: String, content: FileContent)? {
        for folder in fontFolders {
            if let content = try FileContent.read(folder + "/" + name, keepBytes: true) {
                return (folder + "/" + name, content)
            }
        }
        return nil
    }

    private static func letter(_ job: Job) throws -> Outcome {
        guard case .string(let name)? = job.parameters["font"] else { throw FakeStages.problem("no font") }
        let found = try font(name), text = try FakeStages.read(job, "text").joined()
        let looks = found.map { String(decoding: $0.content.bytes, as: UTF8.self) } ?? "plain\n"
        return Outcome(
            outputs: ["text": [try FakeStages.write(job, "letter.txt", looks + text)]],
            discovered: found.map { [Discovered(path: $0.path, digest: $0.content.digest)] } ?? [],
            answers: [Answer(question: "font\t" + name, answer: found?.content.digest.hex ?? "")])
    }

    private static func code(_ job: Job) throws -> Outcome {
        let frames = try FakeStages.read(job, "frames").joined()
        guard case .int(let quality)? = job.parameters["quality"] else { throw FakeStages.problem("no quality") }
        for pixels in try FakeStages.read(job, "pixels") where pixels != "pixels of " + frames {
            throw FakeStages.problem("wrong pixels")
        }
        let stream = "<\(quality) \(frames)>"
        var outcome = Outcome(outputs: ["stream": [try FakeStages.write(job, "stream", stream)]])
        if frames.contains("BESIDE") { outcome.companions = try weighBeside(job, stream, frames) }
        return outcome
    }

    /// Whether no job before asked so in this workspace.
    private static func isFirst(_ job: Job) -> Bool {
        let file = open(job.workspace + "/first.mark", O_WRONLY | O_CREAT | O_EXCL, 0o666)
        if file >= 0 { close(file) }
        return file >= 0
    }

    private static func misbehave(_ part: String, _ job: Job) throws {
        if part.contains("slow") { usleep(30_000) }
        if part.contains("hang") { sleep(600) }
        if part.contains("once"), !isFirst(job) { throw FakeStages.problem("did '\(part)' before") }
        if part.contains("refuse") { throw FakeStages.problem("refused '\(part)'") }
        if part.contains("crash") {
            _ = "about to crash\n".withCString { Glibc.write(2, $0, strlen($0)) }
            // The runtime's own handler would print a trace and, since nothing faults, go on.
            signal(SIGSEGV, SIG_DFL)
            kill(getpid(), SIGSEGV)
        }
        if part.contains("leave") { exit(3) }
        if part.contains("garbage") {
            print("this is no reply")
            fflush(nil)
        }
        if part.contains("escape") { throw Escape() }
    }

    public struct Escape: Error {}
}
