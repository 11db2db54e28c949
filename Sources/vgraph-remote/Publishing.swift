// Brings a record to every remote that may be written: its blobs first, then the entry that names them, so that what is
// found can be fetched. What is there already is not sent again.
import Digests
import Files
import Glibc
import Remotes
import Store
import Wire

extension Service {
    func publish(_ id: Int, _ publish: RemoteRequest.Publish) {
        pool.add(.beside) { [self] lines in
            let targets = remotes.indices.filter { remotes[$0].takesRecords }
            guard !targets.isEmpty else {
                return replies.send(RemoteReply(id: id, failed: "no remote can be written now"))
            }
            let material: Material
            do throws(Trouble) { material = try Material(publish.record, in: self, publish.cache) } catch {
                return replies.send(RemoteReply(id: id, failed: error.words))
            }
            let end = Countdown(targets.count) { [replies] trouble in
                replies.send(
                    trouble.map { RemoteReply(id: id, failed: $0.words) } ?? RemoteReply(id: id, done: true))
            }
            for (place, index) in targets.enumerated() {
                if place == targets.count - 1 {
                    bring(material, to: index, lines) { end.count($0) }
                } else {
                    pool.add(.beside) { [self] in bring(material, to: index, $0) { end.count($0) } }
                }
            }
        }
    }

    /// The blobs that a remote lacks go on several threads; whoever is last puts the entry.
    private func bring(_ material: Material, to index: Int, _ lines: Lines, end: @escaping @Sendable (Trouble?) -> Void)
    {
        let remote = remotes[index]
        do throws(Trouble) {
            let loads = try loads(of: material, for: remote, lines.line(to: index))
            guard !loads.isEmpty else { return end(put(material, in: remote, lines.line(to: index))) }
            let rest = Countdown(loads.count) { [self] trouble in
                if let trouble { return end(trouble) }
                pool.add(.beside) { [self] in end(put(material, in: remote, $0.line(to: index))) }
            }
            for load in loads.dropFirst() {
                pool.add(.beside) { [self] in send(load, of: material, to: index, $0) { rest.count($0) } }
            }
            send(loads[0], of: material, to: index, lines) { rest.count($0) }
        } catch { end(error) }
    }

    /// What is sent in one call: a large blob, or several small ones.
    private func loads(of material: Material, for remote: Remote, _ line: Line) throws(Trouble) -> [[ContentDigest]] {
        let all = material.digests.filter { !$0.isEmpty }
        guard !all.isEmpty else { return [] }
        // A question for a few small blobs costs as much as they do. One question serves all; where each blob takes its
        // own, whoever sends it asks.
        var sent = all
        if remote.server != nil {
            let small = all.filter { $0.size <= Material.small }
            let isCheap = small.reduce(0) { $0 + $1.size } <= 4 * Material.small
            sent =
                try (isCheap ? small : [])
                + lacking(isCheap ? all.filter { $0.size > Material.small } : all, in: remote, line)
        }
        let limit = try remote.attempt(.writing) { () throws(Trouble) -> Int in try remote.cache.batchBytes(line) }
        var loads: [[ContentDigest]] = [], batch: [ContentDigest] = [], bytes = 0
        for digest in sent {
            // Around each blob there are some 80 bytes.
            let size = Int(digest.size) + 100
            if size > limit / 2 {
                loads.append([digest])
                continue
            }
            if bytes + size > limit {
                loads.append(batch)
                (batch, bytes) = ([], 0)
            }
            batch.append(digest)
            bytes += size
        }
        if !batch.isEmpty { loads.append(batch) }
        return loads
    }

    private func lacking(_ digests: [ContentDigest], in remote: Remote, _ line: Line) throws(Trouble) -> [ContentDigest]
    {
        // What is there with other bytes is put again.
        let asked = digests.filter { !remote.isDamaged($0.hash) }
        guard !asked.isEmpty else { return digests }
        let missing = Set(
            try remote.attempt(.writing) { () throws(Trouble) -> [ContentDigest] in
                try remote.cache.missing(asked, line)
            })
        return digests.filter { missing.contains($0) || remote.isDamaged($0.hash) }
    }

