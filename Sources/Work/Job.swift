// One node's work, as a line from the engine to a worker, and how a stage reads its inputs. Must not know what any
// stage does.
import Diagnostics
import Digests
import Files
import FoundationEssentials

/// Names everything that a stage may read. The stage writes only into `scratch`.
public struct Job: Codable, Sendable {
    /// A file that goes into the node.
    public struct Input: Codable, Sendable, Hashable {
        public var slot: String
        /// Absolute.
        public var path: String
        /// The name that users know (spec.video.yaml), for messages.
        public var name: String
        /// The digest of its bytes, as in the node's key; nil for a job without a node.
        public var digest: Digest?
        /// Of a user's program: whether it may be run, or takes this as a program. nil: no.
        public var isExecutable: Bool?

        public init(slot: String, path: String, name: String, digest: Digest? = nil) {
            self.slot = slot
            self.path = path
            self.name = name
            self.digest = digest
        }
    }

    public var id: Int
    public var stage: String
    /// The node's name, for messages: `launch.mp4:encode[3]`.
    public var node: String
    /// The node's key; nil for a job without a node. A stage may write it into its output: it says what went in.
    public var key: Digest?
    /// Absolute path of the folder that relative asset paths start in and must not leave.
    public var workspace: String
    /// Slot by slot, lists in order. A missing optional input has no entry.
    public var inputs: [Input]
    public var parameters: [String: Value]
    /// An empty folder for this job only. Outputs are files in it, named by `Outcome`.
    public var scratch: String
    /// Folders outside the workspace that files may lie in, by name; absolute. nil: none.
    public var roots: [String: String]?
    /// Seconds of processor time that it may use; nil: no limit while it makes progress.
    public var cpuLimit: Double?
    /// What it may do beside its own work, each with what those before it make; nil: nothing.
    public var companions: [Companion]?
    /// What its node made the last time; nil: nothing, or it must not be used.
    public var earlier: Earlier?
    /// Names of the files of the workspace and of roots that it reads beyond its inputs (`StageDescriptor.reads`); nil:
    /// it stays on this machine, where it finds them.
    public var reads: [String]?
    /// Jobs that go to another machine in the same action, one after the other, and are answered before this one. nil:
    /// it goes alone.
    public var riders: [Job]?
    /// Where a stage of the engine's own process leaves its files instead of in `scratch`; nil: there is no such place.
    public var shelf: Shelf?

    private enum CodingKeys: String, CodingKey {
        case id, stage, node, key, workspace, inputs, parameters, scratch, roots, cpuLimit, companions, earlier, reads,
            riders
    }

    /// The stage of a job that runs a user's program on another machine.
    public static let command = "run"

    public var folders: Folders { Folders(workspace: workspace, roots: roots ?? [:]) }

    public init(
        id: Int, stage: String, node: String, workspace: String, inputs: [Input] = [],
        parameters: [String: Value] = [:], scratch: String, roots: [String: String] = [:], key: Digest? = nil
    ) {
        self.key = key
        self.id = id
        self.stage = stage
        self.node = node
        self.workspace = workspace
        self.inputs = inputs
        self.parameters = parameters
        self.scratch = scratch
        self.roots = roots.isEmpty ? nil : roots
    }

    /// The node's target: `launch.mp4` of `launch.mp4:encode[3]`.
    public var target: String { node.lastIndex(of: ":").map { String(node[..<$0]) } ?? node }
}

extension Job {
    public func bytes(_ input: Input) throws -> [UInt8] {
        do throws(SystemFailure) { return try WholeFile.read(input.path) } catch {
            throw StageProblem.cannotRead(path: input.name, error: error.words).diagnostic
        }
    }

    /// The JSON in a file. Bodies read slots instead, unless only they know the type.
    public func decoded<Content: Decodable>(_ input: Input, as type: Content.Type = Content.self) throws -> Content {
        let bytes = try bytes(input)
        do { return try JSONDecoder().decode(Content.self, from: Data(bytes)) } catch {
            throw StageProblem.unreadableArtifact(slot: input.slot, node: node, error: words(of: error)).diagnostic
        }
    }
}
