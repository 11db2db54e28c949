// What became of one signed waiver. A waived check has still failed: it is shown as waived, never as passed.

public struct WaiverStanding: Codable, Sendable, Hashable {
    public enum State: String, Codable, Sendable, Hashable, CaseIterable {
        case counts
        case otherFile = "other-file"
        case otherRange = "other-range"
        case notWaivable = "not-waivable"
        case tooLong = "too-long"
        /// The check does not fail.
        case unneeded
    }

    /// The check, proofreading's id, or 'unplanned'.
    public var check: String
    /// nil: the whole film.
    public var span: TimeSpan?
    public var by: String
    public var at: String
    /// A day, whose end in UTC it is, or a moment.
    public var until: String
    public var reason: String
    public var state: State
    /// What it waives, as the check says it; nil unless it counts.
    public var found: String?

    public init(
        check: String, span: TimeSpan?, by: String, at: String, until: String, reason: String, state: State,
        found: String? = nil
    ) {
        self.check = check
        self.span = span
        self.by = by
        self.at = at
        self.until = until
        self.reason = reason
        self.state = state
        self.found = found
    }
}

extension WaiverStanding {
    /// The id of its entry in the runbook.
    public var entry: String { "waiver." + state.rawValue }

    /// Why it does not count, or that it does.
    public func why(_ gate: GateDecision) -> String {
        switch state {
        case .counts: "it counts"
        case .otherFile: "it is about another file"
        case .otherRange: "it does not cover every span that fails"
        case .notWaivable: "the policy '\(gate.policy)' does not let this check be waived"
        case .tooLong: "it lasts longer than the \(gate.waiverDays) days of the policy '\(gate.policy)'"
        case .unneeded: "nothing has to be waived"
        }
    }
}
