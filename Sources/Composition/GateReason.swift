// Why the gate says revise, in a closed set of kinds. Each has an entry in the runbook; texts are for people.

public struct GateReason: Codable, Sendable, Hashable {
    public enum Kind: String, Codable, Sendable, Hashable, CaseIterable {
        case checkFailed = "gate.check-failed"
        case checkNotRun = "gate.check-not-run"
        /// A check looked at nothing, and the policy asks that it does.
        case checkIdle = "gate.check-idle"
        case nothingChecked = "gate.nothing-checked"
        case switchedOff = "gate.switched-off"
        /// An error of proofreading.
        case finding = "gate.finding"
        case otherFile = "gate.other-file"
        /// An observation of the review stage.
        case observation = "gate.observation"
        case unplanned = "gate.unplanned"
        /// A voice where none is placed.
        case unplannedSpeech = "gate.unplanned-speech"
        case reviewerNotRun = "gate.reviewer-not-run"
        case reviewerUnsandboxed = "gate.reviewer-unsandboxed"
        case unanswered = "gate.unanswered"
        case contradicted = "gate.contradicted"
        case split = "gate.split"
        /// Records or keys that do not count.
        case records = "gate.records"
        case recordsCutOff = "gate.records-cut-off"
        case waiverExpired = "gate.waiver-expired"
        /// An approval by a person whom the spec's brief does not name.
        case notTheirs = "gate.not-theirs"
        /// The approval rests on that of another film, which no longer counts.
        case basisGone = "gate.basis-gone"
        /// A person says revise.
        case revised = "gate.revised"
    }

    public var id: Kind
    public var text: String
    /// What to do.
    public var remedy: String?
    /// The check, proofreading's id or 'unplanned' that failed: what a waiver names.
    public var check: String?
    /// When it fails; nil: in the film as a whole, or the check does not list all the times.
    public var spans: [TimeSpan]?
    /// Whether the policy lets it be waived.
    public var isWaivable: Bool?

    public init(
        _ id: Kind, _ text: String, remedy: String? = nil, check: String? = nil, spans: [TimeSpan]? = nil,
        isWaivable: Bool? = nil
    ) {
        self.id = id
        self.text = text
        self.remedy = remedy
        self.check = check
        self.spans = spans
        self.isWaivable = isWaivable
    }

    /// The id of its entry in the runbook: that of the check, where one failed.
    public var entry: String {
        switch id {
        case .checkFailed, .checkNotRun, .checkIdle, .finding: check ?? id.rawValue
        default: id.rawValue
        }
    }

    private enum CodingKeys: String, CodingKey { case id, text, remedy, check, spans, isWaivable = "waivable" }
}
