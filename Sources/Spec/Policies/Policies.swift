// From a policy's file, or one that is built in, to what the gate asks.
import Composition
import Diagnostics
import YAML

public enum Policies {
    public static let standard = "default"

    /// Where a workspace keeps its own.
    public static func path(of name: String) -> String { "pipelines/policies/\(name).yaml" }

    public static var names: [String] { builtIn.map(\.name) }

    public static func builtIn(_ name: String) -> String? { builtIn.first { $0.name == name }?.text }

    /// - Parameter own: the bytes of the workspace's file, which then counts alone; nil: the built-in one does.
    public static func read(_ name: String, own: [UInt8]?, file: String? = nil) throws(Diagnostics) -> Policy {
        if let own { return try parse(own, file: file ?? path(of: name), called: name) }
        guard let text = builtIn(name) else {
            throw Diagnostics([PolicyProblem.unknown(name, known: names).diagnostic])
        }
        return try parse(Array(text.utf8), file: path(of: name) + " (built in)", called: name)
    }

    /// The names of a policy's rules.
    public static var rules: [String] { PolicyFile.rules.map(\.name) }

    static func parse(_ bytes: [UInt8], file: String, called name: String) throws(Diagnostics) -> Policy {
        let root = try YAML.parse(bytes: bytes, file: file)
        let reader = Reader()
        guard let written = PolicyFile.kind.read(root, reader) else { throw Diagnostics(reader.problems) }
        if !written.name.value.isEmpty, written.name.value != name {
            reader.report(PolicyProblem.otherName(written.name.value, file: name, at: written.name.place).diagnostic)
        }
        for id in written.waivable where !SwitchedOff.mayBe(id.value) {
            reader.report(PolicyProblem.neverWaivable(id.value, at: id.place).diagnostic)
        }
        guard reader.errors.isEmpty else { throw Diagnostics(reader.problems.inFileOrder()) }
        var policy = written.policy
        policy.name = name
        policy.waivable = written.waivable.map(\.value)
        return policy
    }
}

/// A policy as it is written, with the place of its name.
private struct PolicyFile: Sendable {
    var name = Placed(value: "", place: Place(file: "", line: 0, column: 0))
    var policy = Policy()
    var waivable: [Placed<String>] = []

    private static let answerers = Kind<[Claim.Kind: [Reviewer.Kind]]>.object(
        "claims", "Who may answer a claim, by its kind", { _ in [:] },
        Claim.Kind.allCases.map { kind in
            Field(
                optional: kind.rawValue, \.[kind],
                Kind<[Reviewer.Kind]>.list(Scalar.oneOf(), limit: 3, atLeast: 1),
                "Who may answer a claim of the kind '\(kind.rawValue)'", example: "[rule, person]")
        })

    /// Each has an entry in the runbook.
    static let rules: [Field<PolicyFile>] = [
        Field("claims", \.policy.claims, answerers, "Who may answer a claim; a person where a kind is not named"),
        Field(
            "open", \.policy.open, .list(Scalar.oneOf(), limit: 16),
            "Kinds of claims that may stay open: they are listed, and do not block"),
        Field("approval", \.policy.allowsApproval, Scalar.bool, "Whether what passes can be approved"),
        Field("reviewers", \.policy.reviewers, .list(Scalar.string, limit: 32), "Reviewers that must have run"),
        Field("checks", \.policy.checks, .list(Scalar.string, limit: 64), "Checks that must have looked at the file"),
        Field("waivable", \.waivable, .list(Scalar.string.placed, limit: 64), "Checks whose failure may be waived"),
        Field(
            "waiver_days", \.policy.waiverDays, Scalar.integer(1...366),
            "For how many days a waiver may be signed"),
        Field("sandbox", \.policy.asksForSandbox, Scalar.bool, "Whether reviewers must have run in a sandbox"),
        Field("retain", \.policy.retain, retain, "For how long the cache keeps what films were made from"),
    ]

    private static let retain = Kind<Policy.Retain>.object(
        "retain", "Days for which the cache keeps what a film was made from; what was approved or published stays",
        { _ in Policy.Retain() },
        [
            Field(
                "candidates", \.candidates, Scalar.integer(1...36500),
                "Candidates without a decision, since a build used them last", example: "30"),
            Field(
                "revised", \.revised, Scalar.integer(1...36500), "What a person sent back, since then", example: "365"),
        ])

    static let kind = Kind<PolicyFile>.object(
        "policy", "What the gate asks before a file passes", { _ in PolicyFile() },
        [
            Field("policy", \.name, Scalar.string.placed, required: true, "Its name, which is the file's"),
            Field("title", \.policy.title, Scalar.string, "Its name for people"),
        ] + rules)
}
