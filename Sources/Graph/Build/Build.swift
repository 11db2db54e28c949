// One build under way: which nodes there are, what each waits for, what became of it. Single-threaded; the loop that
// drives it is in BuildLoop.swift.
import Diagnostics
import Patterns
import Pipelines
import Programs
import Store
import Work
import Workers

final class Build {
    let request: BuildRequest
    let targets: [WantedTarget]
    let cache: Cache
    let files: FileTable
    let tools: [String: String]
    let engine: Engine
    weak var observer: (any BuildObserver)?

    var families: [[Family?]] = []
    /// Nodes that wait for nothing: their key can be computed.
    var ready = NodeQueue()
    var runnable = RunQueue()
    /// The same for stages in this process: they need no slot.
    var here = RunQueue()
    /// Places taken in each pool, and who waits for one.
    var taken: [String: Int] = [:]
    var parked: [String: RunQueue] = [:]
    /// Nodes whose key another process is making.
    var lockWaits: [BuildNode] = []
    var running: [Int: Running] = [:]
    /// Nodes that failed and are tried again, and when.
    var delayed: [(time: Double, node: BuildNode)] = []
    var workers: WorkerPool?
    /// By target; empty until something is to run.
    var ways: [CriticalPath] = []
    var nextJob = 1
    /// Jobs that are to be done once more (`request.checksDeterminism`), 
    var repeats: [Int] = []
    /// Keys that this build makes right now, and those it has made.
    var inFlight: [Digest: BuildNode] = [:]
    var made: Set<Digest> = []

    var result = BuildResult()
    var errors: [Diagnostic] = []
    var remarks: [Diagnostic] = []
    /// A stage failed: nothing new is started.
    var isStopping = false
    var isInterrupted = false
    var hasAskedToStart = false
    /// A file changed while it was used, so what this build saw is no one state of the world.
    var worldChanged = false
    private(set) lazy var lastKeys = LastKeys.load(workspace: request.workspace, in: cache)
    let blobs: Blobs
    let records: Records
    /// Programs of the user's own at work, and whether they are shut in.
    private(set) lazy var sandbox = request.sandbox ? Sandbox.find(cache: cache) : .none(reason: "it was asked not to")
    private(set) lazy var commands = CommandPool(sandbox: sandbox, isFollowed: request.follows)
    var locks: KeyLocks?
    /// The folder that is worked in; what is written goes nowhere else.
    private(set) lazy var root = Root(request.workspace, links: .inside)
    /// What stages that decide have decided, to be held against the files.
    var decisions: [(node: BuildNode, decision: StageDescriptor.Decision)] = []
    private(set) lazy var scratches = ScratchPool(cache, kind: "s")
    private(set) lazy var commandScratches = ScratchPool(cache, kind: "c", keeping: Command.keptFolders)
    /// In a dry run: files that its stages would have published, absolute. A plan writes nothing, and need not be in a folder
    /// where a build has been.
    var planned: [ByteText: Record.Blob] = [:]
    /// What lies in folders that are results, by the digests of their listings.
    var trees: [Digest: Tree] = [:]
    /// Which files of the workspace are ours to replace.
    private(set) lazy var written = Published(workspace: request.workspace, cache: cache)
    /// Absolute paths of what this build may have made or removed in folders that it wrote.
    var writtenBeneath: Set<ByteText> = []
    /// What globs matched.
    var globbed: [Glob: Glob.Found] = [:]
    /// Programs that commands name, where they are and what their bytes are.
    var programs: [ProgramSearch: (program: Program?, looked: [String])] = [:]

    /// What the worker's searches come to; nil: no stage needs a worker.
    let searches: Searches?
    /// nil: every node of every target is made.
    let resumption: Resumption?
    /// The run whose log has all nodes; set when the log was written.
    var logBase = ""
    /// The trace told of bytes that are gone, so it is not enough to build from; or `newMakers` are to be built as well.
    var mustStartOver = false
    /// What makes files that nodes turned out to read, and is no part of this build.
    var newMakers: [WantedTarget] = []
    /// Files of the workspace of which it is known whether a pipeline makes them.
    private var askedForMakers: Set<ByteText> = []
    private lazy var rules = try? Rules.load(request.folders, fallback: engine.fallback, kinds: engine.kinds, files: files)

    /// Absolute paths of what this build has written into the workspace, and of the folders that it lies in.
    var rewritten: Set<ByteText> = []
    /// nil: the trace says them, and nobody has asked for more yet.
    private var knownEdges: FileEdges?
    /// Writers that a node met while it ran, whose results it read: by the node's stage.
    var metWriters: [FileEdges.Stage: Set<FileEdges.Stage>] = [:]

