// What the gate asks before a file passes. Data: a pipeline names it; a spec, which is what is judged, cannot.

public struct Policy: Codable, Sendable, Hashable {
    public var name = ""
    public var title = ""
    /// Who may answer a claim of a kind. A kind that is not here asks for a person.
    public var claims: [Claim.Kind: [Reviewer.Kind]] = [:]
    /// Kinds of claims that may stay open: they are listed, and do not block.
    public var open: [Claim.Kind] = []
    /// Whether what passes can be approved.
    public var allowsApproval = true
    /// Names of reviewers that must have run.
    public var reviewers: [String] = []
    /// Checks that must have looked at the file: 'not applicable' is not enough.
    public var checks: [String] = []
    /// Checks, ids of proofreading and 'unplanned' whose failure a person may waive.
    public var waivable: [String] = []
    /// For how many days a waiver may be signed.
    public var waiverDays = 30
    /// Whether reviewers must have run in a sandbox.
    public var asksForSandbox = false

    public var retain = Retain()

    /// Days for which the cache keeps what a film was made from. What was approved or published stays.
    public struct Retain: Codable, Sendable, Hashable {
        /// Since a build used it last.
        public var candidates = 30
        /// Since a person sent it back.
        public var revised = 365
        public init() {}
    }

    public init() {}

    public func accepts(_ kind: Reviewer.Kind, for claim: Claim.Kind) -> Bool {
        (claims[claim] ?? [.person]).contains(kind)
    }

    /// Checks that say whether the file is whole can never be waived, whatever a policy says.
    public func letsWaive(_ check: String) -> Bool { waivable.contains(check) && SwitchedOff.mayBe(check) }
}

extension Policy {
    /// What another policy asks for, and this one does not, in words.
    public func asksLess(than other: Policy) -> [String] {
        var less: [String] = []
        func add(_ what: String, _ names: [String]) {
            if !names.isEmpty { less.append("\(what): \(names.joined(separator: ", "))") }
        }
        add("claims that may stay open", open.filter { !other.open.contains($0) }.map(\.rawValue))
        add(
            "claims that may be answered by others",
            Claim.Kind.allCases.filter { kind in
                Reviewer.Kind.allCases.contains { accepts($0, for: kind) && !other.accepts($0, for: kind) }
            }.map(\.rawValue))
        add("reviewers that need not run", other.reviewers.filter { !reviewers.contains($0) })
        add("checks that need not look", other.checks.filter { !checks.contains($0) })
        add("what may be waived", waivable.filter { !other.waivable.contains($0) && SwitchedOff.mayBe($0) })
        if waiverDays > other.waiverDays { less.append("waivers for \(waiverDays) days") }
        if other.asksForSandbox, !asksForSandbox { less.append("reviewers without a sandbox") }
        if allowsApproval, !other.allowsApproval { less.append("approval") }
        return less
    }
}
