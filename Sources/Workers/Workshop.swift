// What `vgraph watch` keeps from one build to the next: its workers. Knows which files the running build uses.
import Diagnostics
import Files
import Store

/// For one thread.
public final class Workshop {
    private var pool: WorkerPool?
    private var programs: [ByteText: FileSignature.Look] = [:]
    /// The files of the running build.
    package weak var files: FileTable?

    public init() {}

    /// Whether the running build has looked at a file, or at the listing of its folder.
    public func isUsing(_ path: String) -> Bool { files?.hasSeen(path) ?? false }

    /// The workers of the last build, unless the worker or its libraries have changed since.
    /// - Parameter programs: the worker's libraries; empty: those it had before.
    package func pool(_ worker: String, _ programs: [String]) -> WorkerPool {
        let looked = programs.isEmpty && !self.programs.isEmpty ? self.programs.keys.map(\.text) : programs + [worker]
        let now = Dictionary(looked.map { (ByteText($0), FileSignature.look(at: $0)) }, uniquingKeysWith: { a, _ in a })
        if let pool, pool.path == worker, self.programs == now {
            pool.settle()
            return pool
        }
        let pool = WorkerPool(path: worker)
        self.pool = pool
        self.programs = now
        return pool
    }

    /// Ends the workers; the next build starts others.
    public func close() {
        pool?.stop()
        pool = nil
    }
}
