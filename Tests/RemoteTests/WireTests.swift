// The bytes of the protocols, against those that others make of the same values: protoc of the API's .proto files, and
// the examples of AWS and RFC 4231. What a server sends may be anything: no bytes end a reader.
import Decisions
import Digests
import Foundation
import Remotes
import Store
import TestSupport
import Testing
import Wire

@Suite struct WireTests {
    static let hash = String(repeating: "ab", count: 32)
    static let digest = ContentDigest(hash: hash, size: 2)

    func bytes(_ hex: String) -> [UInt8] {
        hexBytes(hex.replacing("HASH", with: Self.hash.utf8.map { String($0, radix: 16) }.joined()), count: nil)
    }

    private func hexBytes(_ text: String, count: Int?) -> [UInt8] {
        let digits = Array(text.utf8)
        return stride(from: 0, to: digits.count - 1, by: 2).map {
            UInt8(String(decoding: digits[$0...($0 + 1)], as: UTF8.self), radix: 16)!
        }
    }

    static let result =
        "12530a08772f66696c6d2f3012450a40HASH10ac02200112470a017812420a40HASH20ffffffffffffffffff012a0568656c6c6f32440a40HASH"
        + "10053a0165"

    @Test func anActionResult() throws {
        var result = ActionResult()
        result.files = [
            ActionResult.File(
                path: "w/film/0", digest: ContentDigest(hash: Self.hash, size: 300), isExecutable: true),
            ActionResult.File(path: "x", digest: ContentDigest(hash: Self.hash, size: 0), isExecutable: false),
        ]
        result.exitCode = -1
        result.output = Array("hello".utf8)
        result.outputDigest = ContentDigest(hash: Self.hash, size: 5)
        result.errors = Array("e".utf8)
        #expect(result.bytes == bytes(Self.result))
        let read = try ActionResult(bytes(Self.result)[...])
        #expect(read.files == result.files && read.exitCode == -1 && read.output == result.output)
        #expect(read.outputDigest == result.outputDigest && read.errors == result.errors)
    }

