// The order in which nodes are run.

/// Runnable nodes, the most urgent first; among equally urgent ones later stages first, then first in, first out.
struct RunQueue {
    private struct Item {
        var urgency: Urgency
        var number: Int
        var node: BuildNode
        func isBefore(_ other: Item) -> Bool {
            if urgency != other.urgency { return urgency > other.urgency }
            return node.stage != other.node.stage ? node.stage > other.node.stage : number < other.number
        }
    }
    private var heap: [Item] = []
    private var count = 0

    var isEmpty: Bool { heap.isEmpty }

    func isMoreUrgent(than other: RunQueue) -> Bool {
        guard let first = heap.first else { return false }
        guard let second = other.heap.first else { return true }
        if first.urgency != second.urgency { return first.urgency > second.urgency }
        return first.node.stage > second.node.stage
    }

    mutating func push(_ node: BuildNode, urgency: Urgency) {
        push(Item(urgency: urgency, number: count, node: node))
        count += 1
    }

    private mutating func push(_ item: Item) {
        heap.append(item)
        var child = heap.count - 1
        while child > 0, heap[child].isBefore(heap[(child - 1) / 2]) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// Takes out the nodes that are wanted.
    mutating func remove(_ isWanted: (BuildNode) -> Bool) -> [BuildNode] {
        let all = heap
        heap = []
        var wanted: [BuildNode] = []
        for item in all { if isWanted(item.node) { wanted.append(item.node) } else { push(item) } }
        return wanted
    }

    mutating func pop() -> BuildNode? {
        guard let first = heap.first else { return nil }
        heap[0] = heap[heap.count - 1]
        heap.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && heap[child].isBefore(heap[least]) {
                least = child
            }
            if least == parent { break }
            heap.swapAt(parent, least)
            parent = least
        }
        return first.node
    }
}
