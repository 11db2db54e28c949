// One running build: its nodes and what is known of them. Single-threaded. Its parts, each with an owner
// of its own: waiting nodes (`Schedule`), running jobs (`Jobs`), writers of files that are read (`Writers`), files put
// into the workspace (`Publisher`), what was looked up (`Lookups`), what is reported (`Account`).
//
// The walk, in the order of a node's life: growth (BuildGrowth), inputs (NodeInputs), key (NodeKeys), whether a result
// counts (Freshness), start (NodeStart), end (NodeEnd), and every change of state (NodeStates). BuildLoop drives it.
import Diagnostics
import Digests
import Files
import Patterns
import Pipelines
import Store
import Work
import Workers

final class Build {
    // Given by the caller.
    let request: BuildRequest
    let targets: [WantedTarget]
    let engine: Engine
    let cache: Cache
    let files: FileTable
    /// Versions of the worker's libraries, by name.
    let tools: [String: String]
    /// What the worker's searches find; nil: no stage needs a worker.
    let searches: Searches?
    /// nil: the build creates every node of every target.
    let resumption: Resumption?
    let blobs: Blobs
    let records: Records

    // Its parts.
    let schedule: Schedule
    let jobs: Jobs
    let writers: Writers
    let publisher: Publisher
    let companions: Companions
    let account: Account
    /// nil: no remote cache is configured, or this is a dry run.
    let remotes: RemoteCaches?
    var lookups = Lookups()
    var texts = SharedTexts()
    /// nil: no stage needs a worker.
    var workers: WorkerPool?
    var outpost = Outpost()
    private(set) lazy var lastKeys = LastKeys.load(workspace: request.workspace, in: cache)
    /// The same for a dry run from the trace, which asks of few nodes.
    private(set) lazy var lastKeyLines = LastKeyLines(workspace: request.workspace, in: cache)

    // Its progress.
    /// By target, then stage; nil: the stage is not part of this build.
    var families: [[Family?]] = [] { didSet { living = nil } }
    var keys = KeysAtWork()
    var course = Course()
    /// Files that the films of the targets were listed from, absolute.
    var filmSources: Set<ByteText> = []
    /// Checksum of the file that its pipelines are read from; nil: they are in memory.
    var packed: Digest?
    /// Files that the rules were read from, absolute; empty in a resumed build, whose trace knows them.
    var foundation: Set<ByteText> = []
    /// The families of `families`, in their order.
    private var living: [Family]?
    /// The decisions of judging stages, to be compared with the files.
    var decisions: [(node: BuildNode, decision: StageDescriptor.Decision)] = []

    init(
        request: BuildRequest, targets: [WantedTarget], edges: FileEdges?, cache: Cache, files: FileTable,
        tools: [String: String], engine: Engine, searches: Searches?, resumption: Resumption? = nil,
        remotes: RemoteCaches? = nil, observer: (any BuildObserver)?
    ) {
        self.request = request
        self.targets = targets
        self.engine = engine
        self.cache = cache
        self.files = files
        self.tools = tools
        self.searches = searches
        self.resumption = resumption
        self.remotes = remotes
        blobs = Blobs(cache)
        records = Records(cache)
        // A resumed build has few nodes, so that what leads to what decides, and of large pipelines not even that.
        let isLarge = targets.lazy.map(\.pipeline.stages.count).reduce(0, +) > Self.mostOrdered
        let durations: (() -> Durations)? =
            resumption == nil
            ? { Durations.load(request.stateRequest(worker: engine.worker), cache: cache, kinds: engine.kinds) }
            : isLarge ? nil : { Durations() }
        schedule = Schedule(targets, durations: durations) { node in
            let stage = targets[node.target].pipeline.stages[node.stage]
            guard let estimate = stage.descriptor.estimate else { return nil }
            return try? estimate(node.job(0, stage, stage.parameters, in: "", request))
        }
        schedule.mayTravel = request.elsewhere != nil
        jobs = Jobs(cache, wantsSandbox: request.sandbox, isFollowed: request.follows)
        writers = Writers(targets, edges: edges, resumption: resumption) {
            try? Rules.load(
                request.folders, fallback: engine.fallback, kinds: engine.kinds, films: engine.films, files: files)
        }
        companions = Companions(cache, kinds: engine.kinds)
        account = Account(request.folders, observer)
        remotes?.serve { [account] warning in account.remark(nil, warning) }
        publisher = Publisher(request, blobs: blobs, files: files, cache: cache, account: account)
    }

