// Where a film comes from: its spec, what went in, what made it, which checks it had, who decided. One value, shown as
// text and as a page, kept in the evidence of a publication, and the source of its statements. Must not know where the
// facts are found.
import Composition
import Decisions
import FoundationEssentials

public struct Provenance: Codable, Sendable {
    public static let schema = "vgraph.provenance/1"

    public struct Film: Codable, Sendable {
        /// The target, a path in its workspace.
        public var target: String
        public var sha256: String
        public var bytes: Int
        /// The key of the node that made the file; the file names it too.
        public var graph: String
        public var title: String
        /// "1920x1080".
        public var size: String
        public var rate: String
        /// Seconds.
        public var duration: Double
        public var language: String
        /// IPTC's digital source type, a URI; nil: not known.
        public var sourceType: String?
        public init(
            target: String, sha256: String, bytes: Int, graph: String, title: String, size: String, rate: String,
            duration: Double, language: String, sourceType: String? = nil
        ) {
            self.target = target
            self.sha256 = sha256
            self.bytes = bytes
            self.graph = graph
            self.title = title
            self.size = size
            self.rate = rate
            self.duration = duration
            self.language = language
            self.sourceType = sourceType
        }
    }

    /// A file that went in.
    public struct Source: Codable, Sendable, Hashable {
        /// In the workspace, beneath a declared root (`brand:logo.svg`), or absolute.
        public var path: String
        /// XXH3-128, as in keys.
        public var digest: String
        /// nil: the file could not be read again as it was.
        public var sha256: String?
        /// Its name in the spec.
        public var name: String?
        public var license: String?
        public var credit: String?
        /// Where it comes from, in the spec's word (`source`).
        public var origin: String?
        /// Kinds of stages that read it.
        public var stages: [String]
        public init(
            path: String, digest: String, sha256: String? = nil, name: String? = nil, license: String? = nil,
            credit: String? = nil, origin: String? = nil, stages: [String] = []
        ) {
            self.path = path
            self.digest = digest
            self.sha256 = sha256
            self.name = name
            self.license = license
            self.credit = credit
            self.origin = origin
            self.stages = stages
        }
    }

    /// The state of the repository; nil outside one.
    public struct Revision: Codable, Sendable, Hashable {
        public var commit: String
        /// Whether spec and props are as in that commit.
        public var isClean: Bool
        public init(commit: String, isClean: Bool) { (self.commit, self.isClean) = (commit, isClean) }
    }

    public struct Run: Codable, Sendable, Hashable {
        /// nil: the cache does not remember it.
        public var name: String?
        /// When the film's last node ended, UTC.
        public var at: String
        public var user: String
        public var host: String
        public var vgraph: String
        public var words: String { "\(name ?? "not remembered"), \(at), \(user) on \(host), vgraph \(vgraph)" }

        public init(name: String?, at: String, user: String, host: String, vgraph: String) {
            self.name = name
            self.at = at
            self.user = user
            self.host = host
            self.vgraph = vgraph
        }
    }

    public struct Tool: Codable, Sendable, Hashable {
        public var name: String
        public var version: String
        public var stages: [String]
        public init(name: String, version: String, stages: [String]) {
            (self.name, self.version, self.stages) = (name, version, stages)
        }
    }

    public struct Stage: Codable, Sendable, Hashable {
        public var name: String
        public var kind: String
        public var version: Int
        public var nodes: Int
        /// Seconds of processor time, whenever it was spent.
        public var cpu: Double
        /// Paid, by currency.
        public var price: [String: Double]?
        /// As in the manifest, as text; of a user's program its arguments too.
        public var parameters: [String: String]
        public init(
            name: String, kind: String, version: Int, nodes: Int, cpu: Double, price: [String: Double]?,
            parameters: [String: String]
        ) {
            self.name = name
            self.kind = kind
            self.version = version
            self.nodes = nodes
            self.cpu = cpu
            self.price = price
            self.parameters = parameters
        }
    }

    public struct Reviewing: Codable, Sendable, Hashable {
        public var reviewer: Reviewer
        /// "done", or why it did not run.
        public var status: String
        public var observations: Int
        public init(reviewer: Reviewer, status: String, observations: Int) {
            (self.reviewer, self.status, self.observations) = (reviewer, status, observations)
        }
    }

    public var schema: String
    public var film: Film
    public var spec: Source
    /// As `--set` gave them.
    public var settings: [String: String]
    public var revision: Revision?
    public var run: Run
    /// Props, assets, captions, fonts, pipelines, policies.
    public var sources: [Source]
    public var tools: [Tool]
    public var stages: [Stage]
    public var profile: String
    public var checks: [CheckResult]
    public var gate: GateDecision
    public var reviewers: [Reviewing]
    /// What persons signed of exactly this file, in the order of their files: answers and waivers, then decisions.
    public var signed: [SignedDecision]

    public init(
        film: Film, spec: Source, settings: [String: String], revision: Revision?, run: Run, sources: [Source],
        tools: [Tool], stages: [Stage], profile: String, checks: [CheckResult], gate: GateDecision,
        reviewers: [Reviewing], signed: [SignedDecision]
    ) {
        schema = Self.schema
        self.film = film
        self.spec = spec
        self.settings = settings
        self.revision = revision
        self.run = run
        self.sources = sources
        self.tools = tools
        self.stages = stages
        self.profile = profile
        self.checks = checks
        self.gate = gate
        self.reviewers = reviewers
        self.signed = signed
    }

    /// The decision that counts: the last verdict.
    public var decision: SignedDecision? { signed.last { $0.kind.isVerdict } }
    public var cpu: Double { stages.reduce(0) { $0 + $1.cpu } }
    public var prices: [String: Double] {
        stages.compactMap(\.price).reduce(into: [:]) { $0.merge($1, uniquingKeysWith: +) }
    }

    /// As JSON with one spelling: equal values give equal bytes.
    public var json: [UInt8] { Self.json(self) }

    static func json(_ value: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        return (try? encoder.encode(value)).map { Array($0) + [10] } ?? []
    }
}
