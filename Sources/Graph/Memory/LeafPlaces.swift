// Where the leaves of a build stand in the state file that it writes. A build that resumes leaves those of the trace in
// their places, so that the nodes which it did not create need not be written again.
import Diagnostics
import Store

struct LeafPlaces {
    /// In the order of the state file.
    private(set) var all: [Leaf]
    /// Places without a use. Each repeats `filler`.
    private(set) var gaps: [Int] = []
    /// A leaf on which everything depends, so that a change of it is none of a node; nil: there is none.
    private let filler: Int?
    /// What this build saw.
    private let seen: [Leaf]
    private let old: LeafTable?
    private var news: [ByteText: UInt32] = [:]

    init(_ build: Build) {
        seen = build.files.leaves
        old = build.resumption?.leaves
        all = old?.leaves ?? []
        filler = build.resumption?.trace.foundation.first.map { Int($0) }
        guard let filler else { return }
        let unused = all[filler].path
        for index in all.indices where index != filler && all[index].path.isSameBytes(unused) { gaps.append(index) }
    }

    /// Gives every leaf a place at the end; places without a use stay. What this build saw of a file overrides the
    /// trace.
    mutating func append() { _ = place(freed: [], into: []) }

    /// Gives every leaf a place where one is free, else at the end.
    /// - Parameter freed: places of leaves that nothing depends on any more.
    /// - Returns: whether that is possible.
    mutating func place(freed: [Int]) -> Bool { place(freed: Set(freed), into: gaps + freed) }

    private mutating func place(freed: Set<Int>, into free: [Int]) -> Bool {
        var free = free, fresh: [Leaf] = [], known: [(Int, Leaf)] = []
        for leaf in seen {
            if let index = old?.index(of: leaf.path), !freed.contains(index) {
                known.append((index, leaf))
            } else {
                fresh.append(leaf)
            }
        }
        guard filler != nil || free.count <= fresh.count else { return false }
        for (index, leaf) in known { all[index] = leaf }
        for leaf in fresh {
            if let index = free.popLast() {
                all[index] = leaf
                news[leaf.path] = UInt32(index)
            } else {
                news[leaf.path] = UInt32(all.count)
                all.append(leaf)
            }
        }
        if let filler { for index in free { all[index] = all[filler] } }
        return true
    }

    subscript(path: String) -> UInt32? { news[path] ?? old?.index(of: path).map { UInt32($0) } }
}
