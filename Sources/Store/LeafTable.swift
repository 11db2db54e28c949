// The leaves of a state file by their paths. Ten thousand are found by hash without a dictionary of texts, which would
// take longer to make than an edit takes otherwise.
import Diagnostics
import Digests

public final class LeafTable {
    /// In the order of the state file.
    public let leaves: [Leaf]
    /// Places of a table with open addressing: an index of `leaves` plus 1; 0: free.
    private var places: [UInt32]

    /// - Parameter first: of two leaves with one path, the one that counts; the other only fills a gap.
    public init(_ leaves: [Leaf], first: some Collection<Int>) {
        self.leaves = leaves
        var size = 16
        while size < leaves.count * 2 { size *= 2 }
        places = [UInt32](repeating: 0, count: size)
        for index in first { add(index) }
        for index in leaves.indices { add(index) }
    }

    private func add(_ index: Int) {
        let place = place(of: leaves[index].path)
        if places[place] == 0 { places[place] = UInt32(index + 1) }
    }

    /// Where a path is, or where it would be.
    private func place(of path: String) -> Int {
        var place = Int(truncatingIfNeeded: Digest.of(path).low) & (places.count - 1)
        while places[place] != 0, !leaves[Int(places[place]) - 1].path.isSameBytes(path) {
            place = (place + 1) & (places.count - 1)
        }
        return place
    }

    public func index(of path: String) -> Int? {
        let found = places[place(of: path)]
        return found == 0 ? nil : Int(found) - 1
    }

    public subscript(path: String) -> Leaf? { index(of: path).map { leaves[$0] } }
}
