// Policies, and how the gate weighs what reviewers and persons say of a claim.
import Composition
import Diagnostics
import Files
import FoundationEssentials
import Spec
import Testing

import Decisions
import Stages

@Suite struct PolicyTests {
    @Test func builtInPoliciesEqualTheirFiles() throws {
        var root = URL(filePath: #filePath)
        for _ in 0..<3 { root.deleteLastPathComponent() }
        for name in Policies.names {
            let text = try String(contentsOf: root.appending(path: Policies.path(of: name)), encoding: .utf8)
            #expect(Policies.builtIn(name) == text, "\(name)")
            #expect(try Policies.read(name, own: nil).name == name)
        }
        let standard = try Policies.read("default", own: nil), strict = try Policies.read("strict", own: nil)
        #expect(strict.open.isEmpty && !standard.open.contains(.claim) && standard.allowsApproval)
        #expect(try !Policies.read("draft", own: nil).allowsApproval)
    }

    @Test func aWrongPolicyIsToldAtItsPlace() throws {
        func problems(_ text: String, _ name: String = "house") -> [String] {
            do { _ = try Policies.read(name, own: Array(text.utf8)) } catch {
                return error.all.map { "\($0.place?.line ?? 0) \($0.id)" }
            }
            return []
        }
        #expect(problems("policy: house\nopen: [text]\n") == [])
        #expect(problems("policy: other\n") == ["1 other-policy-name"])
        #expect(problems("policy: house\nclaims:\n  text: [rule, oracle]\n").first?.hasPrefix("3 ") == true)
        #expect(problems("policy: house\nopne: [text]\n").first?.hasPrefix("2 ") == true)
        #expect(problems("policy: [").count == 1)
        #expect(throws: Diagnostics.self) { try Policies.read("none", own: nil) }
    }

    private func report(
        _ name: String, _ kind: Reviewer.Kind, _ verdicts: [Observation.Verdict], family: String? = nil,
        sum: String = "aa", claim: String = "caption.1", status: ReviewerReport.Status = .done
    ) -> ReviewerReport {
        ReviewerReport(
            reviewer: Reviewer(name: name, kind: kind, family: family ?? name, version: "1"), status: status,
            reason: status == .done ? nil : "not installed", sha256: sum, asked: [claim],
            observations: verdicts.map {
                Observation(
                    claim: claim, reviewer: name, verdict: $0, severity: .major, startFrame: 0, endFrame: 30,
                    evidence: ["frame-15.png"], rationale: "seen")
            })
    }

    private func weigh(
        _ reports: [ReviewerReport], persons: [SignedDecision.Answer] = [], policy: Policy? = nil
    ) throws -> (status: ClaimStanding.Status, reasons: [GateReason]) {
        let list = ClaimList(
            size: PixelSize(width: 2, height: 2), rate: FrameRate(30, 1), frames: 300,
            language: "en", hasSound: false, pictures: [],
            claims: [Claim(id: "caption.1", kind: .caption, text: "167 plants", startFrame: 30, endFrame: 60)])
        let key = try #require(PrivateKey(name: "anna", seed: [UInt8](repeating: 7, count: 32)))
        let answers = persons.map {
            SignedDecision(
                .init(.answer, target: "a.mp4", sha256: "aa", reason: "r", claim: "caption.1", answer: $0), by: key,
                at: "", after: "")
        }
        var judgement = Judgement(
            target: "a.mp4", policy: try policy ?? Policies.read("strict", own: nil), sha256: "aa")
        judgement.add(
            ReviewReport(sha256: "aa", observations: []), claims: list, reports: reports,
            answers: ["caption.1": answers])
        return (try #require(judgement.decision.claims.first).status, judgement.reasons)
    }

    @Test func aClaimIsAnsweredByWhomThePolicyAccepts() throws {
        func status(_ reports: [ReviewerReport], _ persons: [SignedDecision.Answer] = []) throws -> String {
            let (status, reasons) = try weigh(reports, persons: persons)
            #expect((status == .answered) == reasons.isEmpty, "\(status) \(reasons)")
            return status.rawValue
        }
        let yes = report("ocr", .rule, [.supports]), no = report("rule", .rule, [.contradicts])
        let model = report("vlm", .model, [.supports]), doubt = report("vlm2", .model, [.absent])
        #expect(try status([]) == "unanswered")
        #expect(
            try status([yes]) == "answered" && status([model]) == "answered" && status([], [.supports]) == "answered")
        #expect(try status([report("ocr", .rule, [.abstain])]) == "unanswered")
        #expect(try status([report("ocr", .rule, [.notApplicable])]) == "unanswered")
        #expect(try status([report("ocr", .rule, [.supports], claim: "caption.2")]) == "unanswered")
        // A rule or a person blocks, whoever else agrees.
        #expect(try status([yes, no]) == "contradicted" && status([no], [.supports]) == "contradicted")
        #expect(try status([yes], [.contradicts]) == "contradicted")
        // A model alone needs a second family, or a person.
        #expect(try status([doubt]) == "split" && status([yes, doubt]) == "split")
        #expect(try status([doubt], [.supports]) == "answered")
        #expect(try status([doubt, report("other", .model, [.contradicts])]) == "contradicted")
        #expect(try status([doubt, report("other", .model, [.contradicts], family: "vlm2")]) == "split")
    }

    @Test func wordsThatMustBeSaidAreAnsweredByTheTextThatHasThem() throws {
        func status(_ verdict: Observation.Verdict) throws -> (ClaimStanding.Status, [String]) {
            let said = Claim(
                id: "brief.say.1", kind: .claim, text: "the film says: 167 plants", startFrame: 0, endFrame: 300,
                heldBy: ["intro.text.1", "caption.1"])
            let list = ClaimList(
                size: PixelSize(width: 2, height: 2), rate: FrameRate(30, 1), frames: 300,
                language: "en", hasSound: false, pictures: [],
                claims: [
                    Claim(id: "caption.1", kind: .caption, text: "167 plants", startFrame: 30, endFrame: 60), said,
                ])
            var judgement = Judgement(
                target: "a.mp4", policy: try Policies.read("default", own: nil), sha256: "aa")
            judgement.add(
                ReviewReport(sha256: "aa", observations: []), claims: list, reports: [report("ocr", .rule, [verdict])],
                answers: [:])
            let standing = try #require(judgement.decision.claims.last)
            return (standing.status, standing.said)
        }
        #expect(try status(.supports) == (.answered, ["'caption.1' has its words, and is answered"]))
        // What was not read back, or read otherwise, proves nothing.
        #expect(try status(.abstain).0 == .unanswered && status(.contradicts).0 == .unanswered)
    }

    @Test func whatDidNotLookAtThisFileAnswersNothing() throws {
        let other = try weigh([report("ocr", .rule, [.supports], sum: "bb")])
        #expect(other.status == .unanswered && other.reasons[0].text.contains("did not look at the same file"))
        let idle = try weigh([report("ocr", .rule, [], status: .notRun)])
        #expect(idle.status == .unanswered && idle.reasons.count == 1)
        #expect(
            idle.reasons[0].text
                == "the claim 'caption.1' is not answered: \"167 plants\" (1.00 to 2.00 s; ocr did not run: not installed)"
        )
        #expect(
            idle.reasons[0].remedy
                == "look, and sign: vgraph answer a.mp4 caption.1 supports --by NAME --reason TEXT")
        // What an answer that was rejected says counts for nothing.
        #expect(try weigh([report("ocr", .rule, [.supports], status: .notRun)]).status == .unanswered)
    }

    @Test func policiesDiffer() throws {
        var house = Policy()
        house.name = "house"
        #expect(try weigh([report("ocr", .rule, [.supports])], policy: house).status == .unanswered, "persons alone")
        #expect(try weigh([], persons: [.supports], policy: house).status == .answered)
        house.claims = [.caption: [.rule]]
        house.reviewers = ["ocr"]
        #expect(try weigh([report("ocr", .rule, [.supports])], policy: house).reasons.isEmpty)
        #expect(try weigh([report("other", .rule, [.supports])], policy: house).reasons.count == 1)
        let draft = try Policies.read("draft", own: nil)
        let open = try weigh([], policy: draft)
        #expect(open.status == .open && open.reasons.isEmpty)
        #expect(try weigh([report("rule", .rule, [.contradicts])], policy: draft).reasons.count == 1)
        // A finding that no claim asked for.
        let stray = report("ocr", .rule, [.contradicts], claim: Observation.unplanned)
        #expect(try weigh([report("ocr", .rule, [.supports]), stray]).reasons.count == 1)
    }

    @Test func aCheckThatMustLookHasToLook() throws {
        var judgement = Judgement(target: "a.mp4", policy: try Policies.read("default", own: nil), sha256: "aa")
        func result(_ id: String, _ verdict: CheckResult.Verdict) -> CheckResult {
            CheckResult(id: id, title: id, verdict: verdict, measured: "nothing", expected: "none asked")
        }
        judgement.add(
            CheckReport(
                sha256: "aa", bytes: 1,
                results: [result("D01", .pass), result("D13", .notApplicable), result("D15", .notApplicable)]))
        #expect(judgement.reasons.count == 1 && judgement.reasons[0].text.hasPrefix("D15 "))
        #expect(judgement.decision.checks["D13"] == .notApplicable)
        var idle = Judgement(target: "a.mp4", policy: try Policies.read("default", own: nil), sha256: "aa")
        idle.add(CheckReport(sha256: "aa", bytes: 1, results: [result("D13", .notApplicable)]))
        #expect(idle.reasons.map(\.text) == ["nothing was checked"])
    }
}
