// What is asked of a build, and what comes of it.
import Diagnostics
import Glibc
import Store
import Work

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
    /// Whatever else decides the result without being in a file (environment variables that libraries look at): `NAME=value`.
    public var environment: [String]
    /// What the next build prints if there is nothing to do; kept in the state file. At most a few lines.
    public var upToDateText: @Sendable (BuildResult) -> String

    public init(workspace: String, cache: String, targets: [String], jobs: Int = 1, keepGoing: Bool = false, dryRun: Bool = false,
                force: Bool = false, sets: [String: String] = [:], environment: [String] = [],
                upToDateText: @escaping @Sendable (BuildResult) -> String = { _ in "" }) {
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
        Self.stateRequest(workspace: workspace, targets: targets, sets: sets, environment: environment, worker: worker,
                          verifiesOutputs: verifiesOutputs, sandbox: sandbox, roots: roots)
    }

    /// The same without a request, for the path on which nothing else may be touched.
    public static func stateRequest(workspace: String, targets: [String], sets: [String: String], environment: [String],
                                    worker: String, verifiesOutputs: Bool = false,
                                    sandbox: Bool = true, roots: [String: String] = [:]) -> StateRequest {
        StateRequest(workspace: workspace, targets: targets,
                     settings: sets.map { "set \($0.key)=\($0.value)" } + environment.map { "env " + $0 } + ["worker " + worker]
                        + searchedEnvironment + (verifiesOutputs ? ["verify outputs"] : []) + (sandbox ? [] : ["no sandbox"])
                        + roots.sorted { $0.key < $1.key }.map { "root \($0.key)=\($0.value)" })
    }

    /// What tells searches where to look, for programs and for fonts: elsewhere is another question.
    static var searchedEnvironment: [String] {
        ["PATH", "HOME", "XDG_DATA_HOME", "XDG_DATA_DIRS", "XDG_CONFIG_HOME", "FONTCONFIG_FILE", "FONTCONFIG_PATH", "FONTCONFIG_SYSROOT"].compactMap { name in
            getenv(name).map { name + "=" + String(cString: $0) }
        }
    }
}

public struct BuildResult: Sendable {
    public struct Target: Sendable {
        /// As the user named it.
        public var name: String
        /// Files written into the workspace or found to be right there, relative to it.
        public var published: [String]
        /// Verdict of the last stage that gave one.
        public var verdict: Verdict?
        /// The last stage whose verdict is revise.
        public var judge: String?
        public var hasFailed: Bool
    }

    /// What a dry run found out about a node.
    public struct Planned: Sendable {
        public enum Outcome: String, Sendable { case hit, run, unknown }
        /// `launch.mp4:encode[3]`; `launch.mp4:encode[…]` where it is not known how many there will be.
        public var node: String
        public var stage: String
        public var outcome: Outcome
        public var why: [String]
        public var key: Digest?
        /// For a hit: who made it, when and where.
        public var origin: Record.Origin?
    }

    public var status: ExitStatus = .done
    public var targets: [Target] = []
    public var nodes = 0
    public var ran = 0
    public var hits = 0
    public var failed = 0
    public var skipped = 0
    /// Nodes that ran twice with equal results.
    public var repeated = 0
    public var seconds = 0.0
    /// Errors of the nodes that failed, then warnings and notes, each once.
    public var diagnostics: [Diagnostic] = []
    /// Of a dry run, in the order in which things would happen.
    public var planned: [Planned] = []
    /// What was paid in this build, by currency.
    public var spent: [String: Double] = [:]
    /// Name of the run's log, nil where none was written.
    public var run: String?
}
