// Plays vgraph-remote with a folder as the only remote cache, and with every way to go wrong on request. Beside it, the
// folder as a test sees it.
import Diagnostics
import Digests
import Files
import FoundationEssentials
import Glibc
import Remotes
import Store
import Work

public final class FakeRemote {
    public enum Fault: String, CaseIterable, Sendable {
        /// Ends it at the fifth request, by a signal, by a line that is no reply, or by silence.
        case crash, garbage, hang
        /// Says nothing of records; or of bytes.
        case silent, withholds
        /// Blobs: other bytes, fewer bytes, "done" without a file, gone, or cannot be had.
        case wrong, short, empty, vanished, failing
        /// Records that are not what was asked for.
        case forged
        /// Answers in reverse order, late.
        case reversed
        /// Takes 20 ms for each answer.
        case slow
        /// Does not take records.
        case refuses
        /// Takes two records and no more.
        case stuckUploads
    }

    private let root: String
    private let faults: Set<Fault>
    private var statistics = RemoteReply.Statistics(remote: "fake")
    private var count = 0
    private var late: [RemoteReply] = []

    /// - Parameter arguments: the folder, then faults.
    public init(_ arguments: [String]) {
        root = arguments[0]
        faults = Set(arguments.dropFirst().compactMap(Fault.init))
    }

    public func serve() -> Int32 {
        var bytes: [UInt8] = [], buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            if !late.isEmpty {
                var list = [pollfd(fd: 0, events: Int16(POLLIN), revents: 0)]
                if poll(&list, 1, 10) == 0 {
                    for reply in late.reversed() { put(reply) }
                    late = []
                }
            }
            let size = read(0, &buffer, buffer.count)
            guard size > 0 else { return 0 }
            bytes += buffer[..<size]
            while let end = bytes.firstIndex(of: 0x0A) {
                guard let request = try? JSONDecoder().decode(RemoteRequest.self, from: Data(bytes[..<end])) else {
                    return 2
                }
                bytes.removeFirst(end + 1)
                if !take(request) { return 0 }
            }
        }
    }

    /// false: it was the last.
    private func take(_ request: RemoteRequest) -> Bool {
        count += 1
        if count == 5 {
            if faults.contains(.crash) { kill(getpid(), SIGKILL) }
            if faults.contains(.garbage) { print("this is no reply") }
            if faults.contains(.hang) { sleep(600) }
        }
        if faults.contains(.slow) { usleep(20_000) }
        if case .find(let find) = request.call, !faults.contains(.silent) {
            say(found(find, RemoteReply(id: request.id)))
        }
        if case .fetch(let fetch) = request.call, !faults.contains(.withholds) {
            say(fetched(fetch, RemoteReply(id: request.id)))
        }
        if case .publish(let publish) = request.call, statistics.published < 2 || !faults.contains(.stuckUploads) {
            say(published(publish, RemoteReply(id: request.id)))
        }
        if case .finish = request.call {
            for reply in late.reversed() { put(reply) }
            put(RemoteReply(statistics: [statistics]))
            return false
        }
        return true
    }

    private func say(_ reply: RemoteReply) { faults.contains(.reversed) ? late.append(reply) : put(reply) }

    private func put(_ reply: RemoteReply) {
        guard let data = try? JSONEncoder().encode(reply) else { return }
        print(String(decoding: data, as: UTF8.self))
        fflush(nil)
    }

    private func entry(_ key: Digest) -> String { root + "/ac/" + key.hex }

    private func found(_ find: RemoteRequest.Find, _ reply: RemoteReply) -> RemoteReply {
        var reply = reply
        let content = (try? FileContent.read(entry(find.manifest.key), keepBytes: true)) ?? nil
        var records = content.flatMap { try? JSONDecoder().decode([Record].self, from: Data($0.bytes)) } ?? []
        if faults.contains(.forged) {
            records = records.flatMap { record in
                var lies = [Record](repeating: record, count: 8)
                lies[0].key = Digest.of("another")
                lies[1].manifest.version += 1
                lies[2].isProvisional = true
                lies[3].outputs[0].fileName = "../../escape"
                lies[4].outputs = []
                lies[5].outputs[0].blobs = []
                for index in lies[6].outputs.indices {
                    for blob in lies[6].outputs[index].blobs.indices { lies[6].outputs[index].blobs[blob].sha256 = nil }
                }
                lies[7].discovered.append(Discovered(path: "no/such/file", digest: Digest.of("x")))
                return lies
            }
        }
        if records.isEmpty { statistics.misses += 1 } else { statistics.hits += 1 }
        reply.records = records
        reply.from = records.map { _ in "fake" }
        return reply
    }

    private func fetched(_ fetch: RemoteRequest.Fetch, _ reply: RemoteReply) -> RemoteReply {
        var reply = reply
        let source = root + "/cas/" + (fetch.blob.sha256 ?? "")
        guard !faults.contains(.vanished), let content = try? FileContent.read(source, keepBytes: true) else {
            reply.missing = true
            return reply
        }
        if faults.contains(.failing) {
            reply.failed = "it said 500"
            return reply
        }
        var bytes = content.bytes
        if faults.contains(.wrong), !bytes.isEmpty { bytes[0] ^= 1 }
        if faults.contains(.short) { bytes = Array(bytes.dropLast()) }
        if !faults.contains(.empty) {
            try? AtomicFile.write(bytes, to: fetch.to, by: fetch.to.folderPart)
        }
        statistics.blobs += 1
        statistics.bytesDown += UInt64(bytes.count)
        reply.done = true
        return reply
    }

    private func published(_ publish: RemoteRequest.Publish, _ reply: RemoteReply) -> RemoteReply {
        var reply = reply, record = publish.record
        do {
            if faults.contains(.refuses) { throw FakeStages.problem("it said 403") }
            let blobs = Blobs(try Cache(publish.cache, for: .reading))
            for (at, output) in record.outputs.enumerated() {
                for (index, blob) in output.blobs.enumerated() {
                    let sum = try blobs.sha256(blob.digest),
                        content = try FileContent.read(blobs.path(blob.digest), keepBytes: true)
                    record.outputs[at].blobs[index].sha256 = sum
                    try AtomicFile.write(content?.bytes ?? [], to: root + "/cas/" + sum, by: root)
                    statistics.bytesUp += blob.size
                }
            }
            let content = try FileContent.read(entry(record.key), keepBytes: true)
            let others = content.flatMap { try? JSONDecoder().decode([Record].self, from: Data($0.bytes)) } ?? []
            let all = [record] + others.filter { $0.world != record.world }
            try AtomicFile.write(Array(JSONEncoder().encode(all)), to: entry(record.key), by: root)
            statistics.published += 1
            reply.done = true
        } catch { reply.failed = "\(error)" }
        return reply
    }
}

/// What lies in the folder.
public struct FakeRemoteFolder {
    public let path: String

    public init(_ path: String) throws {
        self.path = path
        for name in ["/ac", "/cas"] { try Folder.create(path + name) }
    }

    public var entries: [String] { ((try? Folder.names(path + "/ac")) ?? nil) ?? [] }
    public var blobs: [String] { ((try? Folder.names(path + "/cas")) ?? nil) ?? [] }

    public func records() -> [Record] {
        entries.flatMap { name in
            let content = (try? FileContent.read(path + "/ac/" + name, keepBytes: true)) ?? nil
            return content.flatMap { try? JSONDecoder().decode([Record].self, from: Data($0.bytes)) } ?? []
        }
    }

    public func remove(blob: String) { unlink(path + "/cas/" + blob) }
    public func removeAllBlobs() { for blob in blobs { remove(blob: blob) } }
}
