// A cache, a workspace and the real programs of this machine.
import Diagnostics
import Files
import Glibc
import Graph
import Processes
import Programs
import Store
import TestSupport
import Work

final class CommandWorld {
    private let folder = TemporaryFolder()
    var root: String { folder.path }
    let cache: Cache
    var workspace: String { root + "/work" }

    init() throws {
        cache = try Cache(folder("cache"))
        try Folder.create(folder("work"))
    }

    /// Whether programs can be put into a sandbox on this machine.
    static let sandbox: Sandbox.State = {
        guard let world = try? CommandWorld() else { return .none(reason: "no folder") }
        return Sandbox.find(cache: world.cache)
    }()

    static var reasonAgainst: String? { if case .none(let reason) = sandbox { reason } else { nil } }

    /// What every program must bear: the plain folder, and the sandbox where there is one.
    static let states: [Sandbox.State] = [.none(reason: "switched off")] + (reasonAgainst == nil ? [sandbox] : [])

    @discardableResult
    func write(_ path: String, _ text: String, mode: mode_t = 0o644) throws -> String {
        let full = workspace + "/" + path
        if let slash = full.lastIndex(of: "/") { try Folder.create(String(full[..<slash])) }
        try Array(text.utf8).withUnsafeBytes { try AtomicFile.write($0, to: full, by: root) }
        chmod(full, mode)
        return full
    }

    /// `sh -c script`, with PATH and nothing else.
    static func shell(_ script: String, _ change: (inout Command) -> Void = { _ in }) -> Command {
        var command = Command(
            node: "a.mp4:cmd", program: "/bin/sh", arguments: ["sh", "-c", script],
            environment: ["PATH": "/usr/bin:/bin"], timeout: 60)
        change(&command)
        return command
    }

    static func python(_ script: String, _ change: (inout Command) -> Void = { _ in }) -> Command {
        var command = Command(
            node: "a.mp4:cmd", program: "/usr/bin/python3", arguments: ["python3", "-c", script],
            environment: ["PATH": "/usr/bin:/bin"], timeout: 60)
        change(&command)
        return command
    }

    struct Run {
        var end: CommandEnd
        var scratch: String
        var seconds: Double
        var log: String { String(decoding: end.log, as: UTF8.self) }
    }

    /// Runs a command to its end; its folder stays until this world goes.
    func run(_ command: Command, in state: Sandbox.State) throws -> Run {
        let pool = CommandPool(sandbox: state), scratch = try cache.makeScratch(), begun = monotonicSeconds()
        try pool.start(job: 7, command, scratch: scratch)
        return Run(end: try Self.end(of: 7, in: pool), scratch: scratch, seconds: monotonicSeconds() - begun)
    }

    struct Lost: Error {}

    static func end(of job: Int, in pool: CommandPool) throws -> CommandEnd {
        while !pool.isEmpty {
            for case .ended(job, let end) in step(pool) { return end }
        }
        throw Lost()
    }

    /// What happens next in a pool.
    static func step(_ pool: CommandPool) -> [CommandEvent] {
        var list: [pollfd] = []
        pool.descriptors(into: &list)
        _ = poll(&list, nfds_t(list.count), Int32(min(pool.nextDeadline ?? 1, 1) * 1000) + 1)
        return pool.handle(list[...])
    }

    func outcome(_ command: Command, in state: Sandbox.State) throws -> (outcome: Outcome, run: Run) {
        let run = try run(command, in: state)
        return (try command.outcome(of: run.end, scratch: run.scratch, folders: Folders(workspace: workspace)), run)
    }

    /// The texts of what is wrong.
    func problems(_ command: Command, in state: Sandbox.State) throws -> [Diagnostic] {
        do {
            _ = try outcome(command, in: state)
            return []
        } catch let error as Diagnostics {
            return error.all
        } catch let error as ProgramProblem {
            return [error.diagnostic]
        }
    }
}
