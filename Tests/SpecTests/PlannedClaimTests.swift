// Sentences that the spec plans for a voice, and numbers, are claims of their own: held by what has their words, or asked.
import Composition
import Decisions
import Diagnostics
import Spec
import Stages
import Testing

struct PlannedClaimTests {
    private func list(_ rest: String) throws -> ClaimList {
        let text = """
            version: 1
            scenes:
              - id: a
                duration: 8s
                layers: [ { text: "167 plants in bloom" } ]

            """ + rest
        let spec = try ValidSpec.read(specText: text, specName: "a.video.yaml")
        let facts = sampleFacts()
        let drafts = try Draft.all(of: spec, facts: facts, format: "") { _ in Array("name,count\ntotal,167\n".utf8) }
        return claims(of: drafts[0].video, facts: facts, places: [], draft: drafts[0])
    }

    @Test func aPlannedSentenceIsAsked() throws {
        let list = try list("audio: { tracks: [ { asset: assets/voice.wav, says: [ One of two., Two of 2. ] } ] }\n")
        let said = list.claims.filter { $0.kind == .speech }
        #expect(said.map(\.id) == ["narration.1", "narration.2"] && said.allSatisfy { $0.isWithin == true })
        #expect(said.allSatisfy { $0.heldBy == nil && $0.startFrame < $0.endFrame })
        let parts = list.parts(.sentences)
        #expect(parts.count == 1 && parts[0].claims.map(\.text) == ["One of two.", "Two of 2."])
        let number = try #require(list.claims.first { $0.id == "number.2" })
        #expect(number.text == "2" && number.heldBy == ["narration.2"] && number.kind == .number)
        #expect(list.voices?.isEmpty == false)
    }

    @Test func captionsHoldASentence() throws {
        let list = try list(
            """
            captions:
              - { start: 0.1s, end: 0.9s, text: "Our garden grew" }
              - { start: 1.0s, end: 1.8s, text: "to 167 plants." }
            audio: { tracks: [ { asset: assets/voice.wav, says: "Our garden grew to 167 plants." } ] }

            """)
        let line = try #require(list.claims.first { $0.id == "narration.1" })
        #expect(line.heldBy == ["speech.1", "speech.2"] && line.needsAll == true)
        #expect(list.parts(.sentences).flatMap(\.claims).map(\.id) == ["speech.1", "speech.2"])
    }

    @Test func aNumberNamesItsSource() throws {
        let list = try list(
            "captions: [ { start: 0s, end: 4s, text: \"167 plants grow\", source: \"data/plants.csv#total.count\" } ]\n"
                .replacing("#total.count", with: "#count[1]"))
        let numbers = list.claims.filter { $0.kind == .number }
        #expect(numbers.map(\.text) == ["167", "167, from data/plants.csv#count[1]"])
        #expect(numbers.map { $0.heldBy ?? [] } == [["a.text.1"], ["caption.1"]])
    }

    @Test func aTrackThatIsNoVoiceMayNotSpeak() throws {
        let music = "audio: { tracks: [ { asset: assets/bed.mp3, loop: true } ] }\n"
        #expect(try list(music).voices == [])
        #expect(try list(music.replacing("loop: true", with: "loop: true, says: \"la la\"")).voices?.count == 1)
    }

    // MARK: What the gate makes of it

    private static let anna = PrivateKey(name: "anna", seed: [UInt8](repeating: 7, count: 32))!

    private func judged(
        _ list: ClaimList, _ observations: [Observation], answers: [String: [SignedDecision]] = [:]
    ) throws -> GateDecision {
        var judgement = Judgement(target: "a.mp4", policy: try Policies.read("default", own: nil), sha256: "aa")
        judgement.add(
            CheckReport(
                sha256: "aa", bytes: 1,
                results: ["D01", "D02", "D02.frames", "D03", "D15"].map {
                    CheckResult(id: $0, title: $0, verdict: .pass, measured: "", expected: "")
                }))
        judgement.add(
            ReviewReport(sha256: "aa", observations: []), claims: list,
            reports: [
                ReviewerReport(
                    reviewer: Reviewer(name: "text", kind: .rule, family: "ocr", version: "1"), status: .done,
                    sha256: "aa", asked: list.claims.map(\.id), observations: observations)
            ], answers: answers)
        return judgement.decision
    }

    private func said(_ claim: String, _ verdict: Observation.Verdict) -> Observation {
        Observation(
            claim: claim, reviewer: "text", verdict: verdict, severity: .major, startFrame: 0, endFrame: 10,
            evidence: [],
            rationale: "so it is")
    }

    @Test func aNumberIsAnsweredWhereAllThatHaveItAre() throws {
        let list = try list("captions: [ { start: 0s, end: 4s, text: \"167 plants grow\" } ]\n")
        let all = try judged(list, [said("a.text.1", .supports), said("caption.1", .supports)])
        let number = try #require(all.claims.first { $0.kind == .number })
        #expect(number.status == .answered && number.said == ["'a.text.1', 'caption.1' have it, and are answered"])
        let one = try judged(list, [said("a.text.1", .supports)])
        #expect(one.claims.first { $0.kind == .number }?.status == .open)
    }

    @Test func aVoiceThatNoOnePlacedBlocksAndHasAnEntry() throws {
        let list = try list("")
        let made = try judged(list, [said(Observation.unplannedSpeech, .contradicts)])
        #expect(made.decision == .revise && made.reasons.map(\.id) == [.unplannedSpeech])
        #expect(made.reasons[0].check == "unplanned-speech" && made.reasons[0].isWaivable == true)
    }

    /// A reviewer errs: whom the brief names may say so, others may not, and the contradiction stays to be seen.
    @Test func whoDecidesOverrulesAReviewer() throws {
        func answer(_ verdict: SignedDecision.Answer) -> SignedDecision {
            var draft = SignedDecision.Draft(.answer, target: "a.mp4", sha256: "aa", reason: "the swash is an s")
            (draft.claim, draft.answer) = ("a.text.1", verdict)
            return SignedDecision(draft, by: Self.anna, at: "2026-11-26T12:00:00Z", after: "")
        }
        var list = try list("")
        let wrong = [said("a.text.1", .contradicts)], right = ["a.text.1": [answer(.supports)]]
        let other = try judged(list, wrong, answers: right)
        #expect(other.decision == .revise && other.reasons.map(\.id) == [.contradicted])
        list.decides = ["ben"]
        #expect(try judged(list, wrong, answers: right).decision == .revise)
        list.decides = ["anna", "ben"]
        let open = try judged(list, wrong)
        #expect(open.reasons.first?.remedy?.contains("anna or ben signs that it holds") == true)
        let made = try judged(list, wrong, answers: right)
        #expect(made.decision == .pass, "\(made.reasons)")
        let standing = try #require(made.claims.first { $0.id == "a.text.1" })
        #expect(standing.status == .answered && standing.said.contains("text: contradicts"))
        #expect(standing.said.last == "anna decides over that: the swash is an s")
        let denied = ["a.text.1": [answer(.supports), answer(.contradicts)]]
        #expect(try judged(list, [said("a.text.1", .supports)], answers: denied).decision == .revise)
    }
}
