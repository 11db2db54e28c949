// Random numbers that a seed repeats: a failing seed can be run again.

import FoundationEssentials
import Glibc

/// SplitMix64: the same numbers for the same seed on every machine.
public struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    /// From a seed that no run has tried, printed first so that a crash can be repeated: with `VGRAPH_SEED`.
    public static func untried(_ test: String = #function) -> Seeded {
        let given = ProcessInfo.processInfo.environment["VGRAPH_SEED"].flatMap { UInt64($0) }
        let seed = given ?? UInt64.random(in: 0 ... .max)
        print("\(test): VGRAPH_SEED=\(seed)")
        fflush(nil)
        return Seeded(seed: seed)
    }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
