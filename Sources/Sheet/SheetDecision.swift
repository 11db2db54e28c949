// The first section of the sheet: does it ship, why not, what to type, and who has decided what.
import Composition
import Decisions
import Diagnostics

extension ReviewSheet {
    /// The first words of the page.
    struct Verdict {
        var word: String
        var tone: Tone
        /// One sentence.
        var words: String
        var sign: String { word.hasPrefix("PASS") ? Tone.pass.sign : tone.sign }
    }

    /// The last decision of a person about exactly this file.
    var last: SignedDecision? { persons.decisions.last { $0.kind.isVerdict && $0.sha256 == sha256 } }

    var verdict: Verdict {
        guard let gate else {
            return Verdict(word: "NOT JUDGED", tone: .fail, words: "No gate has judged this film: build it.")
        }
        guard gate.sha256 == sha256 else {
            return Verdict(
                word: "REVISE", tone: .fail,
                words: sha256 == nil
                    ? "\(target) is not there: build it."
                    : "\(target) is not the file that the gate judged: build it again.")
        }
        if let last, last.kind == .revise {
            return Verdict(word: "REVISE", tone: .fail, words: "\(last.by) sent it back: \(last.reason)")
        }
        guard reasons.isEmpty, gate.decision == .pass else {
            return Verdict(word: "REVISE", tone: .fail, words: "Do not publish it: \(summary).")
        }
        guard gate.mayBeApproved else {
            return Verdict(
                word: "DRAFT", tone: .warn,
                words: "It passes as a draft. The policy '\(gate.policy)' allows no approval, so do not publish it.")
        }
        if let last, last.kind == .approve {
            return Verdict(word: "APPROVED", tone: .pass, words: "\(last.by) approved these bytes: \(last.reason)")
        }
        return Verdict(
            word: "PASS, NOT APPROVED", tone: .warn,
            words: "The gate passes it. A person has yet to approve it or send it back.")
    }

    /// "1 check failed, 2 claims not answered".
    private var summary: String {
        var kinds: [GateReason.Kind] = []
        for reason in reasons where !kinds.contains(reason.id) { kinds.append(reason.id) }
        return kinds.map { kind in
            let count = reasons.count { $0.id == kind }, label = Self.label(kind)
            return "\(count) \(count == 1 ? label.one : label.several)"
        }.joined(separator: ", ")
    }

    /// Reviewers that were asked for what is open and did not run: to install them may save the answers.
    private var idle: String {
        let open = Set(reasons.compactMap { shown($0).claim })
        let missing = reports.filter { $0.status == .notRun && !open.isDisjoint(with: $0.asked) }
        return missing.map { report in
            "<p>\(pill(.warn, "reviewer '\(report.reviewer.name)' did not run")) "
                + "\(escaped(report.reason ?? "it gives no reason"))</p>\n"
        }.joined()
    }

    var decisionPart: String {
        var body = ""
        let open = reasons.map(shown)
        if !open.isEmpty {
            body += "<h3>Why not <span class=\"count\">\(open.count)</span></h3>\n"
            body += idle
            if open.contains(where: { $0.claim != nil || $0.waivable != nil }) {
                body += fields(withDate: open.contains { $0.waivable != nil })
            }
            // The runbook's words are the same for all reasons of a kind.
            let items = open.indices.map { index in
                item(open[index], isFirst: !open[..<index].contains { $0.entry == open[index].entry })
            }
            body += "<ol class=\"reasons\">\n" + items.prefix(Self.shownReasons).joined() + "</ol>\n"
            if open.count > Self.shownReasons {
                body += "<details><summary>\(open.count - Self.shownReasons) more reasons</summary>\n"
                body += "<ol class=\"reasons\" start=\"\(Self.shownReasons + 1)\">\n"
                body += items.dropFirst(Self.shownReasons).joined() + "</ol></details>\n"
            }
        }
        let claims = open.compactMap(\.claim)
        if claims.count > 1 {
            body += "<details><summary>Answer all \(claims.count) claims at once, for one reason</summary>\n"
            body +=
                command(
                    GateProblem.answer(claims.joined(separator: ","), of: target), copies: Self.answers)
                + "</details>\n"
        }
        body += last?.kind == .approve && open.isEmpty ? decided + waived + next(open) : next(open) + waived + decided
        if let gate {
            body += "<p class=\"hint\">The gate judged SHA-256 <code>\(escaped(gate.sha256))</code> under the policy "
            body += "<code>\(escaped(gate.policy))</code>.</p>\n"
        }
        return section("decision", "Decision", body)
    }

    private static let answers = [("supports", "Copy: it holds"), ("contradicts", "Copy: it does not")]
    private static let shownReasons = 12
    /// Spans of one reason that are shown.
    private static let shownTimes = 4

