// Bytes that a command needs and only a remote cache has: brought outside a build. What no remote gives stays missing,
// as if it had been collected.
import Diagnostics
import Glibc
import Remotes
import Store

extension Builder {
    /// Brings what is not in the local cache, where a published file or a remote has it.
    public func bring(_ wanted: [Record.Blob], for request: BuildRequest) {
        takeBack(wanted, for: request)
        guard !request.remotes.remotes.isEmpty, let cache = try? Cache(request.cache, for: .serving) else { return }
        let blobs = Blobs(cache), missing = wanted.filter { $0.sha256 != nil && !blobs.has($0) }
        guard !missing.isEmpty, let lock = try? CacheLock.shared(cache),
            let remotes = RemoteCaches(
                request.remotes, command: engine.remote, cache: cache,
                limits: RemoteCaches.Limits(silence: request.remotePatience, answer: request.remotePatience / 6))
        else { return }
        defer { withExtendedLifetime(lock) {} }
        remotes.serve(engine.tell)
        for blob in missing { remotes.bring(blob) {} }
        while remotes.isAwaited {
            var list: [pollfd] = []
            remotes.descriptors(into: &list)
            guard poll(&list, nfds_t(list.count), 200) >= 0 || errno == EINTR else { break }
            remotes.handle(list[...])
        }
        remotes.finish(nil) { _ in }
    }

    /// The same for the results of nodes of a dry run.
    func bring(_ nodes: [BuildNode], for request: BuildRequest, where isWanted: (Record.Output) -> Bool = { _ in true })
    {
        bring(nodes.flatMap { $0.record?.outputs.filter(isWanted).flatMap(\.blobs) ?? [] }, for: request)
    }
}
