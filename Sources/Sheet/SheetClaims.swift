// A section of the sheet: what must be true of the film, scene by scene, who says what of it, and how far they agree.
import Composition
import Decisions
import Diagnostics

extension ReviewSheet {
    /// "12: 9 answered, 3 left open".
    var claimsSummary: String {
        let all = claims?.claims.count ?? 0, standings = gate?.claims ?? []
        let order: [ClaimStanding.Status] = [.contradicted, .split, .unanswered, .answered, .open]
        let counts = order.compactMap { status -> String? in
            let count = standings.count { $0.status == status }
            return count == 0 ? nil : "\(count) \(Self.words(status))"
        }
        return "\(all)" + (counts.isEmpty ? "" : ": " + counts.joined(separator: ", "))
    }

    var claimsPart: String {
        guard let claims else { return observationsPart }
        guard !claims.claims.isEmpty || !reports.isEmpty else { return "" }
        var body = reviewersTable
        if claims.claims.isEmpty { body += "<p>The spec makes no claims.</p>\n" }
        let groups = byScene(claims)
        for group in groups {
            body += "<h3>\(group.scene.map { time(seconds($0.startFrame)) + " " + escaped($0.id) } ?? "The whole film")"
            body +=
                " <span class=\"count\">\(group.claims.count + group.unplanned.count)</span></h3>\n"
            body += "<ul class=\"claims\">\n"
            body += group.unplanned.map(unplannedItem).joined() + group.claims.map(item).joined() + "</ul>\n"
        }
        return section("claims", "Claims", count: claimsSummary, body)
    }

    /// What the build observed, where the pipeline has no list of claims.
    private var observationsPart: String {
        guard !observations.isEmpty else { return "" }
        return section(
            "claims", "Claims",
            table(
                "Claims", ["claim", "reviewer", "answer", "why"],
                observations.map {
                    [
                        "<span dir=\"auto\">\(escaped($0.claim))</span>", escaped($0.reviewer),
                        pill(Tone($0.verdict), words($0.verdict)), escaped($0.rationale),
                    ]
                }))
    }

    private struct Group {
        /// nil: what holds for the whole film.
        var scene: Plan.Scene?
        var claims: [Claim] = []
        /// Findings of reviewers that no claim asked for.
        var unplanned: [Observation] = []
    }

    /// Claims by the scene that has begun last when they begin, since scenes overlap in a transition.
    private func byScene(_ list: ClaimList) -> [Group] {
        var whole = Group(), groups = plan.scenes.map { Group(scene: $0) }
        func scene(_ frame: Int) -> Int? { plan.scenes.lastIndex { $0.startFrame <= frame } }
        for claim in list.claims {
            if claim.endFrame - claim.startFrame >= list.frames {
                whole.claims.append(claim)
            } else if let index = scene(claim.startFrame) {
                groups[index].claims.append(claim)
            } else {
                whole.claims.append(claim)
            }
        }
        for observation in reports.filter({ $0.status == .done }).flatMap(\.observations)
        where Observation.unasked.contains(observation.claim) {
            if let index = scene(observation.startFrame) {
                groups[index].unplanned.append(observation)
            } else {
                whole.unplanned.append(observation)
            }
        }
        return ([whole] + groups).filter { !$0.claims.isEmpty || !$0.unplanned.isEmpty }
    }

    // MARK: One claim

    private func answers(_ claim: String) -> [SignedDecision] {
        persons.answers.filter { $0.claim == claim && $0.sha256 == sha256 }
    }

