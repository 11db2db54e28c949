// What a build leaves for the next one: hashes of files, keys of nodes, the run's log, and the state file that says
// that nothing needs doing. Not being able to write any of it costs time later, and is said as a warning.
import Diagnostics
import Glibc
import Store

struct Memory {
    let build: Build
    let programs: [String]
    let worker: String

    private static func identity(_ workspace: String) -> Digest {
        var writer = DigestWriter()
        writer.add(field: "files")
        writer.add(field: workspace)
        return writer.finish()
    }

    private static func path(_ workspace: String, _ cache: Cache) -> String { cache.root + "/state/" + identity(workspace).hex + ".files" }

    /// A file table that remembers what earlier builds of this workspace hashed.
    static func files(workspace: String, cache: Cache) -> FileTable {
        let files = FileTable()
        if let known = StateFile.load(path(workspace, cache), identity: identity(workspace)) { files.remember(known.leaves) }
        return files
    }

    func save() {
        attempt { () throws(StoreProblem) in try saveKeys() }
        attempt { () throws(StoreProblem) in try saveFiles() }
        attempt { () throws(StoreProblem) in try saveLog() }
        let state = build.request.stateRequest(worker: worker).path(cache: build.cache.root)
        let isWhole = [.done, .revise].contains(build.result.status) && build.result.failed == 0 && build.result.skipped == 0
        // An older answer to the same question must not outlive a build that came to another.
        guard isWhole, !build.worldChanged else { unlink(state); return }
        attempt { () throws(StoreProblem) in try saveState(to: state) }
    }

    private func attempt(_ body: () throws(StoreProblem) -> Void) {
        do throws(StoreProblem) { try body() } catch {
            var diagnostic = error.diagnostic
            diagnostic.severity = .warning
            build.remark(nil, diagnostic)
            build.result.diagnostics.append(diagnostic)
        }
    }

    private func saveKeys() throws(StoreProblem) {
        let before = build.lastKeys.keys
        var keys = before
        for (target, wanted) in build.targets.enumerated() where wanted.stage == nil && !build.result.targets[target].hasFailed {
            let prefix = wanted.file + ":"
            for node in keys.keys where node.hasPrefix(prefix) { keys[node] = nil }
        }
        for node in build.allNodes where node.state == .done { keys[node.name.id] = node.key }
        if keys != before { try LastKeys(keys: keys).write(workspace: build.request.workspace, in: build.cache) }
    }

    private func saveFiles() throws(StoreProblem) {
        let workspace = build.request.workspace
        let state = StateFile(identity: Self.identity(workspace), leaves: build.files.memory(),
                              summary: StateFile.Summary(status: 0, nodes: 0, text: ""))
        try state.write(to: Self.path(workspace, build.cache), by: build.cache.temporary)
    }

    private func saveLog() throws(StoreProblem) {
        let nodes = build.allNodes.map { node in
            let outcome = switch node.state {
            case .done: node.hasRun ? "ran" : "hit"
            case .failed: "failed"
            default: "skipped"
            }
            return RunLog.Node(id: node.name.id, stage: node.name.stage, key: node.key, outcome: outcome, why: node.hasRun || node.state == .failed ? node.why : [],
                               seconds: node.seconds)
        }
        let log = RunLog(time: Origin.now(), workspace: build.request.workspace, targets: build.result.targets.map(\.name), nodes: nodes,
                         diagnostics: build.result.diagnostics, status: build.result.status.rawValue, seconds: build.result.seconds)
        build.result.run = try log.write(in: build.cache)
    }

    private func saveState(to path: String) throws(StoreProblem) {
        let files = build.files
        // Programs: another vgraph, worker or library asks all questions again.
        for program in programs + [Self.executable].compactMap({ $0 }) { try files.note(program: program) }
        // The bytes that the user asked for.
        for family in build.families.flatMap({ $0.compactMap { $0 } }) where family.isWanted || build.request.verifiesOutputs {
            for node in family.nodes {
                for blob in node.record?.outputs.flatMap(\.blobs) ?? [] { try files.note(program: build.blobs.path(blob.digest)) }
            }
        }
        files.relist(made: Set(build.result.targets.flatMap(\.published).map { build.request.workspace + "/" + $0 }))
        let summary = StateFile.Summary(status: build.result.status.rawValue, nodes: build.result.nodes, text: build.request.upToDateText(build.result))
        let state = StateFile(identity: build.request.stateRequest(worker: worker).identity, leaves: files.leaves, summary: summary)
        try state.write(to: path, by: build.cache.temporary)
    }

    private static let executable: String? = {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = buffer.withUnsafeMutableBytes { readlink("/proc/self/exe", $0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count) }
        return count > 0 && count < buffer.count ? String(decoding: buffer[..<count], as: UTF8.self) : nil
    }()
}
