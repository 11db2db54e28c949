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
        commandName: "gate", abstract: "Show whether the file at a target passes, and whether a person approved it.",
        discussion: """
            Hashes the file again: decisions about other bytes do not count. Judges
            answers that were signed since the build, and makes no film.

            Exit codes: 0 the file passes, and no decision says 'revise'; 3 it does not
            pass or, with --approved, is not approved; 2 the target was not built.
            """)

    @OptionGroup var folder: FolderOptions
    @Option(name: .customLong("set"), help: ArgumentHelp("As for build.", valueName: "key=value")) var sets: [String] =
        []
    @Flag(help: "Ask for an approval too: for programs that publish.") var approved = false
    @Argument(help: "The target, for example launch.mp4.") var target: String

    func run() throws {
        try exiting(json: folder.json) {
            let judged = try JudgedTarget(target, try Project(folder), sets: try BuildCommand.table(sets))
            let records = judged.records()
            let made = try? FilmOrigin(judged: judged, sets: BuildCommand.table(sets)).made
            var shown = Shown(judged: judged, reasons: judged.reasons + records.reasons, made: made)
            shown.last = records.decisions?.decision(on: judged.sha256)
            shown.void = records.decisions?.void(for: judged.sha256) ?? []
            if let last = shown.last, last.kind == .revise {
                shown.reasons.append(.revised(last))
            }
            if folder.json { shown.sayJSON() } else { shown.say() }
            guard shown.passes, shown.isApproved || !approved else { throw ExitStatus.revise.code }
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

    var passes: Bool { reasons.isEmpty }
    var isApproved: Bool { passes && judged.gate.mayBeApproved && last?.kind == .approve }
    /// Whether it is of any use to know of: it counts, or its check fails.
    private var waivers: [WaiverStanding] {
        judged.gate.waivers.filter { waiver in
            waiver.state == .counts || reasons.contains { $0.check == waiver.check }
        }
    }

    func say() {
        let state = isApproved ? ", APPROVED" : last?.kind == .revise ? ", REVISED" : passes ? ", not approved" : ""
        print("\(judged.name): \(passes ? "PASS" : "REVISE")\(state)")
        print("  file    SHA-256 \(judged.sha256)")
        print(
            "  policy  \(judged.gate.policy)\(judged.gate.mayBeApproved ? "" : ": allows no approval")")
        if let made {
            print(
                "  made    run \(made.run ?? "not remembered"), \(made.at), profile \(made.profile), graph \(made.graph)"
            )
            print("  spec    \(made.spec), SHA-256 \(made.specSum ?? "not as it was built")")
        }
        if let last { print("  \(last.kind.rawValue)  \(last.by) at \(last.at): \(last.reason)") }
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