    init(request: BuildRequest, targets: [WantedTarget], edges: FileEdges?, cache: Cache, files: FileTable, tools: [String: String],
         engine: Engine, searches: Searches?, resumption: Resumption? = nil, observer: (any BuildObserver)?) {
        self.request = request
        self.searches = searches
        self.resumption = resumption
        self.targets = targets
        knownEdges = edges
        self.cache = cache
        self.files = files
        self.tools = tools
        self.engine = engine
        self.observer = observer
        blobs = Blobs(cache)
        records = Records(cache)
    }

    func tell(_ event: @autoclosure () -> BuildEvent) { observer?.observe(event()) }

    func stage(_ node: BuildNode) -> Pipeline.Stage { targets[node.target].pipeline.stages[node.stage] }

    // MARK: Growth

    func plant() {
        result.targets = targets.map { wanted in
            BuildResult.Target(name: wanted.file + (wanted.stage.map { ":" + wanted.pipeline.stages[$0].name } ?? ""),
                               published: [], verdict: nil, hasFailed: false)
        }
        families = targets.map { [Family?](repeating: nil, count: $0.pipeline.stages.count) }
        if let resumption { return replant(resumption) }
        for target in targets.indices { found(target) }
        for target in targets.indices { grow(target) }
    }

    /// Only what a change can have reached.
    private func replant(_ resumption: Resumption) {
        for (target, kept) in resumption.trace.targets.enumerated() {
            if resumption.isWhole[target] {
                found(target)
            } else {
                result.targets[target].published = kept.published
                result.targets[target].verdict = kept.verdict
                result.nodes += resumption.rows[target].count
            }
        }
        var planted: [BuildNode] = []
        for (target, stage) in resumption.reachedStages {
            let family = Family(target: target, stage: stage), rows = resumption.rows(target, stage)
            family.isExpanded = true
            family.remaining = rows.count
            for row in rows {
                let kept = resumption.trace.nodes[row], element = kept.element < 0 ? nil : Int(kept.element)
                let node = make(family, element: element)
                node.lastRow = row
                if kept.flags.contains(.isWanted) { family.isWanted = true }
            }
            families[target][stage] = family
            planted += family.nodes
        }
        for target in targets.indices where resumption.isWhole[target] { grow(target) }
        tell(.grew(nodes: result.nodes))
        let kept = resumption.trace.nodes.indices.reduce(0) { $0 + (isKept($1) ? 1 : 0) }
        result.hits += kept
        tell(.kept(nodes: kept))
        for node in planted { attach(node) }
        for (row, node) in resumption.trace.nodes.enumerated() where node.flags.contains(.speaks) && isKept(row) {
            guard let record = fresh(node.key) else { continue }
            for diagnostic in record.diagnostics { remark(nil, diagnostic) }
        }
    }

    /// Whether a row of the trace stands for a node that was not made.
    func isKept(_ row: Int) -> Bool {
        guard let resumption else { return false }
        let node = resumption.trace.nodes[row]
        return families[Int(node.target)][Int(node.stage)] == nil
    }

    /// Makes the families of a target.
    private func found(_ target: Int) {
        let wanted = targets[target], pipeline = wanted.pipeline
        let closure = pipeline.closure(of: wanted.stage)
        var used: Set<Int> = []
        for stage in closure { used.formUnion(pipeline.sources(of: stage)) }
        for stage in closure {
            let family = Family(target: target, stage: stage)
            family.isWanted = !used.contains(stage) || pipeline.stages[stage].output != nil
            families[target][stage] = family
            if let source = pipeline.stages[stage].domain?.source { families[target][source]!.followers.append(family) }
        }
    }

    /// Makes the nodes of a target's families, as far as their number is known.
    private func grow(_ target: Int) {
        let pipeline = targets[target].pipeline
        for stage in pipeline.closure(of: targets[target].stage) {
            switch pipeline.stages[stage].domain {
            case nil: expand(families[target][stage]!, count: nil)
            case .files(let lister):
                if let count = files(target, lister) { expand(families[target][stage]!, count: count) } else {
                    result.failed += 1
                }
            case .list: break
            }
        }
    }

