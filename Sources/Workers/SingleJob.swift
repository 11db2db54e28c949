// One job done by a worker outside a build, for who wants to look at something or asks what a worker finds.
import Diagnostics
import Glibc
import Work

extension WorkerPool {
    /// Gives a job to a pool that has nothing else to do and waits for the outcome. Nothing of it is recorded.
    /// - Parameter progress: what the worker tells while it works, at most ten times a second.
    package func perform(_ job: Job, progress: (Reply.Progress) -> Void = { _ in }) throws(Diagnostics) -> Outcome {
        do throws(BuildProblem) { try start(job) } catch { throw Diagnostics([error.diagnostic]) }
        while true {
            var list: [pollfd] = []
            descriptors(into: &list)
            // Now and then without an event, so that a worker that does nothing is seen.
            _ = poll(&list, nfds_t(list.count), 1000)
            for event in handle(list[...]) {
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
}
