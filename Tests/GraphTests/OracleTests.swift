// The random oracles for as long as one likes: `VGRAPH_ORACLE_SECONDS=7200 [VGRAPH_ORACLE_SEED=10000] swift test -c
// release --skip-build --no-parallel --filter GraphTests.OracleTests`. Every seed is a graph or a world of its own for
// each kind of oracle.
import Glibc
import Processes
import Testing

@Suite struct OracleTests {
    private static func number(_ name: String) -> Int? { getenv(name).flatMap { Int(String(cString: $0)) } }
    static let seconds = number("VGRAPH_ORACLE_SECONDS")

    @Test(.enabled(if: seconds != nil, "VGRAPH_ORACLE_SECONDS says for how long")) func forAsLongAsSaid() throws {
        let first = Self.number("VGRAPH_ORACLE_SEED") ?? 10_000, begun = monotonicSeconds(),
            limit = Double(Self.seconds ?? 0)
        var seed = first, rounds = 0
        func say() {
            print("oracle: seeds \(first) to \(seed - 1), \(rounds) rounds, \(Int(monotonicSeconds() - begun)) s")
            fflush(nil)
        }
        while monotonicSeconds() - begun < limit {
            try RandomGraphTests().incrementalIsClean(seed)
            try RandomGraphTests().undone(seed)
            try RandomGraphTests().growing(seed)
            try RandomCommandTests().incrementalIsClean(seed)
            try RandomEdgeTests().incrementalIsClean(seed)
            try RandomSearchTests().incrementalIsClean(seed)
            rounds += 12 + 14 + 12 + 14 + 12 + 14
            seed += 1
            if (seed - first) % 10 == 0 { say() }
        }
        say()
    }
}
