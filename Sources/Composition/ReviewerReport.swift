// One reviewer's result for one film: whether it ran, and its answer, which is accepted whole or not at all.

public struct Reviewer: Codable, Sendable, Hashable {
    /// A rule measures and cannot be persuaded; a model estimates; a person decides.
    public enum Kind: String, Codable, Sendable, Hashable, CaseIterable { case rule, model, person }
    public var name: String
    /// Declared by the pipeline, not by the program itself.
    public var kind: Kind
    /// Reviewers of one family make the same errors, so they count as one.
    public var family: String
    public var version: String
    /// Digest of the model's weights; nil without a model.
    public var model: String?
    /// Its settings, by name.
    public var parameters: [String: String]?

    public init(
        name: String, kind: Kind, family: String, version: String, model: String? = nil,
        parameters: [String: String]? = nil
    ) {
        self.name = name
        self.kind = kind
        self.family = family
        self.version = version
        self.model = model
        self.parameters = parameters
    }
}

public struct ReviewerReport: Codable, Sendable, Hashable {
    public enum Status: String, Codable, Sendable, Hashable, CaseIterable { case done, notRun = "not_run" }
    public var reviewer: Reviewer
    public var status: Status
    /// Why it did not run or why its answer was rejected, and what to do; nil if it is done.
    public var reason: String?
    /// SHA-256 of the media that it reviewed; empty: it reviewed a part, and its report is one of several.
    public var sha256: String
    /// Ids of the claims in its request. It answers or abstains from each.
    public var asked: [String]
    /// Empty unless it is done.
    public var observations: [Observation]
    /// false: its program had the rights of the person who built; nil: it ran in a sandbox, or not at all.
    public var isSandboxed: Bool?

    public init(
        reviewer: Reviewer, status: Status, reason: String? = nil, sha256: String, asked: [String],
        observations: [Observation], isSandboxed: Bool? = nil
    ) {
        self.reviewer = reviewer
        self.status = status
        self.reason = reason
        self.sha256 = sha256
        self.asked = asked
        self.observations = observations
        self.isSandboxed = isSandboxed
    }

    private enum CodingKeys: String, CodingKey {
        case reviewer, status, reason, sha256, asked, observations, isSandboxed = "sandboxed"
    }
}
