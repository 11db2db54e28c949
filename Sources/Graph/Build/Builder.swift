// The entry to this module: builds, predicts what a build would do, finds what builds have made.
import CSystem
import Diagnostics
import Digests
import Glibc
import Pipelines
import Processes
import Store
import Work
import Workers

public struct Builder: Sendable {
    public var engine: Engine

    public init(_ engine: Engine) { self.engine = engine }

    /// Builds. Diagnostics of stages are in the result; thrown errors kept the build from starting.
    /// - Parameters:
    ///   - workshop: keeps workers for the next build; nil: they end with this one.
    ///   - catchSignals: SIGINT and SIGTERM interrupt the build; only one such build at a time in a process.
    public func run(
        _ request: BuildRequest, observer: (any BuildObserver)? = nil, interruption: Interruption? = nil,
        workshop: Workshop? = nil, catchSignals: Bool = true
    ) throws(Diagnostics) -> BuildResult {
        let interruption = interruption ?? Interruption()
        guard !request.dryRun else { return try plans(request).result }
        func perform() throws(Diagnostics) -> Build { try self.perform(request, observer, interruption, workshop) }
        let build =
            if let interruption, catchSignals {
                try interruption.catchingSignals { () throws(Diagnostics) in try perform() }
            } else {
                try perform()
            }
        build.spare()
        return build.result
    }

    /// The targets that the workspace offers, in name order.
    public func targets(in folders: Folders) throws(Diagnostics) -> [String] {
        let files = FileTable(beneath: folders.opened)
        return try Rules.load(
            folders, fallback: engine.fallback, kinds: engine.kinds, films: engine.films, files: files
        ).offered(files)
    }

    /// The names of a target's stages of one kind, in the pipeline's order.
    public func stages(of kind: String, for target: String, in folders: Folders) throws(Diagnostics) -> [String] {
        let files = FileTable(beneath: folders.opened)
        let pipelines = try Rules.load(
            folders, fallback: engine.fallback, kinds: engine.kinds, films: engine.films, files: files)
        return try pipelines.wanted(target, files: files).pipeline.stages.filter { $0.descriptor.name == kind }
            .map(\.name)
    }

    /// Which film of which spec a target is, if its pipeline makes films.
    public func film(_ target: String, in folders: Folders) throws(Diagnostics) -> (spec: String, choice: String)? {
        let files = FileTable(beneath: folders.opened)
        let pipelines = try Rules.load(
            folders, fallback: engine.fallback, kinds: engine.kinds, films: engine.films, files: files)
        let wanted = try pipelines.wanted(target, files: files)
        return wanted.pipeline.films.map { ($0.file(for: wanted.name), wanted.choice) }
    }

    /// Whether a file is a target that can be made now.
    public func makes(_ target: String, in folders: Folders) -> Bool {
        let files = FileTable(beneath: folders.opened)
        let pipelines = try? Rules.load(
            folders, fallback: engine.fallback, kinds: engine.kinds, films: engine.films, files: files)
        guard let wanted = try? pipelines?.wanted(target, files: files) else { return false }
        return wanted.stage == nil && wanted.file.isSameBytes(target)
    }

    /// Files that may be films of rows that are in no table any more, or of formats that specs no longer have.
    public func leftovers(in folders: Folders) throws(Diagnostics) -> [String] {
        let files = FileTable(beneath: folders.opened)
        let pipelines = try Rules.load(
            folders, fallback: engine.fallback, kinds: engine.kinds, films: engine.films, files: files)
        let offered = Set<ByteText>(texts: (try? pipelines.offered(files)) ?? [])
        return pipelines.filmFiles().filter { !offered.contains($0) }
    }

    /// The files that targets write, and whether each is a folder.
    public func places(in folders: Folders) throws(Diagnostics) -> [(file: String, isFolder: Bool)] {
        let files = FileTable(beneath: folders.opened)
        let pipelines = try Rules.load(
            folders, fallback: engine.fallback, kinds: engine.kinds, films: engine.films, files: files)
        let offered = try pipelines.offeredFiles(files), targets = Set<ByteText>(texts: try pipelines.offered(files))
        return targets.texts.map { target in (target, offered.contains { $0.file.isSameBytes(target) && $0.isFolder }) }
    }

