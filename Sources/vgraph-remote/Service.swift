// Takes requests apart and answers them, many at once and in any order. Must not know a protocol.
import Diagnostics
import Digests
import Files
import FoundationEssentials
import Glibc
import Processes
import Remotes
import Store
import Wire
import Work

final class Service: Sendable {
    let remotes: [Remote]
    let replies: Replies
    let pool: Pool
    private let caches = Guarded<[String: Cache]>([:])

    init(_ settings: RemoteSettings, _ replies: Replies) throws(SystemFailure) {
        self.replies = replies
        var random = [UInt8](repeating: 0, count: 16)
        for index in random.indices { random[index] = .random(in: 0...255) }
        let invocation = random.withUnsafeBytes { hexText($0) }
        let remotes = settings.remotes.map { remote in
            Remote(
                remote, RemoteAccess(remote) { name in getenv(name).map { String(cString: $0) } },
                invocation: invocation
            ) { replies.send(RemoteReply(warning: $0)) }
        }
        self.remotes = remotes
        pool = try Pool(threads: remotes.map(\.settings.concurrency).max() ?? 1) { Lines(remotes) }
    }

    /// Takes a line, which is decoded by a thread of the pool: one alone would keep the others waiting.
    func take(_ line: String) {
        pool.add(.awaited) { [self] in take(request(line), $0) }
    }

    private func take(_ request: RemoteRequest, _ lines: Lines) {
        let id = request.id
        switch request.call {
        case .open: replies.send(RemoteReply(id: id, failed: "it is open already"))
        case .find(let find): answer(id, find, lines)
        case .fetch(let fetch): answer(id, fetch, lines)
        case .publish(let publish): self.publish(id, publish)
        case .probe: probe(id, lines)
        case .finish(let last): finish(within: last.seconds)
        }
    }

    /// Ends the program.
    func finish(within seconds: Double) {
        let deadline = monotonicSeconds() + max(0, min(seconds, 3600))
        while !pool.isIdle, monotonicSeconds() < deadline { usleep(1000) }
        replies.send(RemoteReply(statistics: remotes.map(\.statistics)))
        // Uploads that are still under way end here. No handler may run beside them.
        _exit(0)
    }

    // MARK: Finding

    private func answer(_ id: Int, _ find: RemoteRequest.Find, _ lines: Lines) {
        let address = EntryAddress.of(find.manifest)
        var records: [Entry.Line] = [], names: [String] = []
        for (index, remote) in remotes.enumerated() where !remote.isOff(.reading) {
            let entry = entry(at: address, of: find.manifest, in: remote, lines.line(to: index))
            guard let entry, !entry.lines.isEmpty else {
                remote.count { $0.misses += 1 }
                continue
            }
            remote.count { $0.hits += 1 }
            for line in entry.lines where !records.contains(where: { $0.record.world == line.record.world }) {
                records.append(line)
                names.append(remote.settings.name)
            }
            // What found nothing beyond its inputs is the only result of its key.
            if records.contains(where: { $0.record.world == .zero }) { break }
        }
        let from = (try? JSONEncoder().encode(names)).map(Array.init) ?? []
        replies.send(RemoteReply.line(id: id, records: records.map(\.json), from: from))
    }

    /// What counts of what a remote keeps for a node; nil: it has nothing, or could not say.
    func entry(at address: ContentDigest, of manifest: Manifest, in remote: Remote, _ line: Line) -> Entry? {
        do throws(Trouble) {
            let bytes = try remote.attempt(.reading) { () throws(Trouble) -> [UInt8]? in
                guard let result = try remote.cache.result(address, line) else { return nil }
                guard let digest = result.outputDigest, result.output.isEmpty, digest.size > 0 else {
                    return result.output
                }
                guard digest.size <= Entry.bytesLimit else { throw .wrong("an entry of \(digest.size) bytes") }
                var bytes: [UInt8] = []
                let isThere = try remote.cache.blob(digest, line) {
                    bytes.append(contentsOf: $0)
                    return true
                }
                guard isThere else { return nil }
                guard ContentDigest(of: bytes) == digest else { throw .wrong("an entry has other bytes than its name") }
                return bytes
            }
            guard let bytes else {
                remote.noteMiss(address)
                return nil
            }
            remote.count { $0.bytesDown += UInt64(bytes.count) }
            let entry = Entry(bytes, of: manifest, keys: remote.keys)
            remote.note(bytes.isEmpty ? [.malformed] : entry.refusals)
            return entry
        } catch { return nil }
    }

    // MARK: Fetching

    private func answer(_ id: Int, _ fetch: RemoteRequest.Fetch, _ lines: Lines) {
        if let index = remotes.firstIndex(where: { !$0.isOff(.reading) }), remotes[index].server?.readsTogether == true,
            fetch.blob.size <= Material.small, fetch.blob.size > 0, fetch.blob.sha256 != nil
        {
            remotes[index].fetches.add((id, fetch))
            return pool.add(.awaited) { [self] in fetchTogether(from: index, $0) }
        }
        fetchAlone(id, fetch, lines)
    }

