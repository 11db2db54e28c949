// revise, answer, waive: what a person decides of the file that lies at a target, signed.
import ArgumentParser
import Composition
import Decisions
import Diagnostics
import Work

struct DecisionOptions: ParsableArguments {
    @OptionGroup var folder: FolderOptions
    @Option(help: ArgumentHelp("Who decides: the name of your key.", valueName: "name")) var by: String
    @Option(help: ArgumentHelp("Why, in a sentence.", valueName: "text")) var reason: String
    @Option(name: .customLong("set"), help: ArgumentHelp("As for build.", valueName: "key=value")) var sets: [String] =
        []

    func judged(_ target: String) throws -> JudgedTarget {
        try JudgedTarget(target, try Project(folder), sets: try BuildCommand.table(sets))
    }

    /// Shows what was decided on the review sheet, where there is one.
    func show(on judged: JudgedTarget) throws {
        SheetFile.refresh(judged.name, judged.project, sets: try BuildCommand.table(sets), json: folder.json)
    }

    func say(_ record: SignedDecision, _ words: String) {
        if folder.json {
            return JSONReport.say([
                "event": .string(record.kind.rawValue), "target": .string(record.target),
                "sha256": .string(record.sha256), "by": .string(record.by), "at": .string(record.at),
                "reason": .string(record.reason), "claim": record.claim.map(Value.string) ?? .null,
                "answer": record.answer.map { .string($0.rawValue) } ?? .null,
                "waiver": record.waiver.map(Self.value) ?? .null,
                "like": record.basis.map { .string($0.target) } ?? .null,
            ])
        }
        print("\(words) by \(record.by) at \(record.at), SHA-256 \(record.sha256)")
    }
}

extension DecisionOptions {
    private static func value(_ waiver: SignedDecision.Waiver) -> Value {
        .object([
            "check": .string(waiver.check), "from": waiver.from.map(Value.number) ?? .null,
            "to": waiver.to.map(Value.number) ?? .null, "until": .string(waiver.until),
        ])
    }
}

struct ReviseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revise", abstract: "Say that the file at a target must be revised, whatever the gate says.")
    @OptionGroup var options: DecisionOptions
    @Argument(help: "The target, for example launch.mp4.") var target: String

    func run() throws {
        try exiting(json: options.folder.json) {
            let judged = try options.judged(target)
            let record = try judged.decide(judged.draft(.revise, reason: options.reason), by: options.by)
            options.say(record, "\(judged.name): REVISED")
            try options.show(on: judged)
        }
    }
}

extension SignedDecision.Answer: ExpressibleByArgument {}

struct AnswerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "answer", abstract: "Answer a claim about a file as a person, signed.",
        discussion: """
            'vgraph gate TARGET' lists the claims. The answer counts for the file that
            lies at the target now, and is an input of the gate: build again.

              vgraph answer launch.mp4 claim.1 supports --by anna --reason "seen at 5 s"
              vgraph answer launch.mp4 claim.1,brief.show.2 supports --by anna --reason TEXT
            """)
    @OptionGroup var options: DecisionOptions
    @Argument(help: "The target, for example launch.mp4.") var target: String
    @Argument(help: "The claim, for example claim.1; several with commas between them.") var claim: String
    @Argument(help: "supports or contradicts.") var answer: SignedDecision.Answer

    func run() throws {
        try exiting(json: options.folder.json) {
            let judged = try options.judged(target)
            let known = judged.gate.claims.map(\.id)
            let claims = claim.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            if let other = claims.first(where: { !known.contains($0) }) {
                throw DecisionProblem.unknownClaim(other, known: known)
            }
            guard judged.gate.sha256 == judged.sha256 else { throw GateProblem.otherFile(target: judged.name) }
            for claim in claims {
                var draft = judged.draft(.answer, reason: options.reason)
                (draft.claim, draft.answer) = (claim, answer)
                let record = try judged.decide(draft, by: options.by)
                options.say(record, "\(judged.name): '\(claim)' \(answer.rawValue)")
            }
            try options.show(on: judged)
            if !options.folder.json { print("now run 'vgraph build \(judged.name)'") }
        }
    }
}

