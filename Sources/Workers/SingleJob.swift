// Runs one job in a worker outside a build, for commands and for searches.
import Diagnostics
import Glibc
import Work

extension WorkerPool {
    /// Gives a job to an idle pool and waits for the outcome, which is not recorded.
    /// - Parameter progress: called with the worker's reports, at most ten times a second.
    package func perform(_ job: Job, progress: (Reply.Progress) -> Void = { _ in }) throws(Diagnostics) -> Outcome {
        do throws(BuildProblem) { try start(job) } catch { throw Diagnostics([error.diagnostic]) }
        while true {
            var list: [pollfd] = []
            descriptors(into: &list)
            // Wakes up without an event, so that a worker that hangs is noticed.
            _ = poll(&list, nfds_t(list.count), 1000)
            for event in handle(list[...]) {
                switch event {
                case .progress(_, let now): progress(now)
                case .outcome(_, let outcome, _, _): return outcome
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
