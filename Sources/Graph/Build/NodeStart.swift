// The start of a node's work: it checks the inputs' bytes, locks the key, and prepares a folder and a job.
import Diagnostics
import Pipelines
import Processes
import Programs
import Store
import Work

extension Build {
    /// Starts a runnable node, unless it turns out to be done or has to wait.
    /// - Returns: what to send to a worker, start as a program or run here.
    func begin(_ node: BuildNode) -> Assignment? {
        guard let key = node.key else { return nil }
        if let reason = cache.readOnlyReason {
            fail(node, [StoreProblem.readOnly(path: cache.root, reason: reason).diagnostic])
            return nil
        }
        if rewind(node, node.inputs) { return nil }
        let stage = stage(node)
        var command: Command?
        do throws(Diagnostic) {
            if let stage = stage.command { command = try self.command(node, stage, node.inputs) }
        } catch {
            fail(node, [error])
            return nil
        }
        do throws(StoreProblem) {
            guard let lock = try jobs.lock(key) else {
                schedule.waitForKey(node)
                return nil
            }
            // Another build may have made it since we looked.
            if !request.force || keys.isMade(key), case .hit(let record) = find(node, key) {
                finish(node, record, hasRun: false)
                return nil
            }
            let scratch = try jobs.takeFolder(forProgram: command != nil)
            set(node, .running)
            let number = jobs.add(
                Running(node: node, scratch: scratch, lock: lock, started: monotonicSeconds(), command: command))
            account.tell(.nodeStarted(node.name, why: node.why))
            if let command { return .program(command, job: number, scratch: scratch) }
            var job = node.job(number, stage, parameters(stage, of: node.target), in: scratch, request)
            job.companions = companions(of: node)
            job.earlier = earlier(of: node)
            jobs.set(number) { $0.job = job }
            return .stage(job)
        } catch {
            fail(node, [error.diagnostic])
            return nil
        }
    }

    /// Has missing bytes that a node needs brought from a remote cache, or made again by the nodes that made them.
    /// - Returns: whether the node must wait for that.
    func rewind(_ node: BuildNode, _ inputs: NodeInputs) -> Bool {
        if bringInputs(node, inputs) { return true }
        var waits = 0
        for file in inputs.flatMap(\.files) where file.blob != nil {
            guard let producer = file.producer else {
                if file.blobs.allSatisfy({ look(for: $0) == .sound }) { continue }
                course.startOver()
                return true
            }
            switch producer.state {
            case .failed, .skipped:
                set(node, .waiting)
                producer.waiters.append(node)
                pass(over: producer)
                return true
            case .done:
                if areSound(file, by: producer) { continue }
                producer.attempts += 1
                guard producer.attempts <= 4 else {
                    fail(
                        node,
                        [
                            StoreProblem.cannotRead(
                                path: file.path,
                                reason: "it keeps disappearing"
                            ).diagnostic
                        ])
                    return true
                }
                producer.mustRun = true
                reconsider(producer)
            default: break
            }
            producer.waiters.append(node)
            waits += 1
        }
        guard waits > 0 else { return false }
        set(node, .waiting)
        node.pending = waits
        return true
    }

    private func areSound(_ file: InputFile, by producer: BuildNode) -> Bool {
        var isSound = true
        for blob in file.blobs {
            let finding = look(for: blob)
            if finding != .sound { isSound = false }
            if finding == .damaged {
                account.remark(producer, StoreProblem.damagedBlob(digest: blob.digest.hex).diagnostic)
            }
        }
        return isSound
    }
}

extension BuildNode {
    /// A job for a node whose inputs are found.
    func job(
        _ number: Int, _ stage: Pipeline.Stage, _ parameters: [String: Value], in scratch: String,
        _ request: BuildRequest
    ) -> Job {
        let given = inputs.flatMap { slot, files in
            files.map { Job.Input(slot: slot.name, path: $0.path, name: $0.name, digest: $0.digest) }
        }
        return Job(
            id: number, stage: stage.descriptor.name, node: name.id, workspace: request.workspace,
            inputs: given, parameters: parameters, scratch: scratch, roots: request.roots, key: key)
    }
}
