// Running a node: its inputs' bytes, the lock on its key, its scratch folder, its results into the cache.
import Diagnostics
import Glibc
import Patterns
import Pipelines
import Processes
import Programs
import Store
import Work

extension Build {
    /// Starts a runnable node; it may turn out to be done already, or to have to wait.
    /// - Returns: what to give to a worker, to start or to run here.
    func begin(_ node: BuildNode) -> Assignment? {
        guard let key = node.key else { return nil }
        if let reason = cache.readOnlyReason {
            fail(node, [StoreProblem.readOnly(path: cache.root, reason: reason).diagnostic])
            return nil
        }
        let inputs: Inputs
        var command: Command?
        do throws(Diagnostic) {
            inputs = try self.inputs(of: node)
        } catch { fail(node, [error]); return nil }
        if rewind(node, inputs) { return nil }
        do throws(Diagnostic) {
            if let stage = stage(node).command { command = try self.command(node, stage, inputs) }
        } catch { fail(node, [error]); return nil }
        do throws(StoreProblem) {
            guard let lock = try locked(key) else {
                lockWaits.append(node)
                return nil
            }
            // Somebody else may have made it since we looked.
            if !request.force || made.contains(key), case .hit(let record) = find(node, key) {
                finish(node, record, hasRun: false)
                return nil
            }
            let scratch = try command == nil ? scratches.take() : commandScratches.take()
            node.state = .running
            let number = nextJob
            nextJob += 1
            running[number] = Running(node: node, scratch: scratch, lock: lock, started: monotonicSeconds(), inputs: inputs, command: command)
            tell(.nodeStarted(node.name, why: node.why))
            if let command { return .program(command, job: number, scratch: scratch) }
            let stage = stage(node)
            var paths: [String: [String]] = [:], names: [String: [String]] = [:]
            for (slot, files) in inputs where !files.isEmpty {
                paths[slot.name] = files.map(\.path)
                names[slot.name] = files.map(\.name)
            }
            let job = Job(id: number, stage: stage.descriptor.name, node: node.name.id, workspace: request.workspace, inputs: paths,
                          names: names, parameters: parameters(stage), scratch: scratch, roots: request.roots)
            running[number]?.job = job
            return .stage(job)
        } catch {
            fail(node, [error.diagnostic])
            return nil
        }
    }

    private func locked(_ key: Digest) throws(StoreProblem) -> KeyLock? {
        if locks == nil { locks = try KeyLocks(cache) }
        return try locks!.take(key)
    }

    private func leave(_ work: Running) {
        if work.command == nil { return scratches.give(back: work.scratch) }
        // A folder that somebody may still write into is no folder for the next.
        if commands.mayHaveLeftOthers(besides: workers?.count ?? 0) { Folder.remove(work.scratch) } else { commandScratches.give(back: work.scratch) }
    }

    /// Bytes that a node needs and that are gone are made again, by the node that made them.
    func rewind(_ node: BuildNode, _ inputs: Inputs) -> Bool {
        var waits = 0
        for file in inputs.flatMap(\.files) {
            guard file.blob != nil else { continue }
            guard let producer = file.producer else {
                if file.blobs.allSatisfy({ blobs.inspect($0) == .sound }) { continue }
                mustStartOver = true
                isStopping = true
                return true
            }
            if producer.state == .failed || producer.state == .skipped {
                node.state = .waiting
                producer.waiters.append(node)
                pass(over: producer)
                return true
            }
            if producer.state == .done {
                var isSound = true
                for blob in file.blobs {
                    let finding = blobs.inspect(blob)
                    if finding != .sound { isSound = false }
                    if finding == .damaged { remark(producer, StoreProblem.damagedBlob(digest: blob.digest.hex).diagnostic) }
                }
                if isSound { continue }
                producer.attempts += 1
                guard producer.attempts <= 4 else {
                    fail(node, [StoreProblem.cannotRead(path: file.path, reason: "it disappears again and again").diagnostic])
                    return true
                }
                producer.mustRun = true
                producer.state = .waiting
                ready.append(producer)
            }
            producer.waiters.append(node)
            waits += 1
        }
        guard waits > 0 else { return false }
        if let key = node.key, inFlight[key] === node { inFlight[key] = nil }
        node.state = .waiting
        node.pending = waits
        return true
    }

