// Files that stages made, found in the cache without running anything.
import Diagnostics
import Digests
import Store

public struct Artifact: Sendable {
    /// Absolute, in the cache, read-only.
    public var path: String
    public var node: String
    public var output: String
    public var type: String
    public var fileName: String
    public var size: UInt64
    public var key: Digest
    /// Its content if it is a folder; `path` is then that of its listing.
    public var tree: Tree?
}

extension Builder {
    /// The files that a stage made for a target, in order, if they are up to date and in the cache; of all its outputs,
    /// or of one.
    /// - Parameter element: only this element of a stage that runs for each.
    public func artifacts(
        _ request: BuildRequest, target: String, stage: String, output: String? = nil,
        element: Int? = nil
    ) throws(Diagnostics) -> [Artifact] {
        var request = request
        request.dryRun = true
        request.takesAnyResult = true
        request.targets = [target + ":" + stage]
        let build = try perform(request, nil, nil)
        var found: [Artifact] = []
        guard let wanted = build.targets.first?.stage, let family = build.families[0][wanted] else { return [] }
        for node in family.nodes where element == nil || node.element == element {
            guard let record = node.record else { continue }
            for made in record.outputs where output == nil || made.name == output {
                let isFolder = build.stage(node).descriptor.outputs.first { $0.name == made.name }?.isFolder == true
                for blob in isFolder ? Array(made.blobs.prefix(1)) : made.blobs where build.blobs.has(blob) {
                    let size = isFolder ? made.blobs.dropFirst().reduce(0) { $0 &+ $1.size } : blob.size
                    found.append(
                        Artifact(
                            path: build.blobs.path(blob.digest), node: node.name.id, output: made.name,
                            type: made.type, fileName: made.fileName, size: size, key: record.key,
                            tree: isFolder ? build.blobs.tree(blob.digest) : nil))
                }
            }
        }
        return found
    }
}
