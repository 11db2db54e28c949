// Running a node: its inputs' bytes, the lock on its key, its scratch folder, its results into the cache.
import Diagnostics
import Glibc
import Store
import Work

/// A node at work.
struct Running {
    var node: BuildNode
    var scratch: String
    var lock: KeyLock
    var started: Double
    var inputs: Build.Inputs
    /// Where the node is a program.
    var command: Command?
    /// Else.
    var job: Job?
    var phase = Phase.first
}

/// What is to be done for a node that has begun.
enum Assignment {
    case stage(Job)
    case program(Command, job: Int, scratch: String)
}

extension Build {
    /// Starts a runnable node; it may turn out to be done already, or to have to wait.
    /// - Returns: what to give to a worker, to start or to run here.
    func begin(_ node: BuildNode) -> Assignment? {
        guard let key = node.key else { return nil }
        let inputs: Inputs
        var command: Command?
        do throws(Diagnostic) {
            inputs = try self.inputs(of: node)
            if let stage = stage(node).command { command = try self.command(node, stage, inputs) }
        } catch { fail(node, [error]); return nil }
        if rewind(node, inputs) { return nil }
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
                          names: names, parameters: parameters(stage), scratch: scratch)
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
    private func rewind(_ node: BuildNode, _ inputs: Inputs) -> Bool {
        var waits = 0
        for file in inputs.flatMap(\.files) {
            guard let blob = file.blob else { continue }
            guard let producer = file.producer else {
                if blobs.inspect(blob) == .sound { continue }
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
                switch blobs.inspect(blob) {
                case .sound: continue
                case .missing: break
                case .damaged: remark(producer, StoreProblem.damagedBlob(digest: blob.digest.hex).diagnostic)
                }
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
            let record = Record(key: key, manifest: manifest, outputs: try ingest(node, outcome, work.scratch), discovered: outcome.discovered,
                                diagnostics: outcome.diagnostics, verdict: outcome.verdict, cost: Record.Cost(wall: seconds, cpu: cpu, price: stage(node).command?.price),
                                origin: Origin.of(node: node.name.id, vgraph: vgraphVersion))
            do throws(StoreProblem) { try records.write(record) } catch { throw error.diagnostic }
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
            for file in work.inputs.flatMap(\.files) {
                if let relative = file.relative, !(try files.isUnchanged(file.path)) { return relative }
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
            if !output.isList && files.count != 1 { throw BuildProblem.outputMissing(node: node.name.id, output: output.name).diagnostic }
            var made: [Record.Blob] = []
            for file in files {
                // A worker is not trusted with paths.
                guard Pattern.fault(ofPath: file) == nil, isInside(scratch, file) else {
                    throw BuildProblem.outputOutside(node: node.name.id, path: file).diagnostic
                }
                let path = scratch + "/" + file
                do throws(StoreProblem) { made.append(try blobs.adopt(path)) } catch {
                    if case .cannotRead(path, _) = error { throw BuildProblem.outputMissing(node: node.name.id, output: output.name).diagnostic }
                    throw error.diagnostic
                }
            }
            outputs.append(Record.Output(name: output.name, type: output.type, fileName: output.fileName, blobs: made))
        }
        return outputs
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

    func fail(_ number: Int, _ diagnostics: [Diagnostic], isCrash: Bool = false) {
        guard let work = running.removeValue(forKey: number) else { return }
        leavePlace(work.node)
        leave(work)
        fail(work.node, diagnostics, isCrash: isCrash, seconds: monotonicSeconds() - work.started)
    }

    /// A node has a result, from the cache or fresh.
    func finish(_ node: BuildNode, _ record: Record, hasRun: Bool) {
        let isAgain = node.hasSettled
        node.record = record
        if !request.dryRun {
            // What went in is in the cache; ten thousand nodes need not remember it here.
            node.manifest = nil
            node.record?.manifest = Manifest(stage: record.manifest.stage, version: record.manifest.version, parameters: [:], inputs: [], tools: [:])
        }
        node.mustRun = false
        node.hasRun = node.hasRun || hasRun
        if request.dryRun {
            result.planned.append(BuildResult.Planned(node: node.name.id, stage: node.name.stage, outcome: .hit, why: [], key: record.key, origin: record.origin))
        } else if let problem = publish(node, record) {
            return fail(node, [problem.diagnostic], seconds: node.seconds)
        }
        if hasRun {
            tell(.ran(node.name, seconds: node.seconds))
        } else if !isAgain {
            tell(.hit(node.name))
        }
        for diagnostic in record.diagnostics { remark(node, diagnostic) }
        if let verdict = record.verdict {
            result.targets[node.target].verdict = verdict
            tell(.verdict(node.name, verdict))
        }
        settle(node)
    }

    private func publish(_ node: BuildNode, _ record: Record) -> StoreProblem? {
        let stage = stage(node)
        guard let pattern = stage.output, let name = stage.descriptor.outputs.first?.name,
              let blob = record.output(name)?.blobs.first else { return nil }
        let file = pattern.file(for: targets[node.target].name), path = request.workspace + "/" + file
        node.reads.append(path)
        do throws(StoreProblem) {
            let isRight = try files.digest(of: path) == blob.digest
            if !isRight {
                try blobs.publish(blob, to: path)
                files.note(path, digest: blob.digest)
            }
            if !result.targets[node.target].published.contains(file) { result.targets[node.target].published.append(file) }
            tell(.published(node.name, file: file, hasChanged: !isRight))
            return nil
        } catch { return error }
    }
}

enum Origin {
    static func of(node: String, vgraph: String) -> Record.Origin {
        Record.Origin(user: user, host: host, time: now(), vgraph: vgraph, node: node)
    }

    /// From the environment: asking the name service needs libraries that a static executable has not.
    private static let user: String = {
        for name in ["USER", "LOGNAME"] { if let text = getenv(name), text.pointee != 0 { return String(cString: text) } }
        return "uid \(getuid())"
    }()

    private static let host: String = {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "unknown" }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }()

    /// ISO 8601, UTC, whole seconds.
    static func now() -> String {
        var seconds = time(nil), parts = tm()
        gmtime_r(&seconds, &parts)
        func two(_ number: Int32) -> String { (number < 10 ? "0" : "") + String(number) }
        return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))T\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))Z"
    }
}
