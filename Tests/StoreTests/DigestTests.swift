// Digests: equal to the reference programs' on every length, however the bytes come, and canonical JSON numbers.
import Digests
import Files
import FoundationEssentials
import Store
import TestSupport
import Testing
import Work

@Suite struct DigestTests {
    /// The JSON of records, worker lines and materials is what it was when digests were texts there.
    @Test func inJSON() throws {
        func json(_ value: some Encodable) throws -> String {
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            return String(decoding: try encoder.encode(value), as: UTF8.self)
        }
        let hex = "0123456789abcdef000000000000000f", digest = try #require(Digest(hex: hex))
        for (value, text) in [(digest, hex), (nil, ""), (.zero, String(repeating: "0", count: 32))]
            as [(Digest?, String)]
        {
            let item = Discovered(path: "a", digest: value), line = "{\"digest\":\"\(text)\",\"path\":\"a\"}"
            #expect(try json(item) == line)
            #expect(try JSONDecoder().decode(Discovered.self, from: Data(line.utf8)) == item)
        }
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(Discovered.self, from: Data("{\"digest\":\"xyz\",\"path\":\"a\"}".utf8))
        }
        let table = [digest: "a.png"]
        #expect(try json(table) == "{\"\(hex)\":\"a.png\"}")
        #expect(try JSONDecoder().decode([Digest: String].self, from: Data(json(table).utf8)) == table)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([Digest: String].self, from: Data("{\"xyz\":\"a\"}".utf8))
        }
    }

    @Test func knownValues() {
        // Of the reference implementation: xxhsum -H2.
        #expect(Digest.of("").hex == "99aa06d3014798d86001c324468d497f")
        #expect(Digest.of("vgraph").hex == "1e7a8974f6eb9b4eff92d3b6c98a2b82")
    }

    /// Lengths at which XXH3 goes another way, at once and in pieces: whatever vectors this processor has.
    @Test func everyLengthEqualsTheReferenceProgram() throws {
        let scratch = TemporaryFolder()
        let bytes = (0..<300_007).map { UInt8(truncatingIfNeeded: $0 &* $0 &+ $0 >> 3) }
        let lengths = [0, 1, 3, 4, 8, 9, 16, 17, 128, 129, 240, 241, 255, 256, 257, 1023, 1024, 1025, 65_537, 300_007]
        for length in lengths { _ = try scratch.write("\(length)", Array(bytes[..<length])) }
        let run = try Program.run(["xxhsum", "-H2"] + lengths.map { scratch.path + "/\($0)" })
        let sums = run.out.split(separator: "\n").map { String($0.prefix(32)) }
        #expect(sums.count == lengths.count, "\(run.err)")
        for (length, sum) in zip(lengths, sums) {
            #expect(Digest.of(Array(bytes[..<length])).hex == sum, "\(length)")
            for piece in [1, 7, 64, 250, 1024, 70_000] where length / piece < 5000 {
                var writer = DigestWriter()
                for start in stride(from: 0, to: length, by: piece) {
                    bytes[start..<min(start + piece, length)].withUnsafeBytes { writer.add($0) }
                }
                #expect(writer.finish().hex == sum, "\(length) in pieces of \(piece)")
            }
        }
    }

    @Test func hexReadsBack() {
        let digest = Digest(high: 0x0123_4567_89AB_CDEF, low: 0x0F)
        #expect(digest.hex == "0123456789abcdef000000000000000f")
        #expect(Digest(hex: digest.hex) == digest)
        for bad in [
            "", "0123", "0123456789ABCDEF000000000000000f", "g123456789abcdef000000000000000f", digest.hex + "0",
        ] {
            #expect(Digest(hex: bad) == nil)
        }
    }

    /// Every byte at every place: only the digits that `hex` writes are taken.
    @Test func everyDigitCounts() {
        let digits = Array("0123456789abcdef".utf8), digest = Digest.of("vgraph")
        for place in 0..<32 {
            for byte in UInt8.min ... .max {
                var hex = Array(digest.hex.utf8)
                hex[place] = byte
                let read = hex.withUnsafeBytes { Digest(hex: $0) }
                #expect((read != nil) == digits.contains(byte), "\(place) \(byte)")
                var written: [UInt8] = []
                read?.appendHex(to: &written)
                #expect(read == nil || (written == hex && read?.hex.utf8.elementsEqual(hex) == true))
            }
        }
    }

    @Test func fieldsDoNotRunTogether() {
        func digest(_ fields: [String]) -> Digest {
            var writer = DigestWriter()
            for field in fields { writer.add(field: field) }
            return writer.finish()
        }
        #expect(digest(["ab", "c"]) != digest(["a", "bc"]))
        #expect(digest(["ab", "c"]) == digest(["ab", "c"]))
    }

    @Test func filesAreReadInPieces() throws {
        let scratch = TemporaryFolder()
        let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let content = try #require(try FileContent.read(scratch.write("big", bytes)))
        #expect(content.digest == Digest.of(bytes))
        #expect(try FileContent.read(scratch.path + "/none") == nil)
        #expect(throws: (any Error).self) { try FileContent.read(scratch.path) }
    }
}

@Suite struct ManifestTests {
    let base = Manifest(
        stage: "encode", version: 3, parameters: ["crf": .int(20), "preset": .string("a\"b")],
        inputs: [.init(slot: "frames", digest: Digest.of("1")), .init(slot: "frames", digest: Digest.of("2"))],
        tools: ["x264": "164"])

    /// A change of this value makes every cache worthless: raise "manifest 1" when it is meant.
    @Test func keyIsStable() { #expect(base.key.hex == "4030974e31ba36d56f39397e71ae0d97") }

    @Test func everythingCounts() {
        var others = [Manifest](repeating: base, count: 8)
        others[0].stage = "encoder"
        others[1].version = 4
        others[2].parameters["crf"] = .int(21)
        others[3].parameters["new"] = .null
        others[4].inputs.swapAt(0, 1)
        others[5].inputs[0].path = "a"
        others[6].tools["x264"] = "165"
        others[7].inputs[1].slot = "other"
        #expect(Set((others + [base]).map(\.key)).count == 9)
    }

    @Test func differencesNameTheComponent() {
        var other = base
        other.parameters["crf"] = .number(22.5)
        other.inputs[1].digest = Digest.of("3")
        other.tools = [:]
        let found = Manifest.differences(base, other).map { "\($0.part) \($0.name) \($0.old ?? "-") \($0.new ?? "-")" }
        #expect(
            found == [
                "parameter crf 20 22.5", "input frames[1] \(Digest.of("2").hex) \(Digest.of("3").hex)",
                "tool x264 164 -",
            ])
        #expect(Manifest.differences(base, base).isEmpty)
    }

    @Test(arguments: [
        (Value.number(20), "20"), (.int(20), "20"), (.number(0.1), "0.1"), (.number(1e300), "1e+300"),
        (.number(-0.0), "0"),
        (.string("a\n\u{1}"), "\"a\\n\\u0001\""),
        (.object(["b": .int(1), "a": .array([.null, .bool(true)])]), "{\"a\":[null,true],\"b\":1}"),
    ])
    func canonicalText(_ value: Value, _ text: String) { #expect(value.canonical == text) }
}