    func perform(
        _ request: BuildRequest, _ observer: (any BuildObserver)?, _ interruption: Interruption?,
        _ workshop: Workshop? = nil
    ) throws(Diagnostics) -> Build {
        let started = monotonicSeconds()
        let cache: Cache
        do throws(StoreProblem) { cache = try Cache(request.cache, for: request.dryRun ? .reading : .serving) } catch {
            throw Diagnostics([error.diagnostic])
        }
        // Targets that make files which only a record or a run names.
        var others: [WantedTarget] = []
        guard !request.dryRun else {
            while true {
                let build = try prepare(request, cache, nil, with: others).build
                build.run(nil, nil)
                build.account.result.seconds = monotonicSeconds() - started
                guard build.course.mustStartOver, !build.writers.newMakers.isEmpty else { return build }
                others += build.writers.newMakers
            }
        }
        let lock: CacheLock
        do throws(StoreProblem) { lock = try CacheLock.shared(cache) } catch { throw Diagnostics([error.diagnostic]) }
        defer { withExtendedLifetime(lock) {} }
        let remotes = RemoteCaches(
            request.remotes, command: engine.remote, cache: cache,
            limits: RemoteCaches.Limits(
                silence: request.remotePatience, answer: request.remotePatience / 6, upload: request.uploadSeconds))
        defer { remotes?.stop() }
        let ownPool = workshop == nil ? WorkerPool(path: engine.worker) : nil
        defer { ownPool?.stop() }
        // A stage may write a spec or a table that lists films.
        var listings = 0
        func mustList(_ build: Build) -> Bool {
            listings += 1
            return listings < 4 && build.hasMadeFilmSources && build.result.status != .interrupted
        }
        func run(_ build: Build, _ programs: [String]) -> Bool {
            observer?.observe(.started(targets: build.targets.map(\.file)))
            workshop?.files = build.files
            build.run(workshop?.pool(engine.worker, programs) ?? ownPool, interruption)
            if build.course.mustStartOver { return false }
            ownPool?.stop()
            build.account.result.seconds = monotonicSeconds() - started
            if request.isRemembered && cache.readOnlyReason == nil {
                var memory = Memory(build)
                memory.save()
            }
            if mustList(build) { return false }
            if let remotes {
                remotes.finish(interruption) { observer?.observe(.uploading($0)) }
                build.noteRemotes()
            }
            observer?.observe(.finished(build.result))
            return true
        }
        if let build = try resume(request, cache, remotes, observer) {
            if run(build, []) { return build }
            others += build.writers.newMakers
        }
        while true {
            let delivers = remotes?.deliversAll ?? false
            let (build, programs) = try prepare(request, cache, observer, with: others, remotes)
            if run(build, programs) { return build }
            let deliversNow = remotes.map { $0.deliversAll && !delivers } ?? false
            if build.writers.newMakers.isEmpty, !build.hasMadeFilmSources, !deliversNow { return build }
            others += build.writers.newMakers
        }
    }

    /// A build of only what a change reached since the last complete build of the same request; nil: that is not known.
    func resume(
        _ request: BuildRequest, _ cache: Cache, _ remotes: RemoteCaches?,
        _ observer: (any BuildObserver)?
    ) throws(Diagnostics) -> Build? {
        guard !request.force, !request.verifiesOutputs, !request.recalls || request.dryRun,
            remotes?.settings.download != .all,
            let resumption = Resumption.find(
                request.stateRequest(worker: engine.worker), cache: cache,
                kinds: engine.kinds)
        else { return nil }
        let stages = resumption.reachedStages.map { resumption.targets[$0.target].pipeline.stages[$0.stage] }
        let whole = resumption.targets.indices.filter { resumption.isWhole[$0] }.flatMap {
            resumption.targets[$0].pipeline.stages.map { $0 }
        }
        let tools = try tools(for: stages + whole, cache)
        let files = FileTable(beneath: request.folders.opened)
        files.remember(resumption.leaves)
        let films = FilmTable(request.folders, engine.films)
        guard films.hasOnly(resumption.targets, isAll: request.targets.isEmpty, request.isForEachRow, files) else {
            return nil
        }
        let build = Build(
            request: request, targets: resumption.targets, edges: nil, cache: cache, files: files,
            tools: tools.versions, engine: engine,
            searches: searches(request, tools.programs, cache), resumption: resumption, remotes: remotes,
            observer: observer)
        build.filmSources = films.read
        return build
    }

    private func searches(_ request: BuildRequest, _ programs: [String], _ cache: Cache) -> Searches? {
        programs.isEmpty
            ? nil
            : Searches(
                worker: engine.worker, programs: programs, folders: request.folders,
                cache: cache)
    }

