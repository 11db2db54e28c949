// What can go wrong with a stage's files, and why the gate decides 'revise'.

public enum StageProblem: Problem {
    case noInput(slot: String, node: String)
    case badParameter(String, value: String, node: String)
    case unreadableArtifact(slot: String, node: String, error: String)
    case cannotRead(path: String, error: String)
    case cannotWrite(file: String, error: String)
    /// A file changed after `validate` read it.
    case changedFile(path: String)

    public var diagnostic: Diagnostic {
        switch self {
        case .noInput(let slot, let node):
            Diagnostic("stage-no-input", fault: .bug, "\(node) was started without its input '\(slot)'")
        case .badParameter(let name, let value, let node):
            Diagnostic(
                "stage-bad-parameter", fault: .bug, "\(node) was started with the parameter '\(name)' as \(value)")
        case .unreadableArtifact(let slot, let node, let error):
            Diagnostic("stage-unreadable-artifact", fault: .bug, "\(node) cannot read its input '\(slot)': \(error)")
        case .cannotRead(let path, let error):
            Diagnostic("stage-cannot-read", fault: .environment, "cannot read '\(path)': \(error)")
        case .cannotWrite(let file, let error):
            Diagnostic("stage-cannot-write", fault: .environment, "cannot write the result '\(file)': \(error)")
        case .changedFile(let path):
            Diagnostic(
                "stage-changed-file", fault: .environment, "'\(path)' changed while the build ran",
                hint: "build again")
        }
    }
}

public enum GateProblem: Problem {
    /// `target`: the file that is judged; `remedy`: what to do about it; `entry`: in the runbook.
    case against(String, remedy: String?, entry: String, target: String)
    /// A check of the file that warns. `found`: what it says.
    case warned(String, found: String, hint: String?, target: String)
    /// `found`: what the check says.
    case waived(String, found: String, by: String, until: String, reason: String, target: String)
    /// `why`: reads after "does not count: ".
    case waiverIdle(String, by: String, why: String, entry: String, target: String)
    case unsandboxed(reviewers: [String], target: String)
    case remark(String, on: String, by: String, target: String)
    /// `kinds`: "3 texts", of claims that the policy leaves open; `asked`: how many wait for a person; `idle`: reviewers
    /// that did not run.
    case open([String], asked: Int, idle: [String], policy: String, target: String)
    /// `means`: what follows from it.
    case unwired(slot: String, means: String, target: String)
    /// `less`: what the workspace's own policy does not ask for.
    case loosened(String, file: String, less: [String], target: String)
    /// The target is not the file that the gate judged.
    case otherFile(target: String)

    public static let id = "gate-revise"
    public static let warnedID = "check-warned"
    /// Of its warnings, those that `vgraph gate` words by itself.
    public static let toldByTheGate: Set<String> = ["gate-waived", "waiver-idle", "reviewer-unsandboxed"]

    public var diagnostic: Diagnostic {
        switch self {
        case .against(let reason, let remedy, let entry, let target):
            Diagnostic(
                Self.id, .error, fault: .result, "the gate decided 'revise': \(reason)",
                hint: (remedy.map { $0 + "; " } ?? "") + "vgraph runbook \(entry)",
                at: Place(file: target, line: 0, column: 0))
        case .warned(let check, let found, let hint, let target):
            Diagnostic(
                Self.warnedID, .warning, fault: .result, "\(check): \(found)", hint: hint,
                at: Place(file: target, line: 0, column: 0))
        case .waived(let check, let found, let by, let until, let reason, let target):
            Diagnostic(
                "gate-waived", .warning, fault: .result,
                "\(by) waives \(check) until \(until): \(reason) (\(found))",
                at: Place(file: target, line: 0, column: 0))
        case .waiverIdle(let check, let by, let why, let entry, let target):
            Diagnostic(
                "waiver-idle", .warning, fault: .result, "the waiver of \(check) by \(by) does not count: \(why)",
                hint: "vgraph runbook \(entry)", at: Place(file: target, line: 0, column: 0))
        case .unsandboxed(let reviewers, let target):
            Diagnostic(
                "reviewer-unsandboxed", .warning, fault: .environment,
                "reviewers ran without a sandbox, with your rights: \(reviewers.joined(separator: ", "))",
                hint: "vgraph runbook gate.reviewer-unsandboxed", at: Place(file: target, line: 0, column: 0))
        case .unwired(let slot, let means, let target):
            Diagnostic(
                "gate-unwired", .warning, fault: .result,
                "the pipeline does not give the gate '\(slot)': \(means)",
                hint: "wire it as pipelines/video.yaml does ('\(slot): $\(slot)')",
                at: Place(file: target, line: 0, column: 0))
        case .loosened(let policy, let file, let less, let target):
            Diagnostic(
                "policy-loosened", .warning, fault: .result,
                "the policy '\(policy)' is that of \(file), which asks for less than vgraph's: "
                    + less.joined(separator: "; "),
                hint: "give a policy of your own a name of its own", at: Place(file: target, line: 0, column: 0))
        case .remark(let words, let claim, let reviewer, let target):
            Diagnostic(
                "reviewer-remark", .warning, fault: .result, "\(reviewer) on '\(claim)': \(words)",
                hint: "'vgraph review \(target) --open' shows it", at: Place(file: target, line: 0, column: 0))
        case .open(let kinds, let asked, let idle, let policy, let target):
            Diagnostic(
                "claims-open", .note, fault: .result,
                ((kinds.isEmpty
                    ? [] : ["not examined, which the policy '\(policy)' allows: \(kinds.joined(separator: ", "))"])
                    + (idle.isEmpty ? [] : ["reviewers that did not run: \(idle.joined(separator: ", "))"])
                    + (asked == 0
                        ? [] : [asked == 1 ? "1 claim waits for a person" : "\(asked) claims wait for a person"]))
                    .joined(separator: "; "),
                hint: (idle.isEmpty ? "" : "'vgraph reviewers' says what is installed; ")
                    + "'vgraph review \(Self.quoted(target)) --open' shows each claim at its time",
                at: Place(file: target, line: 0, column: 0))
        case .otherFile(let target):
            Diagnostic(
                "gate-other-file", .error, fault: .result, "\(target) is not the file that the gate judged",
                hint: "build it: 'vgraph build \(target)'")
        }
    }

    /// The command that answers a claim.
    public static func answer(_ claim: String, of target: String) -> String {
        "vgraph answer \(quoted(target)) \(quoted(claim)) supports --by NAME --reason TEXT"
    }

    /// For a shell: a name from a spec or a folder is never more than one word.
    public static func quoted(_ word: String) -> String {
        let isPlain =
            !word.isEmpty && !word.hasPrefix("-")
            && word.unicodeScalars.allSatisfy {
                switch $0 {
                case "a"..."z", "A"..."Z", "0"..."9", ".", "_", "-", "/": true
                default: false
                }
            }
        return isPlain
            ? word : "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
