// `--check-determinism`: what ran runs once more, in a folder and, where it can be, a process of its own, and only equal
// results are kept. Works between the end of a job and the cache, so it knows no stage.
import Diagnostics
import Processes
import Store
import Work
import Workers

extension Build {
    func succeed(_ number: Int, _ outcome: Outcome, cpu: Double) {
        // What is paid for is paid for once.
        guard request.checksDeterminism, let work = running[number], stage(work.node).command?.price == nil else { return keep(number, outcome, cpu: cpu) }
        switch work.phase {
        case .first:
            let made = Phase.Made(outcome: outcome, scratch: work.scratch, seconds: monotonicSeconds() - work.started, cpu: cpu, job: number)
            running[number] = nil
            follow(work, work.job, .again(made))
        case .again(let first): compare(number, work, first, outcome)
        case .telling(_, _, let difference): tell(number, work, difference, detail: outcome.diagnostics.map(\.message))
        }
    }

    func failed(_ number: Int, _ diagnostics: [Diagnostic], isCrash: Bool = false) {
        guard let work = running[number] else { return }
        switch work.phase {
        case .first: if !triesAgain(number, diagnostics) { fail(number, diagnostics, isCrash: isCrash) }
        case .again(let first):
            Folder.remove(first.scratch)
            let problem = RepetitionProblem.failedAgain(node: work.node.name.id, stage: work.node.name.stage).diagnostic
            fail(number, [problem] + diagnostics, isCrash: isCrash)
        // Not every worker can say it; the byte is known.
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
        let number = nextJob
        nextJob += 1
        do throws(StoreProblem) {
            var next = work
            next.scratch = try cache.makeScratch()
            next.job = job
            next.job?.id = number
            next.job?.scratch = next.scratch
            next.phase = phase
            running[number] = next
            repeats.append(number)
        } catch {
            var lost = work
            lost.phase = phase
            discard(lost)
            leavePlace(work.node)
            fail(work.node, [error.diagnostic], seconds: monotonicSeconds() - work.started)
        }
    }

    /// Starts a queued job: in another process than the first time, where that is possible.
    func startAgain(_ number: Int, _ pool: WorkerPool) {
        guard let work = running[number] else { return }
        if case .again = work.phase, let command = work.command {
            do throws(ProgramProblem) { try commands.start(job: number, command, scratch: work.scratch) } catch { failed(number, [error.diagnostic]) }
            return
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
        do { succeed(number, try perform(job), cpu: 0) } catch let error as Diagnostics { failed(number, error.all) } catch {
            failed(number, [error as? Diagnostic ?? BuildProblem.stageThrew(node: job.node, error: words(of: error)).diagnostic])
        }
    }

    private func compare(_ number: Int, _ work: Running, _ first: Phase.Made, _ second: Outcome) {
        let found = OutputDifference.between(first.outcome, in: first.scratch, second, in: work.scratch, stage(work.node).descriptor.outputs, isInside: isInside)
        guard let found else {
            Folder.remove(work.scratch)
            var kept = work
            kept.scratch = first.scratch
            kept.started = monotonicSeconds() - first.seconds
            kept.phase = .first
            running[number] = kept
            result.repeated += 1
            return keep(number, first.outcome, cpu: first.cpu)
        }
        // A file that was edited between the two runs explains it, and is no fault of the stage.
        if let key = work.node.key, let path = changed(work, first.outcome) ?? changed(work, second) {
            running[number] = nil
            discard(work)
            leavePlace(work.node)
            do throws(Diagnostic) { return try startOver(work.node, key, path) } catch { return fail(work.node, [error], seconds: first.seconds) }
        }
        guard let files = found.files else { return tell(number, work, found, detail: []) }
        running[number] = nil
        let job = Job(id: 0, stage: "difference", node: work.node.name.id, workspace: request.workspace,
                      inputs: ["first": [files.first], "second": [files.second]], names: ["first": [found.fileName], "second": [found.fileName]],
                      parameters: ["type": .string(found.type)], scratch: "")
        follow(work, job, .telling(first, second: work.scratch, found))
    }

    private func changed(_ work: Running, _ outcome: Outcome) -> String? { (try? changedMeanwhile(work, outcome)) ?? nil }

    private func tell(_ number: Int, _ work: Running, _ difference: OutputDifference, detail: [String]) {
        running[number] = nil
        discard(work)
        leavePlace(work.node)
        let problem = RepetitionProblem.differs(node: work.node.name.id, stage: work.node.name.stage, what: difference.what, detail: detail + difference.detail)
        fail(work.node, [problem.diagnostic], seconds: monotonicSeconds() - work.started)
    }
}
