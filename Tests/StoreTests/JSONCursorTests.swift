// What is read without the general decoder is what that decoder reads: random values, records and logs, and texts that
// were damaged at random.
import Diagnostics
import Digests
import Files
import FoundationEssentials
import Store
import TestSupport
import Testing
import Work

@Suite struct JSONCursorTests {
    private static let texts = [
        "", "plain", "é ☃ 🎬", "say \"hi\"\\ / \n\t\r\u{8}\u{c}\u{1}\u{7f}", "1.0", "null", "[{", "\u{0}", "a\u{301}",
    ]

    private func value(_ random: inout SystemRandomNumberGenerator, depth: Int = 0) -> Value {
        switch Int.random(in: 0..<(depth < 4 ? 8 : 6), using: &random) {
        case 0: .null
        case 1: .bool(.random(using: &random))
        case 2: .int(.random(in: -1000...1000, using: &random))
        case 3: .int(.random(in: .min ... .max, using: &random))
        case 4: .number([0.1, -2.5e-7, 1e300, 3, -0.0, 123456.789].randomElement(using: &random)!)
        case 5: .string(Self.texts.randomElement(using: &random)!)
        case 6: .array((0..<Int.random(in: 0..<4, using: &random)).map { _ in value(&random, depth: depth + 1) })
        default:
            .object(
                Dictionary(
                    (0..<Int.random(in: 0..<4, using: &random)).map {
                        (Self.texts[$0 + 1], value(&random, depth: depth + 1))
                    }, uniquingKeysWith: { first, _ in first }))
        }
    }

    private func read(_ bytes: [UInt8]) -> Value? {
        JSONCursor.read(bytes) { cursor throws(JSONCursor.Mismatch) in try cursor.value() }
    }

    @Test func readsWhatTheDecoderReadsOrNothing() throws {
        var random = SystemRandomNumberGenerator(), taken = 0, damaged = 0
        for round in 0..<4000 {
            let encoder = JSONEncoder()
            encoder.outputFormatting = round % 2 == 0 ? [.sortedKeys, .withoutEscapingSlashes] : [.prettyPrinted]
            var bytes = Array(try encoder.encode(value(&random)))
            let whole = try JSONDecoder().decode(Value.self, from: Data(bytes))
            if let found = read(bytes) {
                taken += 1
                #expect(found == whole, "\(String(decoding: bytes, as: UTF8.self))")
            }
            for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
                let at = bytes.indices.randomElement(using: &random)!
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[at] = .random(in: 0...255, using: &random)
                case 1: bytes.remove(at: at)
                case 2: bytes.insert(Array(#"{}[],:"\eE+-.0u"#.utf8).randomElement(using: &random)!, at: at)
                default: bytes.removeLast(bytes.count - at)
                }
            }
            if let found = read(bytes) {
                damaged += 1
                let other = try? JSONDecoder().decode(Value.self, from: Data(bytes))
                #expect(found == other, "\(String(decoding: bytes, as: UTF8.self))")
            }
        }
        // Else nothing was compared.
        #expect(taken > 1000 && damaged > 30, "\(taken) \(damaged)")
    }

    @Test(arguments: [
        #""\u-001""#, #""\u+041""#, #""\u00""#, #""\ud83c""#, #""\q""#, "\"\u{1}\"", #""a"#, "01", "-", "1.", "-.5",
        ".5", "2.e1", "-2.e-7",
        "1e", "+1", "[1,]", "[,1]", "{,}", #"{"a":1,}"#, #"{"a" 1}"#, "[1 2]", "nul", "1 1", "", " ",
        "{\"a\":1,\"a\":2}",
        String(repeating: "[", count: 200_000),
    ]) func refuses(_ text: String) { #expect(read(Array(text.utf8)) == nil, "\(text.prefix(40))") }

    @Test func bytesThatAreNoText() {
        for bytes: [UInt8] in [[0x22, 0xFF, 0x22], [0x22, 0xC3, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22]] {
            #expect(read(bytes) == nil)
        }
    }

    // MARK: Writing

    private func asTheEncoder(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    @Test func writesWhatTheEncoderWrites() throws {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            let value = value(&random)
            var text = JSONText()
            text.value(value)
            #expect(text.isSound)
            #expect(try String(decoding: text.bytes, as: UTF8.self) == asTheEncoder(value))
        }
        let all = String(String.UnicodeScalarView((0..<0x300).compactMap(Unicode.Scalar.init)))
        let numbers = [
            0.0, -0.0, 1e15, 1e16, 1e20, 5e-05, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 0.1 + 0.2, -2, 1 / 3,
        ]
        var text = JSONText()
        text.value(
            .object([all: .string(all), "a10": .null, "a9": .array(numbers.map(Value.number)), "Z": .bool(true)]))
        #expect(
            try String(decoding: text.bytes, as: UTF8.self)
                == asTheEncoder([
                    all: Value.string(all), "a10": .null, "a9": .array(numbers.map(Value.number)), "Z": .bool(true),
                ]))
        for number in [Double.nan, .infinity, -.infinity] {
            var text = JSONText()
            text.number(number)
            #expect(!text.isSound)
        }
    }

