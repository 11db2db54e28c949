// The trace of the last complete build as it lies on the disk: a base, and what edits changed of it since. Neither is
// decoded; the nodes of the edits are laid over those of the base in memory. So an edit writes a small file, whatever
// the size of the graph.
//
// A state file names the checksum of the last of them that counts: the edits', or the base's if there are none. Edits
// name the base that they belong to. Whatever does not fit together counts as missing, and the next build walks the
// graph.
import Diagnostics
import Digests

public final class TraceFile {
    private let base: SectionFile
    private let edits: SectionFile?
    public let targets: [Trace.Target]
    /// Checksum of the pipelines' file.
    public let pipelines: Digest
    /// The last run whose log names every node.
    public let log: String
    /// How many nodes there are.
    public let count: Int
    /// Rows that edits changed, ascending.
    public let edited: UnsafeBufferPointer<UInt32>
    /// Leaves on which everything depends.
    public let foundation: UnsafeBufferPointer<UInt32>
    /// Valid as long as this.
    public let nodes: UnsafeBufferPointer<Trace.Node>
    private let results: List<Trace.Result>
    private let producerRows: List<UInt32>
    private let leafIndices: List<UInt32>
    private let baseOrigins: [Record.Origin]
    private let moreOrigins: [Record.Origin]
    private let leafCount: Int
    /// By leaf: the nodes that look at it.
    private lazy var readers = reversed(leafCount) { leafIndices[$0.leaves] }

    /// A list that begins in the base and goes on in the edits.
    private struct List<Element: BitwiseCopyable> {
        var base: UnsafeBufferPointer<Element>
        var more: UnsafeBufferPointer<Element>

        subscript(span: Trace.Span) -> UnsafeBufferPointer<Element> {
            let start = Int(span.start), count = Int(span.count)
            return start < base.count
                ? UnsafeBufferPointer(rebasing: base[start..<start + count])
                : UnsafeBufferPointer(rebasing: more[start - base.count..<start - base.count + count])
        }

        func holds(_ span: Trace.Span) -> Bool {
            let start = Int(span.start), end = start + Int(span.count)
            return end <= base.count || (start >= base.count && end - base.count <= more.count)
        }
    }

    private struct Head {
        var targets: [Trace.Target], pipelines: Digest, log: String, base: Digest?, origins: [Record.Origin]

        init?(_ file: SectionFile) {
            guard let texts = TextTable(file[1]) else { return nil }
            var reader = Unpacker(file[0], texts: texts)
            targets = reader.list { reader in
                let file = reader.text(), name = reader.text(), film = reader.text(), choice = reader.text(),
                    pipeline = reader.int(), stage = reader.int()
                return Trace.Target(
                    file: file, name: name, film: film, choice: choice, pipeline: pipeline,
                    stage: stage < 0 ? nil : stage,
                    published: reader.list { $0.text() },
                    verdict: reader.optionalText().flatMap(Verdict.init))
            }
            pipelines = Digest(hex: reader.text()) ?? .zero
            log = reader.text()
            base = reader.optionalText().flatMap { Digest(hex: $0) }
            origins = reader.list { reader in
                var origin = Record.Origin(
                    user: reader.text(), host: reader.text(), time: reader.text(), vgraph: reader.text(),
                    node: reader.text())
                origin.remote = reader.optionalText()
                origin.executor = reader.optionalText()
                return origin
            }
            guard reader.isSound else { return nil }
        }
    }

    /// The file of edits that belongs to a base.
    public static func edits(of path: String) -> String { path + ".edits" }

    /// nil: a file is missing, damaged, for another request, or not the one that is meant.
    /// - Parameter checksum: of the edits, or of the base if it alone counts.
    public init?(_ path: String, identity: Digest, checksum: Digest, leafCount: Int) {
        guard let base = SectionFile(path, identity: identity, isCopied: true), let whole = Head(base),
            whole.base == nil
        else {
            return nil
        }
        var head = whole, edits: SectionFile?
        if base.checksum != checksum {
            guard let file = SectionFile(Self.edits(of: path), identity: identity, isCopied: true),
                file.checksum == checksum,
                let found = Head(file), found.base == base.checksum, found.targets.count == whole.targets.count
            else { return nil }
            (head, edits) = (found, file)
        }
        self.base = base
        self.edits = edits
        (targets, pipelines, log) = (head.targets, head.pipelines, head.log)
        (baseOrigins, moreOrigins) = (whole.origins, edits == nil ? [] : head.origins)
        func list<Element: BitwiseCopyable>(_ section: Int, of type: Element.Type) -> List<Element> {
            List(
                base: base.values(section, of: type),
                more: edits?.values(section, of: type) ?? UnsafeBufferPointer(start: nil, count: 0))
        }
        results = list(3, of: Trace.Result.self)
        producerRows = list(4, of: UInt32.self)
        leafIndices = list(5, of: UInt32.self)
        foundation = base.values(6, of: UInt32.self)
        edited = edits?.values(7, of: UInt32.self) ?? UnsafeBufferPointer(start: nil, count: 0)
        self.leafCount = leafCount
        let mutable = base.mutable(2, of: Trace.Node.self)
        guard let start = mutable.baseAddress else { return nil }
        (nodes, count) = (UnsafeBufferPointer(mutable), mutable.count)
        let news = edits?.values(2, of: Trace.Node.self) ?? UnsafeBufferPointer(start: nil, count: 0)
        guard news.count == edited.count else { return nil }
        for (row, node) in zip(edited, news) {
            guard row < count else { return nil }
            start[Int(row)] = node
        }
        guard isConsistent else { return nil }
    }

