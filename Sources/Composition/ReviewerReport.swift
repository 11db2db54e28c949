// What one reviewer made of one film: whether it ran, and its answer, which was taken whole or not at all.

public struct Reviewer: Codable, Sendable, Hashable {
    /// A rule measures and cannot be talked round; a model guesses; a person decides.
    public enum Kind: String, Codable, Sendable, Hashable, CaseIterable { case rule, model, person }
    public var name: String
    /// What the pipeline says of it, not what the program says of itself.
    public var kind: Kind
    /// Reviewers of one family err alike: two of them are one opinion.
    public var family: String
    public var version: String
    /// Digest of a model's weights; nil: it has none.
    public var model: String?
    /// What it was set to, by name.
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
    /// Why it did not run or why its answer was rejected, and what to do; nil where it is done.
    public var reason: String?
    /// SHA-256 of the media that it looked at.
    public var sha256: String
    /// Ids of the claims that it was asked: all that it answers or abstains from.
    public var asked: [String]
    /// Empty unless it is done.
    public var observations: [Observation]

    public init(
        reviewer: Reviewer, status: Status, reason: String? = nil, sha256: String, asked: [String],
        observations: [Observation]
    ) {
        self.reviewer = reviewer
        self.status = status
        self.reason = reason
        self.sha256 = sha256
        self.asked = asked
        self.observations = observations
    }
}