struct WaiveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "waive", abstract: "Accept a fault of the file at a target for a time, signed.",
        discussion: """
            Names one check that fails ('vgraph gate TARGET' lists them), and one stretch
            of the film: without --from and --to, or --frames, each span in which it
            fails. Counts for this target and exactly this file, until the end of a day
            in UTC, or a moment. The check is shown as waived, never as passed. Which
            checks may be waived, and for how long, is the policy's ('vgraph policy').

              vgraph waive launch.mp4 D08 --by anna --reason "a pause is meant" --until 2026-12-01
            """)
    @OptionGroup var options: DecisionOptions
    @Argument(help: "The target, for example launch.mp4.") var target: String
    @Option(help: ArgumentHelp("Until when: 2026-12-01, or 2026-12-01T12:00:00Z.", valueName: "date")) var until: String
    @Option(help: ArgumentHelp("From this second of the film.", valueName: "seconds")) var from: Double?
    @Option(help: ArgumentHelp("To this second.", valueName: "seconds")) var to: Double?
    @Option(help: ArgumentHelp("From the first to the last of these frames, from 0.", valueName: "a..b")) var frames:
        String?
    @Argument(help: "The check, for example D08, an id of proofreading, or 'unplanned'.") var check: String

    func validate() throws {
        guard (from == nil) == (to == nil) else { throw ValidationError("--from and --to belong together") }
        guard from == nil || frames == nil else { throw ValidationError("give --from and --to, or --frames") }
        if let from, let to, !(from >= 0 && from <= to && to.isFinite) {
            throw ValidationError("--from must not be after --to, nor below 0")
        }
        if frames != nil, frameRange == nil { throw ValidationError("write --frames as 45..60") }
    }

    private var frameRange: ClosedRange<Int>? {
        guard let parts = frames?.split(separator: ".", omittingEmptySubsequences: false), parts.count == 3,
            parts[1].isEmpty, let first = Int(parts[0]), let last = Int(parts[2]), 0 <= first, first <= last
        else { return nil }
        return first...last
    }

    func run() throws {
        try exiting(json: options.folder.json) {
            let judged = try options.judged(target), gate = judged.gate
            guard gate.sha256 == judged.sha256 else { throw GateProblem.otherFile(target: judged.name) }
            let wanted = check.lowercased()
            // What a waiver accepts that has expired, or soon does, may be waived again.
            let ended = gate.waivers.filter { $0.state == .counts && $0.check.lowercased() == wanted }
            let failing = gate.reasons.filter { $0.check?.lowercased() == wanted }
            guard let id = failing.first?.check ?? ended.first?.check else {
                throw DecisionProblem.nothingToWaive(
                    check, failing: gate.reasons.filter { $0.isWaivable == true }.compactMap(\.check))
            }
            guard failing.allSatisfy({ $0.isWaivable == true }) else {
                throw DecisionProblem.notWaivable(id, policy: gate.policy)
            }
            try look(gate, judged.now)
            let known = failing.map(\.spans) + ended.map { $0.span.map { [$0] } }
            for span in try chosen(from: known, id, judged) {
                var draft = judged.draft(.waive, reason: options.reason)
                draft.waiver = SignedDecision.Waiver(check: id, from: span?.from, to: span?.to, until: until)
                let record = try judged.decide(draft, by: options.by)
                options.say(record, "\(judged.name): \(id) waived for \(Self.words(span)) until \(until)")
            }
            try options.show(on: judged)
            if !options.folder.json { print("now run 'vgraph build \(judged.name)'") }
        }
    }

    private func look(_ gate: GateDecision, _ now: Int64) throws {
        func refuse(_ reason: String) -> DecisionProblem { .badUntil(until, reason: reason) }
        guard let expiry = Expiry(until) else { throw refuse("is neither a day nor a moment in UTC") }
        guard expiry.seconds > now else { throw refuse("is over") }
        guard expiry.seconds - now <= Int64(gate.waiverDays + 1) * 86400 else {
            throw refuse("is more than \(gate.waiverDays) days away, which the policy '\(gate.policy)' does not allow")
        }
    }

    /// The stretches to sign; nil: the whole film.
    private func chosen(from known: [[TimeSpan]?], _ id: String, _ judged: JudgedTarget) throws -> [TimeSpan?] {
        let spans = known.compactMap { $0 }.flatMap { $0 }, isWhole = known.contains { $0 == nil }
        guard let asked = try asked(judged) else { return isWhole ? [nil] : spans.map(Optional.some) }
        guard spans.contains(where: asked.covers) else {
            throw DecisionProblem.otherRange(id, spans: spans.map { Self.words($0) })
        }
        return [asked]
    }

    private func asked(_ judged: JudgedTarget) throws -> TimeSpan? {
        if let from, let to { return TimeSpan(from: from, to: to) }
        guard let range = frameRange else { return nil }
        guard let rate = try judged.rate() else { throw Refusal(.noArtifact(target: judged.name, stage: "plan")) }
        return TimeSpan(
            from: rate.seconds(ofFrame: range.lowerBound), to: rate.seconds(ofFrame: range.upperBound + 1))
    }

    private static func words(_ span: TimeSpan?) -> String {
        span.map { "\(decimals($0.from, 2)) s to \(decimals($0.to, 2)) s" } ?? "the whole film"
    }
}
