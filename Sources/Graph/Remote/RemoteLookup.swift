// Remote caches in a build: a node without a local result asks them before it counts as stale; bytes come when
// something needs them; what was made goes up beside the build. What comes is stored like a result of our own and
// judged by `Build.find`, so nothing else of the engine knows of remotes.
import Diagnostics
import Digests
import Pipelines
import Remotes
import Store
import Work

extension Build {
    // MARK: Records

    /// Asks the remote caches for a node's result.
    /// - Returns: whether they were asked; the node then waits for the answer.
    func ask(_ node: BuildNode, _ key: Digest, _ why: [String]) -> Bool {
        let isPaid = stage(node).command?.price != nil
        guard let remotes, let manifest = node.manifest, stage(node).terms.isKept, !request.force,
            !course.isStopping, remotes.mayAsk(key, isPaid: isPaid), !companions.has(key)
        else { return false }
        if node.state != .asking { set(node, .asking) }
        remotes.find(manifest, key, isPaid: isPaid) { [weak self] reply in
            guard let self, node.state == .asking, node.key == key else { return }
            self.take(reply, node, manifest, key)
            self.decide(node, key, why)
        }
        return true
    }

    /// Stores the first record of an answer that is what was asked for and holds in the present world.
    private func take(_ reply: RemoteReply?, _ node: BuildNode, _ manifest: Manifest, _ key: Digest) {
        for (index, found) in (reply?.records ?? []).enumerated() {
            var record = found
            guard isAcceptable(record, node, manifest, key) && holds(record) else { continue }
            let names = reply?.from ?? []
            let remote = names.indices.contains(index) ? names[index] : remotes?.settings.remotes.first?.name ?? ""
            record.origin.remote = remote
            // A key that another process holds is being made there.
            guard let lock = try? jobs.lock(key) else { return }
            defer { withExtendedLifetime(lock) {} }
            guard (try? records.write(record)) != nil else { return }
            remotes?.note(key, from: remote)
            return
        }
    }

    /// Whether a record can be this node's, whoever signed it: its names become names of files, and its outputs are
    /// handed to stages by their declaration.
    private func isAcceptable(_ record: Record, _ node: BuildNode, _ manifest: Manifest, _ key: Digest) -> Bool {
        let stage = stage(node), declared = stage.descriptor.outputs
        guard record.key == key, record.manifest.key == key, Manifest.differences(record.manifest, manifest).isEmpty,
            record.isProvisional != true, stage.command == nil || record.isSandboxed == true,
            record.outputs.count == declared.count
        else { return false }
        for (output, its) in zip(record.outputs, declared) {
            let isCounted = its.isList || (its.isFolder ? !output.blobs.isEmpty : output.blobs.count == 1)
            guard output.name == its.name, output.type == its.type, output.fileName == its.fileName, isCounted,
                output.blobs.allSatisfy({ $0.sha256?.utf8.count == 64 })
            else { return false }
        }
        return true
    }

    // MARK: Bytes

    /// Whether a result's bytes stay in the remote cache although it was asked for.
    func staysAway(_ node: BuildNode, _ record: Record) -> Bool {
        guard let remotes, remotes.settings.download == .none, !remotes.deliversAll, record.origin.remote != nil else {
            return false
        }
        // Another stage reads the file that this one writes.
        let here = FileEdges.Stage(target: node.target, stage: node.stage)
        return !(writers.edges?.isRead(here) ?? false)
    }

    /// Whether a file of the workspace, or the folder that it lies in, was left in a remote cache.
    func staysAway(_ path: String) -> Bool {
        account.result.targets.contains { target in
            target.away.contains { $0.isSameBytes(path) || path.beneath($0) != nil }
        }
    }

    /// The blobs of a result that are not here and are needed now. Intermediate results are assumed to exist until a
    /// node needs them; requested ones are looked for now.
    func missing(_ node: BuildNode, _ record: Record) -> [Record.Blob] {
        let stage = stage(node)
        // What lies in the workspace alone is verified in the cache.
        if request.verifiesOutputs { for blob in record.outputs.flatMap(\.blobs) { publisher.written.takeBack(blob) } }
        if request.verifiesOutputs && !areSound(record.outputs.flatMap(\.blobs), of: node) || node.mustRun {
            return record.outputs.flatMap(\.blobs).filter { !blobs.has($0) }
        }
        var wanted: [Record.Blob] = []
        let isFromRemote = record.origin.remote != nil
        for (output, its) in zip(record.outputs, stage.descriptor.outputs) where isFromRemote && its.isFolder {
            // Keys of later nodes depend on what a listing says.
            if let listing = output.blobs.first { wanted.append(listing) }
        }
        if stage.descriptor.decides != nil { wanted += record.outputs.first?.blobs ?? [] }
        if isFromRemote && !request.dryRun && remotes?.settings.download == .all {
            wanted += record.outputs.flatMap(\.blobs).filter { remotes?.mayBring($0) == true }
        }
        if node.family.isWanted && !staysAway(node, record) {
            for output in record.outputs {
                for blob in output.blobs {
                    if let pattern = stage.output, output.name == stage.descriptor.outputs.first?.name,
                        isAt(pattern.file(for: targets[node.target].name), blob)
                    {
                        continue
                    }
                    wanted.append(blob)
                }
            }
        }
        return wanted.filter { !blobs.has($0) }
    }

