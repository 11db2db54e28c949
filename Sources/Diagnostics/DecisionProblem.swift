// Why a person's decision cannot be taken, or does not count. Must not know how records are signed.

public enum DecisionProblem: Problem {
    /// `reason`: reads after "does not count: ".
    case badRecord(file: String, line: Int, reason: String)
    case tooLarge(file: String, limit: Int)
    /// The file ends within a line: a write was interrupted before it was acknowledged.
    case torn(file: String, line: Int)
    /// `repaired`: the unfinished line was removed.
    case repaired(file: String, line: Int)
    case cannotUse(file: String, error: String)
    case badKeyLine(file: String, line: Int, reason: String)
    case keyExists(name: String, path: String)
    case noKey(name: String, path: String)
    case keyReadable(path: String)
    case badKey(path: String)
    case unlistedKey(name: String, file: String)
    case badWords(option: String, reason: String)
    case notPassed(target: String)
    case draftPolicy(target: String, policy: String)
    /// No approval counts for these bytes.
    case notApproved(target: String, sha256: String)
    case revisedBy(String, target: String)
    /// Of a film that the gate passes.
    case sentBack(by: String, reason: String, target: String)
    case notTheirs(String, decides: [String])
    /// The film that others are to be approved like.
    case noBasis(target: String, reason: String)
    /// `differs`: "0.00–1.20 s (hook)", "the sound".
    case notLike(target: String, basis: String, differs: [String])
    case unknownScene(String, target: String, known: [String])
    /// An approval rests on that of a film that is not approved any more.
    case basisGone(by: String, basis: String)
    case unknownClaim(String, known: [String])
    /// `by`: the signer of a record in `signed` who saw records of `file` that are gone.
    case cutOff(file: String, by: String, at: String, signed: String)
    case nothingToWaive(String, failing: [String])
    case notWaivable(String, policy: String)
    /// `spans`: "8.00 s to 9.20 s".
    case otherRange(String, spans: [String])
    case badUntil(String, reason: String)