    /// How many files of the workspace a stage runs for; nil: what they are cannot be said, and an error says why.
    private func files(_ target: Int, _ stage: Int) -> Int? {
        let sources = targets[target].pipeline.stages[stage].bindings.flatMap(\.sources)
        for case .files(let glob, isElement: true, let isOptional, let place) in sources {
            do throws(Diagnostic) {
                if let filled = try? glob.filled(targets[target].name), let writer = edges?.folderWriter(in: filled) {
                    throw PipelineProblem.eachOfOutput(glob.text, writer: writer, at: place).diagnostic
                }
                return try paths(target, glob, isOptional: isOptional, place).paths.count
            } catch {
                if !errors.contains(error) { errors.append(error) }
                return nil
            }
        }
        return 0
    }

    // MARK: Files that stages write

    /// Every file that a stage of this build writes, and who must be done before whom for it.
    var edges: FileEdges? {
        if knownEdges == nil { knownEdges = try? FileEdges(targets) }
        return knownEdges
    }

    /// A file that a node turned out to read may be another pipeline's target: then that is built first, and this build starts
    /// over with it.
    /// - Returns: whether it does.
    func needsMaker(of path: String) -> Bool {
        guard askedForMakers.insert(path).inserted, let maker = rules?.maker(of: path, files),
              !targets.contains(where: { $0.file.isSameBytes(maker.file) && ($0.stage == nil || $0.stage == maker.stage) }) else { return false }
        newMakers.append(maker)
        mustStartOver = true
        isStopping = true
        return true
    }

    /// Stages that must be done before a node beyond those of its pipeline.
    func before(_ node: BuildNode) -> [FileEdges.Stage] {
        let here = FileEdges.Stage(target: node.target, stage: node.stage), met = metWriters[here].map(Array.init) ?? []
        guard let resumption, !resumption.isWhole[node.target], let row = node.lastRow else {
            return (edges?.before[here] ?? []) + met
        }
        // Those of the last build, all of them.
        var found = Set<FileEdges.Stage>(met)
        for producer in resumption.trace.producers[resumption.trace.nodes[row].producers.range] {
            let other = resumption.trace.nodes[Int(producer)]
            found.insert(FileEdges.Stage(target: Int(other.target), stage: Int(other.stage)))
        }
        guard found.contains(where: { $0.target == node.target }) else { return Array(found) }
        let own = Set(targets[node.target].pipeline.sources(of: node.stage))
        return found.filter { $0.target != node.target || !own.contains($0.stage) }
    }

    /// Makes a family's nodes: one for nil, else one for each element.
    private func expand(_ family: Family, count: Int?) {
        family.isExpanded = true
        for element in 0..<(count ?? 1) { _ = make(family, element: count == nil ? nil : element) }
        family.remaining = family.nodes.count
        result.nodes += family.nodes.count
        tell(.grew(nodes: result.nodes))
        for node in family.nodes { attach(node) }
        if family.nodes.isEmpty { complete(family) }
    }

    private func make(_ family: Family, element: Int?) -> BuildNode {
        let wanted = targets[family.target], stage = wanted.pipeline.stages[family.stage].name
        let base = wanted.file + ":" + stage
        let name = NodeName(id: element.map { base + "[\($0)]" } ?? base, target: wanted.file, stage: stage, element: element)
        let node = BuildNode(name: name, target: family.target, stage: family.stage, family: family)
        family.nodes.append(node)
        return node
    }

    /// Counts what a node has to wait for; what the trace tells is there already.
    private func attach(_ node: BuildNode) {
        for source in stage(node).bindings.flatMap(\.sources) {
            guard case .output(let other, _, let reach) = source else { continue }
            guard let family = families[node.target][other] else { continue }
            if reach == .gather {
                if family.isExpanded && family.remaining == 0 { continue }
                family.waiters.append(node)
            } else {
                let index = reach == .instance ? node.element! : 0
                guard family.nodes.indices.contains(index) else { continue }
                let before = family.nodes[index]
                if before.state == .done { continue }
                before.waiters.append(node)
                if before.state == .failed || before.state == .skipped || before.state == .stale { pass(over: before) }
            }
            node.pending += 1
        }
        for other in stage(node).after {
            guard let family = families[node.target][other], !(family.isExpanded && family.remaining == 0) else { continue }
            family.waiters.append(node)
            node.pending += 1
        }
        for other in before(node) {
            guard let family = families[other.target][other.stage], !(family.isExpanded && family.remaining == 0) else {
                continue
            }
            family.waiters.append(node)
            node.pending += 1
        }
        if node.pending == 0 && node.state == .waiting { ready.append(node) }
    }

    // MARK: Settling

