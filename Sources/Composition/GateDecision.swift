// What the gate says of a file, and where each claim stands. An artifact, and what `vgraph gate` reads.
import Diagnostics

/// One claim, who said what of it, and whether that is enough.
public struct ClaimStanding: Codable, Sendable, Hashable {
    public enum Status: String, Codable, Sendable, Hashable {
        case answered, unanswered, contradicted
        /// A model alone contradicts, or reviewers differ: a person decides.
        case split
        /// Not answered, and the policy lets it be.
        case open
    }
    public var id: String
    public var kind: Claim.Kind
    public var text: String
    public var status: Status
    /// "text-readback: supports".
    public var said: [String]
    public var evidence: [String]
    /// Seconds; nil: it is about the whole film.
    public var from: Double?
    public var to: Double?
    public var place: Place?

    public init(
        id: String, kind: Claim.Kind, text: String, status: Status, said: [String] = [], evidence: [String] = [],
        from: Double? = nil, to: Double? = nil, place: Place? = nil
    ) {
        self.id = id
        self.kind = kind
        self.text = text
        self.status = status
        self.said = said
        self.evidence = evidence
        self.from = from
        self.to = to
        self.place = place
    }
}

public struct GateDecision: Codable, Sendable, Hashable {
    public static let schema = "vgraph.gate/3"

    public var schema: String
    public var decision: Verdict
    /// SHA-256 of the exact file decided upon.
    public var sha256: String
    /// Name of the policy.
    public var policy: String
    /// Whether a pass under this policy can be approved.
    public var mayBeApproved: Bool
    /// Why it is not a pass; empty for a pass.
    public var reasons: [GateReason]
    public var claims: [ClaimStanding]
    /// What each check found. A waived one is here as it is: failed.
    public var checks: [String: CheckResult.Verdict]
    /// Every signed waiver of this target, and whether it counts.
    public var waivers: [WaiverStanding]
    /// When the first waiver that the pass needs ends, in seconds since 1970; nil: the pass needs none. The gate looks
    /// at no clock: whoever reads this compares.
    public var expires: Int64?
    /// For how many days a waiver may be signed.
    public var waiverDays: Int
    /// Reviewers that ran without a sandbox.
    public var unsandboxed: [String]
    /// Whose approval counts, by the spec's brief; nil: that of all whose key is listed.
    public var decides: [String]?

    public init(
        decision: Verdict, sha256: String, policy: String, mayBeApproved: Bool, reasons: [GateReason],
        claims: [ClaimStanding], checks: [String: CheckResult.Verdict], waivers: [WaiverStanding], expires: Int64?,
        waiverDays: Int, unsandboxed: [String], decides: [String]?
    ) {
        schema = Self.schema
        self.decision = decision
        self.sha256 = sha256
        self.policy = policy
        self.mayBeApproved = mayBeApproved
        self.reasons = reasons
        self.claims = claims
        self.checks = checks
        self.waivers = waivers
        self.expires = expires
        self.waiverDays = waiverDays
        self.unsandboxed = unsandboxed
        self.decides = decides
    }

    public func mayBeApproved(by name: String) -> Bool { decides?.contains(name) ?? true }

    public func hasExpired(at now: Int64) -> Bool { expires.map { $0 <= now } ?? false }
}
