// A reviewer's answer is taken whole or not at all: each way to break it is rejected with its reason.
import Composition
import Digests
import Stages
import Testing

struct ReviewerAnswerTests {
    private static let request = ReviewRequest(
        sha256: "ab",
        list: ClaimList(
            size: PixelSize(width: 320, height: 180), rate: FrameRate(25), frames: 100, language: "en", hasSound: true,
            pictures: [],
            claims: [
                Claim(id: "caption.1", kind: .caption, text: "Hello", startFrame: 10, endFrame: 40),
                Claim(id: "title", kind: .title, text: "A film", startFrame: 0, endFrame: 100),
            ]),
        picture: PixelSize(width: 320, height: 180),
        exhibits: [
            .init(kind: .frame, file: "frames/000020.png", digest: Digest.of("a"), frame: 20, claims: ["caption.1"]),
            .init(kind: .audio, file: "sound.wav", digest: Digest.of("b")),
        ])

    private static let head = #"{"schema":"vgraph.observation/1","version":"1"}"#
    private static let good = #"""
        {"claim":"caption.1","verdict":"supports","severity":"info","startFrame":10,"endFrame":40,"evidence":["frames/000020.png"],"rationale":"it is read","box":{"x0":0,"y0":0,"x1":20,"y1":10},"measured":{"error":0}}
        """#
    private static let abstains = #"""
        {"claim":"title","verdict":"abstain","severity":"info","startFrame":0,"endFrame":100,"evidence":[],"rationale":"not mine"}
        """#

    private func reason(_ text: String) -> String? {
        do throws(ReviewerAnswer.Fault) {
            _ = try ReviewerAnswer(Array(text.utf8), to: Self.request, by: "test")
            return nil
        } catch { return error.reason }
    }

    private func lines(_ lines: String...) -> String { lines.joined(separator: "\n") + "\n" }

    @Test func aWholeAnswerIsTaken() throws {
        let text = lines(Self.head, Self.good, Self.abstains)
        let answer = try ReviewerAnswer(Array(text.utf8), to: Self.request, by: "test")
        #expect(answer.version == "1" && answer.observations.map(\.claim) == ["caption.1", "title"])
        #expect(answer.observations.allSatisfy { $0.reviewer == "test" })
        #expect(answer.observations[0].measured == ["error": 0])
        let unplanned = Self.good.replacing("caption.1", with: "unplanned").replacing("supports", with: "contradicts")
        #expect(reason(lines(Self.head, Self.good, Self.abstains, unplanned)) == nil)
    }

    @Test func whatIsNotWholeIsRejected() {
        func with(_ old: String, _ new: String) -> String? {
            reason(lines(Self.head, Self.good.replacing(old, with: new), Self.abstains))
        }
        #expect(reason("") == "it is empty")
        #expect(reason("looks good\n") == "line 1 is not a JSON object: 'looks good'")
        #expect(reason(lines(Self.head)) == "it neither answers 'caption.1' and 1 more nor abstains")
        #expect(reason(lines(Self.head, Self.good)) == "it neither answers 'title' nor abstains")
        #expect(reason(lines(Self.head, Self.good, "looks good", Self.abstains))?.hasPrefix("line 3 is not") == true)
        #expect(reason(lines(Self.good, Self.abstains)) == "line 1: there is no field 'box'")
        #expect(reason(lines(Self.head.replacing("/1", with: "/9"), Self.good, Self.abstains))?.contains("/9") == true)
        #expect(with("caption.1", "caption.7") == "line 2: it was not asked for a claim 'caption.7'")
        #expect(with("frames/000020.png", "frames/000021.png") == "line 2: the request has no file 'frames/000021.png'")
        #expect(with("\"frames/000020.png\"", "") == "line 2: it cites nothing for 'supports'")
        #expect(with(":40", ":101") == "line 2: frames 10 to 101 lie outside the film's 100")
        #expect(with(":10,", ":-1,") == "line 2: frames -1 to 40 lie outside the film's 100")
        #expect(with("\"endFrame\":40", "\"endFrame\":10")?.contains("10 to 10") == true)
        #expect(with("\"endFrame\":40", "\"endFrame\":15")?.contains("lies outside frames 10 to 15") == true)
        #expect(with("\"x1\":20", "\"x1\":321") == "line 2: its box lies outside the picture")
        #expect(with("supports", "certainly")?.hasPrefix("line 2: ") == true)
        #expect(with("\"severity\":\"info\",", "")?.hasPrefix("line 2: ") == true)
        #expect(with("\"rationale\"", "\"prose\":1,\"rationale\"") == "line 2: there is no field 'prose'")
        #expect(with("it is read", "") == "line 2: 'rationale' or 'found' is empty or longer than 600 bytes")
        #expect(with("caption.1", "unplanned") == "line 2: what was not planned can only contradict")
        #expect(with("it is read", String(repeating: "x", count: 70_000)) == "line 2 is longer than 65536 bytes")
    }
}