    /// Whether blobs that are not here can be had: from a remote that is asked, or, in a dry run, by a build.
    func canBring(_ blobs: [Record.Blob], of record: Record) -> Bool {
        if request.dryRun { return !request.remotes.remotes.isEmpty && record.origin.remote != nil }
        guard let remotes else { return false }
        return blobs.allSatisfy(remotes.mayBring)
    }

    /// Whether the listings of a result from a remote name the blobs that its record names: with others the node would
    /// look for bytes that never come.
    func agreesWithListings(_ node: BuildNode, _ record: Record) -> Bool {
        guard record.origin.remote != nil else { return true }
        return zip(record.outputs, stage(node).descriptor.outputs).allSatisfy { output, its in
            guard its.isFolder, let listing = output.blobs.first, let tree = blobs.tree(listing.digest) else {
                return true
            }
            return tree.entries.compactMap(\.blob?.digest) == output.blobs.dropFirst().map(\.digest)
        }
    }

    /// Has blobs brought; the node waits until each has come or is lost.
    func bring(_ wanted: [Record.Blob], for node: BuildNode, then: @escaping () -> Void) {
        guard let remotes else { return }
        if node.state != .asking { set(node, .asking) }
        var seen: Set<Digest> = [], left = 1
        func come() {
            left -= 1
            if left == 0 && node.state == .asking { then() }
        }
        for blob in wanted where seen.insert(blob.digest).inserted {
            left += 1
            remotes.bring(blob, then: come)
        }
        come()
    }

    /// Has the bytes that a node takes brought, where a remote has them.
    /// - Returns: whether the node waits for that.
    func bringInputs(_ node: BuildNode, _ inputs: NodeInputs) -> Bool {
        guard let remotes, !remotes.isOff, !course.isStopping else { return false }
        var wanted: [Record.Blob] = []
        for file in inputs.flatMap(\.files) {
            for var blob in file.blobs where look(for: blob) != .sound {
                if blob.sha256 == nil { blob.sha256 = sum(of: blob, by: file.producer) }
                if remotes.mayBring(blob) { wanted.append(blob) }
            }
        }
        guard !wanted.isEmpty else { return false }
        let wasRunnable = node.state == .runnable
        bring(wanted, for: node) { [weak self] in
            guard let self else { return }
            if wasRunnable {
                self.set(node, .runnable)
                self.schedule.queue(node)
            } else {
                self.reconsider(node)
            }
        }
        return true
    }

    /// A trace does not hold SHA-256: the record does.
    private func sum(of blob: Record.Blob, by producer: BuildNode?) -> String? {
        let record = producer.flatMap { producer in
            producer.record ?? producer.key.flatMap { key in fresh(key) }
        }
        return record?.outputs.flatMap(\.blobs).first { $0.digest == blob.digest }?.sha256
    }

    // MARK: Uploads

    /// Offers a result that was made here to the remote caches that may be written, if it counts for others.
    func share(_ record: Record, of node: BuildNode) {
        guard let remotes, record.isProvisional != true, stage(node).terms.isKept else { return }
        if stage(node).command != nil && record.isSandboxed != true { return }
        remotes.publish(record)
    }

    // MARK: Figures

    /// Adds what the remotes say of themselves to the result.
    func noteRemotes() {
        guard let remotes else { return }
        var found = remotes.statistics.map {
            BuildResult.Remote(
                name: $0.remote, published: $0.published, bytesDown: $0.bytesDown, bytesUp: $0.bytesUp,
                errors: $0.errors, isOff: $0.isOff)
        }
        for node in allNodes where !node.hasRun && node.state == .done {
            guard let name = node.key.flatMap({ remotes.taken[$0] }) else { continue }
            if let index = found.firstIndex(where: { $0.name == name }) {
                found[index].hits += 1
            } else {
                found.append(BuildResult.Remote(name: name, hits: 1))
            }
        }
        account.result.remotes = found
        // Uploads may have left a warning.
        account.result.diagnostics = account.errors + account.remarks
    }
}
