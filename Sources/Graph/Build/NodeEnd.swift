// The end of a node's work: its results go into the cache and the workspace, or it is tried again, or it fails.
import Diagnostics
import Files
import Glibc
import Pipelines
import Processes
import Programs
import Store
import Work

extension Build {
    /// Moves a node's results into the cache.
    func keep(_ number: Int, _ outcome: Outcome, cpu: Double) {
        guard let work = jobs.remove(number), let key = work.node.key, let manifest = work.node.manifest else { return }
        schedule.leavePlace(work.node)
        let node = work.node, beside = outcome.companions ?? []
        let whole = work.wall ?? monotonicSeconds() - work.started
        let seconds = work.companion?.wall ?? max(0, beside.reduce(whole) { $0 - $1.wall })
        defer { leaveFolder(work) }
        node.seconds = seconds
        do throws(Diagnostic) {
            if let path = try changedMeanwhile(work, outcome) { return try lookAgain(node, path) }
            let made = try ingest(node, outcome, work.scratch, work.job?.shelf)
            // Other bytes than the worker wrote: they stay in the cache under their own name, and the node works.
            if let companion = work.companion, !companion.isMade(of: made) { return reconsider(node) }
            let cost = Record.Cost(
                wall: seconds, cpu: max(0, beside.reduce(cpu) { $0 - $1.cpu }), price: stage(node).command?.price)
            var record = Record(
                key: key, manifest: manifest, outputs: made, discovered: outcome.discovered,
                answers: outcome.answers, diagnostics: outcome.diagnostics, verdict: outcome.verdict,
                cost: cost, origin: Origin.of(node: node.name.id, vgraph: engine.version))
            if work.isElsewhere { record.origin.executor = request.elsewhere?.name }
            record.isProvisional = outcome.isProvisional
            if work.isElsewhere, work.command != nil {
                // Else its outcome did not count, or programs run without a sandbox here too.
                record.isSandboxed = outcome.isIsolated
            } else if work.command != nil {
                if case .bubblewrap = jobs.sandbox { record.isSandboxed = true } else { record.isSandboxed = false }
            }
            do throws(StoreProblem) { try records.write(record) } catch { throw error.diagnostic }
            share(record, of: node)
            searches?.note(outcome.answers ?? [])
            keys.note(key, by: node)
            if let price = cost.price { account.result.spent[price.currency, default: 0] += price.amount }
            if !beside.isEmpty { put(beside, of: node, made, from: work.scratch) }
            finish(node, record, hasRun: true)
        } catch {
            fail(node, [error], seconds: seconds)
        }
    }

    func leaveFolder(_ work: Running) { jobs.leaveFolder(of: work, besides: workers?.count ?? 0) }

    // MARK: Files that changed during the work

    /// A file that a node used was edited meanwhile, so the node is evaluated again.
    func lookAgain(_ node: BuildNode, _ path: String) throws(Diagnostic) {
        course.worldChanged = true
        node.attempts += 1
        if node.attempts > 3 { throw BuildProblem.keepsChanging(node: node.name.id, path: path).diagnostic }
        reconsider(node)
    }

    /// A result made from a file that was edited meanwhile matches no single state of that file. Returns the file.
    func changedMeanwhile(_ work: Running, _ outcome: Outcome) throws(Diagnostic) -> String? {
        do throws(StoreProblem) {
            // Its inputs, and the programs that read them.
            var looked: Set<ByteText> = []
            for path in work.node.reads where files.hasRead(path) && looked.insert(path).inserted {
                if !(try files.isUnchanged(path)) { return request.folders.name(path) ?? path }
            }
            // Without a sandbox a program may have damaged an input that is a result; that result is dropped.
            if work.command != nil, case .none = jobs.sandbox {
                for file in work.node.inputs.flatMap(\.files) where !file.blobs.allSatisfy(blobs.has) {
                    return file.name
                }
            }
            // Files that were not known before the start have no earlier signature; one that was touched since may have
            // had other bytes.
            for item in outcome.discovered where files.wasTouched(absolute(item.path), since: work.moment) {
                files.forget(absolute(item.path))
                return item.path
            }
            for item in outcome.discovered where !holds(item) {
                // This build may have looked at it before it changed.
                files.forget(absolute(item.path))
                course.worldChanged = true
                if !holds(item) { return item.path }
            }
            return nil
        } catch { throw error.diagnostic }
    }

    // MARK: Failures

    /// Lets a failed node wait and run again if its stage has retries.
    func triesAgain(_ number: Int, _ diagnostics: [Diagnostic]) -> Bool {
        guard let work = jobs[number], !course.isStopping else { return false }
        let node = work.node, retries = stage(node).terms.retries
        guard node.tries < retries else { return false }
        _ = jobs.remove(number)
        schedule.leavePlace(node)
        leaveFolder(work)
        node.tries += 1
        set(node, .runnable)
        let delay = Pipeline.Terms.delay(before: node.tries)
        let problem = BuildProblem.triesAgain(
            node: node.name.id, seconds: Int(delay), left: retries - node.tries,
            reason: diagnostics.first?.message ?? "")
        account.remark(node, problem.diagnostic)
        schedule.delay(node, seconds: delay)
        return true
    }

