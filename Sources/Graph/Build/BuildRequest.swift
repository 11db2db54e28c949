// What is asked of a build.
import Diagnostics
import Store

public struct BuildRequest: Sendable {
    /// Absolute path.
    public var workspace: String
    /// Folders outside it that files may be named in, by name; absolute (`DeclaredRoots`).
    public var roots: [String: String] = [:]
    /// Absolute path of the cache folder.
    public var cache: String
    /// As on the command line; empty: every target the folder offers.
    public var targets: [String]
    /// How many workers at once, at least 1.
    public var jobs: Int
    /// After a failure, go on with what does not depend on it.
    public var keepGoing: Bool
    /// Say what would run and why; write nothing.
    public var dryRun: Bool
    /// Run every node, whatever the cache holds.
    public var force: Bool
    /// Replace files at outputs' places that vgraph did not write. `force` does that too.
    public var overwrites = false
    /// Run every node that runs a second time, and fail it where the two results differ.
    public var checksDeterminism = false
    /// Look at the bytes of every result in the cache, not only at those that the user asked for.
    public var verifiesOutputs = false
    /// Tell what programs print as it comes.
    public var follows = false
    /// Tell what programs printed whose results are hits. Looks at every node.
    public var recalls = false
    /// Leave a log of the run and what later builds of this workspace start from.
    public var isRemembered = true
    /// Shut programs of the user's own in, where the machine can.
    public var sandbox = true
    /// A result counts however it was made, how old it is and whether it was to be kept: for what shows or passes on
    /// what is there.
    public var takesAnyResult = false
    /// In a dry run: also say what would keep the build from starting.
    public var rehearses = false
    /// Merged into every stage's parameter `set`, where it has one.
    public var sets: [String: String]
    /// Whatever else decides the result without being in a file (environment variables that libraries look at):
    /// `NAME=value`.
    public var environment: [String]
    /// What the next build prints if there is nothing to do; kept in the state file. At most a few lines.
    public var upToDateText: @Sendable (BuildResult) -> String

    public init(
        workspace: String, cache: String, targets: [String], jobs: Int = 1, keepGoing: Bool = false,
        dryRun: Bool = false,
        force: Bool = false, sets: [String: String] = [:], environment: [String] = [],
        upToDateText: @escaping @Sendable (BuildResult) -> String = { _ in "" }
    ) {
        self.workspace = workspace
        self.cache = cache
        self.targets = targets
        self.jobs = jobs
        self.keepGoing = keepGoing
        self.dryRun = dryRun
        self.force = force
        self.sets = sets
        self.environment = environment
        self.upToDateText = upToDateText
    }

    public var folders: Folders { Folders(workspace: workspace, roots: roots) }

    /// Where the answer to "is there nothing to do?" is kept. Programs are part of the question.
    public func stateRequest(worker: String) -> StateRequest {
        StateRequest(
            workspace: workspace, targets: targets, sets: sets, environment: environment, worker: worker,
            verifiesOutputs: verifiesOutputs, sandbox: sandbox, roots: roots)
    }
}
