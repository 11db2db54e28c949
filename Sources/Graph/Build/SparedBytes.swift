// Bytes that lie in the workspace and not in the cache as well. A result that is joined from others about as fast as it
// is copied (`Output.isJoined`) would fill most of the cache with second copies where one request makes many films:
// there the cache gives its copy up once the file is published. What needs the bytes later gets them back from the
// published file if that is as it was, else from the stage, by `rewind`.
import Diagnostics
import Glibc
import Pipelines
import Store
import Work

extension Build {
    /// So many targets of one request are many. Fewer keep their bytes, so that a file that was deleted or replaced is
    /// restored without work.
    static let many = 16

    /// Removes what lies in the workspace from the cache. Other builds must not be running, since their jobs read
    /// blobs by path: then the next build does it. Call it without a lock on the cache.
    func spare() {
        guard targets.count >= Self.many, request.publishes, request.isRemembered, !request.dryRun, cache.isOurs,
            cache.readOnlyReason == nil, !account.result.remotes.contains(where: { $0.errors > 0 })
        else { return }
        guard let lock = try? CacheLock.exclusive(cache) else { return }
        defer { withExtendedLifetime(lock) {} }
        for family in families.joined().compactMap({ $0 }) {
            let stage = stage(family)
            guard let pattern = stage.output, let output = stage.descriptor.outputs.first, output.isJoined else {
                continue
            }
            let name = targets[family.target].file
            for node in family.nodes where node.state == .done && !request.keepsCopy(name) {
                guard let blob = node.record?.output(output.name)?.blobs.first else { continue }
                publisher.written.giveUp(blob, for: pattern.file(for: targets[node.target].name))
            }
        }
    }

    /// What the cache knows of a blob, which is taken back from the workspace if only that has it.
    func look(for blob: Record.Blob) -> Blobs.Finding {
        let finding = blobs.inspect(blob)
        return finding == .missing && publisher.written.takeBack(blob) ? .sound : finding
    }
}

extension Builder {
    /// The same for what a command reads.
    func takeBack(_ wanted: [Record.Blob], for request: BuildRequest) {
        guard let cache = try? Cache(request.cache, for: .serving) else { return }
        let absent = wanted.filter { access(Blobs(cache).path($0.digest), F_OK) != 0 }
        guard !absent.isEmpty, let lock = try? CacheLock.shared(cache) else { return }
        defer { withExtendedLifetime(lock) {} }
        let written = Published(workspace: request.workspace, cache: cache)
        for blob in absent { written.takeBack(blob) }
    }
}