    /// Stages of all targets whose order a resumed build looks at.
    private static let mostOrdered = 256

    var result: BuildResult { account.result }

    /// Whether this build itself wrote what its targets were listed from: then there may be other films now.
    var hasMadeFilmSources: Bool { !publisher.rewritten.isDisjoint(with: filmSources) }

    func stage(_ node: BuildNode) -> Pipeline.Stage { targets[node.target].pipeline.stages[node.stage] }

    func stage(_ family: Family) -> Pipeline.Stage { targets[family.target].pipeline.stages[family.stage] }

    var allFamilies: [Family] {
        if let living { return living }
        let found = families.flatMap { $0.compactMap { $0 } }
        living = found
        return found
    }

    var allNodes: [BuildNode] { allFamilies.flatMap(\.nodes) }

    func absolute(_ path: String) -> String { request.folders.path(path) }

    /// Whether a node of the trace is kept as it was, without being created in this build.
    func isKept(_ row: Int) -> Bool {
        guard let resumption else { return false }
        let node = resumption.trace[row]
        return families[Int(node.target)][Int(node.stage)] == nil
    }

    /// A stage's parameters, including the values that the request sets and the target's film.
    func parameters(_ stage: Pipeline.Stage, of target: Int) -> [String: Value] {
        var parameters = stage.parameters
        for (name, value) in parameters where value == .string(Pipeline.choice) {
            parameters[name] = .string(targets[target].choice)
        }
        if !request.sets.isEmpty, stage.takesSettings {
            var table: [String: Value] = [:]
            if case .object(let given)? = parameters["set"] { table = given }
            for (name, text) in request.sets { table[name] = .string(text) }
            parameters["set"] = .object(table)
        }
        return parameters
    }

    /// Files that stages of a target write into the workspace.
    func published(of target: Int) -> Set<ByteText> {
        Set(texts: targets[target].pipeline.stages.compactMap { $0.output?.file(for: targets[target].name) })
    }

    /// Whether a path is such a file, or lies in such a folder.
    func isPublished(_ path: String, of target: Int) -> Bool {
        targets[target].pipeline.stages.contains { stage in
            guard let file = stage.output?.file(for: targets[target].name) else { return false }
            return file.isSameBytes(path) || (stage.writesFolder && path.beneath(file) != nil)
        }
    }
}

/// Whether and how a build goes on.
struct Course {
    /// Whether the checks that can keep a build from starting have run.
    var hasAskedToStart = false
    /// A stage failed: nothing new is started.
    var isStopping = false
    var isInterrupted = false
    /// The trace names bytes that are gone, so it is not enough to build from; or another target must be built as well.
    var mustStartOver = false
    /// A file changed while it was used, so this build did not see one consistent state.
    var worldChanged = false

    /// Ends this build so that another one starts over.
    mutating func startOver() {
        mustStartOver = true
        isStopping = true
    }
}

/// Keys that this build is making, with the node that makes each, and keys that it has made.
struct KeysAtWork {
    private var makers: [Digest: BuildNode] = [:]
    /// The targets for which keys were made.
    private(set) var made: [Digest: Int] = [:]

    func isMade(_ key: Digest) -> Bool { made[key] != nil }

    mutating func note(_ key: Digest, by node: BuildNode) { made[key] = node.target }

    func maker(of key: Digest) -> BuildNode? { makers[key] }

    mutating func begin(_ node: BuildNode) { if let key = node.key { makers[key] = node } }

    mutating func end(_ node: BuildNode) {
        if let key = node.key, makers[key] === node { makers[key] = nil }
    }
}

/// What one build looked up, once each.
struct Lookups {
    /// The matches of each glob.
    var globs: [Glob: Glob.Found] = [:]
    /// Programs that commands name: where they are, and the digests of their bytes.
    var programs: [ProgramSearch: (program: Program?, looked: [String])] = [:]
    /// Contents of folders that are results, by the digests of their listings.
    var trees: [Digest: Tree] = [:]
    /// Whether a stage of a target decides upon its files.
    var decided: [Int: Bool] = [:]
    /// In a dry run: files that its stages would have published, absolute. A dry run writes nothing, so they may not
    /// exist.
    var planned: [ByteText: Record.Blob] = [:]
}
