// Which waivers count: for these bytes, for a check that the policy lets be waived, for every span that fails, for no
// longer than the policy says. A waived check stays failed.
import Composition
import Decisions
import Diagnostics
import FoundationEssentials
import Spec
import Testing

import Stages

@Suite struct WaiverTests {
    private let anna = PrivateKey(name: "anna", seed: [UInt8](repeating: 7, count: 32))!

    private func waiver(
        _ check: String, _ range: (Double, Double)? = nil, until: String = "2026-12-01", sum: String = "aa",
        at: String = "2026-11-26T12:00:00Z"
    ) -> SignedDecision {
        SignedDecision(
            .init(
                .waive, target: "a.mp4", sha256: sum, reason: "meant",
                waiver: .init(check: check, from: range?.0, to: range?.1, until: until)), by: anna, at: at, after: "")
    }

    private func judge(
        _ waivers: [SignedDecision], _ results: [(String, CheckResult.Verdict, [TimeSpan]?)],
        policy: String = "default", findings: [Diagnostic] = [], unplanned: [Range<Int>] = []
    ) throws -> GateDecision {
        var judgement = Judgement(
            target: "a.mp4", policy: try Policies.read(policy, own: nil), sha256: "aa", waivers: waivers)
        judgement.add(
            CheckReport(
                sha256: "aa", bytes: 1,
                results: [("D01", .pass, nil)].map(result) + results.map(result)))
        judgement.add(findings)
        let list = ClaimList(
            size: PixelSize(width: 2, height: 2), rate: FrameRate(10, 1), frames: 300, language: "en", hasSound: false,
            pictures: [], claims: [])
        let seen = unplanned.map {
            Observation(
                claim: Observation.unplanned, reviewer: "text", verdict: .contradicts, severity: .major,
                startFrame: $0.lowerBound, endFrame: $0.upperBound, evidence: [], rationale: "it reads SALE")
        }
        judgement.add(
            ReviewReport(sha256: "aa", observations: []), claims: list,
            reports: [
                ReviewerReport(
                    reviewer: Reviewer(name: "text", kind: .rule, family: "ocr", version: "1"), status: .done,
                    sha256: "aa", asked: [], observations: seen)
            ], answers: [:])
        return judgement.decision
    }

    private func result(_ id: String, _ verdict: CheckResult.Verdict, _ spans: [TimeSpan]?) -> CheckResult {
        CheckResult(
            id: id, title: id, verdict: verdict, measured: "it is so", expected: "it is not", from: spans?.first?.from,
            to: spans?.first?.to, spans: spans)
    }

    private let black = [TimeSpan(from: 8, to: 9.2)]
    private let twice = [TimeSpan(from: 2, to: 3), TimeSpan(from: 8, to: 9.2)]

    @Test func aFaultIsWaivedAndStaysAFault() throws {
        let open = try judge([], [("D08", .fail, black)])
        #expect(open.decision == .revise && open.reasons.map(\.check) == ["D08"] && open.reasons[0].isWaivable == true)
        #expect(open.reasons[0].id == .checkFailed && open.reasons[0].entry == "D08")
        let waived = try judge([waiver("D08", (8, 9.2))], [("D08", .fail, black)])
        #expect(waived.decision == .pass && waived.checks["D08"] == .fail, "never a pass of the check")
        #expect(waived.waivers.map(\.state) == [.counts])
        #expect(waived.waivers[0].found == "D08 D08: it is so, expected it is not")
        // 2026-12-02T00:00:00Z: the day counts to its end.
        #expect(waived.expires == 1_796_169_600)
        #expect(!waived.hasExpired(at: 1_796_169_599) && waived.hasExpired(at: 1_796_169_600))
    }

    @Test func whatDoesNotCountIsSaid() throws {
        func state(
            _ waiver: SignedDecision, _ id: String = "D08", _ verdict: CheckResult.Verdict = .fail,
            _ spans: [TimeSpan]? = [TimeSpan(from: 8, to: 9.2)], policy: String = "default"
        ) throws -> String {
            let made = try judge([waiver], [(id, verdict, spans)], policy: policy)
            let passes = verdict == .pass || made.waivers[0].state == .counts
            #expect(made.decision == (passes ? .pass : .revise), "\(made.reasons)")
            return made.waivers[0].state.rawValue
        }
        #expect(try state(waiver("D08")) == "counts", "the whole film")
        #expect(try state(waiver("D08", (7, 10))) == "counts")
        // What is printed is rounded to hundredths.
        #expect(try state(waiver("D08", (8.0, 9.2)), "D08", .fail, [TimeSpan(from: 7.9967, to: 9.2033)]) == "counts")
        #expect(try state(waiver("D08", (8, 9))) == "other-range")
        #expect(try state(waiver("D08", (8, 9.2)), "D08", .fail, twice) == "other-range", "another span fails, too")
        #expect(try state(waiver("D08", (8, 9.2)), "D08", .fail, nil) == "other-range", "not all spans are known")
        #expect(try state(waiver("D08", sum: "bb")) == "other-file")
        #expect(try state(waiver("D08", until: "2026-12-27")) == "too-long")
        #expect(try state(waiver("D08", until: "2026-12-26")) == "counts", "the last day counts whole")
        #expect(try state(waiver("D08", at: "yesterday")) == "too-long", "it is not known for how long")
        #expect(try state(waiver("D09"), "D09", .fail, nil) == "not-waivable", "flashes")
        #expect(try state(waiver("D08"), policy: "strict") == "not-waivable")
        #expect(try state(waiver("D08"), "D08", .pass, nil) == "unneeded")
        #expect(try judge([waiver("D08")], [("D07", .fail, nil)]).waivers[0].state == .unneeded, "another check")
        // What was not looked at is not known, and cannot be accepted.
        let idle = try judge([waiver("D08")], [("D08", .notRun, nil)])
        #expect(idle.decision == .revise && idle.reasons[0].id == .checkNotRun)
    }