    /// A member that is added to a record, and that its writer does not know, fails here.
    @Test func aRecordWithEverything() throws {
        let scratch = TemporaryFolder(), cache = try scratch.cache()
        var record = Record.sample("s", [])
        record.manifest.parameters = ["p": .array([.int(1), .number(0.5)]), "o": .object(["a/b": .null])]
        record.manifest.inputs = [.init(slot: "s", digest: Digest.of("1"), path: "a \"b\".yaml", isExecutable: true)]
        record.manifest.tools = ["x264": "164"]
        record.key = record.manifest.key
        record.outputs = [
            .init(
                name: "o", type: "t", fileName: "f.mp4",
                blobs: [
                    .init(
                        digest: Digest.of("b"), size: .max, sha256: String(repeating: "a", count: 64),
                        isExecutable: true)
                ])
        ]
        record.discovered = [Discovered(path: "é", digest: Digest.of("h")), Discovered(path: "x", digest: nil)]
        record.answers = [Answer(question: "font\tsans", answer: "yes")]
        record.diagnostics = [
            Diagnostic(
                "an-id", .note, fault: .result, "message", hint: "do this",
                at: Place(file: "a", line: 1, column: 2, length: 3, excerpt: "e"))
        ]
        record.verdict = .revise
        record.cost = .init(wall: 1.5, cpu: 2, price: .init(amount: 0.25, currency: "USD"))
        (record.origin.remote, record.origin.executor) = ("r", "e")
        (record.isSandboxed, record.isProvisional) = (true, false)
        for child in Mirror(reflecting: record).children {
            let value = Mirror(reflecting: child.value)
            #expect(value.displayStyle != .optional || !value.children.isEmpty, "\(child.label ?? "") is not tried")
        }
        try Records(cache).write(record)
        #expect(try firstLine(of: record.key, in: cache) == asTheEncoder(record))
        record.cost.cpu = .nan
        #expect(throws: StoreProblem.self) { try Records(cache).write(record) }
    }

    private func firstLine(of key: Digest, in cache: Cache) throws -> String {
        let path = cache.root + "/records/" + key.hex.prefix(2) + "/" + key.hex.dropFirst(2) + ".json"
        return String(decoding: try WholeFile.read(path), as: UTF8.self)
            .split(separator: "\n").first.map(String.init) ?? ""
    }

    // MARK: Records and logs

