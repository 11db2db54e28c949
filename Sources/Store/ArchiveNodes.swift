// Which node of which target each record of an archive is for: the member `NODES`, an entry a node, each with a NUL at its end. A record knows only the
// node that made it, which may have been another film's. Import checks it and puts it nowhere; `vgraph diff` reads it.
import Diagnostics
import Digests

public struct ArchiveNodes: Sendable, Equatable {
    public struct Entry: Sendable, Equatable {
        /// `launch.mp4:encode[3]`.
        public var node: String
        public var key: Digest
        /// Which of the key's results it is.
        public var world: Digest
    }

    /// In the order of the graph, each once.
    public var entries: [Entry] = []

    static let name = "NODES"
    static let largest: UInt64 = 256 << 20

    init(_ nodes: [(node: String, record: Record)]) {
        // A target and one of its stages may be asked for side by side.
        var seen: Set<ByteText> = []
        entries = nodes.filter { seen.insert($0.node).inserted }
            .map { Entry(node: $0.node, key: $0.record.key, world: $0.record.world) }
    }

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        for entry in entries {
            bytes.append(contentsOf: "\(entry.key.hex) \(entry.world.hex) \(entry.node)\0".utf8)
        }
        return bytes
    }

    /// nil: something else than `bytes` gives. Names are another machine's words.
    init?(_ bytes: [UInt8]) {
        guard bytes.isEmpty || bytes.last == 0 else { return nil }
        var seen: Set<ByteText> = []
        for line in bytes.split(separator: 0, omittingEmptySubsequences: false).dropLast() {
            guard line.count > 66, line[line.startIndex + 32] == 0x20, line[line.startIndex + 65] == 0x20,
                let text = String(validating: line, as: UTF8.self),
                let key = Digest(hex: String(decoding: line.prefix(32), as: UTF8.self)),
                let world = Digest(hex: String(decoding: line.dropFirst(33).prefix(32), as: UTF8.self))
            else { return nil }
            let node = String(decoding: text.utf8.dropFirst(66), as: UTF8.self)
            guard seen.insert(node).inserted else { return nil }
            entries.append(Entry(node: node, key: key, world: world))
        }
    }

    /// The nodes as the log of a build, for who compares builds.
    public var log: RunLog {
        var targets: [String] = []
        let nodes = entries.map { entry in
            let colon = entry.node.lastIndex(of: ":") ?? entry.node.endIndex, target = String(entry.node[..<colon])
            if !targets.holds(target) { targets.append(target) }
            let stage = String(entry.node[colon...].dropFirst().prefix { $0 != "[" })
            return RunLog.Node(
                id: entry.node, stage: stage, key: entry.key, world: entry.world, outcome: "hit", why: [], seconds: 0)
        }
        return RunLog(
            time: "", workspace: "", targets: targets, nodes: nodes, diagnostics: [], status: .done, seconds: 0)
    }
}
