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
            var reasons = judged.reasons
            var last: SignedDecision?, void: [SignedDecision] = []
            do {
                let log = try judged.log()
                last = log.decision(on: judged.sha256)
                void = log.void(for: judged.sha256)
            } catch let problem as DecisionProblem { reasons.append(Self.words(problem.diagnostic)) } catch let several
                as Diagnostics
            { reasons += several.all.map(Self.words) }
            if let last, last.kind == .revise { reasons.append("\(last.by) says revise: \(last.reason)") }
            let passes = reasons.isEmpty
            let isApproved = passes && judged.gate.mayBeApproved && last?.kind == .approve
            if folder.json {
                sayJSON(judged, reasons, isApproved, last, void)
            } else {
                say(judged, reasons, isApproved, last, void)
            }
            guard passes, isApproved || !approved else { throw ExitStatus.revise.code }
        }
    }

    private static func words(_ problem: Diagnostic) -> String {
        (problem.place.map { "\($0.file):\($0.line): " } ?? "") + problem.message
    }

    private func say(
        _ judged: JudgedTarget, _ reasons: [String], _ isApproved: Bool, _ last: SignedDecision?,
        _ void: [SignedDecision]
    ) {
        let state =
            isApproved ? ", APPROVED" : last?.kind == .revise ? ", REVISED" : reasons.isEmpty ? ", not approved" : ""
        print("\(judged.name): \(reasons.isEmpty ? "PASS" : "REVISE")\(state)")
        print("  file    SHA-256 \(judged.sha256)")
        print(
            "  policy  \(judged.gate.policy)\(judged.gate.mayBeApproved ? "" : ": allows no approval")")
        if let last { print("  \(last.kind.rawValue)  \(last.by) at \(last.at): \(last.reason)") }
        for reason in reasons { print("  reason  \(reason)") }
        for claim in judged.gate.claims {
            print("  claim   \(claim.id) \(claim.status.rawValue): \(claim.text)")
            if claim.status == .unanswered || claim.status == .split {
                print("          " + GateProblem.answer(claim.id, of: judged.name))
            }
        }
        for record in void {
            print(
                "  void    \(record.kind.rawValue) by \(record.by) at \(record.at): it is about another file, SHA-256 "
                    + record.sha256)
        }
    }

    private func sayJSON(
        _ judged: JudgedTarget, _ reasons: [String], _ isApproved: Bool, _ last: SignedDecision?,
        _ void: [SignedDecision]
    ) {
        func value(_ record: SignedDecision) -> Value {
            .object([
                "kind": .string(record.kind.rawValue), "by": .string(record.by), "at": .string(record.at),
                "reason": .string(record.reason), "sha256": .string(record.sha256), "key": .string(record.key),
            ])
        }
        JSONReport.say([
            "event": .string("gate"), "target": .string(judged.name), "sha256": .string(judged.sha256),
            "decision": .string(reasons.isEmpty ? "pass" : "revise"), "approved": .bool(isApproved),
            "policy": .string(judged.gate.policy), "reasons": .array(reasons.map(Value.string)),
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
