// vgraph gate: whether the file at a target passes, and whether a person approved exactly these bytes.
// Must not make a film: it judges what lies there.
import ArgumentParser
import Composition
import Decisions
import Diagnostics
import FoundationEssentials
import Work

struct GateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gate", _superCommandName: "vgraph",
        abstract: "Show whether the file at a target passes, and whether a person approved it.",
        discussion: """
            Hashes the file again: decisions about other bytes do not count. Judges
            answers that were signed since the build, and makes no film. Repeats what
            the build warned of. Of several targets it prints one line each:
            'vgraph gate launch*.mp4'.

            Exit codes: 0 the file passes, and no decision says 'revise'; 3 it does not
            pass or, with --approved, is not approved; 2 the target was not built. Of
            several targets the worst counts: 2, then 3.
            """)

    @OptionGroup var folder: FolderOptions
    @Option(name: .customLong("set"), help: ArgumentHelp("As for build.", valueName: "key=value")) var sets: [String] =
        []
    @Flag(help: "Ask for an approval too: for programs that publish.") var approved = false
    @Argument(help: "The target, for example launch.mp4; or several.") var targets: [String]

    func run() throws {
        try exiting(json: folder.json) {
            let project = try Project(folder), sets = try BuildCommand.table(sets)
            if targets.count == 1 {
                let shown = try Shown(JudgedTarget(targets[0], project, sets: sets), sets: sets)
                if folder.json { shown.sayJSON() } else { shown.say() }
                guard isEnough(shown) else { throw ExitStatus.revise.code }
                return
            }
            let states = try targets.map { target in
                do { return GateState.judged(Shown(try JudgedTarget(target, project, sets: sets), sets: sets)) } catch {
                    guard let refusal = Refusal(error) else { throw error }
                    return .unknown(target, refusal.diagnostics)
                }
            }
            if folder.json { states.forEach { $0.sayJSON() } } else { say(states) }
            let isUnknown = states.contains { $0.shown == nil }
            guard !isUnknown else { throw ExitStatus.badInput.code }
            guard states.allSatisfy({ $0.shown.map(isEnough) == true }) else { throw ExitStatus.revise.code }
        }
    }

    private func isEnough(_ shown: Shown) -> Bool { shown.passes && (shown.isApproved || !approved) }

    private func say(_ states: [GateState]) {
        let width = states.map(\.name.count).max() ?? 0
        for state in states {
            let name = state.name + String(repeating: " ", count: width - state.name.count)
            print(Diagnostic.printable("\(name)  \(state.words)").replacing("\n", with: " "))
        }
        let shown = states.compactMap(\.shown), passed = shown.count(where: \.passes)
        let counts = [
            (passed, "pass"), (shown.count(where: \.isApproved), "approved"), (shown.count - passed, "revise"),
            (states.count - shown.count, "not judged"),
        ]
        print(counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", "))
    }
}

/// One of several targets.
private enum GateState {
    case judged(Shown)
    /// Why the gate says nothing.
    case unknown(String, [Diagnostic])

    var shown: Shown? { if case .judged(let shown) = self { shown } else { nil } }

    var name: String {
        switch self {
        case .judged(let shown): shown.judged.name
        case .unknown(let target, _): target
        }
    }

    var words: String {
        switch self {
        case .judged(let shown): shown.words
        case .unknown(_, let diagnostics): "not judged  " + (diagnostics.first?.message ?? "")
        }
    }

    func sayJSON() {
        switch self {
        case .judged(let shown): shown.sayJSON()
        case .unknown(_, let diagnostics): printDiagnostics(diagnostics, json: true)
        }
    }
}

/// What the gate and the persons say of one file, for people and for programs.
private struct Shown {
    let judged: JudgedTarget
    var reasons: [GateReason]
    /// nil: the cache does not tell.
    let made: FilmOrigin.Made?
    /// The last decision about this file.
    var last: SignedDecision?
    var void: [SignedDecision] = []
    let warnings: [Diagnostic]

    /// Lines of warnings; the others are counted.
    private static let mostWarnings = 40

