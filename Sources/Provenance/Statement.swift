// What is said of a published file to programs that are not vgraph: in-toto statements
// (https://github.com/in-toto/attestation, Statement v1), one with SLSA's provenance v1 (https://slsa.dev/provenance/v1) and
// one with the decision. Each goes into an envelope that a person's key signs (`Decisions/Envelope`).
import Composition
import Decisions
import Diagnostics

public struct ResourceDescriptor: Codable, Sendable, Hashable {
    public var name: String?
    public var uri: String?
    public var digest: [String: String]?
    public init(name: String? = nil, uri: String? = nil, sha256: String? = nil) {
        self.name = name
        self.uri = uri
        digest = sha256.map { ["sha256": $0] }
    }
}

public struct Statement<Predicate: Codable & Sendable>: Codable, Sendable {
    public var _type = "https://in-toto.io/Statement/v1"
    public var subject: [ResourceDescriptor]
    public var predicateType: String
    public var predicate: Predicate

    init(of subject: [ResourceDescriptor], _ type: String, _ predicate: Predicate) {
        self.subject = subject
        predicateType = type
        self.predicate = predicate
    }

    public var json: [UInt8] { jsonLine(self) }
}

public enum StatementKind {
    public static let payloadType = "application/vnd.in-toto+json"
    public static let slsa = "https://slsa.dev/provenance/v1"
    /// vgraph's own: what the gate says, and who approved.
    public static let decision = "urn:vgraph:decision:v1"
}

public struct SLSAProvenance: Codable, Sendable {
    public struct External: Codable, Sendable {
        public var target: String
        public var spec: ResourceDescriptor
        public var settings: [String: String]
    }
    public struct Internal: Codable, Sendable {
        public var graph: String
        public var profile: String
        public var policy: String
        public var commit: String?
    }
    public struct Definition: Codable, Sendable {
        public var buildType: String
        public var externalParameters: External
        public var internalParameters: Internal
        public var resolvedDependencies: [ResourceDescriptor]
    }
    public struct Builder: Codable, Sendable {
        public var id: String
        public var version: [String: String]
    }
    public struct Metadata: Codable, Sendable {
        public var invocationId: String?
        public var finishedOn: String
    }
    public struct Details: Codable, Sendable {
        public var builder: Builder
        public var metadata: Metadata
        public var byproducts: [ResourceDescriptor]
    }
    public var buildDefinition: Definition
    public var runDetails: Details

    /// - Parameter evidence: SHA-256 of the archive of evidence.
    public init(_ origin: Provenance, evidence: String) {
        let sources = [origin.spec] + origin.sources
        buildDefinition = Definition(
            buildType: "urn:vgraph:build:v1",
            externalParameters: External(
                target: origin.film.target,
                spec: ResourceDescriptor(name: origin.spec.path, sha256: origin.spec.sha256),
                settings: origin.settings),
            internalParameters: Internal(
                graph: origin.film.graph, profile: origin.profile, policy: origin.gate.policy,
                commit: origin.revision?.commit),
            resolvedDependencies: sources.map {
                ResourceDescriptor(name: $0.path, uri: "urn:vgraph:xxh3:" + $0.digest, sha256: $0.sha256)
            }
                + origin.tools.map {
                    ResourceDescriptor(
                        name: $0.name, uri: "urn:vgraph:tool:\($0.name)@\($0.version)".percentEncoded(keeping: ":@/"))
                })
        runDetails = Details(
            builder: Builder(id: "urn:vgraph:builder", version: ["vgraph": origin.run.vgraph]),
            metadata: Metadata(invocationId: origin.run.name, finishedOn: origin.run.at),
            byproducts: [ResourceDescriptor(name: "evidence.tar", sha256: evidence)])
    }
}

/// Why it ships.
public struct DecisionPredicate: Codable, Sendable {
    public var decision: String
    public var policy: String
    /// By id.
    public var checks: [String: String]
    public var claims: [String: String]
    /// Each with the signature that vgraph's records carry.
    public var signed: [SignedDecision]

    public init(_ origin: Provenance) {
        decision = origin.gate.decision.rawValue
        policy = origin.gate.policy
        checks = origin.gate.checks.mapValues(\.rawValue)
        claims = Dictionary(
            origin.gate.claims.map { ($0.id, $0.status.rawValue) }, uniquingKeysWith: { first, _ in first })
        signed = origin.signed
    }
}

extension Provenance {
    /// The payloads that are signed for a file: its provenance, and its decision.
    /// - Parameters:
    ///   - file: the name under which it is published.
    ///   - sha256: of what is published.
    public func statements(file: String, sha256: String, evidence: String) -> [[UInt8]] {
        let subject = [ResourceDescriptor(name: file, sha256: sha256)]
        return [
            Statement(of: subject, StatementKind.slsa, SLSAProvenance(self, evidence: evidence)).json,
            Statement(of: subject, StatementKind.decision, DecisionPredicate(self)).json,
        ]
    }
}
