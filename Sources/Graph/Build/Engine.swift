// What every build works with, whatever the request: the kinds of stages, the programs that do their work, vgraph's
// version.
import Diagnostics
import Pipelines
import Work

public struct Engine: Sendable {
    public var kinds: [StageDescriptor]
    /// Absolute path of the executable that runs stages whose place is `.worker`.
    public var worker: String
    public var version: String
    /// The pipeline for a workspace without one.
    public var fallback: (file: String, text: String)
    /// A program with its arguments that runs stages whose place is `.here` in a process of their own, for the second
    /// run of `--check-determinism`: what varies between processes is equal within one. Empty: both runs are in this
    /// process.
    public var performer: [String] = []
    /// vgraph-remote with its arguments; empty: there are no remote caches.
    public var remote: [String] = []
    /// Hears what remote caches have to say to a command that is not a build.
    public var tell: @Sendable (Diagnostic) -> Void = { _ in }

    /// Lists the films of a spec; nil: each spec has only its own.
    public var films: FilmLister?

    public init(kinds: [StageDescriptor], worker: String, version: String, fallback: (file: String, text: String)) {
        self.kinds = kinds
        self.worker = worker
        self.version = version
        self.fallback = fallback
    }
}
