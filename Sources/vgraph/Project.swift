// What a command works on: the folder, its cache, the worker, and a builder for them.
import Composition
import Decisions
import Diagnostics
import Glibc
import Graph
import Remotes
import Stages
import Work

struct Project {
    let workspace: String
    /// Folders outside the workspace that the user declared, by name.
    let roots: [String: String]
    let cache: String
    let worker: String
    let builder: Builder
    /// The remote caches of this person.
    let remotes: RemoteSettings

    /// - Parameter rows: for which films are built; nil: for the spec's own.
    init(_ options: FolderOptions, rows: RowOptions? = nil) throws {
        workspace = try options.workspace()
        roots = try options.roots(workspace: workspace)
        cache = try options.cachePath(workspace: workspace)
        worker = try Self.workerPath()
        var engine = Engine(
            kinds: Stages.all, worker: worker, version: vgraphVersion,
            fallback: (file: "pipelines/video.yaml (built in)", text: StarterFiles.pipeline))
        engine.films = RowOptions.lister(try rows?.rows(workspace: workspace))
        do throws(Diagnostics) { remotes = try RemoteSettings.read() } catch { throw Refusal(error.all) }
        if !remotes.remotes.isEmpty { engine.remote = [Self.remotePath()] }
        engine.tell = { printDiagnostics([$0]) }
        let program = Self.programPath
        if !program.isEmpty { engine.performer = [program, PerformCommand.name] }
        builder = Builder(engine)
    }

    func request(targets: [String], sets: [String: String] = [:]) -> BuildRequest {
        var request = BuildRequest(workspace: workspace, cache: cache, targets: targets, sets: sets)
        request.roots = roots
        request.remotes = remotes
        let workspace = workspace
        request.keepsCopy = { access(workspace + "/" + DecisionFile.name(.decisions, of: $0), F_OK) == 0 }
        return request
    }

    var folders: Folders { Folders(workspace: workspace, roots: roots) }

    /// The worker beside this program, unless VGRAPH_WORKER names another.
    static func workerPath() throws -> String {
        let path = workerPathUnchecked()
        guard access(path, X_OK) == 0 else { throw Refusal(.noWorker([path])) }
        return path
    }

    /// The path of this program; empty if /proc does not tell.
    static var programPath: String {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = buffer.withUnsafeMutableBytes { readlink("/proc/self/exe", $0.baseAddress!, $0.count) }
        return String(decoding: buffer[..<max(0, count)], as: UTF8.self)
    }

    /// vgraph-remote beside this program, unless VGRAPH_REMOTE_PROGRAM names another.
    static func remotePath() -> String {
        if let named = getenv("VGRAPH_REMOTE_PROGRAM") { return String(cString: named) }
        return programPath.folderPart + "/vgraph-remote"
    }

    /// Reads nothing but the link to this program.
    static func workerPathUnchecked() -> String {
        if let named = getenv("VGRAPH_WORKER") { return String(cString: named) }
        let program = programPath
        return program[..<(program.lastIndex(of: "/").map { program.index(after: $0) } ?? program.startIndex)]
            + "vgraph-worker"
    }
}

extension Project {
    /// The table of checks, from the worker: only it links the libraries that measure.
    func rules() throws -> [CheckRule] {
        let scratch = try JobFolder()
        let outcome = try builder.perform(job(ChecksRequest.request, node: "checks", scratch: scratch.path))
        return try scratch.value([CheckRule].self, outcome[ChecksRequest.rules].first, of: "its checks")
    }

    /// A job for a worker outside of a graph.
    func job(_ request: Request, node: String, scratch: String) -> Job {
        Job(id: 1, stage: request.name, node: node, workspace: workspace, scratch: scratch, roots: roots)
    }
}
