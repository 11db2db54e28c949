// The workers of one build or of several in a row: started on demand, reused, polled and ended together.
import Diagnostics
import Glibc
import Processes
import Work

package final class WorkerPool {
    let path: String
    private var workers: [WorkerProcess] = []

    package var count: Int { workers.count }

    package init(path: String) { self.path = path }

    deinit { stop() }

    /// Gives a job to an idle worker or to a new one. The caller counts how many run at once.
    /// - Parameters:
    ///   - command: a program with its arguments to use instead of the pool's worker.
    ///   - other: the job whose worker must not be used.
    package func start(_ job: Job, by command: [String] = [], notAfter other: Int? = nil) throws(BuildProblem) {
        let command = command.isEmpty ? [path] : command
        let idle = workers.first {
            $0.command == command && $0.job == nil && !$0.isGone && (other == nil || $0.lastJob != other)
        }
        if let idle { return try idle.start(job) }
        let worker = try WorkerProcess(path: command[0], arguments: Array(command.dropFirst()))
        workers.append(worker)
        try worker.start(job)
    }

    /// Adds the descriptors to poll.
    package func descriptors(into list: inout [pollfd]) {
        for worker in workers {
            list.append(pollfd(fd: worker.output, events: Int16(POLLIN), revents: 0))
            list.append(pollfd(fd: worker.errors, events: Int16(POLLIN), revents: 0))
            list.append(pollfd(fd: worker.pidfd, events: Int16(POLLIN), revents: 0))
            list.append(pollfd(fd: worker.wantsToWrite ? worker.input : -1, events: Int16(POLLOUT), revents: 0))
        }
    }

    /// Turns the results of `poll` for the entries that `descriptors` added into events.
    package func handle(_ list: ArraySlice<pollfd>) -> [WorkerEvent] {
        var events: [WorkerEvent] = []
        for (index, worker) in workers.enumerated() {
            let at = list.startIndex + index * 4
            guard at + 3 < list.endIndex else { break }
            func isReady(_ offset: Int) -> Bool { list[at + offset].revents != 0 }
            if isReady(1) { worker.readErrors() }
            if isReady(3) { worker.write() }
            guard isReady(0) || isReady(2) else { continue }
            // Reads its last output before it is reaped.
            let (found, isEnd) = worker.readOutput()
            events += found
            var isGarbage = false
            if case .garbage = found.last { isGarbage = true }
            guard isEnd || isReady(2) || isGarbage else { continue }
            let how = worker.end(patience: isGarbage ? 0 : 0.1)
            events += worker.unanswered.map { .died(job: $0, how: how, stderr: worker.stderr) }
        }
        let now = monotonicSeconds()
        for worker in workers {
            guard !worker.isGone, let why = worker.overdue(now) else { continue }
            worker.end()
            events += worker.unanswered.map { .died(job: $0, how: why, stderr: worker.stderr) }
        }
        workers.removeAll(where: \.isGone)
        return events
    }

    /// Reaps workers that ended between builds.
    func settle() {
        var list: [pollfd] = []
        descriptors(into: &list)
        if !list.isEmpty, poll(&list, nfds_t(list.count), 0) > 0 { _ = handle(list[...]) }
    }

    /// Ends the busy workers; idle ones stay.
    package func cancel(patience: Double) {
        let idle = workers.filter { $0.job == nil && !$0.isGone }
        workers.removeAll { $0.job == nil && !$0.isGone }
        stop(patience: patience)
        workers = idle
    }

    /// Ends all workers: asks the busy ones first and kills them after `patience` seconds.
    package func stop(patience: Double = 0) {
        if patience > 0 { for worker in workers { worker.signal(SIGTERM) } }
        var rest = patience
        for worker in workers {
            let start = monotonicSeconds()
            worker.end(patience: rest)
            rest = max(0, rest - (monotonicSeconds() - start))
        }
        workers = []
    }
}