    /// Asks the worker for its tools, if a stage needs it.
    private func tools(
        for stages: some Sequence<Pipeline.Stage>,
        _ cache: Cache
    ) throws(Diagnostics) -> (versions: [String: String], programs: [String]) {
        let needsWorker = stages.contains { if case .worker = $0.descriptor.place { true } else { false } }
        guard needsWorker else { return ([:], []) }
        do throws(BuildProblem) {
            let tools = try WorkerTools(worker: engine.worker, cache: cache)
            return (tools.versions, tools.programs)
        } catch { throw Diagnostics([error.diagnostic]) }
    }

    /// Everything before the first node: rules, targets, tools.
    /// - Parameter others: also built, since requested targets turned out to read them.
    func prepare(
        _ request: BuildRequest, _ cache: Cache, _ observer: (any BuildObserver)?,
        with others: [WantedTarget] = [], _ remotes: RemoteCaches? = nil
    ) throws(Diagnostics) -> (build: Build, programs: [String]) {
        let files = Memory.files(request.folders, cache: cache)
        var start = try self.start(request, cache, files, with: others)
        let packed = request.dryRun ? nil : KeptPipelines.packing(&start.targets, request, engine, cache)
        if packed != nil {
            // The edges have their targets, and with them all stages, in memory as long as the build goes on.
            start.edges = start.edges.held(by: start.targets)
            // What the pipelines took to read is more than what the build needs.
            csystem_give_back_freed_memory()
        }
        let build = Build(
            request: request, targets: start.targets, edges: start.edges, cache: cache, files: files,
            tools: start.tools.versions, engine: engine,
            searches: searches(request, start.tools.programs, cache), remotes: remotes, observer: observer)
        build.packed = packed
        build.filmSources = start.filmSources
        build.foundation = start.foundation
        return (build, start.tools.programs)
    }

    /// What a build begins with.
    private struct Start {
        var targets: [WantedTarget]
        var edges: FileEdges
        var tools: (versions: [String: String], programs: [String])
        /// Files that its targets were listed from.
        var filmSources: Set<ByteText>
        /// Files that the rules were read from.
        var foundation: Set<ByteText>
    }

    private func start(
        _ request: BuildRequest, _ cache: Cache, _ files: FileTable, with others: [WantedTarget]
    ) throws(Diagnostics) -> Start {
        let pipelines = try Rules.load(
            request.folders, fallback: engine.fallback, kinds: engine.kinds, films: engine.films, files: files)
        let names = request.targets.isEmpty ? try pipelines.offeredOrNothing(files) : request.targets
        var targets: [WantedTarget] = [], problems: [Diagnostic] = [], seen: [Int: Set<ByteText>] = [:]
        func add(_ wanted: WantedTarget) {
            if seen[wanted.stage ?? -1, default: []].insert(wanted.file).inserted { targets.append(wanted) }
        }
        for name in names {
            do throws(Diagnostics) {
                let wanted = try pipelines.wanted(name, files: files)
                for film in request.isForEachRow ? try pipelines.rows(of: wanted, files) : [wanted] { add(film) }
            } catch { problems += error.all }
        }
        for wanted in others { add(wanted) }
        for wanted in targets {
            problems += wanted.forbiddenOutputs(workspace: request.workspace, cache: request.cache)
            problems += wanted.undeclaredRoots(request.roots)
        }
        guard problems.isEmpty else { throw Diagnostics(problems) }
        targets = try pipelines.withMakers(targets, files)
        let edges = try FileEdges(targets)
        let rivals = pipelines.rivals(of: edges, files)
        guard rivals.isEmpty else { throw Diagnostics(rivals) }
        let stages = targets.lazy.flatMap { wanted in
            wanted.pipeline.closure(of: wanted.stage).map { wanted.pipeline.stages[$0] }
        }
        if let name = request.sets.keys.min(), !stages.contains(where: \.takesSettings) {
            throw Diagnostics([PipelineProblem.unusedSetting(name, targets: names).diagnostic])
        }
        let tools = try tools(for: stages, cache)
        // Taken before anything is looked up, so that any later change counts as a change of the remembered state.
        // If we cannot read it, the worker cannot either, and it reports that.
        for program in tools.programs { try? files.note(program: program) }
        return Start(
            targets: targets, edges: edges, tools: tools, filmSources: pipelines.filmSources,
            foundation: pipelines.sources)
    }

    // MARK: Jobs outside a build

    /// Runs one job in a worker for a command. Its outcome is not recorded.
    /// - Parameter progress: called with the worker's reports, at most ten times a second.
    public func perform(_ job: Job, progress: (Reply.Progress) -> Void = { _ in }) throws(Diagnostics) -> Outcome {
        let pool = WorkerPool(path: engine.worker)
        defer { pool.stop() }
        return try pool.perform(job, progress: progress)
    }
}
