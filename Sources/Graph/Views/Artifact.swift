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
        guard let wanted = build.targets.first?.stage, let family = build.families[0][wanted] else { return [] }
        let nodes = family.nodes.filter { element == nil || $0.element == element }
        bring(nodes, for: request) { output == nil || $0.name == output }
        return nodes.flatMap { build.artifacts(of: $0) { made in output == nil || made.name == output } }
    }

    /// The files of these types that stages made for a target, in the order of its stages.
    public func artifacts(_ request: BuildRequest, target: String, types: Set<String>) throws(Diagnostics) -> [Artifact]
    {
        var request = request
        request.dryRun = true
        request.takesAnyResult = true
        request.targets = [target]
        let build = try perform(request, nil, nil)
        let nodes = build.families[0].compactMap { $0 }.flatMap(\.nodes)
        bring(nodes, for: request) { types.contains($0.type) }
        return nodes.flatMap { build.artifacts(of: $0) { types.contains($0.type) } }
    }

    /// What the stages of a target remarked when they ran, each once; of those whose results are up to date.
    public func remarks(_ request: BuildRequest, target: String) throws(Diagnostics) -> [Diagnostic] {
        var request = request
        request.dryRun = true
        request.takesAnyResult = true
        request.targets = [target]
        let build = try perform(request, nil, nil)
        var seen: Set<Diagnostic> = []
        return build.families[0].compactMap { $0 }.flatMap(\.nodes).flatMap { $0.record?.diagnostics ?? [] }.filter {
            seen.insert($0).inserted
        }
    }
}

extension Build {
    fileprivate func artifacts(of node: BuildNode, _ isWanted: (Record.Output) -> Bool) -> [Artifact] {
        guard let record = node.record else { return [] }
        return record.outputs.filter(isWanted).flatMap { made in
            let isFolder = stage(node).descriptor.outputs.first { $0.name == made.name }?.isFolder == true
            return (isFolder ? Array(made.blobs.prefix(1)) : made.blobs).filter { blobs.has($0) }.map { blob in
                Artifact(
                    path: blobs.path(blob.digest), node: node.name.id, output: made.name, type: made.type,
                    fileName: made.fileName,
                    size: isFolder ? made.blobs.dropFirst().reduce(0) { $0 &+ $1.size } : blob.size, key: record.key,
                    tree: isFolder ? blobs.tree(blob.digest) : nil)
            }
        }
    }
}
