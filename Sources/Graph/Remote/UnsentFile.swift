// The records that a build could not upload before it ended: key and world, a line each. The next build that starts
// vgraph-remote takes them. Losing this file costs another machine a miss.
import Digests
import Files
import Store

struct UnsentFile {
    private let cache: Cache
    private static let most = 100_000

    init(_ cache: Cache) { self.cache = cache }

    private var path: String { cache.root + "/state/" + Digest.of("unsent").hex + ".unsent" }

    private func read() -> [RemoteCaches.Unsent] {
        guard let content = try? FileContent.read(path, keepBytes: true, in: cache.folder) else { return [] }
        return content.bytes.split(separator: 0x0A).compactMap { line in
            let words = line.split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) }
            guard words.count == 2, let key = Digest(hex: words[0]), let world = Digest(hex: words[1]) else {
                return nil
            }
            return RemoteCaches.Unsent(key: key, world: world)
        }
    }

    /// The records, which the caller now has to upload or to put back.
    func take() -> [RemoteCaches.Unsent] {
        let found = read()
        if !found.isEmpty { _ = cache.folder.unlink(path) }
        return found
    }

    func put(_ items: [RemoteCaches.Unsent]) {
        var seen: Set<RemoteCaches.Unsent> = []
        let all = (read() + items).filter { seen.insert($0).inserted }.suffix(Self.most)
        let text = all.map { "\($0.key.hex) \($0.world.hex)\n" }.joined()
        try? AtomicFile.write(Array(text.utf8), to: path, by: cache.temporary, in: cache.folder)
    }
}
