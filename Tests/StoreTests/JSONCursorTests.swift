// What is read without the general decoder is what that decoder reads: random values, records and logs, and texts that
// were damaged at random.
import Diagnostics
import Digests
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
        ".5",
        "1e", "+1", "[1,]", "[,1]", "{,}", #"{"a":1,}"#, #"{"a" 1}"#, "[1 2]", "nul", "1 1", "", " ",
        "{\"a\":1,\"a\":2}",
        String(repeating: "[", count: 200_000),
    ]) func refuses(_ text: String) { #expect(read(Array(text.utf8)) == nil, "\(text.prefix(40))") }

    @Test func bytesThatAreNoText() {
        for bytes: [UInt8] in [[0x22, 0xFF, 0x22], [0x22, 0xC3, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22]] {
            #expect(read(bytes) == nil)
        }
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
            if round % 2 == 0 { log.sets = ["key": "a\"b"] }
            let name = try log.write(in: cache)
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
}
