// What a build works with, whatever it is asked for: the kinds of stages, the programs that do their work, vgraph's version.
import Pipelines
import Work

public struct Engine: Sendable {
    public var kinds: [StageDescriptor]
    /// Absolute path of the executable that does the work of stages whose place is `.worker`.
    public var worker: String
    public var version: String
    /// The pipeline of a workspace that has none.
    public var fallback: (file: String, text: String)
    /// A program with its arguments that does jobs of stages whose place is `.here` as a worker does the others'; asked for
    /// the second run of `--check-determinism`, since what varies from process to process is equal within one. Empty: they
    /// are done twice in this process.
    public var performer: [String] = []

    public init(kinds: [StageDescriptor], worker: String, version: String, fallback: (file: String, text: String)) {
        self.kinds = kinds
        self.worker = worker
        self.version = version
        self.fallback = fallback
    }
}