    /// Takes what a node made into the cache.
    func keep(_ number: Int, _ outcome: Outcome, cpu: Double) {
        guard let work = running.removeValue(forKey: number), let key = work.node.key, let manifest = work.node.manifest else { return }
        leavePlace(work.node)
        let node = work.node, seconds = monotonicSeconds() - work.started
        defer { leave(work) }
        node.seconds = seconds
        do throws(Diagnostic) {
            if let path = try changedMeanwhile(work, outcome) {
                return try startOver(node, key, path)
            }
            var record = Record(key: key, manifest: manifest, outputs: try ingest(node, outcome, work.scratch), discovered: outcome.discovered, answers: outcome.answers,
                                diagnostics: outcome.diagnostics, verdict: outcome.verdict, cost: Record.Cost(wall: seconds, cpu: cpu, price: stage(node).command?.price),
                                origin: Origin.of(node: node.name.id, vgraph: engine.version))
            if work.command != nil {
                if case .bubblewrap = sandbox { record.isSandboxed = true } else { record.isSandboxed = false }
            }
            do throws(StoreProblem) { try records.write(record) } catch { throw error.diagnostic }
            searches?.note(outcome.answers ?? [])
            made.insert(key)
            if let price = record.cost.price { result.spent[price.currency, default: 0] += price.amount }
            finish(node, record, hasRun: true)
        } catch {
            fail(node, [error], seconds: seconds)
        }
    }

    /// A file that a node used was edited meanwhile: the node is looked at again.
    func startOver(_ node: BuildNode, _ key: Digest, _ path: String) throws(Diagnostic) {
        worldChanged = true
        node.attempts += 1
        if node.attempts > 3 { throw BuildProblem.keepsChanging(node: node.name.id, path: path).diagnostic }
        inFlight[key] = nil
        node.state = .waiting
        ready.append(node)
    }

    /// A result made from a file that was edited meanwhile belongs to no state of that file. Returns the file.
    func changedMeanwhile(_ work: Running, _ outcome: Outcome) throws(Diagnostic) -> String? {
        do throws(StoreProblem) {
            // Its inputs, and the programs that were to read them.
            var looked: Set<ByteText> = []
            for path in work.node.reads where files.hasRead(path) && looked.insert(path).inserted {
                if !(try files.isUnchanged(path)) { return request.folders.name(path) ?? path }
            }
            // A program that is not shut in may have written into a result that it was given; then it is one no more.
            if work.command != nil, case .none = sandbox {
                for file in work.inputs.flatMap(\.files) { if !file.blobs.allSatisfy(blobs.has) { return file.name } }
            }
            // What was not known before the start has no signature from then; what was touched since may have been another.
            for item in outcome.discovered where files.wasTouched(absolute(item.path), since: work.moment) {
                files.forget(absolute(item.path))
                return item.path
            }
            for item in outcome.discovered where !holds(item) {
                // Perhaps this build looked at it before it changed.
                files.forget(absolute(item.path))
                worldChanged = true
                if !holds(item) { return item.path }
            }
            return nil
        } catch { throw error.diagnostic }
    }

