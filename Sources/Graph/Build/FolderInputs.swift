// Folders that are results, as inputs: whole, or only the files that match a pattern.
import Diagnostics
import Patterns
import Pipelines
import Store

extension Build {
    /// What lies in an input that is a folder.
    func tree(of file: InputFile, _ node: BuildNode) throws(Diagnostic) -> Tree {
        if let known = lookups.trees[file.digest] { return known }
        guard let tree = blobs.tree(file.digest) else {
            throw StoreProblem.cannotRead(
                path: file.path,
                reason: "the listing of the folder '\(file.name)' is gone"
            ).diagnostic
        }
        lookups.trees[file.digest] = tree
        return tree
    }

    /// The files of folders that match, in the order of the folders and of the files' names.
    func files(
        _ filter: Pipeline.Filter, of folders: [InputFile],
        _ node: BuildNode
    ) throws(Diagnostic) -> [InputFile] {
        let target = targets[node.target], glob: Glob
        do throws(Pattern.Refusal) { glob = try filter.glob.filled(target.name) } catch {
            throw PipelineProblem.badTarget(
                target.file,
                reason: "its name does not fit into '\(filter.glob.text)'"
            ).diagnostic
        }
        var found: [InputFile] = []
        for folder in folders {
            for entry in try tree(of: folder, node).entries {
                guard let blob = entry.blob, glob.matches(entry.path) else { continue }
                found.append(
                    InputFile(
                        blob, at: blobs.path(blob.digest), name: entry.path.namePart,
                        by: folder.producer))
            }
        }
        guard !found.isEmpty || filter.isOptional else {
            throw PipelineProblem.noMatch(target: target.file, pattern: filter.glob.text, at: filter.place).diagnostic
        }
        return found
    }

    /// A node whose inputs are selected from folders needs their listings. If one is gone, the node that made it runs
    /// again first.
    /// - Returns: whether it waits now.
    func waitsForListings(_ node: BuildNode) -> Bool {
        var missing: NodeInputs = []
        for binding in stage(node).bindings {
            for index in binding.filters.keys.sorted() {
                guard case .output(let other, let output, let reach) = binding.sources[index],
                    let folders = try? results(node, other, output, reach)
                else { continue }
                var listings = folders.filter { lookups.trees[$0.digest] == nil && blobs.tree($0.digest) == nil }
                // Only the listings: their files are checked when the node runs.
                for at in listings.indices { listings[at].folder = [] }
                missing.append((binding.slot, listings))
            }
        }
        guard missing.contains(where: { !$0.files.isEmpty }) else { return false }
        if request.dryRun {
            stale(node, [Explanation.resultGone], node.key ?? .zero)
            return true
        }
        return rewind(node, missing)
    }
}
