// Puts the outputs of a build's stages into the workspace.
import Diagnostics
import Files
import Pipelines
import Store

extension Build {
    /// Errors that keep a build from starting: files of the user at outputs' paths. Checked before the first node runs,
    /// for everything that is not up to date, and again when an output is written.
    func foreignTargets() -> [Diagnostic] {
        guard request.publishes, !request.force, !request.overwrites else { return [] }
        var problems: [Diagnostic] = []
        for case let family? in families.joined() {
            let stage = stage(family)
            guard let pattern = stage.output else { continue }
            let file = pattern.file(for: targets[family.target].name), isDone = family.nodes.first?.state == .done
            do throws(StoreProblem) {
                if stage.writesFolder {
                    try publisher.refuse(folder: file)
                    if request.dryRun && isDone { try refusePlanned(beneath: file) }
                } else if isDone && !request.dryRun {
                    continue
                } else {
                    let path = request.workspace + "/" + file
                    // In a dry run: a hit whose bytes are already in place.
                    if isDone, let blob = lookups.planned[path], try files.digest(of: path) == blob.digest { continue }
                    try publisher.mayReplace(file)
                }
            } catch { problems.append(error.diagnostic) }
        }
        return problems.map(account.relative)
    }

    private func refusePlanned(beneath folder: String) throws(StoreProblem) {
        let base = request.workspace + "/" + folder
        for (path, blob) in lookups.planned where path.text.beneath(base) != nil {
            guard let name = path.text.beneath(request.workspace), try files.digest(of: path.text) != blob.digest else {
                continue
            }
            try publisher.mayReplace(name)
        }
    }

    /// Writes a node's output to the path in the pipeline; nil: it succeeded, or there is nothing to write.
    func publish(_ node: BuildNode, _ record: Record) -> StoreProblem? {
        let stage = stage(node)
        guard request.publishes, let pattern = stage.output, let output = stage.descriptor.outputs.first,
            let blob = record.output(output.name)?.blobs.first
        else { return nil }
        let file = pattern.file(for: targets[node.target].name)
        if staysAway(node, record), !record.output(output.name)!.blobs.allSatisfy(blobs.has) {
            let lying = try? files.digest(of: request.workspace + "/" + file)
            if lying != blob.digest {
                account.result.targets[node.target].away.append(file)
                if lying != nil { account.remark(node, BuildProblem.olderFile(path: file).diagnostic) }
                return nil
            }
        }
        do throws(StoreProblem) {
            let hasChanged: Bool
            if output.isFolder {
                guard let tree = lookups.trees[blob.digest] ?? blobs.tree(blob.digest) else {
                    throw .damagedBlob(digest: blob.digest.hex)
                }
                hasChanged = try publisher.publish(tree, to: file, node)
            } else {
                hasChanged = try publisher.publish(
                    blob, to: file, node, isOnlyCopy: output.isJoined, isDecidedUpon: isDecidedUpon(node.target))
            }
            account.result.targets[node.target].published.append(file)
            account.tell(.published(node.name, file: file, hasChanged: hasChanged))
            return nil
        } catch { return error }
    }

    /// In a dry run: notes what a hit would have written.
    func plan(_ node: BuildNode, _ record: Record) {
        let stage = stage(node), output = stage.descriptor.outputs.first?.name ?? ""
        guard let pattern = stage.output, let blob = record.output(output)?.blobs.first else { return }
        let file = request.workspace + "/" + pattern.file(for: targets[node.target].name)
        guard stage.writesFolder else { return lookups.planned[file] = blob }
        for entry in blobs.tree(blob.digest)?.entries ?? [] {
            if let made = entry.blob { lookups.planned[file + "/" + entry.path] = made }
        }
    }
}