    private func item(_ claim: Claim) -> String {
        let standing = gate?.claims.first { $0.id == claim.id }
        let answers = answers(claim.id)
        let agreement = Agreement(on: claim.id, reports, persons: answers.map { ($0.by, $0.answer == .supports) })
        let isOpen = [.split, .contradict].contains(agreement) || standing?.status == .contradicted
        // What keeps the film from passing is a reason of the gate, and comes before.
        let isFinding = isOpen && standing.map { [.answered, .open].contains($0.status) } ?? true
        let isWhole = claim.endFrame - claim.startFrame >= plan.frames
        var part = "<li\(isFinding ? " data-finding tabindex=\"-1\"" : "")><div class=\"claim\">"
        part += isWhole ? "" : time(seconds(claim.startFrame), to: seconds(claim.endFrame))
        part += "<p><span dir=\"auto\">\(escaped(claim.text))</span> <code>\(escaped(claim.id))</code></p>"
        if let status = standing?.status { part += "<p>\(pill(Tone(status), Self.words(status)))</p>" }
        part += "</div>\n"
        var rows: [[String]] = []
        for report in reports where report.asked.contains(claim.id) {
            if report.status == .notRun {
                rows.append([name(report.reviewer), pill(.fail, "not run"), "see Reviewers above"])
            }
            for observation in report.observations where observation.claim == claim.id {
                rows.append([
                    name(report.reviewer), pill(Tone(observation.verdict), words(observation.verdict)),
                    said(observation),
                ])
            }
        }
        for answer in answers {
            rows.append([
                "<b>\(escaped(answer.by))</b> <small>person</small>",
                pill(answer.answer == .supports ? .pass : .fail, answer.answer?.rawValue ?? ""), escaped(answer.reason),
            ])
        }
        guard !rows.isEmpty else { return part + "</li>\n" }
        part += "<details\(isOpen ? " open" : "")><summary>\(Self.words(agreement))"
        part += "<span class=\"unseen\"> on \(escaped(claim.id))</span></summary>\n"
        return part + table("Who says what of \(claim.id)", ["reviewer", "answer", "why"], rows) + "</details></li>\n"
    }

    private func unplannedItem(_ observation: Observation) -> String {
        let isBlocking = [.blocker, .major].contains(observation.severity)
        var part = (isBlocking ? "<li>" : "<li data-finding tabindex=\"-1\">") + "<div class=\"claim\">"
        part += time(seconds(observation.startFrame), to: seconds(observation.endFrame))
        part += "<p>\(said(observation)) <code>\(escaped(observation.reviewer))</code></p><p>"
        return part + pill(isBlocking ? .fail : .warn, "not planned, \(observation.severity.rawValue)")
            + "</p></div></li>\n"
    }

    /// What a reviewer saw or heard, where, and by how much it missed.
    private func said(_ observation: Observation) -> String {
        var part = "<span dir=\"auto\">\(escaped(observation.rationale))</span>"
        if let found = observation.found { part += " <q dir=\"auto\">\(escaped(found))</q>" }
        if !Observation.unasked.contains(observation.claim), observation.endFrame - observation.startFrame < plan.frames
        {
            part += " " + time(seconds(observation.startFrame))
        }
        var details: [String] = []
        if observation.severity != .info { details.append(observation.severity.rawValue) }
        if let box = observation.box { details.append("at \(box.x0), \(box.y0) to \(box.x1), \(box.y1) px") }
        for (name, value) in (observation.measured ?? [:]).sorted(by: { $0.key < $1.key }) {
            details.append("\(name) \(decimals(value, 2))")
        }
        return details.isEmpty ? part : part + " <small>\(escaped(details.joined(separator: ", ")))</small>"
    }

    private func name(_ reviewer: Reviewer) -> String {
        "<b>\(escaped(reviewer.name))</b> <small>\(reviewer.kind.rawValue)</small>"
    }

    private func words(_ verdict: Observation.Verdict) -> String {
        switch verdict {
        case .notApplicable: "not applicable"
        case .abstain: "abstains"
        case .supports, .contradicts, .absent: verdict.rawValue
        }
    }

    private static func words(_ status: ClaimStanding.Status) -> String {
        switch status {
        case .answered: "answered"
        case .unanswered: "not answered"
        case .contradicted: "contradicted"
        case .split: "split"
        case .open: "left open"
        }
    }

    private static func words(_ agreement: Agreement) -> String {
        switch agreement {
        case .agree: "answers agree"
        case .split: "answers split"
        case .single: "one answer alone"
        case .contradict: "answers contradict"
        case .none: "no answer"
        }
    }

    // MARK: All reviewers

    /// What each reviewer answered, and how often two of them agree. It informs, and decides nothing.
    private var reviewersTable: String {
        guard !reports.isEmpty else { return "<p>The pipeline has no reviewers.</p>\n" }
        var part = table(
            "Reviewers", ["reviewer", "ran", "answers"],
            reports.map { report in
                if report.status == .notRun {
                    return [
                        name(report.reviewer), pill(.fail, "not run"), escaped(report.reason ?? "it gives no reason"),
                    ]
                }
                if report.asked.isEmpty { return [name(report.reviewer), pill(.idle, "nothing to ask"), "–"] }
                let answers = report.observations.filter { !Observation.unasked.contains($0.claim) }
                let counts = Observation.Verdict.allCases.compactMap { verdict -> String? in
                    let count = answers.count { $0.verdict == verdict }
                    return count == 0 ? nil : "\(count) \(words(verdict))"
                }
                let ran =
                    report.isSandboxed == false ? pill(.warn, "done, without a sandbox") : pill(.pass, "done")
                return [name(report.reviewer), ran, "\(report.asked.count) asked: " + counts.joined(separator: ", ")]
            })
        var kindCounts: [String] = []
        let list = claims?.claims ?? []
        let kinds = list.map { claim in
            Agreement(on: claim.id, reports, persons: answers(claim.id).map { ($0.by, $0.answer == .supports) })
        }
        for kind in Agreement.allCases {
            let count = kinds.count { $0 == kind }
            if count > 0 { kindCounts.append("\(count) \(kind == .none ? "without an answer" : kind.rawValue)") }
        }
        if !kindCounts.isEmpty {
            part += "<p>Of \(counted(list.count, "claim")): \(kindCounts.joined(separator: ", ")). "
        }
        for pair in Concord.pairs(reports) {
            part +=
                "\(escaped(pair.names.joined(separator: " and "))) agree on \(pair.alike) of \(pair.both) "
                + "that both answered. "
        }
        if !kindCounts.isEmpty {
            part += "<small>These counts inform; the gate weighs each answer by itself.</small></p>\n"
        }
        return part
    }
}