    init(_ judged: JudgedTarget, sets: [String: String]) {
        let records = judged.records()
        self.judged = judged
        warnings = (try? judged.warnings()) ?? []
        made = try? FilmOrigin(judged: judged, sets: sets).made
        reasons = judged.reasons + records.reasons
        last = records.decisions?.decision(on: judged.sha256)
        void = records.decisions?.void(for: judged.sha256) ?? []
        if let last, last.kind == .revise { reasons.append(.revised(last)) }
    }

    var passes: Bool { reasons.isEmpty }
    var isApproved: Bool { passes && judged.gate.mayBeApproved && last?.kind == .approve }
    /// Whether it is of any use to know of: it counts, or its check fails.
    private var waivers: [WaiverStanding] {
        judged.gate.waivers.filter { waiver in
            waiver.state == .counts || reasons.contains { $0.check == waiver.check }
        }
    }

    /// On one line.
    var words: String {
        if let last, last.kind == .revise { return "REVISE  sent back by \(last.by): \(last.reason)" }
        if let first = reasons.first {
            return "REVISE  \(first.text)" + (reasons.count > 1 ? " and \(reasons.count - 1) more" : "")
        }
        let warned = warnings.isEmpty ? "" : warnings.count == 1 ? ", 1 warning" : ", \(warnings.count) warnings"
        guard isApproved, let last else { return "PASS    not approved" + warned }
        return "PASS    APPROVED by \(last.by)" + (last.basis.map { " like \($0.target)" } ?? "") + warned
    }

    func say() {
        let state = isApproved ? ", APPROVED" : last?.kind == .revise ? ", REVISED" : passes ? ", not approved" : ""
        print("\(judged.name): \(passes ? "PASS" : "REVISE")\(state)")
        print("  file    SHA-256 \(judged.sha256)")
        print(
            "  policy  \(judged.gate.policy)\(judged.gate.mayBeApproved ? "" : ": allows no approval")")
        if let made {
            print(
                "  made    run \(made.run ?? "not remembered"), \(made.at), "
                    + (made.profile.isEmpty ? "no profile" : "profile \(made.profile)") + ", graph \(made.graph)"
            )
            print("  spec    \(made.spec), SHA-256 \(made.specSum ?? "not as it was built")")
        }
        if let last { print("  \(last.kind.rawValue)  \(last.by) at \(last.at): \(last.reason)") }
        if let basis = last?.basis {
            print(
                "  like    \(basis.target), SHA-256 \(basis.sha256): \(decimals(basis.shared, 2)) of "
                    + "\(decimals(basis.seconds, 2)) s are the same"
                    + (basis.except.isEmpty ? "" : ", without \(basis.except.joined(separator: ", "))"))
        }
        for reason in reasons { print("  reason  \(reason.text) (vgraph runbook \(reason.entry))") }
        for waiver in waivers {
            let span = waiver.span.map { ", \(decimals($0.from, 2)) to \(decimals($0.to, 2)) s" } ?? ""
            let words = "\(waiver.check)\(span) by \(waiver.by) until \(waiver.until): \(waiver.reason)"
            if waiver.state != .counts {
                print("  waiver  \(words); it does not count: \(waiver.why(judged.gate))")
            } else if judged.hasExpired(waiver) {
                print("  expired \(words)")
            } else {
                print("  waived  \(words) (\(waiver.found ?? ""))")
            }
        }
        for warning in warnings.prefix(Self.mostWarnings) {
            let place = warning.place.map { $0.line > 0 ? "\($0.file):\($0.line): " : "" } ?? ""
            print(
                Diagnostic.printable("  warning \(place)\(warning.message) [\(warning.id)]").replacing("\n", with: " "))
        }
        if warnings.count > Self.mostWarnings { print("  warning \(warnings.count - Self.mostWarnings) more") }
        if !judged.gate.unsandboxed.isEmpty {
            print(
                "  warning reviewers ran without a sandbox: \(judged.gate.unsandboxed.joined(separator: ", ")) "
                    + "(vgraph runbook \(GateReason.Kind.reviewerUnsandboxed.rawValue))")
        }
        sayClaims()
        for record in void {
            print(
                "  void    \(record.kind.rawValue) by \(record.by) at \(record.at): it is about another file, SHA-256 "
                    + record.sha256)
        }
    }