    private func ingest(_ node: BuildNode, _ outcome: Outcome, _ scratch: String) throws(Diagnostic) -> [Record.Output] {
        let descriptor = stage(node).descriptor
        for name in outcome.outputs.keys.sorted() where !descriptor.outputs.contains(where: { $0.name == name }) {
            throw BuildProblem.outputUnknown(node: node.name.id, output: name).diagnostic
        }
        var outputs: [Record.Output] = []
        for output in descriptor.outputs {
            let files = outcome.outputs[output.name] ?? []
            if output.isFolder {
                outputs.append(Record.Output(name: output.name, type: output.type, fileName: output.fileName, blobs: try folder(node, output, files, scratch)))
                continue
            }
            if !output.isList && files.count != 1 { throw BuildProblem.outputMissing(node: node.name.id, output: output.name).diagnostic }
            var made: [Record.Blob] = []
            let isDelivered = stage(node).output != nil && output.name == descriptor.outputs.first?.name
            for file in files {
                // A worker is not trusted with paths.
                guard Pattern.fault(ofPath: file) == nil, isInside(scratch, file) else {
                    throw BuildProblem.outputOutside(node: node.name.id, path: file).diagnostic
                }
                let path = scratch + "/" + file
                do throws(StoreProblem) { made.append(try blobs.adopt(path, delivered: isDelivered)) } catch {
                    if case .cannotRead(path, _) = error { throw BuildProblem.outputMissing(node: node.name.id, output: output.name).diagnostic }
                    throw error.diagnostic
                }
            }
            outputs.append(Record.Output(name: output.name, type: output.type, fileName: output.fileName, blobs: made))
        }
        return outputs
    }

    /// Takes a folder: its listing, then what is in it. `files`: the folder, its files, folders with nothing in them.
    private func folder(_ node: BuildNode, _ output: StageDescriptor.Output, _ files: [String], _ scratch: String) throws(Diagnostic) -> [Record.Blob] {
        guard let folder = files.first.map({ String(decoding: $0.utf8.dropLast(), as: UTF8.self) }) else {
            if output.isList { return [] }
            throw BuildProblem.outputMissing(node: node.name.id, output: output.name).diagnostic
        }
        var entries: [Tree.Entry] = []
        do throws(StoreProblem) {
            for file in files.dropFirst() {
                guard let name = file.beneath(folder), isInside(scratch, file) else { throw .cannotRead(path: file, reason: "it lies elsewhere") }
                if name.utf8.last == UInt8(ascii: "/") { entries.append(Tree.Entry(path: String(decoding: name.utf8.dropLast(), as: UTF8.self), blob: nil)) }
                else { entries.append(Tree.Entry(path: name, blob: try blobs.adopt(scratch + "/" + file))) }
            }
            let tree = Tree(entries), made = try blobs.adopt(tree, by: scratch)
            trees[made.digest] = tree
            return [made] + tree.entries.compactMap(\.blob)
        } catch { throw error.diagnostic }
    }

