// Specs that are damaged, huge or meant to hurt: told with a message, in time, without a crash.
import Composition
import Diagnostics
import Digests
import Spec
import TestSupport
import Testing
import YAML

struct HostileTests {
    @Test func aBombCostsNothing() throws {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...12 {
            text +=
                "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
                + "]\n"
        }
        let took = ContinuousClock().measure {
            #expect(throws: Diagnostics.self) { try YAML.parse(text: text, file: "a") }
        }
        do throws(Diagnostics) { _ = try YAML.parse(text: text, file: "a") } catch {
            #expect(
                error.all.first?.text() == """
                    a:5:45: error: the document grows beyond 100000 values [yaml-bomb]
                    a4: &a4 [*a3, *a3, *a3, *a3, *a3, *a3, *a3, *a3, *a3, *a3]
                                                                ^~~
                      hint: use fewer aliases: each use of one counts
                    """)
        }
        #expect(took < .seconds(1))
    }

    @Test func deepAliasesAreAsDeepAsWhatTheyStandFor() {
        var text = "a0: &a0 x\n"
        for level in 1...80 { text += "a\(level): &a\(level) [*a\(level - 1)]\n" }
        #expect(throws: Diagnostics.self) { try YAML.parse(text: text, file: "a") }
    }

    private func problems(_ bytes: [UInt8], props: [UInt8]?) -> [Diagnostic] {
        do throws(Diagnostics) {
            let spec = try ValidSpec.read(spec: bytes, specName: "a", props: props)
            let video = try resolve(spec, facts: sampleFacts()) { _ in bytes }
            if video.frames < 20_000 { _ = plan(video) { _ in .zero } }
            return []
        } catch {
            #expect(error.all.contains { $0.severity == .error })
            return error.all
        }
    }

    /// Random edits of real specs: whatever comes of them, an answer does.
    @Test(arguments: 0..<20) func mutatedSpecs(seed: Int) throws {
        var dice = Seeded(seed: UInt64(seed) &* 7919)
        let sources = [SampleSpecs.launch, SampleSpecs.short, SampleSpecs.json].map { Array($0.utf8) }
        let scraps = [
            "{", "}", "[", "]", ":", "-", "&a ", "*a", "{{", "}}", "\"", "'", "\n", "\t", "1e999", ".nan",
            "-9999999999999999999", "99999999h", "%", "#",
            "|", ">", "!!str ", "<<: ", "null", "~", "\u{0}", "é", "9223372036854775807", "0x7fffffffffffffff", "-->",
            "--- ",
        ].map { Array($0.utf8) }
        for _ in 0..<100 {
            var bytes = sources.randomElement(using: &dice)!
            for _ in 0..<Int.random(in: 1...6, using: &dice) where !bytes.isEmpty {
                let at = Int.random(in: 0..<bytes.count, using: &dice),
                    end = min(bytes.count, at + Int.random(in: 0...12, using: &dice))
                switch Int.random(in: 0..<4, using: &dice) {
                case 0: bytes.removeSubrange(at..<end)
                case 1: bytes.insert(contentsOf: scraps.randomElement(using: &dice)!, at: at)
                case 2: bytes.replaceSubrange(at..<end, with: scraps.randomElement(using: &dice)!)
                default: bytes[at] = UInt8.random(in: 0...255, using: &dice)
                }
            }
            let props = Bool.random(using: &dice) ? Array(bytes.suffix(80)) : nil
            for diagnostic in problems(bytes, props: props) { #expect(!diagnostic.text().isEmpty) }
        }
    }

    @Test(arguments: 0..<10) func mutatedCaptions(seed: Int) throws {
        var dice = Seeded(seed: UInt64(seed) &+ 99)
        let source = Array(
            ("WEBVTT\n\n1\n00:00.000 --> 00:01.000 align:start\n<v A>One <00:00.500>two &amp; three\n\nNOTE "
                + "x\n\n00:01.000 --> 00:02.000\nmore\r\n\r\n").utf8)
        for _ in 0..<200 {
            var bytes = source
            for _ in 0..<Int.random(in: 1...5, using: &dice) {
                bytes[Int.random(in: 0..<bytes.count, using: &dice)] = UInt8.random(in: 9...126, using: &dice)
            }
            _ = try? resolved(SampleSpecs.short, file: String(decoding: bytes, as: UTF8.self))
        }
    }

    @Test func limits() {
        func first(_ text: String) -> String? {
            do { _ = try resolved(text); return nil } catch let error as Diagnostics {
                return error.all.first?.text().split(separator: "\n").first.map(String.init)
            } catch { return "\(error)" }
        }
        let layers = Array(repeating: "{ text: x }", count: 65).joined(separator: ", ")
        #expect(
            first("version: 1\nscenes: [{ id: a, duration: 1s, layers: [\(layers)] }]")
                == "a.video.yaml:2:874: error: 'layers' has 65 entries; the limit is 64 [too-many]")
        #expect(
            first(
                "version: 1\nscenes: [{ id: a, duration: 1s, layers: [{ text: "
                    + "\(String(repeating: "x", count: 10_001)) }] }]"
            ) == "a.video.yaml:2:50: error: 'text' is longer than 10000 bytes [text-too-long]")
        let items = Array(repeating: "{ n: x }", count: 1500).joined(separator: ", ")
        let spec =
            "version: 1\nprops: { l: { type: list, fields: { n: { type: string } }, default: [\(items)] } }\nscenes: "
            + "[{ id: a, each: l, duration: 1s }, { id: b, each: l, duration: 1s }]"
        #expect(
            first(spec) == "a.video.yaml:3:59: error: repeating for every item makes more than 2000 entries [too-large]"
        )
        let rows = Array(repeating: "{ n: x }", count: 1500).joined(separator: ", "),
            long = String(repeating: "y", count: 9000)
        let wide =
            "version: 1\nprops: { l: { type: list, fields: { n: { type: string } }, default: [\(rows)] } }\nscenes: "
            + "[{ id: a, each: l, duration: 1s, layers: [{ text: \(long) }, { text: \(long) }] }]"
        #expect(
            first(wide)
                == "a.video.yaml:3:25: error: repeating for every item makes more than 200000 values [too-large]")
        #expect(
            first(
                "version: 1\nscenes: [{ id: a, duration: 1s }]\ncaptions: [{ start: 0s, end: 1s, text: "
                    + "\(String(repeating: "x ", count: 600)) }]"
            ) == "a.video.yaml:3:12: error: 'text' is longer than 1000 bytes [text-too-long]")
    }
}
