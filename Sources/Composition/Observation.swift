// The observations of reviewers, in a closed form without free text as the verdict, each about a claim.

/// One structured, timestamped finding of a reviewer.
public struct Observation: Codable, Sendable, Hashable {
    public enum Verdict: String, Codable, Sendable, Hashable, CaseIterable {
        /// `abstain` is not an answer.
        case supports, contradicts, absent, notApplicable = "not_applicable", abstain
    }
    public enum Severity: String, Codable, Sendable, Hashable, CaseIterable { case blocker, major, minor, info }

    /// Pixels of the film, half open.
    public struct Box: Codable, Sendable, Hashable {
        public var x0, y0, x1, y1: Int
        public init(x0: Int, y0: Int, x1: Int, y1: Int) { (self.x0, self.y0, self.x1, self.y1) = (x0, y0, x1, y1) }
    }

    /// The claim of an observation without a claim: a text that is not in the spec.
    public static let unplanned = "unplanned"
    /// That of a voice where the spec places none.
    public static let unplannedSpeech = "unplanned-speech"
    /// What no claim asks for. It can only contradict.
    public static let unasked: Set = [unplanned, unplannedSpeech]

    /// A claim's id, or one of `unasked`.
    public var claim: String
    /// Its name.
    public var reviewer: String
    public var verdict: Verdict
    public var severity: Severity
    public var startFrame: Int
    /// Exclusive.
    public var endFrame: Int
    /// Files of the request that show it.
    public var evidence: [String]
    /// For people: one sentence.
    public var rationale: String
    /// The words that were seen or heard.
    public var found: String?
    public var box: Box?
    /// Measured values ("error": 0.05) and their limits ("limit.error"), by name.
    public var measured: [String: Double]?

    public init(
        claim: String, reviewer: String, verdict: Verdict, severity: Severity, startFrame: Int, endFrame: Int,
        evidence: [String], rationale: String, found: String? = nil, box: Box? = nil,
        measured: [String: Double]? = nil
    ) {
        self.claim = claim
        self.reviewer = reviewer
        self.verdict = verdict
        self.severity = severity
        self.startFrame = startFrame
        self.endFrame = endFrame
        self.evidence = evidence
        self.rationale = rationale
        self.found = found
        self.box = box
        self.measured = measured
    }
}

public struct ReviewReport: Codable, Sendable, Hashable {
    public var sha256: String
    public var observations: [Observation]
    public init(sha256: String, observations: [Observation]) {
        self.sha256 = sha256
        self.observations = observations
    }
}
