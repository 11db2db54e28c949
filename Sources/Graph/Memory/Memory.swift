// What a build writes for the next one: hashes of files, keys of nodes, the run's log, and the state file that tells
// whether nothing is to do. A failure to write it costs time later and is only a warning.
import Diagnostics
import Digests
import Glibc
import Pipelines
import Store

struct Memory {
    private let build: Build
    /// The run whose log has all nodes; set once the log is written.
    private var logBase = ""

    init(_ build: Build) { self.build = build }

    private static func identity(_ workspace: String) -> Digest {
        var writer = DigestWriter()
        writer.add(field: "files")
        writer.add(field: workspace)
        return writer.finish()
    }

    private static func path(_ workspace: String, _ cache: Cache) -> String {
        cache.root + "/state/" + identity(workspace).hex + ".files"
    }

    /// A file table with the hashes of earlier builds of this workspace.
    static func files(_ folders: Folders, cache: Cache) -> FileTable {
        let files = FileTable(beneath: folders.opened), workspace = folders.workspace
        if let known = StateFile.load(path(workspace, cache), identity: identity(workspace)) {
            files.remember(known.leaves)
        }
        return files
    }

    mutating func save() {
        attempt { () throws(StoreProblem) in try saveKeys() }
        // A resumed build's leaves are in its state file; other requests hash changed files again.
        if build.resumption == nil { attempt { () throws(StoreProblem) in try saveFiles() } }
        attempt { () throws(StoreProblem) in try saveLog() }
        build.searches?.save()
        attempt { () throws(StoreProblem) in try build.publisher.written.save() }
        let isWhole =
            [.done, .revise].contains(build.result.status) && build.result.failed == 0
            && build.result.skipped == 0
        // A state file is only valid while its leaves are unchanged, so an older one may stay if this build failed.
        // What stayed in a remote cache is not in place.
        guard isWhole, build.result.targets.allSatisfy(\.away.isEmpty), !build.course.worldChanged,
            !build.hasMadeFilmSources
        else { return }
        attempt { () throws(StoreProblem) in try saveState() }
    }

    private func attempt(_ body: () throws(StoreProblem) -> Void) {
        do throws(StoreProblem) { try body() } catch {
            var diagnostic = error.diagnostic
            diagnostic.severity = .warning
            build.account.remark(nil, diagnostic)
            build.account.result.diagnostics.append(diagnostic)
        }
    }

    // MARK: History

    private func saveKeys() throws(StoreProblem) {
        let workspace = build.request.workspace
        if build.resumption != nil && build.families.joined().allSatisfy({ $0?.followers.isEmpty ?? true }) {
            let changed = build.allNodes.filter { $0.state == .done && !$0.isAsBefore }
            return try LastKeys.append(
                changed.compactMap { node in node.key.map { (node.name.id, $0) } },
                workspace: workspace, in: build.cache)
        }
        let before = build.lastKeys.keys
        var keys = before
        for (target, wanted) in build.targets.enumerated()
        where wanted.stage == nil && !build.result.targets[target].hasFailed && isMade(target) {
            let prefix = wanted.file + ":"
            for node in keys.keys where node.text.utf8.starts(with: prefix.utf8) { keys[node] = nil }
        }
        for node in build.allNodes where node.state == .done { keys[node.name.id] = node.key }
        if keys != before { try LastKeys(keys: keys).write(workspace: workspace, in: build.cache) }
    }

    /// Whether this build created all of a target's nodes.
    private func isMade(_ target: Int) -> Bool { build.resumption?.isWhole[target] ?? true }

    private func saveFiles() throws(StoreProblem) {
        let workspace = build.request.workspace
        let state = StateFile(
            identity: Self.identity(workspace), leaves: build.files.memory(),
            summary: StateFile.Summary(status: .done, nodes: 0, text: ""))
        try state.write(to: Self.path(workspace, build.cache), by: build.cache.temporary)
    }

