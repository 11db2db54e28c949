// `--check-determinism`: runs each job once more, in another folder and if possible another process, and keeps only
// equal results. Works between the end of a job and the cache, and must not know any stage.
import Diagnostics
import Files
import Processes
import Store
import Work
import Workers

extension Build {
    func succeed(_ number: Int, _ outcome: Outcome, cpu: Double) {
        // A stage with a price runs only once.
        guard request.checksDeterminism, let work = jobs[number], stage(work.node).command?.price == nil else {
            return keep(number, outcome, cpu: cpu)
        }
        switch work.phase {
        case .first:
            let made = Phase.Made(
                outcome: outcome, scratch: work.scratch, seconds: monotonicSeconds() - work.started,
                cpu: cpu, job: number)
            _ = jobs.remove(number)
            follow(work, work.job, .again(made))
        case .again(let first): compare(number, work, first, outcome)
        case .telling(_, _, let difference):
            tell(number, work, difference, detail: outcome.diagnostics.map(\.message))
        }
    }

    func failed(_ number: Int, _ diagnostics: [Diagnostic], isCrash: Bool = false) {
        guard let work = jobs[number] else { return }
        switch work.phase {
        case .first: if !triesAgain(number, diagnostics) { fail(number, diagnostics, isCrash: isCrash) }
        case .again(let first):
            Folder.remove(first.scratch)
            let problem = RepetitionProblem.failedAgain(node: work.node.name.id, stage: work.node.name.stage).diagnostic
            fail(number, [problem] + diagnostics, isCrash: isCrash)
        // The worker could not name the frame or packet; the byte is known.
        case .telling(_, _, let difference): tell(number, work, difference, detail: [])
        }
    }

    func discard(_ work: Running) {
        Folder.remove(work.scratch)
        switch work.phase {
        case .first: break
        case .again(let first): Folder.remove(first.scratch)
        case .telling(let first, let second, _):
            Folder.remove(first.scratch)
            Folder.remove(second)
        }
    }

    /// Queues another job for the same node, in a folder of its own.
    private func follow(_ work: Running, _ job: Job?, _ phase: Phase) {
        do throws(StoreProblem) {
            var next = work
            next.scratch = try cache.makeScratch()
            next.phase = phase
            (next.isElsewhere, next.isRider, next.wall) = (false, false, nil)
            next.job = job
            next.job?.scratch = next.scratch
            let number = jobs.add(next)
            jobs.set(number) { $0.job?.id = number }
            jobs.addRepeat(number)
        } catch {
            var lost = work
            lost.phase = phase
            discard(lost)
            schedule.leavePlace(work.node)
            fail(work.node, [error.diagnostic], seconds: monotonicSeconds() - work.started)
        }
    }

    /// Starts a queued job: in another process than the first time, where that is possible.
    func startAgain(_ number: Int, _ pool: WorkerPool) {
        guard let work = jobs[number] else { return }
        if case .again = work.phase, let command = work.command {
            return startProgram(number, command, in: work.scratch)
        }
        guard let job = work.job else { return }
        do throws(BuildProblem) {
            switch (work.phase, stage(work.node).descriptor.place) {
            case (.again, .here(let perform)) where engine.performer.isEmpty: runAgainHere(number, job, perform)
            case (.again, .here): try pool.start(job, by: engine.performer)
            case (.again(let first), .worker): try pool.start(job, notAfter: first.job)
            default: try pool.start(job)
            }
        } catch { failed(number, [error.diagnostic]) }
    }

    private func runAgainHere(_ number: Int, _ job: Job, _ perform: (Job) throws -> Outcome) {
        do { succeed(number, try perform(job), cpu: 0) } catch { failed(number, diagnostics(of: error, job.node)) }
    }

    private func compare(_ number: Int, _ work: Running, _ first: Phase.Made, _ second: Outcome) {
        let found = OutputDifference.between(
            first.outcome, in: first.scratch, second, in: work.scratch,
            stage(work.node).descriptor.outputs, isInside: isInside)
        guard let found else {
            Folder.remove(work.scratch)
            jobs.set(number) { kept in
                kept.scratch = first.scratch
                kept.started = monotonicSeconds() - first.seconds
                kept.phase = .first
            }
            account.result.repeated += 1
            return keep(number, first.outcome, cpu: first.cpu)
        }
        // A file that was edited between the runs explains the difference.
        if let path = changed(work, first.outcome) ?? changed(work, second) {
            _ = jobs.remove(number)
            discard(work)
            schedule.leavePlace(work.node)
            do throws(Diagnostic) { return try lookAgain(work.node, path) } catch {
                return fail(work.node, [error], seconds: first.seconds)
            }
        }
        guard let files = found.files else { return tell(number, work, found, detail: []) }
        _ = jobs.remove(number)
        var job = Job(
            id: 0, stage: DifferenceRequest.request.name, node: work.node.name.id,
            workspace: request.workspace, scratch: "")
        job.put(files.first, in: DifferenceRequest.first, as: found.fileName)
        job.put(files.second, in: DifferenceRequest.second, as: found.fileName)
        job.set(DifferenceRequest.type, to: found.type)
        follow(work, job, .telling(first, second: work.scratch, found))
    }

    private func changed(_ work: Running, _ outcome: Outcome) -> String? {
        (try? changedMeanwhile(work, outcome)) ?? nil
    }

    private func tell(_ number: Int, _ work: Running, _ difference: OutputDifference, detail: [String]) {
        _ = jobs.remove(number)
        discard(work)
        schedule.leavePlace(work.node)
        let problem = RepetitionProblem.differs(
            node: work.node.name.id, stage: work.node.name.stage,
            what: difference.what, detail: detail + difference.detail)
        fail(work.node, [problem.diagnostic], seconds: monotonicSeconds() - work.started)
    }
}