    /// What a person has to answer comes first. What the policy leaves open is told by its ids.
    private func sayClaims() {
        let claims = judged.gate.claims, open = claims.filter { $0.status == .open }
        let asked = claims.filter { $0.status == .unanswered || $0.status == .split }
        for claim in claims where claim.status == .contradicted { say(claim) }
        for claim in asked { say(claim) }
        if let first = asked.first {
            print("  answer  " + GateProblem.answer(first.id, of: judged.name))
            if asked.count > 1 { print("          several at once: \(asked.map(\.id).joined(separator: ","))") }
        }
        if !open.isEmpty {
            print("  open    not examined, which the policy allows: " + open.map(\.id).joined(separator: ", "))
        }
        for claim in claims where claim.status == .answered { say(claim) }
    }

    private func say(_ claim: ClaimStanding) {
        let text = claim.text.split(whereSeparator: \.isNewline).joined(separator: " ")
        let said = claim.said.isEmpty ? "" : " (\(claim.said.joined(separator: "; ")))"
        print("  claim   \(claim.id) \(claim.status.rawValue): \(text)\(said)")
    }

    func sayJSON() {
        func value(_ record: SignedDecision) -> Value {
            .object([
                "kind": .string(record.kind.rawValue), "by": .string(record.by), "at": .string(record.at),
                "reason": .string(record.reason), "sha256": .string(record.sha256), "key": .string(record.key),
                "like": record.basis.map { .string($0.target) } ?? .null,
            ])
        }
        JSONReport.say([
            "event": .string("gate"), "target": .string(judged.name), "sha256": .string(judged.sha256),
            "decision": .string(passes ? "pass" : "revise"), "approved": .bool(isApproved),
            "run": made?.run.map(Value.string) ?? .null, "made_at": made.map { .string($0.at) } ?? .null,
            "graph": made.map { .string($0.graph) } ?? .null, "spec": made.map { .string($0.spec) } ?? .null,
            "spec_sha256": made?.specSum.map(Value.string) ?? .null,
            "profile": made.map { .string($0.profile) } ?? .null,
            "policy": .string(judged.gate.policy), "reasons": .array(reasons.map { .string($0.text) }),
            "causes": .array(
                reasons.map {
                    .object([
                        "id": .string($0.id.rawValue), "text": .string($0.text), "runbook": .string($0.entry),
                        "remedy": $0.remedy.map(Value.string) ?? .null, "check": $0.check.map(Value.string) ?? .null,
                        "waivable": .bool($0.isWaivable ?? false),
                    ])
                }),
            "waivers": .array(
                judged.gate.waivers.map { waiver in
                    .object([
                        "check": .string(waiver.check), "by": .string(waiver.by), "until": .string(waiver.until),
                        "reason": .string(waiver.reason), "from": waiver.span.map { .number($0.from) } ?? .null,
                        "to": waiver.span.map { .number($0.to) } ?? .null,
                        "state": .string(
                            waiver.state == .counts && judged.hasExpired(waiver) ? "expired" : waiver.state.rawValue),
                    ])
                }),
            "warnings": .array(
                warnings.map { warning in
                    .object([
                        "id": .string(warning.id), "message": .string(warning.message),
                        "file": warning.place.map { .string($0.file) } ?? .null,
                        "line": warning.place.flatMap { $0.line > 0 ? .int($0.line) : nil } ?? .null,
                    ])
                }),
            "unsandboxed": .array(judged.gate.unsandboxed.map(Value.string)),
            "claims": .array(
                judged.gate.claims.map {
                    .object([
                        "id": .string($0.id), "kind": .string($0.kind.rawValue), "text": .string($0.text),
                        "status": .string($0.status.rawValue),
                    ])
                }),
            "person": last.map(value) ?? .null, "void": .array(void.map(value)),
        ])
    }
}
