// One reason why the film does not pass, as the sheet shows it: with its time, what to do, and what to type.
import Composition
import Diagnostics
import Runbook

extension ReviewSheet {
    struct Reason {
        /// What kind of reason, in a word or two; several of one kind are counted by it.
        var label: String
        var text: String
        var times: [TimeSpan] = []
        /// What to do, in words.
        var remedy: String?
        /// The claim to answer.
        var claim: String?
        /// The check to accept for a time.
        var waivable: String?
        var entry: RunbookEntry?
    }

    func shown(_ reason: GateReason) -> Reason {
        var shown = Reason(
            label: Self.label(reason.id).one, text: reason.text, times: reason.spans ?? [], remedy: reason.remedy,
            waivable: reason.isWaivable == true ? reason.check : nil, entry: Runbook.find(reason.entry).first)
        switch reason.id {
        case .unanswered, .contradicted, .split:
            guard let claim = gate?.claims.first(where: { reason.text.hasPrefix("the claim '\($0.id)' ") }) else {
                break
            }
            if let from = claim.from, let to = claim.to { shown.times = [TimeSpan(from: from, to: to)] }
            shown.text = claim.text
            if reason.id != .contradicted { shown.claim = claim.id }
            shown.remedy =
                claim.id + ": " + (claim.said.isEmpty ? "no reviewer answered" : claim.said.joined(separator: ", "))
                + (reason.id == .contradicted ? ". Change the film or the spec, and build again" : ". Look, and answer")
        case .checkFailed, .checkNotRun:
            guard shown.times.isEmpty,
                let result = report.results.first(where: { $0.id == reason.check && $0.verdict.blocks }),
                let from = self.shown(result.from)
            else { break }
            shown.times = [TimeSpan(from: from, to: self.shown(result.to) ?? from)]
        case .finding:
            guard
                let found = content.proofread.first(where: {
                    reason.text.hasPrefix("\($0.finding.id): \($0.finding.message)")
                }),
                let frame = found.frame
            else { break }
            shown.times = [TimeSpan(from: seconds(frame), to: seconds(frame))]
        default: break
        }
        return shown
    }

    /// A time within the film.
    func shown(_ time: Double?) -> Double? { time.flatMap { $0.isFinite && $0 >= 0 && $0 <= seconds ? $0 : nil } }

    /// A reason of a kind, and several of them: they read after a number.
    static func label(_ kind: GateReason.Kind) -> (one: String, several: String) {
        switch kind {
        case .checkFailed: ("check failed", "checks failed")
        case .checkNotRun: ("check not run", "checks not run")
        case .checkIdle, .nothingChecked: ("thing not checked", "things not checked")
        case .switchedOff: ("rule on checks broken", "rules on checks broken")
        case .finding: ("error in the spec", "errors in the spec")
        case .otherFile: ("other file", "other files")
        case .observation: ("picture to look at", "pictures to look at")
        case .unplanned, .unplannedSpeech: ("finding not planned", "findings not planned")
        case .reviewerNotRun: ("reviewer not run", "reviewers not run")
        case .reviewerUnsandboxed: ("reviewer without sandbox", "reviewers without sandbox")
        case .unanswered: ("claim not answered", "claims not answered")
        case .contradicted: ("claim contradicted", "claims contradicted")
        case .split: ("claim split", "claims split")
        case .records, .recordsCutOff: ("record damaged", "records damaged")
        case .waiverExpired: ("waiver expired", "waivers expired")
        case .notTheirs, .basisGone: ("approval that does not count", "approvals that do not count")
        case .revised: ("person against it", "persons against it")
        }
    }
}