    public var diagnostic: Diagnostic {
        switch self {
        case .badRecord(let file, let line, let reason):
            Diagnostic(
                "decision-damaged", "this record does not count: \(reason)",
                hint: "restore '\(file)' from version control: records are only ever appended",
                at: Place(file: file, line: line, column: 1))
        case .tooLarge(let file, let limit):
            Diagnostic("decision-too-large", "'\(file)' has more than \(limit) bytes", hint: "start a new file")
        case .torn(let file, let line):
            Diagnostic(
                "decision-torn", "this record is unfinished: the write was interrupted",
                hint: "decide again: the next decision removes the unfinished line",
                at: Place(file: file, line: line, column: 1))
        case .repaired(let file, let line):
            Diagnostic(
                "decision-repaired", .warning, "vgraph removed an unfinished record, whose write was interrupted",
                at: Place(file: file, line: line, column: 1))
        case .cannotUse(let file, let error):
            Diagnostic("decision-file", fault: .environment, "cannot use '\(file)': \(error)")
        case .badKeyLine(let file, let line, let reason):
            Diagnostic(
                "keys-damaged", "this is not a public key: \(reason)",
                hint: "write NAME ed25519 and 64 hex digits, as 'vgraph key list' prints it",
                at: Place(file: file, line: line, column: 1))
        case .keyExists(let name, let path):
            Diagnostic("key-exists", "the key '\(name)' already exists: \(path)", hint: "choose another name")
        case .noKey(let name, let path):
            Diagnostic(
                "no-key", "unknown key '\(name)': '\(path)' does not exist",
                hint: "make one with 'vgraph key new \(name)'")
        case .keyReadable(let path):
            Diagnostic(
                "key-readable", "others may read or change the private key '\(path)'",
                hint: "others may have copied it: make a new key; if not, run 'chmod 600' on it")
        case .badKey(let path):
            Diagnostic("bad-key", "'\(path)' is not a private key of vgraph", hint: "it holds 64 hex digits")
        case .unlistedKey(let name, let file):
            Diagnostic(
                "key-unlisted", "the public key of '\(name)' is not in '\(file)'",
                hint: "add its line, as 'vgraph key list' prints it, and commit it")
        case .badWords(let option, let reason):
            Diagnostic("bad-decision", "\(option) \(reason)")
        case .notPassed(let target):
            Diagnostic(
                "not-passed", fault: .result, "the gate does not pass \(target), so it cannot be approved",
                hint: "'vgraph gate \(target)' prints the reasons")
        case .draftPolicy(let target, let policy):
            Diagnostic(
                "draft-policy", fault: .result,
                "the policy '\(policy)' allows no approval, so \(target) cannot be approved",
                hint: "name another policy in the gate stage of the pipeline, and build again")
        case .notApproved(let target, let sha256):
            Diagnostic(
                "not-approved", fault: .result, "no approval counts for \(target), SHA-256 \(sha256)",
                hint: "look at it, then 'vgraph approve \(target) --by NAME --reason TEXT'")
        case .revisedBy(let name, let target):
            Diagnostic(
                "publish-revised", fault: .result, "\(name) says revise of \(target), so it is not published",
                hint: "'vgraph gate \(target)' prints the reason")
        case .sentBack(let name, let reason, let target):
            Diagnostic(
                "sent-back", fault: .result, "\(name) says revise of exactly this file: \(reason)",
                hint: "do what it says and build again; vgraph runbook gate.revised",
                at: Place(file: target, line: 0, column: 0))
        case .notTheirs(let name, let decides):
            Diagnostic(
                "not-theirs", fault: .result,
                "the approval of '\(name)' does not count: the brief lets \(decides.joined(separator: ", ")) decide",
                hint: "one of them approves it, or 'brief.decides' of the spec names '\(name)' too")
        case .noBasis(let target, let reason):
            Diagnostic(
                "no-basis", fault: .result, "other films cannot be approved like \(target): \(reason)",
                hint: "look at \(target) and approve it first: 'vgraph approve \(target) --by NAME --reason TEXT'")
        case .notLike(let target, let basis, let differs):
            Diagnostic(
                "not-like", fault: .result,
                "\(target) is not like \(basis): \(differs.joined(separator: ", ")) differ; nothing was signed",
                hint: "look at it and approve it without --like, or name scenes that may differ with --except and "
                    + "allow another sound with --other-sound")
        case .unknownScene(let id, let target, let known):
            Diagnostic(
                "unknown-scene", "\(target) has no scene '\(id)'",
                hint: known.isEmpty ? nil : "its scenes: " + known.joined(separator: ", "))
        case .basisGone(let name, let basis):
            Diagnostic(
                "basis-gone", fault: .result,
                "the approval by '\(name)' rests on that of \(basis), which is not approved any more",
                hint: "look at this film, and approve or revise it by itself")
        case .unknownClaim(let id, let known):
            Diagnostic(
                "unknown-claim", "unknown claim '\(id)'",
                hint: known.isEmpty ? "the spec makes no claims" : "claims: \(known.joined(separator: ", "))")
        case .cutOff(let file, let by, let at, let signed):
            Diagnostic(
                "records-cut-off",
                "records are missing at the end of '\(file)': \(by) saw them when signing in '\(signed)' at \(at)",
                hint: "restore '\(file)' from version control")
        case .nothingToWaive(let check, let failing):
            Diagnostic(
                "nothing-to-waive", "'\(check)' does not keep this file from passing",
                hint: failing.isEmpty
                    ? "nothing fails that could be waived" : "what fails: \(failing.joined(separator: ", "))")
        case .notWaivable(let check, let policy):
            Diagnostic(
                "not-waivable", fault: .result, "the policy '\(policy)' does not let '\(check)' be waived",
                hint: "mend the fault; see 'vgraph runbook policy.waivable'")
        case .otherRange(let check, let spans):
            Diagnostic(
                "waiver-range", "this range covers no span in which '\(check)' fails",
                hint: spans.isEmpty
                    ? "the check does not list its spans: leave '--from', '--to' and '--frames' out to waive it for the "
                        + "whole film"
                    : "it fails from \(spans.joined(separator: ", "))")
        case .badUntil(let text, let reason):
            Diagnostic(
                "bad-until", "'--until \(text)' \(reason)",
                hint: "write a day, 2026-12-01, or a moment in UTC, 2026-12-01T12:00:00Z")
        }
    }
}