    @Test func whatSaysThatAFileIsWholeIsNeverWaived() throws {
        var house = Policy()
        house.waivable = SwitchedOff.never + ["D08"]
        for id in SwitchedOff.never { #expect(!house.letsWaive(id), "\(id)") }
        #expect(house.letsWaive("D08"))
        do {
            _ = try Policies.read("house", own: Array("policy: house\nwaivable: [D08, D01]\n".utf8))
            Issue.record("a policy made D01 waivable")
        } catch {
            #expect(error.all.map(\.id) == ["never-waivable"] && error.all[0].place?.line == 2)
        }
        let own = try Policies.read("house", own: Array("policy: house\nwaivable: [D09]\nwaiver_days: 3\n".utf8))
        #expect(own.letsWaive("D09") && !own.letsWaive("D08") && own.waiverDays == 3 && !own.asksForSandbox)
        #expect(try Policies.read("strict", own: nil).asksForSandbox)
    }

    @Test func everySpanNeedsOne() throws {
        let two = [waiver("D08", (2, 3), until: "2026-12-05"), waiver("D08", (8, 9.2), until: "2026-11-30")]
        let both = try judge(two, [("D08", .fail, twice)])
        #expect(both.decision == .pass && both.waivers.allSatisfy { $0.state == .counts })
        #expect(both.expires == Expiry("2026-11-30")?.seconds, "the first that ends")
        // Of two for one span the one that lasts longer.
        let longer = try judge([waiver("D08"), waiver("D08", until: "2026-12-20")], [("D08", .fail, black)])
        #expect(longer.expires == Expiry("2026-12-20")?.seconds)
        #expect(longer.waivers.map(\.state) == [.unneeded, .counts])
        // A pass that needs none does not expire; neither does what is no pass.
        #expect(try judge([waiver("D08")], [("D08", .pass, nil)]).expires == nil)
        #expect(try judge([waiver("D08")], [("D08", .fail, black), ("D07", .fail, nil)]).expires == nil)
    }

    @Test func findingsAndStrayWords() throws {
        let finding = Diagnostic("P10.unreadable", "it cannot be read")
        let other = Array("policy: house\nwaivable: [P10.unreadable, unplanned]\n".utf8)
        var judgement = Judgement(
            target: "a.mp4", policy: try Policies.read("house", own: other), sha256: "aa",
            waivers: [waiver("P10.unreadable")])
        judgement.add([finding])
        #expect(judgement.reasons.isEmpty && judgement.decision.checks["P10.unreadable"] == .fail)
        var timed = Judgement(
            target: "a.mp4", policy: try Policies.read("house", own: other), sha256: "aa",
            waivers: [waiver("P10.unreadable", (0, 30))])
        timed.add([finding])
        #expect(timed.reasons.map(\.entry) == ["P10.unreadable"], "a finding has a line and no time")
        #expect(try judge([], [], unplanned: [20..<30]).reasons.map(\.check) == ["unplanned"])
        let sign = [waiver("unplanned", (2, 3))]
        #expect(try judge(sign, [], unplanned: [20..<30]).decision == .pass)
        #expect(try judge(sign, [], unplanned: [20..<30, 50..<60]).reasons.map(\.check) == ["unplanned"])
    }

    @Test func anEndHasOneSpelling() {
        #expect(Expiry("2026-12-01")?.seconds == 1_796_169_600)
        #expect(Expiry("2026-12-01T12:00:00Z")?.seconds == 1_796_126_400)
        for text in [
            "", "tomorrow", "2026-13-01", "2026-02-30", "2026-12-1", "01.12.2026", "2026-12-01T12:00:00",
            "2026-12-01T12:00:00+01:00", "2026-12-01 12:00:00Z", "20261201",
        ] { #expect(Expiry(text) == nil, "\(text)") }
    }
}
