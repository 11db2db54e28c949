// The loop that drives a build: one poll for workers, programs, interruption and timers. No thread blocks.
import Diagnostics
import Glibc
import Pipelines
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
            jobs.close()
            companions.close()
        }
        plant()
        while true {
            drain(pool, interruption)
            let isAsking = !course.isStopping && remotes?.isAwaited == true
            let mayGoOn = isAsking || !jobs.isEmpty || schedule.hasSleepers(isStopping: course.isStopping)
            guard mayGoOn, !course.isInterrupted, let pool else { break }
            wait(pool, interruption)
            if course.isInterrupted { break }
        }
        if course.isInterrupted {
            remotes?.interrupt()
            // A remote is told, so that no machine goes on with what nobody waits for.
            pool?.cancel(patience: outpost.command == nil ? 0.1 : 2)
            jobs.programs?.stop(patience: 0.1)
            for work in jobs.removeAll() { discard(work) }
        }
        schedule.forgetSleepers()
        conclude()
    }

    /// Does everything that can be done without waiting.
    private func drain(_ pool: WorkerPool?, _ interruption: Interruption?) {
        while !course.isInterrupted {
            if let node = schedule.nextReady() {
                if node.state == .waiting && !course.isStopping { evaluate(node) }
                continue
            }
            // Repeats of running nodes are finished even after a failure.
            if let pool, let number = jobs.nextRepeat() {
                startAgain(number, pool)
                continue
            }
            guard !course.isStopping, let pool else { return }
            // Remote caches may still have what would have to run.
            if !course.hasAskedToStart, remotes?.isAsking == true { return }
            guard mayStart() else { return }
            if let node = nextHere() {
                start(node, pool)
            } else if let node = nextElsewhere() {
                start(node, pool, isElsewhere: true)
            } else if let node = schedule.nextHere() {
                if isRaised(interruption) { course.isInterrupted = true; return }
                runHere(node)
                // A worker that ended meanwhile gets its next job before this thread goes on with its own.
                wait(pool, interruption, isPatient: false)
            } else {
                return
            }
        }
    }

    /// Once per build, before anything runs: checks that every secret is set that a node which must run needs, and that
    /// no file of the user lies at an output's path.
    private func mayStart() -> Bool {
        if course.hasAskedToStart { return true }
        let problems = missingSecrets() + foreignTargets()
        // Remote caches may have what needs the secret, or what lies there already.
        if !problems.isEmpty, remotes?.isAwaited == true { return false }
        course.hasAskedToStart = true
        guard !problems.isEmpty else { return true }
        account.refuse(problems)
        course.isStopping = true
        return false
    }

    // MARK: Work

    private func start(_ node: BuildNode, _ pool: WorkerPool, isElsewhere: Bool = false) {
        request.elsewhere?.prepare()
        switch begin(node) {
        case nil: schedule.leavePlace(node)
        case .stage(let job)?:
            if takesMade(job, node) { return }
            if isElsewhere, send(job, node, pool) { return }
            do throws(BuildProblem) { try pool.start(job) } catch {
                // Without a worker every other node would fail in the same way.
                failed(job.id, [error.diagnostic])
            }
        case .program(let command, let job, let scratch)?:
            if isElsewhere, send(command, job, node, pool) { return }
            if case .none(let reason) = jobs.sandbox, request.sandbox {
                let remark = CommandStageProblem.commandsUnsandboxed(reason: reason, isRoot: geteuid() == 0)
                account.remark(nil, remark.diagnostic)
            }
            startProgram(job, command, in: scratch)
        }
    }

    /// Whether a node's work was done beside another's.
    func takesMade(_ job: Job, _ node: BuildNode) -> Bool {
        guard let key = node.key, let made = companions.take(key, into: job.scratch) else { return false }
        jobs.set(job.id) { $0.companion = made }
        keep(job.id, made.outcome, cpu: made.cpu)
        return true
    }

    func startProgram(_ job: Int, _ command: Command, in scratch: String) {
        do throws(ProgramProblem) { try jobs.startProgram(job, command, in: scratch) } catch {
            failed(job, [error.diagnostic])
        }
    }

    private func runHere(_ node: BuildNode) {
        guard case .stage(var job)? = begin(node), case .here(let work) = stage(node).descriptor.place else { return }
        // A second run compares files.
        if !request.checksDeterminism { job.shelf = Shelf() }
        jobs.set(job.id) { $0.job = job }
        let before = clock()
        do {
            let outcome = try work(job)
            succeed(job.id, outcome, cpu: Double(clock() - before) / Double(CLOCKS_PER_SEC))
        } catch {
            failed(job.id, diagnostics(of: error, node.name.id))
        }
    }

    /// The diagnostics of an error that a stage in this process threw.
    func diagnostics(of error: any Error, _ node: String) -> [Diagnostic] {
        switch error {
        case let error as Diagnostics: error.all
        case let error as Diagnostic: [error]
        default: [BuildProblem.stageThrew(node: node, error: words(of: error)).diagnostic]
        }
    }

    // MARK: Events

    private func isRaised(_ interruption: Interruption?) -> Bool { interruption?.isRaised ?? false }

    /// - Parameter isPatient: false: handles what has happened already.
    private func wait(_ pool: WorkerPool, _ interruption: Interruption?, isPatient: Bool = true) {
        var list = [
            pollfd(fd: interruption?.readable ?? -1, events: Int16(POLLIN), revents: 0),
            pollfd(fd: interruption?.alarm?.descriptor ?? -1, events: Int16(POLLIN), revents: 0),
        ]
        pool.descriptors(into: &list)
        let split = list.count
        jobs.programs?.descriptors(into: &list)
        let end = list.count
        remotes?.descriptors(into: &list)
        let patience = min(schedule.patience, max(0, jobs.programs?.nextDeadline ?? 1))
        let milliseconds = isPatient ? Int32(patience * 1000) + 1 : 0
        guard poll(&list, nfds_t(list.count), milliseconds) >= 0 || errno == EINTR else { return }
        if list[0].revents != 0 || (list[1].revents != 0 && isRaised(interruption)) {
            course.isInterrupted = true
            return
        }
        for event in pool.handle(list[2..<split]) { take(event) }
        for event in jobs.programs?.handle(list[split..<end]) ?? [] { take(event) }
        remotes?.handle(list[end...])
        schedule.wake()
    }

    private func take(_ event: CommandEvent) {
        switch event {
        case .printed(let job, let bytes):
            if let work = jobs[job] { account.tell(.printed(work.node.name, bytes, .live)) }
        case .ended(let job, let end):
            guard let work = jobs[job], let command = work.command else { return }
            if !end.log.isEmpty {
                account.tell(.printed(work.node.name, end.log, end.how == .exit(0) ? .ran : .failed))
            }
            do throws(Diagnostics) {
                let outcome = try command.outcome(of: end, scratch: work.scratch, folders: request.folders)
                succeed(job, outcome, cpu: end.cpu)
            } catch { failed(job, error.all) }
        }
    }

    private func take(_ event: WorkerEvent) {
        switch event {
        case .progress(let job, let progress):
            if jobs[job]?.isElsewhere == true, progress.unit == Reply.Progress.sent { outpost.hasArrived = true }
            if let work = jobs[job], !work.isElsewhere { account.tell(.progress(work.node.name, progress)) }
        case .outcome(let job, let outcome, let cpu, let wall):
            if let work = jobs[job], work.isElsewhere { return takeBack(job, work, outcome, cpu: cpu, wall: wall) }
            succeed(job, outcome, cpu: cpu)
        case .failure(let job, let diagnostics, _):
            if let work = jobs[job], work.isElsewhere { return comeBack(job, work, because: diagnostics) }
            failed(job, diagnostics)
        case .died(let job, let how, let stderr) where jobs[job]?.isElsewhere == true:
            guard let work = jobs[job] else { return }
            let problem = BuildProblem.workerDied(node: work.node.name.id, how: how, stderr: stderr)
            comeBack(job, work, because: [problem.diagnostic])
        case .garbage(let job, let line) where jobs[job]?.isElsewhere == true:
            guard let work = jobs[job] else { return }
            comeBack(job, work, because: [BuildProblem.workerGarbage(node: work.node.name.id, line: line).diagnostic])
        case .died(let job, let how, let stderr):
            guard let work = jobs[job] else { return }
            let problem = BuildProblem.workerDied(node: work.node.name.id, how: how, stderr: stderr)
            failed(job, [problem.diagnostic], isCrash: true)
        case .garbage(let job, let line):
            guard let work = jobs[job] else { return }
            failed(job, [BuildProblem.workerGarbage(node: work.node.name.id, line: line).diagnostic], isCrash: true)
        }
    }

    // MARK: The end

    /// Counts the nodes that were left and completes the result.
    private func conclude() {
        if request.dryRun { arrangePlans() }
        if request.dryRun && request.rehearses { account.refuse(foreignTargets()) }
        for node in allNodes {
            switch node.state {
            case .waiting, .asking, .runnable, .running: if !request.dryRun { set(node, .skipped) }
            case .done:
                if node.hasRun { account.result.ran += 1 } else { account.result.hits += 1 }
                account.note(node, isShared: node.key.flatMap { keys.made[$0] } ?? node.target != node.target)
            case .failed, .skipped, .stale: break
            }
        }
        for case let family? in families.joined() where !family.isExpanded {
            account.result.targets[family.target].hasFailed = true
        }
        for target in targets.indices {
            // A node that was made again has published its file again.
            var seen: Set<ByteText> = []
            account.result.targets[target].published.removeAll { !seen.insert($0).inserted }
        }
        if !request.dryRun && !course.isInterrupted { bindDecisions() }
        account.conclude(isInterrupted: course.isInterrupted)
    }
}
