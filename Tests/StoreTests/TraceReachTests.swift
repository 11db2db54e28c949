// Which nodes a change reaches, in graphs whose stages stand in any order: all that take from what changed, and no others.
import Digests
import Store
import TestSupport
import Testing

@Suite struct TraceReachTests {
    /// Random nodes: each takes from some others and looks at some leaves.
    struct Graph {
        var producers: [[Int]]
        var leaves: [[Int]]
        var isTimed: [Bool]
        let leafCount: Int

        init(_ count: Int, leaves leafCount: Int, ordered: Bool, _ random: inout Seeded) {
            self.leafCount = leafCount
            // Any order of rows, with edges along a hidden one, so that there is no circle.
            let order = ordered ? Array(0..<count) : Array(0..<count).shuffled(using: &random)
            producers = Array(repeating: [], count: count)
            leaves = Array(repeating: [], count: count)
            isTimed = (0..<count).map { _ in Int.random(in: 0..<200, using: &random) == 0 }
            for place in 0..<count {
                let row = order[place]
                // Some long chains, so that one pass is not enough.
                if place > 0, Bool.random(using: &random) { producers[row].append(order[place - 1]) }
                for _ in 0..<Int.random(in: 0..<3, using: &random) where place > 0 {
                    producers[row].append(order[Int.random(in: 0..<place, using: &random)])
                }
                for _ in 0..<Int.random(in: 0..<2, using: &random) {
                    leaves[row].append(Int.random(in: 0..<leafCount, using: &random))
                }
            }
        }

        func file(_ path: String, by folder: String) throws -> TraceFile? {
            var trace = Trace()
            trace.targets = [
                Trace.Target(
                    file: "a", name: "a", film: "", choice: "", pipeline: 0, stage: nil, published: [], verdict: nil)
            ]
            for row in producers.indices {
                let results = trace.add(results: [Trace.Result]())
                let producers = trace.add(producers: self.producers[row].map { UInt32($0) })
                let leaves = trace.add(leaves: self.leaves[row].map { UInt32($0) })
                trace.nodes.append(
                    Trace.Node(
                        key: Digest.of("\(row)"), target: 0, stage: row, element: nil,
                        flags: isTimed[row] ? .isTimed : [],
                        results: results, producers: producers, leaves: leaves, seconds: 0))
            }
            let sum = try trace.write(identity: Digest.of("g"), to: path, by: folder)
            return TraceFile(path, identity: Digest.of("g"), checksum: sum, leafCount: leafCount)
        }

        /// By following every edge until nothing is new.
        func reach(of changed: [Int]) -> [Bool]? {
            let read = Set(leaves.joined())
            guard changed.allSatisfy(read.contains) else { return nil }
            var reached = producers.indices.map { isTimed[$0] || leaves[$0].contains(where: changed.contains) }
            while true {
                let next = producers.indices.map { row in reached[row] || producers[row].contains { reached[$0] } }
                if next == reached { return reached }
                reached = next
            }
        }
    }

    @Test(arguments: 0..<40) func allThatFollows(_ seed: Int) throws {
        var random = Seeded(seed: UInt64(9100 + seed))
        let scratch = TemporaryFolder(), cache = try scratch.cache()
        let graph = Graph(Int.random(in: 1..<400, using: &random), leaves: 60, ordered: seed % 4 == 0, &random)
        let file = try #require(try graph.file(scratch.path + "/t", by: cache.temporary))
        for count in [0, 1, 1, 1, 2, 5] {
            let changed = Array(Set((0..<count).map { _ in Int.random(in: 0..<60, using: &random) }))
            #expect(file.reach(of: changed) == graph.reach(of: changed), "seed \(seed), leaves \(changed)")
        }
    }

    /// A chain whose rows stand against its direction, longer than passes are made.
    @Test func backwards() throws {
        var random = Seeded(seed: 1)
        let scratch = TemporaryFolder(), cache = try scratch.cache()
        var graph = Graph(300, leaves: 1, ordered: true, &random)
        for row in 0..<300 {
            graph.producers[row] = row < 299 ? [row + 1] : []
            graph.leaves[row] = row == 299 ? [0] : []
            graph.isTimed[row] = false
        }
        let file = try #require(try graph.file(scratch.path + "/t", by: cache.temporary))
        #expect(file.reach(of: [0]) == [Bool](repeating: true, count: 300))
        #expect(file.reach(of: []) == [Bool](repeating: false, count: 300))
    }
}
