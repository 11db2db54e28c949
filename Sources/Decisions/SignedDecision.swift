// What a person decided about one file, and the signature that says who. Its line of JSON has one spelling: sorted
// keys, no spaces. A line in any other spelling is refused, so that what is shown is what was signed.
import CSystem
import Digests
import FoundationEssentials

public struct SignedDecision: Codable, Sendable, Hashable {
    public static let schema = "vgraph.record/1"

    public enum Kind: String, Codable, Sendable, Hashable, CaseIterable { case approve, revise, answer, waive, publish }
    public enum Answer: String, Codable, Sendable, Hashable, CaseIterable { case supports, contradicts }

    /// A fault that a person accepts for a time: one check's, in one stretch of the film.
    public struct Waiver: Codable, Sendable, Hashable {
        /// The id of a check or of proofreading, or 'unplanned'.
        public var check: String
        /// Seconds; nil: the whole film.
        public var from: Double?
        public var to: Double?
        public var until: String
        public init(check: String, from: Double? = nil, to: Double? = nil, until: String) {
            (self.check, self.from, self.to, self.until) = (check, from, to, until)
        }

        var isWellFormed: Bool {
            guard !check.isEmpty, Expiry(until) != nil, (from == nil) == (to == nil) else { return false }
            guard let from, let to else { return true }
            return from.isFinite && to.isFinite && from >= 0 && from <= to
        }
    }

    /// Where a file goes, signed before it does and once it is there.
    public struct Publication: Codable, Sendable, Hashable {
        public enum State: String, Codable, Sendable, Hashable, CaseIterable { case begun, done }
        public var state: State
        /// A folder (beneath the workspace a path in it, else absolute) or `s3://bucket/prefix`.
        public var to: String
        /// The name there.
        public var file: String
        /// SHA-256 of what arrives there: of a copy with content credentials another than the approved one.
        public var sha256: String
        /// SHA-256 of the evidence and of the statements that go with it.
        public var evidence: String
        public var statements: String
        public init(
            _ state: State, to: String, file: String, sha256: String, evidence: String, statements: String
        ) {
            self.state = state
            self.to = to
            self.file = file
            self.sha256 = sha256
            self.evidence = evidence
            self.statements = statements
        }

        public var place: String { to + "/" + file }

        /// Absolute path of the folder; nil: it is a bucket.
        public func folder(from workspace: String) -> String? {
            if to.hasPrefix("s3://") { return nil }
            return to.hasPrefix("/") ? to : workspace + "/" + to
        }

        var isWellFormed: Bool {
            let sums = [sha256, evidence, statements]
            return !to.isEmpty && !file.isEmpty && !file.contains("/")
                && sums.allSatisfy { hexBytes($0, count: 32) != nil }
        }
    }

    /// The film that was looked at in the place of this one: they show the same, but for what is named here.
    public struct Basis: Codable, Sendable, Hashable {
        public var target: String
        public var sha256: String
        /// Scenes that may differ.
        public var except: [String]
        /// Whether the sound may differ.
        public var otherSound: Bool
        /// Seconds that are the same, and the film's duration.
        public var shared: Double
        public var seconds: Double
        public init(
            target: String, sha256: String, except: [String], otherSound: Bool, shared: Double, seconds: Double
        ) {
            self.target = target
            self.sha256 = sha256
            self.except = except
            self.otherSound = otherSound
            self.shared = shared
            self.seconds = seconds
        }

        var isWellFormed: Bool {
            !target.isEmpty && hexBytes(sha256, count: 32) != nil && shared.isFinite && seconds.isFinite
                && 0 <= shared && shared <= seconds
        }
    }

    /// What the signer's file of the other role had: its last lines cannot be cut off unseen.
    public struct Seen: Codable, Sendable, Hashable {
        public var records: Int
        /// SHA-256 of the last line.
        public var last: String
    }

    /// The words of a decision, before it is signed.
    public struct Draft: Sendable {
        public var kind: Kind
        public var target: String
        public var sha256: String
        public var reason: String
        public var claim: String?
        public var answer: Answer?
        public var waiver: Waiver?
        public var publication: Publication?
        public var basis: Basis?
        public init(
            _ kind: Kind, target: String, sha256: String, reason: String, claim: String? = nil, answer: Answer? = nil,
            waiver: Waiver? = nil, publication: Publication? = nil, basis: Basis? = nil
        ) {
            self.basis = basis
            self.publication = publication
            self.kind = kind
            self.target = target
            self.sha256 = sha256
            self.reason = reason
            self.claim = claim
            self.answer = answer
            self.waiver = waiver
        }
    }

    public var schema: String
    public var kind: Kind
    /// The file's path in the workspace, and the SHA-256 of the bytes that were decided upon.
    public var target: String
    public var sha256: String
    public var by: String
    /// The public key, 64 hex digits.
    public var key: String
    /// UTC, as the signer's clock showed it.
    public var at: String
    public var reason: String
    /// SHA-256 of the line before; empty in the first.
    public var previous: String
    public var claim: String?
    public var answer: Answer?
    public var waiver: Waiver?
    public var publication: Publication?
    /// Of an approval that rests on that of another film.
    public var basis: Basis?
    /// nil: the file of the other role had no records, or they did not count.
    public var seen: Seen?
    /// Of the line with this field empty: 128 hex digits.
    public var signature: String

    package init(_ draft: Draft, by key: PrivateKey, at time: String, after previous: String, seen: Seen? = nil) {
        schema = Self.schema
        (kind, target, sha256, reason) = (draft.kind, draft.target, draft.sha256, draft.reason)
        (claim, answer, waiver, self.seen) = (draft.claim, draft.answer, draft.waiver, seen)
        (publication, basis) = (draft.publication, draft.basis)
        (by, self.key, at, self.previous) = (key.name, key.publicKey, time, previous)
        signature = ""
        signature = key.sign(signedBytes)
    }

    /// The line, without its end.
    package var line: [UInt8] { jsonLine(self) }

    private var signedBytes: [UInt8] {
        var unsigned = self
        unsigned.signature = ""
        // Never a valid message of another format that the same key may sign.
        return Array((Self.schema + "\n").utf8) + unsigned.line
    }

    package var isSignedByItsKey: Bool {
        guard let key = hexBytes(key, count: 32), let signature = hexBytes(signature, count: 64) else { return false }
        let bytes = signedBytes
        return csystem_ed25519_verify(key, bytes, bytes.count, signature) == 1
    }
}

/// A value as JSON in one spelling: sorted keys, no spaces. Empty if it cannot be encoded; texts, numbers and closed sets
/// always can.
package func jsonLine(_ value: some Encodable) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(value)).map(Array.init) ?? []
}

func sha256(_ bytes: [UInt8]) -> String { bytes.withUnsafeBytes { SHA256.of($0) } }
