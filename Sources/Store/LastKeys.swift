// The last key of each node of a workspace: `why` compares with it, and gc keeps it longest, since published files were
// made from it. Text with one line per node: `<key> <node>`.
import Diagnostics
import Digests
import Files
import Glibc

public struct LastKeys: Sendable {
    public var keys: [ByteText: Digest]
    public init(keys: [ByteText: Digest]) { self.keys = keys }

    static func path(_ workspace: String, _ cache: Cache) -> String {
        cache.root + "/state/" + Digest.of(workspace).hex + ".keys"
    }

    /// Empty if the file is missing or damaged.
    public static func load(workspace: String, in cache: Cache) -> LastKeys { load(path(workspace, cache), cache) }

    private static func load(_ path: String, _ cache: Cache) -> LastKeys { LastKeys(bytes: bytes(path, cache)) }

    fileprivate static func bytes(_ path: String, _ cache: Cache) -> [UInt8] {
        (try? FileContent.read(path, keepBytes: true, in: cache.folder))?.bytes ?? []
    }

    fileprivate init(bytes: [UInt8]) {
        var keys: [ByteText: Digest] = [:]
        bytes.withUnsafeBytes { bytes in
            // Of most nodes there is one line.
            keys.reserveCapacity(bytes.count / 48)
            var start = 0
            while start < bytes.count {
                let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
                defer { start = end + 1 }
                guard end - start > 33,
                    let key = Digest(hex: UnsafeRawBufferPointer(rebasing: bytes[start..<start + 32]))
                else { continue }
                keys[String(decoding: UnsafeRawBufferPointer(rebasing: bytes[start + 33..<end]), as: UTF8.self)] = key
            }
        }
        self.init(keys: keys)
    }

    /// Appends lines; of two lines about a node the later one counts.
    public static func append(
        _ keys: [(node: String, key: Digest)], workspace: String,
        in cache: Cache
    ) throws(StoreProblem) {
        guard !keys.isEmpty else { return }
        let path = path(workspace, cache)
        let file = Descriptor(cache.folder.open(path, O_WRONLY | O_CREAT | O_APPEND, 0o644))
        guard file.number >= 0 else { throw .writing(path, -file.number) }
        // Begins a new line, since the last one may be incomplete.
        var bytes: [UInt8] = [0x0A]
        for (node, key) in keys { bytes.append(contentsOf: "\(key.hex) \(node)\n".utf8) }
        // A line that a full disk cut is not a valid key, so reading skips it.
        let count = bytes.withUnsafeBytes { Glibc.write(file.number, $0.baseAddress, $0.count) }
        if count != bytes.count { throw .writing(path, count < 0 ? errno : ENOSPC) }
    }

    public func write(workspace: String, in cache: Cache) throws(StoreProblem) {
        var bytes: [UInt8] = []
        for (node, key) in keys.sorted(by: { $0.key < $1.key }) {
            bytes.append(contentsOf: "\(key.hex) \(node.text)\n".utf8)
        }
        try AtomicFile.write(bytes, to: Self.path(workspace, cache), by: cache.temporary)
    }

    /// The keys of every workspace that uses this cache.
    static func all(in cache: Cache) throws(StoreProblem) -> Set<Digest> {
        var all: Set<Digest> = []
        let folder = cache.root + "/state"
        for name in try cache.folder.names(folder) ?? [] where name.hasSuffix(".keys") {
            all.formUnion(load(folder + "/" + name, cache).keys.values)
        }
        return all
    }
}

/// The same file for questions about few of ten thousand nodes: a line is searched where it stands, and only many
/// questions make a table.
public final class LastKeyLines {
    private let bytes: [UInt8]
    private var questions = 0
    private lazy var table = LastKeys(bytes: bytes).keys
    private static let few = 16

    public init(workspace: String, in cache: Cache) {
        bytes = LastKeys.bytes(LastKeys.path(workspace, cache), cache)
    }

    public subscript(node: String) -> Digest? {
        questions += 1
        return questions > Self.few ? table[node] : find(node)
    }

    /// Of two lines about a node the later one counts.
    private func find(_ node: String) -> Digest? {
        var node = node, found: Digest?
        node.withUTF8 { node in
            bytes.withUnsafeBytes { bytes in
                var start = 0
                while start < bytes.count {
                    let line = bytes.baseAddress! + start
                    let length = memchr(line, 0x0A, bytes.count - start).map { UnsafeRawPointer($0) - line }
                    let end = start + (length ?? bytes.count - start)
                    defer { start = end + 1 }
                    guard end - start == 33 + node.count, node.count > 0,
                        memcmp(line + 33, node.baseAddress!, node.count) == 0,
                        let key = Digest(hex: UnsafeRawBufferPointer(rebasing: bytes[start..<start + 32]))
                    else { continue }
                    found = key
                }
            }
        }
        return found
    }
}
