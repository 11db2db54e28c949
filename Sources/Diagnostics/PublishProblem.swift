// Why a file is not published, or what of the ledger does not hold. Must not know how copies are made.

public enum PublishProblem: Problem {
    case notPassed(target: String)
    /// The same bytes were published as another target.
    case otherIdentity(target: String, published: String)
    case badPlace(String, reason: String)
    /// Something that vgraph did not publish there as this target.
    case foreign(place: String, found: String)
    case ontoItself(target: String)
    /// The file at the target was changed while it was copied.
    case changedMeanwhile(target: String)
    case cannotWrite(place: String, reason: String)
    /// What arrived is not what was sent.
    case arrivedDamaged(place: String, expected: String, found: String)
    case noEvidence(target: String, missing: String)
    case badEvidence(file: String, reason: String)
    case cannotReach(place: String, reason: String)
    case noCredentials(place: String)
    case noSigner(remedy: String)
    case notSigned(reason: String)
    /// `found`: "the old file", "the new file", "nothing".
    case interrupted(target: String, place: String, at: String, found: String)
    case notThere(target: String, place: String, found: String)
    /// The place is not of this machine, or not of this checkout.
    case placeUnknown(target: String, place: String)
    case evidenceMissing(file: String, target: String)
    case evidenceUnnamed(file: String)
    case unsigned(file: String)
    /// A text of the film promises something until a day that is over.
    case deadlineOver(text: String, day: String, at: Place?)

    public var diagnostic: Diagnostic {
        switch self {
        case .deadlineOver(let text, let day, let at):
            Diagnostic(
                "deadline-over", .warning, "'\(text.prefix(80))' names a day that is over: \(day)",
                hint: "change the date and build again, unless the film is to tell of the past", at: at)
        case .notPassed(let target):
            Diagnostic(
                "publish-not-passed", fault: .result, "the gate does not pass \(target), so it is not published",
                hint: "'vgraph gate \(target)' prints the reasons")
        case .otherIdentity(let target, let published):
            Diagnostic(
                "publish-other-identity", fault: .result,
                "these bytes are already published as \(published), so they are not published as \(target) too",
                hint: "publish \(published), or remove the target that makes the same film twice")
        case .badPlace(let place, let reason):
            Diagnostic(
                "publish-place", "cannot publish to '\(place)': \(reason)",
                hint: "name a folder, or s3://BUCKET/PREFIX")
        case .foreign(let place, let found):
            Diagnostic(
                "publish-foreign", "'\(place)' is \(found), which vgraph did not publish there as this target",
                hint: "move it away, or publish to another place")
        case .ontoItself(let target):
            Diagnostic(
                "publish-onto-itself", "the place is the folder of the candidate \(target) itself",
                hint: "publish to another folder: the next build replaces the candidate")
        case .changedMeanwhile(let target):
            Diagnostic(
                "publish-changed", fault: .result, "\(target) was changed while it was copied; nothing was published",
                hint: "build it, and decide again")
        case .cannotWrite(let place, let reason):
            Diagnostic(
                "publish-write", fault: .environment, "cannot write '\(place)': \(reason)",
                hint: "what was published there before is as it was; run the command again")
        case .arrivedDamaged(let place, let expected, let found):
            Diagnostic(
                "publish-arrived", fault: .environment,
                "'\(place)' has SHA-256 \(found) after it was written, not \(expected)",
                hint: "do not use this copy; look at the disk or the server, and publish again")
        case .noEvidence(let target, let missing):
            Diagnostic(
                "publish-evidence", "the evidence of \(target) is incomplete: \(missing)",
                hint: "run 'vgraph build \(target)' and publish again")
        case .badEvidence(let file, let reason):
            Diagnostic("evidence-damaged", "'\(file)' is not evidence of vgraph: \(reason)")
        case .cannotReach(let place, let reason):
            Diagnostic("publish-reach", fault: .environment, "cannot use '\(place)': \(reason)")
        case .noCredentials(let place):
            Diagnostic(
                "publish-credentials", fault: .environment, "there are no credentials for '\(place)'",
                hint: "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and AWS_ENDPOINT_URL for another server")
        case .noSigner(let remedy):
            Diagnostic(
                "credentials-signer", fault: .environment, "what signs content credentials is not installed",
                hint: "run '\(remedy)'")
        case .notSigned(let reason):
            Diagnostic(
                "credentials-refused", "the film was not signed with content credentials: \(reason)",
                hint: "nothing was published; 'vgraph publish' without '--c2pa' publishes without them")
        case .interrupted(let target, let place, let at, let found):
            Diagnostic(
                "publish-interrupted",
                "the publication of \(target) to '\(place)', begun at \(at), did not end: "
                    + "there is \(found)",
                hint: "run 'vgraph publish' again: it completes what is missing")
        case .notThere(let target, let place, let found):
            Diagnostic(
                "publication-changed", "'\(place)' is not what was published as \(target): there is \(found)",
                hint: "publish it again, or find out who replaced it")
        case .placeUnknown(let target, let place):
            Diagnostic(
                "publication-elsewhere", .warning,
                "'\(place)', where \(target) was published, is not a folder here: what lies there was not looked at",
                hint: "run this where the folder is")
        case .evidenceMissing(let file, let target):
            Diagnostic(
                "evidence-missing", "'\(file)', the evidence of \(target), is missing or not what the record names",
                hint: "restore it from version control or from the place of publication")
        case .evidenceUnnamed(let file):
            Diagnostic(
                "evidence-unnamed", .warning, "no record names '\(file)': it proves nothing",
                hint: "an interrupted publication leaves such a file; it may be removed")
        case .unsigned(let file):
            Diagnostic(
                "statement-unsigned", "no key of 'vgraph.keys' signed '\(file)'",
                hint: "restore it from version control or from the place of publication")
        }
    }
}