    @Test func requests() {
        let instance = Array("main".utf8), action = ContentDigest(hash: Self.hash, size: 140)
        #expect(RemoteExecution.instance("main") == [0x0a, 4] + instance)
        #expect(
            RemoteExecution.findMissing([Self.digest, ContentDigest(hash: Self.hash, size: 3)], in: "main")
                == bytes("0a046d61696e12440a40HASH100212440a40HASH1003"))
        #expect(
            RemoteExecution.batchUpdate([(Self.digest, Array("hi".utf8))], in: "main")
                == bytes("0a046d61696e124a0a440a40HASH100212026869"))
        #expect(RemoteExecution.getResult(action, in: "main") == bytes("0a046d61696e12450a40HASH108c011801"))
        var result = ActionResult()
        result.exitCode = 1
        #expect(
            RemoteExecution.updateResult(action, result, in: "main") == bytes("0a046d61696e12450a40HASH108c011a022001"))
        #expect(
            RemoteExecution.metadata(version: "0.1.0", invocation: "inv", action: "act")
                == bytes("0a0f0a067667726170681205302e312e3012036163741a03696e76"))
        #expect(ByteStream.write(Array("hi".utf8), name: "r", at: 7, isLast: true) == bytes("0a01721007180152026869"))
        #expect(ByteStream.readName(Self.digest, in: "main") == "main/blobs/\(Self.hash)/2")
        #expect(ByteStream.writeName(Self.digest, upload: "u", in: "") == "uploads/u/blobs/\(Self.hash)/2")
    }

    @Test func answers() throws {
        #expect(try RemoteExecution.missing(bytes("12440a40HASH1002")[...]) == [Self.digest])
        let read = try RemoteExecution.read(
            bytes("0a4c0a440a40HASH1002120268691a000a500a440a40HASH10031a0808051204676f6e65")[...])
        #expect(read.map(\.code) == [0, 5] && Array(read[0].bytes) == Array("hi".utf8) && read[1].digest.size == 3)
        let refused = try RemoteExecution.refused(bytes("0a4e0a440a40HASH1002120608031202" + "6e6f")[...])
        #expect(refused.count == 1 && refused[0].status.code == 3 && refused[0].status.message == "no")
        let able = try ServerCapabilities(bytes("0a0d0a02010612020801208092f40112021001220208022a040802100c")[...])
        #expect(able.takesSHA256 && able.takesResults && able.hasExecution && able.batchLimit == 4_000_000)
        #expect(able.lowest == "2.0" && able.highest == "2.12")
        let operation = try Operation(
            bytes("0a026f7018012a1c0a15747970652e676f6f676c65617069732e636f6d2f781203616263")[...])
        #expect(operation.name == "op" && operation.isDone && operation.response?.type == "type.googleapis.com/x")
        let response = try ExecuteResponse(bytes("0a02200310011a08080412046c6174652a016d")[...])
        #expect(response.result?.exitCode == 3 && response.isCached && response.status?.code == 4)
        #expect(response.message == "m")
        #expect(Array(try ByteStream.data(bytes("52026869")[...])) == Array("hi".utf8))
        #expect(try ByteStream.committed(bytes("08ac02")[...]) == 300)
    }

    /// The same place on every machine, for ever: who changes it loses every remote's content.
    @Test func whereAnEntryIs() {
        let manifest = Manifest(stage: "render", version: 3, parameters: [:], inputs: [], tools: [:])
        #expect(manifest.sha256 == "381f8c8aab66a43b6dbcafcffd78fe61f995fe0ac57fbebbb3c07b6c4e0c30c4")
        #expect(EntryAddress.of(manifest).hash == "ff3b4c34b7a9424ef8a993d9b6a15991ff16ecf0a89f03c95317c7fe7a48b12c")
        #expect(EntryAddress.of(manifest).size == 138)
    }

    @Test func whatIsDamagedIsRefusedOrReadAsLess() throws {
        var random = Seeded.untried()
        for _ in 0..<2_000 {
            var damaged = bytes(Self.result)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: damaged.removeLast(Int.random(in: 1..<damaged.count, using: &random))
            case 1: damaged[Int.random(in: 0..<damaged.count, using: &random)] = .random(in: 0...255, using: &random)
            default:
                damaged = (0..<Int.random(in: 0..<60, using: &random)).map { _ in .random(in: 0...255, using: &random) }
            }
            _ = try? ActionResult(damaged[...])
            _ = try? RemoteExecution.read(damaged[...])
            _ = try? ServerCapabilities(damaged[...])
            _ = try? Operation(damaged[...])
            _ = Entry(
                damaged, of: Manifest(stage: "", version: 1, parameters: [:], inputs: [], tools: [:]), keys: .init())
        }
    }

    /// The spelling that is written is read without a parser; any other form of the same JSON means the same.
    @Test func envelopesInAnyForm() throws {
        let key = try #require(PrivateKey(name: "ci", seed: Array(1...32)))
        for payload in [[], Array("{}".utf8), noise(1000)] {
            for envelope in [
                Envelope(payload, type: "a/b+c", by: key), Envelope(unsigned: payload, type: "a \"b\"\\/é"),
            ] {
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
                #expect(try encoder.encode(envelope) == Data(envelope.line))
                #expect(Envelope(line: envelope.line) == envelope)
                encoder.outputFormatting = [.prettyPrinted]
                #expect(Envelope(line: Array(try encoder.encode(envelope))) == envelope)
                // Nothing that is damaged is another envelope in silence but for what the signature covers.
                for at in stride(from: 0, to: envelope.line.count, by: 7) {
                    var line = envelope.line
                    line[at] ^= 1
                    let plain = Envelope(line: line)
                    #expect(plain == (try? JSONDecoder().decode(Envelope.self, from: Data(line))), "byte \(at)")
                }
            }
        }
    }

    /// A record goes on as it was signed where that is plain, and in our spelling where it is not.
    @Test func recordsInAnyForm() throws {
        let manifest = Manifest(stage: "render", version: 1, parameters: [:], inputs: [], tools: [:])
        let record = Record(
            key: manifest.key, manifest: manifest, outputs: [], discovered: [], diagnostics: [], verdict: nil,
            cost: Record.Cost(wall: 1, cpu: 1),
            origin: Record.Origin(
                user: "ci", host: "h", time: "2026-01-01T00:00:00Z", vgraph: "0.1.0", node: "n\n\"é\\"))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let plain = Array(try encoder.encode(record))
        func added(_ text: String) -> [UInt8] { Array(text.utf8) + plain.dropFirst() }
        encoder.outputFormatting = [.prettyPrinted]
        let deep = String(repeating: "[", count: 500) + String(repeating: "]", count: 500)
        let utf16 = Array(try #require(String(data: Data(plain), encoding: .utf8)?.data(using: .utf16LittleEndian)))
        let forms: [(payload: [UInt8], isKept: Bool)] = [
            (plain, true), (added("{\"more\":\"]}\\\"{[\","), true), (Array(try encoder.encode(record)), false),
            (added("{\"more\":\(deep),"), false), (added("{\"more\":\"]]]]\",\"deep\":\(deep),"), false),
            (utf16, false),
        ]
        for (index, form) in forms.enumerated() {
            let line = Envelope(unsigned: form.payload, type: "application/vnd.vgraph.record+json").line
            let entry = Entry(line + [10], of: manifest, keys: PublicKeys())
            let found = try #require(entry.lines.first, "form \(index) is a record")
            #expect(found.json == (form.isKept ? form.payload : plain), "form \(index)")
            let names = Array(try JSONEncoder().encode(["a \"b\"", "c"]))
            let reply = RemoteReply.line(id: 7, records: [found.json, found.json], from: names)
            #expect(!reply.contains(10))
            let read = try JSONDecoder().decode(RemoteReply.self, from: Data(reply))
            #expect(read.id == 7 && read.records?.count == 2 && read.from == ["a \"b\"", "c"])
            #expect(read.records?[1].origin == record.origin)
        }
    }

    @Test func framesComeInAnyPieces() throws {
        let messages: [[UInt8]] = [[], [1, 2, 3], noise(5000), [4]]
        let stream = messages.flatMap { GRPC.frame($0) }
        for size in [1, 2, 7, 4096, stream.count] {
            var frames = GRPCFrames(limit: 5000), found: [[UInt8]] = []
            for start in stride(from: 0, to: stream.count, by: size) {
                try Array(stream[start..<min(start + size, stream.count)]).withUnsafeBytes { piece in
                    _ = try frames.add(piece) {
                        found.append(Array($0)); return true
                    }
                }
            }
            #expect(found == messages && !frames.isWithinMessage)
        }
        var frames = GRPCFrames(limit: 10)
        #expect(throws: GRPCFrames.Fault.tooLong(11)) {
            try GRPC.frame(noise(11)).withUnsafeBytes { _ = try frames.add($0) { _ in true } }
        }
        #expect(throws: GRPCFrames.Fault.compressed) {
            var frames = GRPCFrames(limit: 10)
            try ([1, 0, 0, 0, 0] as [UInt8]).withUnsafeBytes { _ = try frames.add($0) { _ in true } }
        }
        #expect(GRPC.words("no%20such%C3%A9 %zz%") == "no such\u{e9} %zz%")
    }

    @Test func aSignatureOfAWS() {
        // "get-vanilla" of AWS's own suite, and its key.
        let signature = AWSSignature(
            accessKey: "AKIDEXAMPLE", secretKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", region: "us-east-1",
            service: "service")
        let text = signature.authorization(
            method: "GET", path: "/", headers: [("x-amz-date", "20150830T123600Z"), ("host", "example.amazonaws.com")],
            payload: ContentDigest.empty.hash, time: "20150830T123600Z")
        #expect(
            text == "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
                + "SignedHeaders=host;x-amz-date, "
                + "Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")
    }
}