    private func encoded(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    private func diagnostics(_ random: inout SystemRandomNumberGenerator) -> [Diagnostic] {
        (0..<Int.random(in: 0..<3, using: &random)).map { index in
            Diagnostic(
                "an-id", index == 0 ? .warning : .note, fault: .result, Self.texts.randomElement(using: &random)!,
                hint: .random(using: &random) ? "do this" : nil,
                at: .random(using: &random)
                    ? Place(file: "a", line: 1, column: 2, length: 3, excerpt: .random(using: &random) ? "e" : nil)
                    : nil)
        }
    }

    @Test func records() throws {
        let scratch = TemporaryFolder(), cache = try scratch.cache()
        var random = SystemRandomNumberGenerator()
        func some<T>(_ value: T) -> T? { .random(using: &random) ? value : nil }
        for round in 0..<200 {
            var record = Record.sample("s\(round)", [])
            record.manifest.parameters = ["p": value(&random), "é\"": value(&random)]
            record.manifest.inputs = (0..<Int.random(in: 0..<3, using: &random)).map {
                .init(
                    slot: "slot\($0)", digest: Digest.of("\($0)"), path: some("a ☃.yaml"), isExecutable: some(true))
            }
            record.manifest.tools = ["x264": "164", "t\\": Self.texts.randomElement(using: &random)!]
            record.key = record.manifest.key
            record.outputs = [
                .init(
                    name: "o", type: "t", fileName: "f.mp4",
                    blobs: (0..<Int.random(in: 0..<3, using: &random)).map {
                        .init(
                            digest: Digest.of("b\($0)"), size: .random(in: 0...(1 << 40), using: &random),
                            sha256: some(String(repeating: "a", count: 64)), isExecutable: some(false))
                    })
            ]
            record.discovered = [
                Discovered(path: "hero.jpg", digest: nil), Discovered(path: "é", digest: Digest.of("h")),
            ]
            record.answers = some([Answer(question: "font\tsans", answer: Self.texts.randomElement(using: &random)!)])
            record.diagnostics = diagnostics(&random)
            record.verdict = some(.revise)
            record.cost = .init(
                wall: .random(in: 0...100, using: &random), cpu: 2, price: some(.init(amount: 0.25, currency: "USD")))
            (record.origin.remote, record.origin.executor) = (some("r"), some("e"))
            (record.isSandboxed, record.isProvisional) = (some(true), some(false))
            // As the decoder reads it: 3.0 comes back as 3.
            let text = try encoded(try JSONDecoder().decode(Record.self, from: JSONEncoder().encode(record)))
            record = try JSONDecoder().decode(Record.self, from: Data(text.utf8))
            record.key = record.manifest.key
            try Records(cache).write(record)
            #expect(try firstLine(of: record.key, in: cache) == asTheEncoder(record))
            guard case .found(let found) = Records(cache).lookup(record.key) else {
                Issue.record("not found: \(text)")
                continue
            }
            #expect(try encoded(found) == encoded(record))
            #expect(Records(cache).origin(record.key) == record.origin)
        }
    }

    @Test func logsOfRuns() throws {
        let scratch = TemporaryFolder(), cache = try scratch.cache()
        var random = SystemRandomNumberGenerator()
        for round in 0..<50 {
            var nodes: [RunLog.Node] = []
            for index in 0..<round {
                let key = index % 3 == 0 ? nil : Digest.of("\(index)")
                let world = index % 2 == 0 ? Digest.zero : Digest.of("w")
                let why = Array(Self.texts.prefix(index % 4)), seconds = Double(index) / 7
                nodes.append(
                    RunLog.Node(
                        id: "a.mp4:s[\(index)]", stage: "s", key: key, world: world, outcome: "ran", why: why,
                        seconds: seconds))
            }
            var log = RunLog(
                time: "2026-01-01T00:00:0\(round % 10)Z", workspace: "/w ☃", targets: ["a.mp4", Self.texts[3]],
                nodes: nodes,
                diagnostics: diagnostics(&random), status: .revise, seconds: 4.25)
            if round % 2 == 0 { log.sets = ["key": "a\"b", "a/b": "", "Z": "é"] }
            if round % 3 == 0 { log.base = "20260101T000000Z-none" }
            let name = try log.write(in: cache)
            let text = String(decoding: try WholeFile.read(cache.root + "/runs/" + name + ".json"), as: UTF8.self)
            #expect(try text == asTheEncoder(log) + "\n")
            let found = try #require(RunLog.load(name, in: cache))
            #expect(try encoded(found) == encoded(log))
        }
    }

    @Test func whichRecordsArePresent() throws {
        let scratch = TemporaryFolder(), cache = try scratch.cache(), records = Records(cache)
        let made = (0..<40).map { Record.sample("p\($0)", []) }
        for record in made.prefix(30) { try records.write(record) }
        #expect(records.present(made.map(\.key)) == Set(made.prefix(30).map(\.key)))
    }

    /// Few questions are answered line by line, more from a table; damaged lines count in neither.
    @Test func lastKeysByLine() throws {
        let scratch = TemporaryFolder(), cache = try scratch.cache()
        func append(_ keys: [(node: String, key: Digest)]) throws {
            try LastKeys.append(keys, workspace: "/w", in: cache)
        }
        let names = (0..<40).map { "é a.mp4:n[\($0)]" } + ["", "x"]
        try append(names.map { ($0, Digest.of("old " + $0)) })
        try append(names.prefix(7).map { ($0, Digest.of($0)) })
        let folder = cache.root + "/state", file = try #require(cache.folder.names(folder)?.first)
        let whole = try WholeFile.read(folder + "/" + file)
        let hex = Digest.of("z").hex
        for end in ["", "\n\(hex.uppercased()) x\n", "\n\(hex) x", "\n\(hex.dropLast()) x\n\n\(hex)", "\n\(hex) "] {
            try WholeFile.overwrite(folder + "/" + file, with: whole + Array(end.utf8))
            let table = LastKeys.load(workspace: "/w", in: cache).keys, lines = LastKeyLines(workspace: "/w", in: cache)
            #expect(table.count >= 41)
            for _ in 0..<2 {
                for name in ["x", "none", ""] + names { #expect(lines[name] == table[name], "\(name) \(end)") }
            }
        }
        #expect(LastKeyLines(workspace: "/none", in: cache)["x"] == nil)
    }
}