    private mutating func saveLog() throws(StoreProblem) {
        var nodes = build.allNodes.map { node in
            let outcome =
                switch node.state {
                case .done: node.hasRun ? "ran" : "hit"
                case .failed: "failed"
                default: "skipped"
                }
            let world =
                node.isAsBefore
                ? node.lastRow.flatMap { build.resumption?.trace[$0].world }
                : node.world
            return RunLog.Node(
                id: node.name.id, stage: node.name.stage, key: node.key, world: world ?? .zero,
                outcome: outcome, why: node.hasRun || node.state == .failed ? node.why : [],
                seconds: node.seconds)
        }
        var log = RunLog(
            time: Origin.now(), workspace: build.request.workspace,
            targets: build.result.targets.map(\.name), nodes: [],
            diagnostics: build.result.diagnostics, status: build.result.status,
            seconds: build.result.seconds)
        if !build.request.sets.isEmpty { log.sets = build.request.sets }
        if let resumption = build.resumption {
            let trace = resumption.trace, news = trace.rows(with: .isNew).filter { build.isKept($0) }
            // A log of a few nodes refers to one that has all; if there are many, this log has all.
            let leans =
                !resumption.trace.log.isEmpty
                && nodes.count + news.count < 64 + trace.count / 4
            if leans { log.base = trace.log }
            for row in leans ? news : (0..<trace.count).filter({ build.isKept($0) }) {
                let node = trace[row], wanted = build.targets[Int(node.target)],
                    stage = wanted.pipeline.stages.name(Int(node.stage))
                nodes.append(
                    RunLog.Node(
                        id: wanted.file + ":" + stage + (node.element < 0 ? "" : "[\(node.element)]"),
                        stage: stage, key: node.key,
                        world: node.world, outcome: "hit", why: [], seconds: 0))
            }
        }
        log.nodes = nodes
        build.account.result.run = try log.write(in: build.cache)
        logBase = log.base ?? build.result.run ?? ""
    }

    // MARK: State

    private func saveState() throws(StoreProblem) {
        let files = build.files, request = build.request.stateRequest(worker: build.engine.worker)
        if build.resumption == nil {
            // Programs: another vgraph, worker or library makes the state invalid.
            for program in [Self.executable].compactMap({ $0 }) { try files.note(program: program) }
        }
        // The blobs that the user requested.
        for node in build.allNodes where node.family.isWanted || build.request.verifiesOutputs {
            for blob in node.record?.outputs.flatMap(\.blobs) ?? [] {
                let path = build.blobs.path(blob.digest)
                try files.note(program: path)
                node.reads.append(path)
            }
        }
        // Files that the build wrote, and folders that it may have created for them.
        var made: Set<ByteText> = []
        for var path in build.result.targets.flatMap(\.published) {
            while !path.isEmpty, made.insert(build.request.workspace + "/" + path).inserted { path = path.folderPart }
        }
        made.formUnion(build.publisher.writtenBeneath)
        files.relist(made: made)
        // Nodes that no change reached were judged by the files as the build found them: if one has another content by
        // now, those nodes may be stale, and the next build has to find out.
        if build.resumption?.isOutdated(by: files.leaves, besides: made, cache: build.cache) == true { return }
        var writer = TraceWriter(build, logBase: logBase)
        let (trace, leaves) = writer.write()
        var kept = trace
        if let resumption = build.resumption {
            kept.pipelines = resumption.trace.pipelines
        } else {
            if let packed = build.packed {
                kept.pipelines = packed
            } else {
                kept.pipelines = try KeptPipelines.write(
                    KeptPipelines.distinct(build.targets).pipelines, identity: request.identity,
                    to: Resumption.pipelinesPath(request, build.cache), by: build.cache.temporary)
            }
        }
        kept.log = logBase
        let path = Resumption.tracePath(request, build.cache), edits = TraceFile.edits(of: path)
        let checksum = try kept.write(
            identity: request.identity, to: kept.base == nil ? path : edits, by: build.cache.temporary)
        let summary = StateFile.Summary(
            status: build.result.status, nodes: build.result.nodes,
            text: build.request.upToDateText(build.result))
        try StateFile(
            identity: request.identity, leaves: leaves, summary: summary, trace: checksum,
            expires: build.expires
        )
        .write(to: request.path(cache: build.cache.root), by: build.cache.temporary)
        if kept.base == nil {
            build.cache.folder.remove(edits)
        } else {
            // They are still used, and gc goes by the time of the last change.
            for path in [path, Resumption.pipelinesPath(request, build.cache)] { utimensat(AT_FDCWD, path, nil, 0) }
        }
    }

    private static let executable: String? = {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = buffer.withUnsafeMutableBytes {
            readlink("/proc/self/exe", $0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count)
        }
        return count > 0 && count < buffer.count ? String(decoding: buffer[..<count], as: UTF8.self) : nil
    }()
}