    func fail(_ number: Int, _ diagnostics: [Diagnostic], isCrash: Bool = false) {
        guard let work = jobs.remove(number) else { return }
        schedule.leavePlace(work.node)
        leaveFolder(work)
        fail(work.node, diagnostics, isCrash: isCrash, seconds: monotonicSeconds() - work.started)
    }

    // MARK: Results

    /// A node has a result, from the cache or fresh.
    func finish(_ node: BuildNode, _ record: Record, hasRun: Bool) {
        let isAgain = node.hasSettled
        let isWaiting: Bool
        do throws(Diagnostic) { isWaiting = try waits(node, record) } catch {
            return fail(node, [error], seconds: node.seconds)
        }
        let problem = request.dryRun || isWaiting ? nil : publish(node, record)
        if case .damagedBlob? = problem, !hasRun, let problem, let key = node.key, node.attempts < 4 {
            // The blob's bytes did not match its digest, so it was dropped; the node makes it again.
            account.remark(node, problem.diagnostic)
            node.attempts += 1
            node.mustRun = true
            return stale(node, [Explanation.resultGone], key)
        }
        node.world = record.world
        node.speaks = !record.diagnostics.isEmpty
        if request.dryRun {
            node.record = record
        } else {
            node.manifest = nil
            node.record = texts.kept(record, of: node.name.id)
        }
        node.mustRun = false
        node.hasRun = node.hasRun || hasRun
        if isWaiting { return }
        if let problem { return fail(node, [problem.diagnostic], seconds: node.seconds) }
        if request.dryRun {
            plan(node, record)
            plan(node, .hit, key: record.key, origin: record.origin)
        }
        if hasRun {
            account.tell(.ran(node.name, seconds: node.seconds))
        } else if !isAgain {
            account.tell(.hit(node.name, from: remotes?.taken[record.key]))
            if request.recalls { recall(node, record) }
        }
        for diagnostic in record.diagnostics { account.remark(node, diagnostic) }
        judge(node, record)
        settle(node)
    }

    /// Reports what a program printed when its result was made.
    private func recall(_ node: BuildNode, _ record: Record) {
        guard let log = record.output(CommandStage.log.name)?.blobs.first,
            let content = try? FileContent.read(blobs.path(log.digest), keepBytes: true)
        else { return }
        account.tell(.printed(node.name, content.bytes, .hit))
    }

    private func judge(_ node: BuildNode, _ record: Record) {
        if stage(node).descriptor.decides != nil {
            decisions.removeAll { $0.node === node }
            if let decision = decision(node, record) { decisions.append((node, decision)) }
        } else if let verdict = record.verdict {
            account.result.targets[node.target].verdict = verdict
            account.tell(.verdict(node.name, verdict))
            guard verdict == .revise else { return }
            account.result.targets[node.target].judge = node.name.stage
            if !request.dryRun { holdUp(what: node) }
        }
    }

    /// A node may have read a file that a stage of this build writes, without a declared edge. If that stage is not
    /// done, the node is evaluated again when it is: then its result counts, or it runs again.
    private func waits(_ node: BuildNode, _ record: Record) throws(Diagnostic) -> Bool {
        var found = record.discovered.map(\.path).filter { $0.utf8.first != UInt8(ascii: "/") }
        if let resumption, let row = node.lastRow {
            let known = Set<ByteText>(texts: resumption.leafPaths(row))
            found.removeAll { known.contains(absolute($0)) }
        }
        guard !found.isEmpty, let edges = writers.edges else { return false }
        let here = FileEdges.Stage(target: node.target, stage: node.stage)
        var isWaiting = false
        for path in found {
            if remotes?.deliversAll == false, staysAway(path) {
                // The node saw the file as it was before: its writer's result must be in place.
                remotes?.deliversAll = true
                course.startOver()
            }
            switch writers.meet(path, by: here, edges) {
            case .known: continue
            case .noWriter: if writers.needsMaker(of: path, files) { course.startOver() }
            case .circle(let writer):
                throw PipelineProblem.readsLater(
                    node: node.name.id, path: path, maker: writer,
                    at: stage(node).place
                ).diagnostic
            case .new(let writer):
                guard let family = families[writer.target][writer.stage], !family.isDone else { continue }
                if !isWaiting { node.pending = 0 }
                isWaiting = true
                set(node, .waiting)
                node.pending += 1
                family.waiters.append(node)
                let lost = family.nodes.first { $0.state == .failed || $0.state == .skipped || $0.state == .stale }
                if let lost { pass(over: lost) }
            }
        }
        return isWaiting
    }
}