    /// No part of the path is a link that leads elsewhere.
    func isInside(_ scratch: String, _ file: String) -> Bool {
        var path = scratch
        for part in file.split(separator: "/").dropLast() {
            path += "/" + part
            var status = stat()
            guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return false }
        }
        return true
    }

    /// Lets a node that failed wait and run once more, where its stage says so.
    func triesAgain(_ number: Int, _ diagnostics: [Diagnostic]) -> Bool {
        guard let work = running[number], !isStopping, work.node.tries < stage(work.node).terms.retries else {
            return false
        }
        running[number] = nil
        leavePlace(work.node)
        leave(work)
        work.node.tries += 1
        work.node.state = .runnable
        let delay = Pipeline.Terms.delay(before: work.node.tries)
        let problem = BuildProblem.triesAgain(node: work.node.name.id, seconds: Int(delay),
            left: stage(work.node).terms.retries - work.node.tries,
                                              reason: diagnostics.first?.message ?? "")
        remark(work.node, problem.diagnostic)
        delayed.append((monotonicSeconds() + delay, work.node))
        return true
    }

    func fail(_ number: Int, _ diagnostics: [Diagnostic], isCrash: Bool = false) {
        guard let work = running.removeValue(forKey: number) else { return }
        leavePlace(work.node)
        leave(work)
        fail(work.node, diagnostics, isCrash: isCrash, seconds: monotonicSeconds() - work.started)
    }

    /// A node has a result, from the cache or fresh.
    func finish(_ node: BuildNode, _ record: Record, hasRun: Bool) {
        let isAgain = node.hasSettled
        let isWaiting: Bool
        do throws(Diagnostic) { isWaiting = try waits(node, record) } catch { return fail(node, [error], seconds: node.seconds) }
        let problem = request.dryRun || isWaiting ? nil : publish(node, record)
        if case .damagedBlob? = problem, !hasRun, let problem, let key = node.key, node.attempts < 4 {
            // What its name says it is not: it has been dropped, and is made again.
            remark(node, problem.diagnostic)
            node.attempts += 1
            node.mustRun = true
            return stale(node, [Explanation.resultGone], key)
        }
        node.record = record
        if !request.dryRun {
            // What went in is in the cache; ten thousand nodes need not remember it here.
            node.manifest = nil
            node.record?.manifest = Manifest(stage: record.manifest.stage, version: record.manifest.version, parameters: [:], inputs: [], tools: [:])
        }
        node.mustRun = false
        node.hasRun = node.hasRun || hasRun
        if isWaiting { return }
        if request.dryRun {
            if let pattern = stage(node).output, let blob = record.output(stage(node).descriptor.outputs.first?.name ?? "")?.blobs.first {
                let file = request.workspace + "/" + pattern.file(for: targets[node.target].name)
                if stage(node).writesFolder {
                    for entry in blobs.tree(blob.digest)?.entries ?? [] { if let made = entry.blob { planned[file + "/" + entry.path] = made } }
                } else { planned[file] = blob }
            }
            result.planned.append(BuildResult.Planned(node: node.name.id, stage: node.name.stage, outcome: .hit, why: [], key: record.key, origin: record.origin))
        } else if let problem {
            return fail(node, [problem.diagnostic], seconds: node.seconds)
        }
        if hasRun {
            tell(.ran(node.name, seconds: node.seconds))
        } else if !isAgain {
            tell(.hit(node.name))
            if request.recalls, let log = record.output(CommandStage.log.name)?.blobs.first,
               let content = try? FileContent.read(blobs.path(log.digest), keepBytes: true) {
                tell(.printed(node.name, content.bytes, .hit))
            }
        }
        for diagnostic in record.diagnostics { remark(node, diagnostic) }
        if stage(node).descriptor.decides != nil {
            decisions.removeAll { $0.node === node }
            if let decision = decision(node, record) { decisions.append((node, decision)) }
        } else if let verdict = record.verdict {
            result.targets[node.target].verdict = verdict
            tell(.verdict(node.name, verdict))
            if verdict == "revise" {
                result.targets[node.target].judge = node.name.stage
                if !request.dryRun { holdUp(what: node) }
            }
        }
        settle(node)
    }

    /// A file that a node found while it ran may be one that a stage of this build writes, and nothing said so before.
    /// Where that stage is not done yet the node is looked at again when it is: then its result is right, or it runs
    /// once more.
    private func waits(_ node: BuildNode, _ record: Record) throws(Diagnostic) -> Bool {
        var found = record.discovered.map(\.path).filter { $0.utf8.first != UInt8(ascii: "/") }
        if let resumption, let row = node.lastRow {
            let known = Set<ByteText>(texts: resumption.leafPaths(row))
            found.removeAll { known.contains(absolute($0)) }
        }
        guard !found.isEmpty, let edges else { return false }
        let here = FileEdges.Stage(target: node.target, stage: node.stage)
        var isWaiting = false
        for path in found {
            guard let writer = edges.writer(of: path) else {
                _ = needsMaker(of: path)
                continue
            }
            guard writer != here, metWriters[here]?.contains(writer) != true,
                !edges.isBefore(writer, here, metWriters) else {
                continue
            }
            if edges.isBefore(here, writer, metWriters) {
                throw PipelineProblem.readsLater(node: node.name.id, path: path, maker: edges.id(writer),
                    at: stage(node).place).diagnostic
            }
            metWriters[here, default: []].insert(writer)
            guard let family = families[writer.target][writer.stage], !(family.isExpanded && family.remaining == 0)
                else {
                continue
            }
            if !isWaiting { node.pending = 0 }
            isWaiting = true
            node.state = .waiting
            node.pending += 1
            family.waiters.append(node)
            if let other = family.nodes.first(where: { $0.state == .failed || $0.state == .skipped
                || $0.state == .stale }) {
                pass(over: other)
            }
        }
        return isWaiting
    }
}
