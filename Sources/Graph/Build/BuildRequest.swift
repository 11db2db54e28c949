// What a build is asked to do.
import Diagnostics
import Remotes
import Store

public struct BuildRequest: Sendable {
    /// Absolute path.
    public var workspace: String
    /// Folders outside it that files may be named in, by name; absolute (`DeclaredRoots`).
    public var roots: [String: String] = [:]
    /// Absolute path of the cache folder.
    public var cache: String
    /// As on the command line; empty: every target of the folder.
    public var targets: [String]
    /// Build each target for every row of the table that the engine's lister of films was told of, instead of itself.
    public var isForEachRow = false
    /// What the engine's lister of films was told: another option may mean other films.
    public var filmOptions: [String] = []
    /// How many jobs run at once, at least 1.
    public var jobs: Int
    /// After a failure, go on with what does not depend on it.
    public var keepGoing: Bool
    /// Find out what would run and why; write nothing.
    public var dryRun: Bool
    /// Run every node, even if the cache has its result.
    public var force: Bool
    /// Where work can be done besides this machine; nil: nowhere.
    public var elsewhere: Elsewhere?
    /// Replace files at outputs' paths that vgraph did not write. `force` does that too.
    public var overwrites = false
    /// Run every stale node twice, and fail it if the two results differ.
    public var checksDeterminism = false
    /// Verify the bytes of every result in the cache, not only of requested ones.
    public var verifiesOutputs = false
    /// Report the output of programs live.
    public var follows = false
    /// Also report what programs printed when hits were made. Visits every node.
    public var recalls = false
    /// Write a log of the run, and the state from which later builds of this workspace start.
    public var isRemembered = true
    /// Write outputs into the workspace. If not, what lies there stays as it is, and only the cache gets results: for
    /// commands that ask.
    public var publishes = true
    /// Run users' programs in a sandbox if the machine can.
    public var sandbox = true
    /// Accept results regardless of sandbox, age and 'cache: false': for commands that show or export existing results.
    public var takesAnyResult = false
    /// In a dry run: also report what would keep the build from starting.
    public var rehearses = false
    /// The remote caches, in order, and what comes down from them.
    public var remotes = RemoteSettings()
    /// Seconds that uploads may take after the build.
    public var uploadSeconds = 30.0
    /// Seconds after which a vgraph-remote that does nothing is ended; a sixth of it: after which an answer is too late.
    public var remotePatience = 60.0
    /// Whether the cache keeps its own copy of what a target publishes, however many there are: a person decided about
    /// it.
    public var keepsCopy: @Sendable (_ target: String) -> Bool = { _ in false }
    /// Merged into every stage's parameter `set`, where it has one.
    public var sets: [String: String]
    /// What else affects results without being in a file (environment variables that libraries read): `NAME=value`.
    public var environment: [String]
    /// The text that the next build prints if nothing is to do; kept in the state file. At most a few lines.
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

    /// The request whose state file tells whether nothing is to do. It includes the programs.
    public func stateRequest(worker: String) -> StateRequest {
        StateRequest(
            workspace: workspace, targets: targets, sets: sets, environment: environment, worker: worker,
            verifiesOutputs: verifiesOutputs, sandbox: sandbox, roots: roots,
            films: filmOptions)
    }
}
