// What the engine knows about a kind of stage: its name, version, inputs, outputs, and where it runs. Must not know
// what any stage does. The table of all stages is `Stages.all` in the module Stages.
import Diagnostics

/// The type of an artifact, for example "plan" or "segment": decides which output `$plan` means for a slot.
public typealias ArtifactType = String

public struct StageDescriptor: Sendable {
    /// A named input.
    public struct Slot: Sendable {
        public enum Count: Sendable, Equatable {
            case one, optional, list
            /// Any number; in a stage that runs for each element, those of that element.
            case any
        }
        public var name: String
        /// Accepted types of artifact; empty: every type. A path in the workspace fits if this contains `file` or is
        /// empty.
        public var accepts: [ArtifactType]
        public var count: Count
        /// false: a material. It cannot change the result, because a keyed input already pins its content by digest, so
        /// it is not in the manifest. A material that the pipeline does not wire is found by type among the outputs of
        /// the nodes that this node's wired inputs come from, then among those nodes' inputs.
        public var isKeyed: Bool
        /// What it was called before: a pipeline that still says so is told the new name.
        public var formerName: String?
        public func takes(_ type: ArtifactType) -> Bool { accepts.isEmpty || accepts.contains(type) }

        public init(
            _ name: String, accepts: [ArtifactType], count: Count = .one, isKeyed: Bool = true,
            formerName: String? = nil
        ) {
            self.name = name
            self.accepts = accepts
            self.count = count
            self.isKeyed = isKeyed
            self.formerName = formerName
        }
    }

    /// A named result.
    public struct Output: Sendable {
        public var name: String
        public var type: ArtifactType
        /// File name for users, as in `vgraph show` and copies.
        public var fileName: String
        /// A list has any number of files, in order; `each: $plan.segments` makes one node for each.
        public var isList: Bool
        /// A folder with its content: first its `Tree`, then the files' blobs.
        public var isFolder: Bool
        /// Its stage joins it from results that are kept, about as fast as it is copied: where a request has many
        /// targets, the cache does not keep it beside the published file.
        public var isJoined = false
        public init(_ name: String, type: ArtifactType, fileName: String, isList: Bool = false, isFolder: Bool = false)
        {
            self.isFolder = isFolder
            self.name = name
            self.type = type
            self.fileName = fileName
            self.isList = isList
        }
    }

    public struct Parameter: Sendable {
        public var name: String
        public var kind: Kind
        public var defaultValue: Value
        public var summary: String
        public enum Kind: Sendable, Equatable {
            case string, bool
            case integer(ClosedRange<Int>)
            case number(ClosedRange<Double>)
            case choice([String])
            /// Names with texts, as `--set` gives them.
            case table
            /// Any number of values, for requests of commands. No stage of a pipeline has one.
            case list
        }
        public init(_ name: String, _ kind: Kind, default value: Value, _ summary: String) {
            self.name = name
            self.kind = kind
            self.defaultValue = value
            self.summary = summary
        }
    }

    public enum Place: Sendable {
        /// In the engine's own process: pure and quick, without a media library.
        case here(@Sendable (Job) throws -> Outcome)
        /// In a worker process.
        case worker
        /// A user's program: see `Pipeline.Stage.command`.
        case command
    }

    public var name: String
    /// Raise it whenever the stage makes other bytes from the same inputs.
    public var version: Int
    public var summary: String
    public var slots: [Slot]
    public var outputs: [Output]
    public var parameters: [Parameter]
    /// Names of the worker's tools (`vgraph-worker --tools`) whose versions can change this stage's bytes.
    public var tools: [String]
    public var place: Place
    /// The slot that `each:` fills, one element per node; nil: the stage cannot run for each element.
    public var eachSlot: String?
    /// The stage whose jobs may do this one's work along the way (`Job.Companion`), if all that is keyed here is what
    /// they make; nil: none.
    public var companionOf: String?
    /// Outputs of its node's last result that a job gets, to spare work (`Job.Earlier`). Its jobs stay on this machine.
    public var recalls: [String]
    /// About how many seconds a node takes, from its inputs: orders a build that knows no durations yet.
    public var estimate: (@Sendable (Job) throws -> Double)?
    /// For a stage whose jobs may be done on another machine: names of the files of the workspace and of roots that a
    /// job reads beyond its inputs, before it reads them; the machine's fonts are not among them. nil: its jobs stay
    /// here, because they take less time than the way, or because they search.
    public var reads: (@Sendable (Job) throws -> [String])?
    /// Reads a judging stage's decision from the bytes of its first output; nil: they are not a decision. Only the
    /// bytes count, not what a record says about them.
    public var decides: (@Sendable ([UInt8]) -> Decision?)?

    public struct Decision: Sendable, Equatable {
        public var verdict: Verdict
        /// SHA-256 of the file that the decision is about.
        public var sha256: String
        /// From when on a pass does not count, in seconds since 1970; nil: it does not depend on the time.
        public var expires: Int64?
        public init(verdict: Verdict, sha256: String, expires: Int64? = nil) {
            self.verdict = verdict
            self.sha256 = sha256
            self.expires = expires
        }
    }

    public init(
        name: String, version: Int, summary: String, slots: [Slot], outputs: [Output],
        parameters: [Parameter] = [], tools: [String] = [], place: Place, eachSlot: String? = nil,
        companionOf: String? = nil, recalls: [String] = [], estimate: (@Sendable (Job) throws -> Double)? = nil,
        reads: (@Sendable (Job) throws -> [String])? = nil,
        decides: (@Sendable ([UInt8]) -> Decision?)? = nil
    ) {
        self.name = name
        self.version = version
        self.summary = summary
        self.slots = slots
        self.outputs = outputs
        self.parameters = parameters
        self.tools = tools
        self.place = place
        self.eachSlot = eachSlot
        self.companionOf = companionOf
        self.recalls = recalls
        self.estimate = estimate
        self.reads = reads
        self.decides = decides
    }
}
