// The door of this module: builds, says what a build would do, finds what builds have made.
import Diagnostics
import Digests
import Glibc
import Store
import Work

public struct Builder: Sendable {
    public var kinds: [StageDescriptor]
    /// Absolute path of the executable that does the work of stages whose place is `.worker`.
    public var worker: String
    public var version: String
    /// The pipeline of a workspace that has none.
    public var fallback: (file: String, text: String)
    /// A program with its arguments that does jobs of stages whose place is `.here` as a worker does the others'; asked for the
    /// second run of `--check-determinism`, since what varies from process to process is equal within one. Empty: they are
    /// done twice in this process.
    public var performer: [String] = []

    public init(kinds: [StageDescriptor], worker: String, version: String, fallback: (file: String, text: String)) {
        self.kinds = kinds
        self.worker = worker
        self.version = version
        self.fallback = fallback
    }

    /// Builds. What stages say is in the result; what is thrown kept the build from starting.
    /// - Parameters:
    ///   - workshop: keeps workers for the next build; nil: they end with this one.
    ///   - catchSignals: SIGINT and SIGTERM end the build in good order; for one build at a time in a process.
    public func run(_ request: BuildRequest, observer: (any BuildObserver)? = nil, interruption: Interruption? = nil,
                    workshop: Workshop? = nil, catchSignals: Bool = true) throws(Diagnostics) -> BuildResult {
        let interruption = interruption ?? Interruption()
        guard let interruption, catchSignals, !request.dryRun else { return try perform(request, observer, interruption, workshop).result }
        return try interruption.catchingSignals { () throws(Diagnostics) in try perform(request, observer, interruption, workshop).result }
    }

    /// The nodes of a request and what would become of each.
    public func graph(_ request: BuildRequest) throws(Diagnostics) -> GraphView {
        var request = request
        request.dryRun = true
        return GraphView(try perform(request, nil, nil))
    }

    /// What would run and why, and for hits where the result came from; `targets` as on the command line.
    public func why(_ request: BuildRequest) throws(Diagnostics) -> [BuildResult.Planned] {
        var request = request
        request.dryRun = true
        let planned = try perform(request, nil, nil).result.planned
        // A target that names a stage asks for that stage alone.
        guard !request.targets.isEmpty else { return planned }
        return planned.filter { planned in
            request.targets.contains { asked in
                planned.node == asked || planned.node.hasPrefix(asked + (asked.contains(":") ? "[" : ":"))
            }
        }
    }

    public struct Artifact: Sendable {
        /// Absolute, in the cache, read-only.
        public var path: String
        public var node: String
        public var output: String
        public var type: String
        public var fileName: String
        public var size: UInt64
        public var key: Digest
        /// What lies in it, where it is a folder; `path` is that of its listing.
        public var tree: Tree?
    }

    /// The files that a stage made for a target, in order, where they are up to date and in the cache; of all its
    /// outputs, or of one.
    /// - Parameter element: of a stage that runs for each element: that one alone.
    public func artifacts(_ request: BuildRequest, target: String, stage: String, output: String? = nil,
                          element: Int? = nil) throws(Diagnostics) -> [Artifact] {
        var request = request
        request.dryRun = true
        request.takesAnyResult = true
        request.targets = [target + ":" + stage]
        let build = try perform(request, nil, nil)
        var found: [Artifact] = []
        guard let wanted = build.targets.first?.stage, let family = build.families[0][wanted] else { return [] }
        for node in family.nodes where element == nil || node.element == element {
            guard let record = node.record else { continue }
            for made in record.outputs where output == nil || made.name == output {
                let isFolder = build.stage(node).descriptor.outputs.first { $0.name == made.name }?.isFolder == true
                for blob in isFolder ? Array(made.blobs.prefix(1)) : made.blobs where build.blobs.has(blob) {
                    found.append(Artifact(path: build.blobs.path(blob.digest), node: node.name.id, output: made.name, type: made.type,
                                          fileName: made.fileName, size: isFolder ? made.blobs.dropFirst().reduce(0) { $0 &+ $1.size } : blob.size,
                                          key: record.key, tree: isFolder ? build.blobs.tree(blob.digest) : nil))
                }
            }
        }
        return found
    }

    /// The targets that the workspace offers, in name order.
    public func targets(in folders: Folders) throws(Diagnostics) -> [String] {
        let files = FileTable(beneath: folders.opened)
        return try Pipelines.load(folders, fallback: fallback, kinds: kinds, files: files).offered(files)
    }

    /// The same, with what each is: a folder or a file.
    public func places(in folders: Folders) throws(Diagnostics) -> [(file: String, isFolder: Bool)] {
        let files = FileTable(beneath: folders.opened)
        let pipelines = try Pipelines.load(folders, fallback: fallback, kinds: kinds, files: files)
        let offered = try pipelines.offeredFiles(files), targets = Set<ByteText>(texts: try pipelines.offered(files))
        return targets.texts.map { target in (target, offered.contains { $0.file.isSameBytes(target) && $0.isFolder }) }
    }