    private func item(_ reason: Reason, isFirst: Bool) -> String {
        var part = "<li data-finding tabindex=\"-1\"><p>\(pill(.fail, reason.label)) "
        for span in reason.times.prefix(Self.shownTimes) { part += time(span.from, to: span.to) + " " }
        if reason.times.count > Self.shownTimes { part += "and \(reason.times.count - Self.shownTimes) more times " }
        part += "<span dir=\"auto\">\(escaped(reason.text))</span></p>\n"
        if let remedy = reason.remedy { part += "<p class=\"hint\">\(escaped(remedy)).</p>\n" }
        if let claim = reason.claim {
            part += command(
                GateProblem.answer(claim, of: target),
                copies: Self.answers)
        }
        if let check = reason.waivable {
            part += "<details><summary>Accept it for a time, as it is</summary>\n"
            part += command("vgraph waive \(file) \(GateProblem.quoted(check)) \(Self.signed) --until DATE")
            part += "</details>\n"
        }
        guard isFirst, let entry = reason.entry else { return part + "</li>\n" }
        part += "<details><summary>Runbook: \(escaped(entry.id))</summary>\n<p>\(escaped(entry.cause))</p>\n"
        return part + "<p>\(escaped(entry.remedy))</p></details></li>\n"
    }

    private var file: String { GateProblem.quoted(target) }
    private static let signed = "--by NAME --reason TEXT"

    /// What the commands take from the reader.
    private func fields(withDate: Bool) -> String {
        let date =
            withDate ? "<label>A waiver ends <input id=\"until\" type=\"date\"></label>\n" : ""
        return """
            <form class="fields" autocomplete="off">
            <p>The commands below take these:</p>
            <label>Your name, as in <code>vgraph.keys</code> <input id="by" spellcheck="false"></label>
            <label>Your reason <input id="reason"></label>
            \(date)</form>

            """
    }

    /// What to type once every reason is gone, or now.
    private func next(_ open: [Reason]) -> String {
        let build = command("vgraph build \(file)")
        guard let gate, gate.sha256 == sha256 else { return "<h3>What to type</h3>\n" + build }
        let approve = command("vgraph approve \(file) \(Self.signed)")
        let revise = command("vgraph revise \(file) \(Self.signed)")
        if last?.kind == .revise, open.count == 1 {
            return "<h3>Then</h3>\n<p>Change the spec, and build:</p>\n" + build
                + "<details><summary>Approve it after all</summary>\n" + fields(withDate: false) + approve
                + "</details>\n"
        }
        if !open.isEmpty {
            return "<h3>Then</h3>\n<p>Load this page again to see what an answer changed. A change of the spec needs a "
                + "build:</p>\n" + build + "<details><summary>Send it back as it is</summary>\n" + revise
                + "</details>\n"
        }
        guard gate.mayBeApproved else {
            return "<h3>What to type</h3>\n<p>Name another policy in the gate stage of the pipeline, then build.</p>\n"
                + build
        }
        let isApproved = last?.kind == .approve
        return "<h3>\(isApproved ? "To take it back" : "What to type")</h3>\n" + fields(withDate: false)
            + (isApproved ? "" : "<p>Publish it:</p>\n" + approve + "<p>Send it back:</p>\n") + revise
    }

    // MARK: Who decided

    /// Faults that persons accept for a time: they are no passes.
    private var waived: String {
        guard let gate, !gate.waivers.isEmpty else { return "" }
        return "<h3>Waivers</h3>\n"
            + table(
                "Waivers", ["check", "what", "who", "until"],
                gate.waivers.map { waiver in
                    let counts = waiver.state == .counts
                    var what = pill(counts ? .warn : .off, counts ? "waived" : "does not count") + " "
                    if let span = waiver.span { what += time(span.from, to: span.to) + " " }
                    what += escaped(counts ? waiver.found ?? "" : waiver.why(gate))
                    return [
                        "<code>\(escaped(waiver.check))</code>", what,
                        "<b>\(escaped(waiver.by))</b> <span dir=\"auto\">\(escaped(waiver.reason))</span>",
                        escaped(waiver.until),
                    ]
                })
    }

    private var decided: String {
        var part = "<h3>Who decided</h3>\n"
        let all = (persons.decisions + persons.answers).sorted { $0.at < $1.at }
        let ours = all.filter { $0.sha256 == sha256 }, others = all.filter { $0.sha256 != sha256 }
        let areDamaged = reasons.contains { [.records, .recordsCutOff].contains($0.id) }
        if areDamaged {
            part += "<p>\(pill(.fail, "records damaged")) Not all that was signed can be shown.</p>\n"
        } else if ours.isEmpty {
            part += "<p>No person has decided about these bytes.</p>\n"
        }
        if !ours.isEmpty { part += records("Decisions about this file", ours) }
        if !others.isEmpty {
            part += "<details><summary>\(counted(others.count, "decision")) about other bytes, void</summary>\n"
            part += records("Decisions about other bytes", others) + "</details>\n"
        }
        return part
    }

    private func records(_ caption: String, _ all: [SignedDecision]) -> String {
        table(
            caption, ["who", "decision", "reason", "when"],
            all.map { record in
                let tone: Tone
                switch record.kind {
                case .approve, .publish: tone = .pass
                case .revise: tone = .fail
                case .waive: tone = .warn
                case .answer: tone = record.answer == .supports ? .pass : .fail
                }
                let about =
                    record.claim ?? record.waiver?.check
                    ?? record.publication.map { "\($0.place) \($0.state.rawValue)" }
                return [
                    "<b>\(escaped(record.by))</b>",
                    pill(tone, record.kind.rawValue) + (about.map { " <code>\(escaped($0))</code>" } ?? "")
                        + " " + escaped(record.answer?.rawValue ?? ""),
                    "<span dir=\"auto\">\(escaped(record.reason))</span>", escaped(record.at),
                ]
            })
    }
}
