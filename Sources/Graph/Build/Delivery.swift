// A target's file outside of its place: copied from the cache to a path that the user names.
import Diagnostics
import Store

extension Builder {
    /// Copies the file that a target is from the cache, if it is up to date there.
    /// - Parameter path: absolute; its folder is created.
    /// - Returns: whether there is such a file.
    public func deliver(_ request: BuildRequest, target: String, to path: String) throws(Diagnostics) -> Bool {
        var request = request
        request.dryRun = true
        request.takesAnyResult = true
        request.targets = [target]
        let build = try perform(request, nil, nil)
        guard let wanted = build.targets.first,
            let stage = wanted.pipeline.stages.firstIndex(where: {
                $0.output?.file(for: wanted.name).isSameBytes(wanted.file) == true
            }), let output = wanted.pipeline.stages[stage].descriptor.outputs.first, !output.isFolder,
            let blob = build.families[0][stage]?.nodes.first?.record?.output(output.name)?.blobs.first
        else { return false }
        bring([blob], for: request)
        do throws(StoreProblem) {
            let cache = try Cache(request.cache, for: .serving)
            let lock = try CacheLock.shared(cache)
            defer { withExtendedLifetime(lock) {} }
            try Blobs(cache).publish(blob, to: path)
        } catch { throw Diagnostics([error.diagnostic]) }
        return true
    }
}
