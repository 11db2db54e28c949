// One job done by a worker outside a build, for a person who wants to look at something; and what a worker has.
import Diagnostics
import Glibc
import Work

extension Builder {
    /// Waits for the outcome. Nothing of it is recorded.
    /// - Parameter progress: what the worker tells while it works, at most ten times a second.
    public func perform(_ job: Job, progress: (Reply.Progress) -> Void = { _ in }) throws(Diagnostics) -> Outcome {
        let pool = WorkerPool(path: worker)
        defer { pool.stop() }
        return try Self.perform(job, in: pool, progress: progress)
    }

    /// The same by a worker of a pool that has nothing else to do.
    static func perform(_ job: Job, in pool: WorkerPool, progress: (Reply.Progress) -> Void = { _ in }) throws(Diagnostics) -> Outcome {
        do throws(BuildProblem) { try pool.start(job) } catch { throw Diagnostics([error.diagnostic]) }
        while true {
            var list: [pollfd] = []
            pool.descriptors(into: &list)
            // Now and then without an event, so that a worker that does nothing is seen.
            _ = poll(&list, nfds_t(list.count), 1000)
            for event in pool.handle(list[...]) {
                switch event {
                case .progress(_, let now): progress(now)
                case .outcome(_, let outcome, _): return outcome
                case .failure(_, let diagnostics, _): throw Diagnostics(diagnostics)
                case .died(_, let how, let stderr):
                    throw Diagnostics([BuildProblem.workerDied(node: job.node, how: how, stderr: stderr).diagnostic])
                case .garbage(_, let line):
                    throw Diagnostics([BuildProblem.workerGarbage(node: job.node, line: line).diagnostic])
                }
            }
        }
    }

    /// Name to version of the tools that a worker has.
    public static func tools(worker: String) throws(BuildProblem) -> WorkerTools {
        let report = try Tools.report(of: worker)
        return WorkerTools(versions: report.tools, version: report.version ?? "unknown", missing: report.missing ?? [], families: report.families ?? 0)
    }
}

/// What a worker says of itself.
public struct WorkerTools: Sendable {
    /// Of its libraries.
    public var versions: [String: String]
    /// Its own.
    public var version: String
    /// Encoders that its libraries lack.
    public var missing: [String]
    /// How many families of fonts it finds.
    public var families: Int
}
