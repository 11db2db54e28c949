// What the engine asks of a stage and what it gets back; also the lines between the engine and a worker.
// Unaware of what any stage does.
import Diagnostics

/// A loosely typed value: a stage's parameter in a pipeline, a field of an event. Numbers that are whole print without a point.
public enum Value: Codable, Sendable, Hashable {
    case null
    case bool(Bool)
    case int(Int)
    case number(Double)
    case string(String)
    case array([Value])
    case object([String: Value])

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() { self = .null }
        else if let value = try? container.decode(Bool.self) { self = .bool(value) }
        else if let value = try? container.decode(Int.self) { self = .int(value) }
        else if let value = try? container.decode(Double.self) { self = .number(value) }
        else if let value = try? container.decode(String.self) { self = .string(value) }
        else if let value = try? container.decode([Value].self) { self = .array(value) }
        else { self = .object(try container.decode([String: Value].self)) }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .int(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .array(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }
}

/// One node's work. Everything a stage may read is named here; it writes only into `scratch`.
public struct Job: Codable, Sendable {
    public var id: Int
    public var stage: String
    /// The node as a person would name it, for messages: `launch.mp4:encode[3]`.
    public var node: String
    /// Absolute path of the folder that relative asset paths start from and must not leave.
    public var workspace: String
    /// Slot name to absolute paths. A slot that takes one file has one path; an absent optional input has none.
    public var inputs: [String: [String]]
    /// How the user names those files (spec.video.yaml, not the absolute path), slot by slot, for messages.
    public var names: [String: [String]]
    public var parameters: [String: Value]
    /// An empty folder, this job's alone. Outputs are files in it, named by `Outcome`.
    public var scratch: String
    /// Folders outside the workspace that files may be named in, by name; absolute. nil: none.
    public var roots: [String: String]?
    /// Seconds of processor time that it may take in all; nil: as long as it gets on.
    public var cpuLimit: Double?

    public var folders: Folders { Folders(workspace: workspace, roots: roots ?? [:]) }

    public init(id: Int, stage: String, node: String, workspace: String, inputs: [String: [String]], names: [String: [String]],
                parameters: [String: Value], scratch: String, roots: [String: String] = [:]) {
        self.id = id
        self.stage = stage
        self.node = node
        self.workspace = workspace
        self.inputs = inputs
        self.names = names
        self.parameters = parameters
        self.scratch = scratch
        self.roots = roots.isEmpty ? nil : roots
    }
}

/// What a stage made.
public struct Outcome: Codable, Sendable {
    /// Output name to files, each a path relative to the scratch folder. An output that is a list (segments) has several, in order.
    public var outputs: [String: [String]]
    /// Files that were read though the job did not name them (assets that the spec names, fonts that fallback chose):
    /// paths relative to the workspace where they lie in it, absolute elsewhere, with the XXH3-128 of the bytes that were used. An empty digest: the file was looked for and is not there.
    public var discovered: [Discovered]
    /// What searches of the stage found: the same question with another answer is another result. nil: it searched for nothing.
    public var answers: [Answer]?
    /// Warnings and notes; kept in the record and shown again on a hit.
    public var diagnostics: [Diagnostic]
    /// Set by a stage that decides.
    public var verdict: Verdict?

    public init(outputs: [String: [String]], discovered: [Discovered] = [], answers: [Answer]? = nil, diagnostics: [Diagnostic] = [],
                verdict: Verdict? = nil) {
        self.outputs = outputs
        self.discovered = discovered
        self.answers = answers
        self.diagnostics = diagnostics
        self.verdict = verdict
    }
}

public struct Discovered: Codable, Sendable, Hashable {
    public var path: String
    public var digest: String
    public init(path: String, digest: String) {
        self.path = path
        self.digest = digest
    }
}

/// What a search came to, a font by its family for example. What is asked, and what "not there" looks like, only the worker
/// knows: the engine compares answers, and asks a worker anew where what it searched in has changed.
public struct Answer: Codable, Sendable, Hashable {
    public var question: String
    public var answer: String
    public init(question: String, answer: String) {
        self.question = question
        self.answer = answer
    }
}

/// A line from a worker: `progress` any number of times, then `outcome` or `failure` (never both).
public struct Reply: Codable, Sendable {
    public struct Progress: Codable, Sendable {
        public var done: Int
        public var total: Int
        /// "frames", "seconds" ...
        public var unit: String
        public init(done: Int, total: Int, unit: String) {
            self.done = done
            self.total = total
            self.unit = unit
        }
    }
    public var id: Int
    public var progress: Progress?
    public var outcome: Outcome?
    public var failure: [Diagnostic]?
    public init(id: Int, progress: Progress? = nil, outcome: Outcome? = nil, failure: [Diagnostic]? = nil) {
        self.id = id
        self.progress = progress
        self.outcome = outcome
        self.failure = failure
    }
}
