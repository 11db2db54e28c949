// The loop that drives a build: poll on the workers' pipes, on interruption and on the clock. No thread blocks waiting.
import Diagnostics
import Glibc
import Processes
import Programs
import Store
import Work
import Workers

extension Build {
    /// - Parameter pool: nil in a dry run.
    func run(_ pool: WorkerPool?, _ interruption: Interruption?) {
        workers = pool
        defer {
            commands.stop()
            scratches.store()
            commandScratches.store()
        }
        plant()
        while true {
            drain(pool, interruption)
            if isInterrupted || (running.isEmpty && lockWaits.isEmpty && (delayed.isEmpty || isStopping)) { break }
            guard let pool else { break }
            wait(pool, interruption)
            if isInterrupted { break }
        }
        if isInterrupted {
            pool?.cancel(patience: 0.1)
            commands.stop(patience: 0.1)
            for work in running.values { discard(work) }
            running = [:]
        }
        lockWaits = []
        delayed = []
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
            guard mayStart() else { return }
            if let node = here.pop() {
                if isRaised(interruption) { isInterrupted = true; return }
                runHere(node)
                continue
            }
            guard running.count < max(1, request.jobs), let node = runnable.pop() else { return }
            guard takePlace(node) else { continue }
            switch begin(node) {
            case nil: leavePlace(node)
            case .stage(let job)?:
                do throws(BuildProblem) { try pool.start(job) } catch {
                    // No worker, no media work at all: the next node would say the same.
                    failed(job.id, [error.diagnostic])
                }
            case .program(let command, let job, let scratch)?:
                if case .none(let reason) = sandbox, request.sandbox { remark(nil, CommandStageProblem.commandsUnsandboxed(reason: reason, isRoot: geteuid() == 0).diagnostic) }
                do throws(ProgramProblem) { try commands.start(job: job, command, scratch: scratch) } catch { failed(job, [error.diagnostic]) }
            }
        }
    }

    /// Once a build, before anything runs: whether every secret is there that a node which is not a hit asks for, and no file
    /// of the user's own lies where an output goes.
    private func mayStart() -> Bool {
        if hasAskedToStart { return true }
        hasAskedToStart = true
        let problems = missingSecrets() + foreignTargets()
        guard !problems.isEmpty else { return true }
        errors += problems
        result.failed += problems.count
        isStopping = true
        for problem in problems { tell(.diagnostic(nil, problem)) }
        return false
    }

    // MARK: Pools

    /// A place in the node's pool. false: there is none, and the node is queued until one is left.
    private func takePlace(_ node: BuildNode) -> Bool {
        let stage = stage(node)
        guard let pool = stage.pool, let places = targets[node.target].pipeline.pools[pool] else { return true }
        if taken[pool, default: 0] < places {
            taken[pool, default: 0] += 1
            node.hasPlace = true
            return true
        }
        parked[pool, default: RunQueue()].push(node, urgency: urgency(node))
        return false
    }

    func leavePlace(_ node: BuildNode) {
        guard node.hasPlace, let pool = stage(node).pool else { return }
        node.hasPlace = false
        taken[pool, default: 1] -= 1
        if let next = parked[pool]?.pop() { runnable.push(next, urgency: urgency(next)) }
    }

    /// A build of what a change reached has few nodes, and takes them as they come.
    private func urgency(_ node: BuildNode) -> Double {
        guard resumption == nil else { return 0 }
        if ways.isEmpty {
            let durations = Durations.load(request.stateRequest(worker: engine.worker), cache: cache, kinds: engine.kinds)
            ways = targets.map { CriticalPath($0.pipeline, durations) }
        }
        return ways[node.target].seconds(node.name, stage: node.stage, of: targets[node.target].pipeline)
    }

    func queue(_ node: BuildNode) {
        if case .here = stage(node).descriptor.place { here.push(node, urgency: urgency(node)) } else { runnable.push(node, urgency: urgency(node)) }
    }

    private func runHere(_ node: BuildNode) {
        guard case .stage(let job)? = begin(node), case .here(let work) = stage(node).descriptor.place else { return }
        let before = clock()
        do {
            let outcome = try work(job)
            succeed(job.id, outcome, cpu: Double(clock() - before) / Double(CLOCKS_PER_SEC))
        } catch let error as Diagnostics {
            failed(job.id, error.all)
        } catch let error as Diagnostic {
            failed(job.id, [error])
        } catch {
            failed(job.id, [BuildProblem.stageThrew(node: node.name.id, error: words(of: error)).diagnostic])
        }
    }

    private func isRaised(_ interruption: Interruption?) -> Bool { interruption?.isRaised ?? false }

    private func wait(_ pool: WorkerPool, _ interruption: Interruption?) {
        var list = [pollfd(fd: interruption?.readable ?? -1, events: Int16(POLLIN), revents: 0),
                    pollfd(fd: interruption?.alarm?.descriptor ?? -1, events: Int16(POLLIN), revents: 0)]
        pool.descriptors(into: &list)
        let split = list.count
        commands.descriptors(into: &list)
        // The end of another process's work cannot be polled; 20 ms is soon enough for what takes longer.
        let now = monotonicSeconds(), next = delayed.map { max(0, $0.time - now) }.min() ?? 1
        let patience = min(lockWaits.isEmpty ? 1 : 0.02, max(0, commands.nextDeadline ?? 1), next)
        guard poll(&list, nfds_t(list.count), Int32(patience * 1000) + 1) >= 0 || errno == EINTR else { return }
        if list[0].revents != 0 || (list[1].revents != 0 && isRaised(interruption)) {
            isInterrupted = true
            return
        }
        for event in pool.handle(list[2..<split]) { take(event) }
        for event in commands.handle(list[split...]) { take(event) }
        let waiting = lockWaits
        lockWaits = []
        for node in waiting where node.state == .runnable { queue(node) }
        let due = delayed.filter { $0.time <= monotonicSeconds() }
        delayed.removeAll { item in due.contains { $0.node === item.node } }
        for item in due { queue(item.node) }
    }

    private func take(_ event: CommandEvent) {
        if case .printed(let job, let bytes) = event, let work = running[job] {
            return tell(.printed(work.node.name, bytes, .live))
        }
        guard case .ended(let job, let end) = event, let work = running[job], let command = work.command else { return }
        if !end.log.isEmpty { tell(.printed(work.node.name, end.log, end.how == .exit(0) ? .ran : .failed)) }
        do throws(Diagnostics) {
            succeed(job, try command.outcome(of: end, scratch: work.scratch, folders: request.folders), cpu: end.cpu)
        } catch { failed(job, error.all) }
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
        if request.dryRun && request.rehearses {
            let problems = foreignTargets()
            errors += problems
            result.failed += problems.count
            for problem in problems { tell(.diagnostic(nil, problem)) }
        }
        for node in allNodes where node.state == .waiting || node.state == .runnable || node.state == .running {
            if request.dryRun { continue }
            node.state = .skipped
            result.skipped += 1
            result.targets[node.target].hasFailed = true
        }
        for node in allNodes where node.state == .done { if node.hasRun { result.ran += 1 } else { result.hits += 1 } }
        for target in families { for case let family? in target where !family.isExpanded { result.targets[family.target].hasFailed = true } }
        if !request.dryRun && !isInterrupted { bindDecisions() }
        result.diagnostics = errors + remarks
        if isInterrupted { result.status = .interrupted }
        else if result.failed > 0 {
            let real = errors.filter { $0.severity == .error }
            result.status = !real.isEmpty && real.allSatisfy { $0.fault == .input } ? .badInput : .failed
        } else if result.targets.contains(where: { $0.verdict == "revise" }) { result.status = .revise }
    }

    var allNodes: [BuildNode] { families.flatMap { $0.compactMap { $0 } }.flatMap(\.nodes) }
}