    func perform(_ request: BuildRequest, _ observer: (any BuildObserver)?, _ interruption: Interruption?,
                 _ workshop: Workshop? = nil) throws(Diagnostics) -> Build {
        let started = monotonicSeconds()
        let cache: Cache
        do throws(StoreProblem) { cache = try Cache(request.cache, for: request.dryRun ? .reading : .serving) } catch {
            throw Diagnostics([error.diagnostic])
        }
        // Makers of files that only a record or a run tells of.
        var others: [Pipelines.Wanted] = []
        guard !request.dryRun else {
            while true {
                let build = try prepare(request, cache, nil, with: others).build
                build.run(nil, nil)
                build.result.seconds = monotonicSeconds() - started
                guard build.mustStartOver, !build.newMakers.isEmpty else { return build }
                others += build.newMakers
            }
        }
        let lock: CacheLock
        do throws(StoreProblem) { lock = try CacheLock.shared(cache) } catch { throw Diagnostics([error.diagnostic]) }
        defer { withExtendedLifetime(lock) {} }
        let ownPool = workshop == nil ? WorkerPool(path: worker) : nil
        defer { ownPool?.stop() }
        func run(_ build: Build, _ programs: [String]) -> Bool {
            observer?.observe(.started(targets: build.targets.map(\.file)))
            build.performer = performer
            workshop?.files = build.files
            build.run(workshop?.pool(worker, programs) ?? ownPool, interruption)
            if build.mustStartOver { return false }
            ownPool?.stop()
            build.result.seconds = monotonicSeconds() - started
            if request.isRemembered && cache.readOnlyReason == nil { Memory(build: build, worker: worker).save() }
            observer?.observe(.finished(build.result))
            return true
        }
        if let build = try resume(request, cache, observer) {
            if run(build, []) { return build }
            others += build.newMakers
        }
        while true {
            let (build, programs) = try prepare(request, cache, observer, with: others)
            if run(build, programs) || build.newMakers.isEmpty { return build }
            others += build.newMakers
        }
    }

    /// A build of what a change reached since the last whole build of the same request; nil where that is not known.
    private func resume(_ request: BuildRequest, _ cache: Cache, _ observer: (any BuildObserver)?) throws(Diagnostics) -> Build? {
        guard !request.force, !request.verifiesOutputs, !request.recalls, let resumption = Resumption.find(request.stateRequest(worker: worker), cache: cache, kinds: kinds) else { return nil }
        let stages = resumption.reachedStages.map { resumption.targets[$0.target].pipeline.stages[$0.stage] }
        let whole = resumption.targets.indices.filter { resumption.isWhole[$0] }.flatMap { resumption.targets[$0].pipeline.stages.map { $0 } }
        let tools = try tools(for: stages + whole, cache)
        let files = FileTable(beneath: request.folders.opened)
        files.remember(resumption.leaves)
        return Build(request: request, targets: resumption.targets, edges: nil, cache: cache, files: files, tools: tools.versions, by: self,
                     searches: searches(request, tools.programs, cache), resumption: resumption, observer: observer)
    }

    private func searches(_ request: BuildRequest, _ programs: [String], _ cache: Cache) -> Searches? {
        programs.isEmpty ? nil : Searches(worker: worker, programs: programs, folders: request.folders, cache: cache)
    }

    /// Asks the worker what it has, where a stage needs it.
    private func tools(for stages: some Sequence<Pipeline.Stage>, _ cache: Cache) throws(Diagnostics) -> (versions: [String: String], programs: [String]) {
        let needsWorker = stages.contains { if case .worker = $0.descriptor.place { true } else { false } }
        guard needsWorker else { return ([:], []) }
        do throws(BuildProblem) {
            let tools = try Tools(worker: worker, cache: cache)
            return (tools.versions, tools.programs)
        } catch { throw Diagnostics([error.diagnostic]) }
    }

    /// Everything before the first node: rules, targets, tools.
    /// - Parameter others: what is built besides, since something asked for turned out to read it.
    func prepare(_ request: BuildRequest, _ cache: Cache, _ observer: (any BuildObserver)?,
                 with others: [Pipelines.Wanted] = []) throws(Diagnostics) -> (build: Build, programs: [String]) {
        let files = Memory.files(request.folders, cache: cache)
        let pipelines = try Pipelines.load(request.folders, fallback: fallback, kinds: kinds, files: files)
        let names = request.targets.isEmpty ? try pipelines.offeredOrNothing(files) : request.targets
        var targets: [Pipelines.Wanted] = [], problems: [Diagnostic] = []
        for name in names {
            do throws(Diagnostics) {
                let wanted = try pipelines.wanted(name, files: files)
                if !targets.contains(where: { $0.file.isSameBytes(wanted.file) && $0.stage == wanted.stage }) {
                    targets.append(wanted)
                }
            } catch { problems += error.all }
        }
        for wanted in others where !targets.contains(where: { $0.file.isSameBytes(wanted.file) && $0.stage == wanted.stage }) { targets.append(wanted) }
        for wanted in targets {
            problems += wanted.forbiddenOutputs(workspace: request.workspace, cache: request.cache)
            problems += wanted.undeclaredRoots(request.roots)
        }
        guard problems.isEmpty else { throw Diagnostics(problems) }
        targets = try pipelines.withMakers(targets, files)
        let edges = try FileEdges(targets)
        let rivals = pipelines.rivals(of: edges, files)
        guard rivals.isEmpty else { throw Diagnostics(rivals) }
        let tools = try tools(for: targets.lazy.flatMap { wanted in wanted.pipeline.closure(of: wanted.stage).map { wanted.pipeline.stages[$0] } }, cache)
        // Before anything is looked up: what changes from here on is another state than the one that is remembered.
        // What we may not look at, the worker may not either.
        for program in tools.programs { try? files.note(program: program) }
        let build = Build(request: request, targets: targets, edges: edges, cache: cache, files: files, tools: tools.versions, by: self,
                          searches: searches(request, tools.programs, cache), observer: observer)
        return (build, tools.programs)
    }
}
