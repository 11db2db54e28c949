// Where a command works: the folder, its cache, the worker, and the builder that knows them.
import Composition
import Diagnostics
import Glibc
import Graph
import Stages
import Work

struct Place {
    let workspace: String
    /// Folders outside that the person declared, by name.
    let roots: [String: String]
    let cache: String
    let worker: String
    let builder: Builder

    init(_ options: FolderOptions) throws {
        workspace = try options.workspace()
        roots = try options.roots(workspace: workspace)
        cache = try options.cachePath(workspace: workspace)
        worker = try Self.workerPath()
        var engine = Engine(
            kinds: Stages.all, worker: worker, version: vgraphVersion,
            fallback: (file: "pipelines/video.yaml (built in)", text: Template.pipeline))
        let program = Self.programPath
        if !program.isEmpty { engine.performer = [program, PerformCommand.name] }
        builder = Builder(engine)
    }

    func request(targets: [String], sets: [String: String] = [:]) -> BuildRequest {
        var request = BuildRequest(workspace: workspace, cache: cache, targets: targets, sets: sets)
        request.roots = roots
        return request
    }

    var folders: Folders { Folders(workspace: workspace, roots: roots) }

    /// Beside this program, unless VGRAPH_WORKER names another.
    static func workerPath() throws -> String {
        let path = workerPathUnchecked()
        guard access(path, X_OK) == 0 else { throw Refusal(.noWorker([path])) }
        return path
    }

    /// Where this program is; empty where the system does not say.
    static var programPath: String {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = buffer.withUnsafeMutableBytes { readlink("/proc/self/exe", $0.baseAddress!, $0.count) }
        return String(decoding: buffer[..<max(0, count)], as: UTF8.self)
    }

    /// Touches no file but the link to this program.
    static func workerPathUnchecked() -> String {
        if let named = getenv("VGRAPH_WORKER") { return String(cString: named) }
        let program = programPath
        return program[..<(program.lastIndex(of: "/").map { program.index(after: $0) } ?? program.startIndex)]
            + "vgraph-worker"
    }
}

extension Place {
    /// The table of checks. It is the libraries' that measure, which only the worker links.
    func rules() throws -> [CheckRule] {
        let scratch = try Scratch()
        let outcome = try builder.perform(job(ChecksRequest.request, node: "checks", scratch: scratch.path))
        return try scratch.value([CheckRule].self, outcome[ChecksRequest.rules].first, of: "its checks")
    }

    /// What a worker is asked outside of a graph.
    func job(_ request: Request, node: String, scratch: String) -> Job {
        Job(id: 1, stage: request.name, node: node, workspace: workspace, scratch: scratch, roots: roots)
    }
}