    /// Small blobs come in one call. What does not come so, or not whole, is asked for alone, which says why.
    private func fetchTogether(from index: Int, _ lines: Lines) {
        let remote = remotes[index]
        let wanted = remote.fetches.take(upTo: 1 << 20) { Int($0.fetch.blob.size) + 200 }
        guard let server = remote.server, !wanted.isEmpty else { return }
        let digests = Set(wanted.compactMap { ContentDigest($0.fetch.blob) })
        let found = try? remote.attempt(.reading, forMany: true) {
            () throws(Trouble) -> [ContentDigest: ArraySlice<UInt8>] in
            try server.blobs(Array(digests), lines.line(to: index))
        }
        for (id, fetch) in wanted {
            let isThere = ContentDigest(fetch.blob).flatMap { found?[$0] }.map { keep($0, as: fetch) } ?? false
            guard isThere else {
                fetchAlone(id, fetch, lines)
                continue
            }
            remote.count {
                $0.blobs += 1
                $0.bytesDown += fetch.blob.size
            }
            replies.send(RemoteReply(id: id, done: true))
        }
    }

    /// - Returns: whether these are the bytes, and the file has them.
    private func keep(_ bytes: ArraySlice<UInt8>, as fetch: RemoteRequest.Fetch) -> Bool {
        guard fetch.to.hasPrefix("/"), ContentDigest(of: Array(bytes)) == ContentDigest(fetch.blob) else {
            return false
        }
        let file = Descriptor(open(fetch.to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode(of: fetch)))
        guard file.number >= 0 else { return false }
        let isWritten = bytes.withUnsafeBytes { bytes in
            do throws(SystemFailure) {
                try OpenFile.write(bytes, to: file.number)
                return true
            } catch { return false }
        }
        if !isWritten { unlink(fetch.to) }
        return isWritten
    }

    private func mode(of fetch: RemoteRequest.Fetch) -> mode_t { fetch.blob.isExecutable == true ? 0o755 : 0o644 }

    private func fetchAlone(_ id: Int, _ fetch: RemoteRequest.Fetch, _ lines: Lines) {
        guard let digest = ContentDigest(fetch.blob), fetch.to.hasPrefix("/") else {
            return replies.send(RemoteReply(id: id, failed: "the blob has no SHA-256, or the path is not absolute"))
        }
        let file = Descriptor(open(fetch.to, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode(of: fetch)))
        guard file.number >= 0 else { return replies.send(RemoteReply(id: id, failed: message(errno))) }
        var failure: Trouble?
        for (index, remote) in remotes.enumerated() where !remote.isOff(.reading) {
            do throws(Trouble) {
                if try load(digest, into: file.number, from: remote, lines.line(to: index)) {
                    return replies.send(RemoteReply(id: id, done: true))
                }
            } catch { failure = error }
        }
        unlink(fetch.to)
        if let failure { return replies.send(RemoteReply(id: id, failed: failure.words)) }
        replies.send(RemoteReply(id: id, missing: true))
    }

    /// - Returns: false: the remote does not have it.
    private func load(_ digest: ContentDigest, into file: Int32, from remote: Remote, _ line: Line) throws(Trouble)
        -> Bool
    {
        if digest.isEmpty, digest == .empty { return true }
        return try remote.attempt(.reading) { () throws(Trouble) -> Bool in
            // What an attempt before this one left.
            guard ftruncate(file, 0) == 0, lseek(file, 0, SEEK_SET) == 0 else { throw .here(message(errno)) }
            let content = ContentCheck(file, size: digest.size)
            let isThere: Bool
            do throws(Trouble) {
                isThere = try remote.cache.blob(digest, line) { content.take($0) }
            } catch {
                if let failure = content.failure { throw .here(failure.words) }
                throw error
            }
            if let failure = content.failure { throw .here(failure.words) }
            guard isThere else { return false }
            remote.count { $0.bytesDown += UInt64(content.size) }
            guard content.size == digest.size else {
                remote.noteDamaged(digest.hash)
                throw .wrong("a blob has \(content.size) bytes instead of \(digest.size)")
            }
            guard content.finish() == digest.hash else {
                remote.noteDamaged(digest.hash)
                throw .wrong("a blob has other bytes than its SHA-256 says")
            }
            remote.count { $0.blobs += 1 }
            return true
        }
    }

    /// The local cache whose blobs are published.
    func cache(_ root: String) throws(StoreProblem) -> Cache {
        if let known = caches.withLock({ $0[root] }) { return known }
        let cache = try Cache(root, for: .reading)
        caches.withLock { $0[root] = cache }
        return cache
    }
}

/// Ends the program where it cannot go on; vgraph shows the words.
func refuse(_ reason: String) -> Never {
    let text = "vgraph-remote: \(reason)\n"
    _ = text.withCString { write(2, $0, strlen($0)) }
    _exit(2)
}

func request(_ line: String) -> RemoteRequest {
    guard let request = RemoteRequest.read(line.utf8) else { refuse("not a request: \(line.prefix(200))") }
    return request
}

/// The lines that go back, each whole.
final class Replies: Sendable {
    private let file: Int32
    private let order = Guarded(())

    init(to file: Int32) { self.file = file }

    func send(_ reply: some Encodable) {
        if let line = try? JSONForm.line.bytes(of: reply) { send(Array(line)) }
    }

    func send(_ line: [UInt8]) {
        let line = line + [10]
        order.withLock { _ in
            line.withUnsafeBytes { bytes in
                // vgraph has ended: what is under way serves nothing.
                do throws(SystemFailure) { try OpenFile.write(bytes, to: file) } catch { _exit(1) }
            }
        }
    }
}