    private func send(
        _ all: [ContentDigest], of material: Material, to index: Int, _ lines: Lines,
        end: @escaping @Sendable (Trouble?) -> Void
    ) {
        let remote = remotes[index], line = lines.line(to: index)
        do throws(Trouble) {
            var load = all
            if remote.server == nil {
                let large = load.filter { $0.size > Material.small }
                if !large.isEmpty {
                    load = try load.filter { $0.size <= Material.small } + lacking(large, in: remote, line)
                }
                guard !load.isEmpty else { return end(nil) }
            }
            let limit = try remote.attempt(.writing) { () throws(Trouble) -> Int in
                try remote.cache.batchBytes(line)
            }
            if load.count == 1, Int(load[0].size) + 100 > limit / 2 {
                let file = try material.open(load[0])
                try remote.attempt(.writing) { () throws(Trouble) -> Void in
                    try remote.cache.upload(load[0], from: file.number, line)
                }
                remote.count { $0.bytesUp += UInt64(load[0].size) }
                return end(nil)
            }
            var blobs: [(digest: ContentDigest, bytes: [UInt8])] = []
            for digest in load { blobs.append((digest, try material.bytes(digest))) }
            let sending = Sending(blobs: blobs, end: end)
            guard remote.server != nil else { return sendAlone(sending, to: remote, line) }
            remote.sendings.add(sending)
            pool.add(.beside) { [self] in sendTogether(to: index, $0) }
        } catch { end(error) }
    }

    private func sendAlone(_ sending: Sending, to remote: Remote, _ line: Line) {
        do throws(Trouble) {
            try remote.attempt(.writing) { () throws(Trouble) -> Void in try remote.cache.upload(sending.blobs, line) }
            remote.count { $0.bytesUp += UInt64(sending.bytes) }
            sending.end(nil)
        } catch { sending.end(error) }
    }

    /// Small blobs of many records go in one call. Which of them a server does not take shows when each record's go
    /// alone.
    private func sendTogether(to index: Int, _ lines: Lines) {
        let remote = remotes[index], line = lines.line(to: index)
        do throws(Trouble) {
            let limit = try remote.attempt(.writing) { () throws(Trouble) -> Int in
                try remote.cache.batchBytes(line)
            }
            let all = remote.sendings.take(upTo: min(limit, 1 << 20)) { $0.bytes + 100 * $0.blobs.count }
            guard all.count > 1 else {
                for sending in all { sendAlone(sending, to: remote, line) }
                return
            }
            do throws(Trouble) {
                var seen: Set<ContentDigest> = []
                let blobs = all.flatMap(\.blobs).filter { seen.insert($0.digest).inserted }
                try remote.attempt(.writing, forMany: true) { () throws(Trouble) -> Void in
                    try remote.cache.upload(blobs, line)
                }
                remote.count { $0.bytesUp += blobs.reduce(0) { $0 + UInt64($1.bytes.count) } }
                for sending in all { sending.end(nil) }
            } catch {
                for sending in all {
                    if error.isOfOnePart { sendAlone(sending, to: remote, line) } else { sending.end(error) }
                }
            }
        } catch {
            for sending in remote.sendings.take(upTo: .max, size: \.bytes) { sending.end(error) }
        }
    }

    private func put(_ material: Material, in remote: Remote, _ line: Line) -> Trouble? {
        let manifest = material.record.manifest, address = EntryAddress.of(manifest)
        // Records of others that do not count are not passed on under our name: they go.
        var entry = Entry()
        if !remote.hadNothing(at: address) {
            entry = self.entry(at: address, of: manifest, in: remote, line) ?? entry
        }
        guard entry.add(material.record, by: remote.signingKey) else { return nil }
        let (value, blob) = entry.result
        do throws(Trouble) {
            if let blob {
                let digest = ContentDigest(of: blob)
                let limit = try remote.attempt(.writing) { () throws(Trouble) -> Int in
                    try remote.cache.batchBytes(line)
                }
                if blob.count + 100 > limit / 2 {
                    let file = try material.memory(blob)
                    try remote.attempt(.writing) { () throws(Trouble) -> Void in
                        try remote.cache.upload(digest, from: file.number, line)
                    }
                } else {
                    try remote.attempt(.writing) { () throws(Trouble) -> Void in
                        try remote.cache.upload([(digest, blob)], line)
                    }
                }
            }
            try remote.attempt(.writing) { () throws(Trouble) -> Void in
                try remote.cache.keep(value, at: address, line)
            }
            remote.count {
                $0.published += 1
                $0.bytesUp += UInt64(value.bytes.count + (blob?.count ?? 0))
            }
            return nil
        } catch { return error }
    }
}

/// Calls `end` when all parts are done, with the first trouble of any.
private final class Countdown: Sendable {
    private struct State {
        var rest: Int
        var trouble: Trouble?
    }
    private let state: Guarded<State>
    private let end: @Sendable (Trouble?) -> Void

    init(_ parts: Int, _ end: @escaping @Sendable (Trouble?) -> Void) {
        state = Guarded(State(rest: parts, trouble: nil))
        self.end = end
    }

    func count(_ trouble: Trouble?) {
        let last = state.withLock { state -> (isLast: Bool, trouble: Trouble?) in
            state.rest -= 1
            if state.trouble == nil { state.trouble = trouble }
            return (state.rest == 0, state.trouble)
        }
        if last.isLast { end(last.trouble) }
    }
}
