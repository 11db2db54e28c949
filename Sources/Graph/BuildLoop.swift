// The loop that drives a build: poll on the workers' pipes, on interruption and on the clock. No thread blocks waiting.
import Diagnostics
import Glibc
import Store
import Work

extension Build {
    /// - Parameter pool: nil in a dry run.
    func run(_ pool: WorkerPool?, _ interruption: Interruption?) {
        plant()
        while true {
            drain(pool, interruption)
            if isInterrupted || (running.isEmpty && lockWaits.isEmpty) { break }
            guard let pool else { break }
            wait(pool, interruption)
            if isInterrupted { break }
        }
        if isInterrupted {
            pool?.cancel(patience: 0.15)
            for work in running.values { discard(work) }
            running = [:]
        }
        lockWaits = []
        conclude()
    }

    /// Does all that can be done without waiting.
    private func drain(_ pool: WorkerPool?, _ interruption: Interruption?) {
        while !isInterrupted {
            if let node = ready.popFirst() {
                if node.state == .waiting && !isStopping { evaluate(node) }
                continue
            }
            // What has begun is finished, whatever failed meanwhile.
            if let pool, let number = repeats.popLast() {
                startAgain(number, pool)
                continue
            }
            guard !isStopping, let pool else { return }
            if let node = here.pop() {
                if isRaised(interruption) { isInterrupted = true; return }
                runHere(node)
                continue
            }
            guard running.count < max(1, request.jobs), let node = runnable.pop() else { return }
            guard let job = begin(node) else { continue }
            do throws(BuildProblem) { try pool.start(job) } catch {
                // No worker, no media work at all: the next node would say the same.
                failed(job.id, [error.diagnostic])
            }
        }
    }

    private func runHere(_ node: BuildNode) {
        guard let job = begin(node), case .here(let work) = stage(node).descriptor.place else { return }
        let before = clock()
        do {
            let outcome = try work(job)
            succeed(job.id, outcome, cpu: Double(clock() - before) / Double(CLOCKS_PER_SEC))
        } catch let error as Diagnostics {
            failed(job.id, error.all)
        } catch let error as Diagnostic {
            failed(job.id, [error])
        } catch {
            failed(job.id, [BuildProblem.stageThrew(node: node.name.id, error: "\(error)").diagnostic])
        }
    }

    private func isRaised(_ interruption: Interruption?) -> Bool { interruption?.isRaised ?? false }

    private func wait(_ pool: WorkerPool, _ interruption: Interruption?) {
        var list = [pollfd(fd: interruption?.readable ?? -1, events: Int16(POLLIN), revents: 0),
                    pollfd(fd: interruption?.alarm?.descriptor ?? -1, events: Int16(POLLIN), revents: 0)]
        pool.descriptors(into: &list)
        // The end of another process's work cannot be polled; 20 ms is soon enough for what takes longer.
        guard poll(&list, nfds_t(list.count), lockWaits.isEmpty ? 1000 : 20) >= 0 || errno == EINTR else { return }
        if list[0].revents != 0 || (list[1].revents != 0 && isRaised(interruption)) {
            isInterrupted = true
            return
        }
        for event in pool.handle(list[2...]) { take(event) }
        let waiting = lockWaits
        lockWaits = []
        for node in waiting where node.state == .runnable {
            if case .here = stage(node).descriptor.place { here.push(node, urgency: node.stage) } else { runnable.push(node, urgency: node.stage) }
        }
    }

    private func take(_ event: WorkerEvent) {
        switch event {
        case .progress(let job, let progress):
            if let work = running[job] { tell(.progress(work.node.name, progress)) }
        case .outcome(let job, let outcome, let cpu): succeed(job, outcome, cpu: cpu)
        case .failure(let job, let diagnostics, _): failed(job, diagnostics)
        case .died(let job, let how, let stderr):
            guard let work = running[job] else { return }
            failed(job, [BuildProblem.workerDied(node: work.node.name.id, how: how, stderr: stderr).diagnostic], isCrash: true)
        case .garbage(let job, let line):
            guard let work = running[job] else { return }
            failed(job, [BuildProblem.workerGarbage(node: work.node.name.id, line: line).diagnostic], isCrash: true)
        }
    }

    /// Counts what is left and says how it ended.
    private func conclude() {
        for node in allNodes where node.state == .waiting || node.state == .runnable || node.state == .running {
            if request.dryRun { continue }
            node.state = .skipped
            result.skipped += 1
            result.targets[node.target].hasFailed = true
        }
        for node in allNodes where node.state == .done { if node.hasRun { result.ran += 1 } else { result.hits += 1 } }
        for target in families { for case let family? in target where !family.isExpanded { result.targets[family.target].hasFailed = true } }
        result.diagnostics = errors + remarks
        if isInterrupted { result.status = .interrupted }
        else if result.failed > 0 {
            let real = errors.filter { $0.severity == .error }
            result.status = !real.isEmpty && real.allSatisfy { $0.fault == .input } ? .badInput : .failed
        } else if result.targets.contains(where: { $0.verdict == "revise" }) { result.status = .revise }
    }

    var allNodes: [BuildNode] { families.flatMap { $0.compactMap { $0 } }.flatMap(\.nodes) }
}