    func settle(_ node: BuildNode) {
        node.state = .done
        if let key = node.key, inFlight[key] === node { inFlight[key] = nil }
        release(&node.waiters)
        guard !node.hasSettled else { return }
        node.hasSettled = true
        let family = node.family
        family.remaining -= 1
        if family.remaining == 0 { complete(family) }
        for follower in family.followers {
            let pipeline = targets[node.target].pipeline
            guard case .list(_, let output) = pipeline.stages[follower.stage].domain else { continue }
            expand(follower, count: node.record?.output(pipeline.stages[node.stage].descriptor.outputs[output].name)?.blobs.count ?? 0)
        }
    }

    private func complete(_ family: Family) { release(&family.waiters) }

    private func release(_ waiters: inout [BuildNode]) {
        let nodes = waiters
        waiters = []
        for node in nodes where node.state == .waiting {
            node.pending -= 1
            if node.pending == 0 { ready.append(node) }
        }
    }

    func fail(_ node: BuildNode, _ diagnostics: [Diagnostic], isCrash: Bool = false, seconds: Double = 0) {
        node.state = .failed
        node.seconds = seconds
        if let key = node.key, inFlight[key] === node { inFlight[key] = nil }
        let diagnostics = diagnostics.map(relative)
        result.failed += 1
        result.targets[node.target].hasFailed = true
        for diagnostic in diagnostics where !errors.contains(diagnostic) { errors.append(diagnostic) }
        tell(.failed(node.name, diagnostics, seconds: seconds))
        if !request.keepGoing && !isCrash { isStopping = true }
        pass(over: node)
    }

    /// What a pipeline wants done `after` a stage is not done where that one says 'revise'; whoever takes its results gets them.
    func holdUp(what judge: BuildNode) {
        let held = judge.family.waiters.filter { stage($0).after.contains(judge.stage) && $0.state == .waiting }
        judge.family.waiters.removeAll { waiter in held.contains { $0 === waiter } }
        for node in held where node.state == .waiting {
            node.state = .skipped
            result.skipped += 1
            result.targets[node.target].hasFailed = true
            tell(.skipped(node.name, because: judge.name.id))
            pass(over: node)
        }
    }

    /// What waits for a node that will have no result gets none either. A list of open ends, not recursion: a chain of
    /// thousands of nodes must not end on the stack.
    func pass(over first: BuildNode) {
        var open = [first]
        while let node = open.popLast() {
            if let key = node.key, inFlight[key] === node { inFlight[key] = nil }
            node.hasSettled = true
            var next = node.waiters + node.family.waiters
            node.waiters = []
            node.family.waiters = []
            for follower in node.family.followers {
                if request.dryRun && !follower.isExpanded { plan(follower, after: node) }
                next += follower.waiters
                follower.waiters = []
            }
            for waiter in next where waiter.state == .waiting {
                if request.dryRun && node.state == .stale {
                    waiter.state = .stale
                    let how = BuildResult.Planned.Outcome.unknown
                    result.planned.append(BuildResult.Planned(node: waiter.name.id, stage: waiter.name.stage, outcome: how,
                                                              why: [Explanation.depends(on: node.name.id)], key: nil, origin: nil))
                } else {
                    waiter.state = .skipped
                    result.skipped += 1
                    result.targets[waiter.target].hasFailed = true
                    tell(.skipped(waiter.name, because: node.name.id))
                }
                open.append(waiter)
            }
        }
    }

    /// A dry run cannot know how many nodes a stale list will have.
    private func plan(_ family: Family, after node: BuildNode) {
        let wanted = targets[family.target], name = wanted.pipeline.stages[family.stage].name
        family.isExpanded = true
        result.planned.append(BuildResult.Planned(node: "\(wanted.file):\(name)[…]", stage: name, outcome: .unknown,
                                                  why: [Explanation.depends(on: node.name.id)], key: nil, origin: nil))
    }

    /// Remembers a warning or note, each once.
    func remark(_ node: BuildNode?, _ diagnostic: Diagnostic) {
        let diagnostic = relative(diagnostic)
        guard !remarks.contains(diagnostic) else { return }
        remarks.append(diagnostic)
        tell(.diagnostic(node?.name, diagnostic))
    }

    /// People know files by their path in the workspace.
    func relative(_ diagnostic: Diagnostic) -> Diagnostic {
        var diagnostic = diagnostic
        diagnostic.message = diagnostic.message.replacing("'" + request.workspace + "/", with: "'")
        for (name, folder) in request.roots { diagnostic.message = diagnostic.message.replacing("'" + folder + "/", with: "'" + name + ":") }
        return diagnostic
    }
}