    /// The checksum is not a signature: the content may still be invalid.
    private var isConsistent: Bool {
        for row in 0..<count {
            let node = nodes[row]
            guard node.target < targets.count, results.holds(node.results), producerRows.holds(node.producers),
                leafIndices.holds(node.leaves)
            else { return false }
        }
        func areBelow(_ limit: Int, _ list: UnsafeBufferPointer<UInt32>) -> Bool {
            var most: UInt32 = 0
            for index in list { most = max(most, index) }
            return list.isEmpty || most < limit
        }
        return areBelow(count, producerRows.base) && areBelow(count, producerRows.more)
            && areBelow(leafCount, leafIndices.base) && areBelow(leafCount, leafIndices.more)
            && areBelow(leafCount, foundation)
    }

    /// What edits of this trace are laid over.
    public var baseOfEdits: Trace.Base {
        var lengths = Trace.Lengths()
        (lengths.results, lengths.producers) = (results.base.count, producerRows.base.count)
        (lengths.leaves, lengths.origins) = (leafIndices.base.count, baseOrigins.count)
        return Trace.Base(checksum: base.checksum, lengths: lengths)
    }

    // MARK: Nodes

    public subscript(row: Int) -> Trace.Node {
        precondition(row >= 0 && row < count)
        return nodes[row]
    }

    /// Valid as long as this.
    public func results(_ row: Int) -> UnsafeBufferPointer<Trace.Result> { results[self[row].results] }
    /// Rows of the nodes that it takes results from or comes after.
    public func producers(_ row: Int) -> UnsafeBufferPointer<UInt32> { producerRows[self[row].producers] }
    /// Indices of the leaves that it looked at.
    public func leaves(_ row: Int) -> UnsafeBufferPointer<UInt32> { leafIndices[self[row].leaves] }

    /// Where its result came from; nil: not known.
    /// - Parameter name: the node's.
    public func origin(_ row: Int, of name: String) -> Record.Origin? {
        let index = Int(self[row].origin)
        guard index < baseOrigins.count + moreOrigins.count else { return nil }
        var origin = index < baseOrigins.count ? baseOrigins[index] : moreOrigins[index - baseOrigins.count]
        if origin.node.isEmpty { origin.node = name }
        return origin
    }

    /// The rows that have one of some flags, in order.
    public func rows(with flags: Trace.Node.Flags) -> [Int] {
        var found: [Int] = []
        for row in 0..<count where !nodes[row].flags.isDisjoint(with: flags) { found.append(row) }
        return found
    }

    // MARK: Reach

    private struct Reverse {
        var starts: [UInt32]
        var rows: [UInt32]
        subscript(entry: Int) -> ArraySlice<UInt32> { rows[Int(starts[entry])..<Int(starts[entry + 1])] }
    }

    /// For each of `count` entries, the nodes that point to it.
    private func reversed(_ count: Int, _ entries: (Trace.Node) -> UnsafeBufferPointer<UInt32>) -> Reverse {
        var starts = [UInt32](repeating: 0, count: count + 1)
        for row in 0..<self.count { for entry in entries(nodes[row]) { starts[Int(entry) + 1] += 1 } }
        for index in 0..<count { starts[index + 1] += starts[index] }
        var next = starts
        let rows = [UInt32](unsafeUninitializedCapacity: Int(starts[count])) { rows, used in
            for row in 0..<self.count {
                for entry in entries(nodes[row]) {
                    rows[Int(next[Int(entry)])] = UInt32(row)
                    next[Int(entry)] += 1
                }
            }
            used = Int(starts[count])
        }
        return Reverse(starts: starts, rows: rows)
    }

    /// The nodes that look at a leaf.
    public func readers(of leaf: Int) -> ArraySlice<UInt32> { readers[leaf] }

    /// The nodes that a change of some leaves, or the passing of time, can reach; nil: a leaf changed that no node
    /// looked at, so anything may be different.
    public func reach(of changed: [Int]) -> [Bool]? {
        var isReached = [Bool](repeating: false, count: count)
        var isChanged = [Bool](repeating: false, count: leafCount), isRead = isChanged
        for leaf in changed { isChanged[leaf] = true }
        var hasAny = false
        isReached.withUnsafeMutableBufferPointer { isReached in
            for row in 0..<count {
                if nodes[row].flags.contains(.isTimed) { isReached[row] = true }
                for leaf in leafIndices[nodes[row].leaves] where isChanged[Int(leaf)] {
                    isReached[row] = true
                    isRead[Int(leaf)] = true
                }
                if isReached[row] { hasAny = true }
            }
        }
        guard changed.allSatisfy({ isRead[$0] }) else { return nil }
        guard hasAny else { return isReached }
        // Stages nearly always stand behind those that they take from, so that one pass finds all.
        for _ in 0..<4 where spread(&isReached) { return isReached }
        let users = reversed(count) { producerRows[$0.producers] }
        var open = isReached.indices.filter { isReached[$0] }.map { UInt32($0) }
        while let row = open.popLast() {
            for user in users[Int(row)] where !isReached[Int(user)] {
                isReached[Int(user)] = true
                open.append(user)
            }
        }
        return isReached
    }

    /// Marks every node behind a marked one that it takes from.
    /// - Returns: whether none is left: false where a node that was just marked has users before it.
    private func spread(_ isReached: inout [Bool]) -> Bool {
        isReached.withUnsafeMutableBufferPointer { isReached in
            var hasLate = false, grew = false
            for row in 0..<count where !isReached[row] {
                for producer in producerRows[nodes[row].producers] {
                    if isReached[Int(producer)] {
                        isReached[row] = true
                        grew = true
                        break
                    }
                    if producer > row { hasLate = true }
                }
            }
            return !hasLate || !grew
        }
    }
}
