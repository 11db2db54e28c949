// What a build found of one target: the verdict of each check, the findings in the spec, where claims stand and what
// the gate decided. Read from results in the cache.
import Composition
import Diagnostics
import Stages
import Store
import Work

struct Judgements {
    struct Finding: Equatable {
        /// "fail: 1.20 s from 8.00 s", "3 findings", "revise".
        var words: String
        var isBad: Bool
    }

    /// By id: of a check, of proofreading, of a claim; 'gate'. What passes is here too, where a report lists it.
    private(set) var found: [String: Finding] = [:]
    /// Whether the results of all nodes are known: if not, a missing id says nothing.
    private(set) var isWhole: Bool

    init(_ side: DiffSide, _ target: String, _ blobs: Blobs) {
        isWhole = side.nodes.allSatisfy { !$0.target.isSameBytes(target) || $0.kept != nil }
        var isComplete = true
        func value<T>(_ stage: StageDescriptor, _ output: String, _ read: ([UInt8]) -> T?) -> T? {
            guard side.blob(target, kind: stage.name, output: output) != nil else { return nil }
            let found = side.bytes(target, kind: stage.name, output: output, blobs).flatMap(read)
            if found == nil { isComplete = false }
            return found
        }
        let proofs = [ValidateStage.stage, ProofreadStage.stage, ProofStage.stage]
        let diagnostics = proofs.flatMap { value($0, "findings", JudgedJSON.findings) ?? [] }
        for (id, some) in Dictionary(grouping: diagnostics, by: \.id) {
            found[id] = Finding(
                words: some.count == 1 ? some[0].message : "\(some.count) findings",
                isBad: some.contains { $0.severity != .note })
        }
        if let checks = value(CheckStage.stage, CheckStage.report.declared.name, JudgedJSON.checks) {
            for result in checks {
                let more = result.verdict.isFinding ? ": \(result.measured)" : ""
                found[result.id] = Finding(words: result.verdict.words + more, isBad: result.verdict.isFinding)
            }
        }
        if let gate = value(GateStage.stage, GateStage.decision.declared.name, JudgedJSON.gate) {
            for claim in gate.claims {
                found[claim.id] = Finding(
                    words: claim.status.rawValue, isBad: ![.answered, .open].contains(claim.status))
            }
            found["gate"] = Finding(words: gate.decision.rawValue, isBad: gate.decision != .pass)
        }
        if !isComplete { isWhole = false }
    }

    /// What is not the same in two builds, by id. nil: not there. Where one side's results are not whole, an id that it
    /// lacks is no difference.
    static func changes(_ a: Judgements, _ b: Judgements) -> [(id: String, a: Finding?, b: Finding?)] {
        Set(a.found.keys).union(b.found.keys).sorted().compactMap { id in
            let (one, other) = (a.found[id], b.found[id])
            if one == other || (one == nil && !a.isWhole) || (other == nil && !b.isWhole) { return nil }
            return (id, one, other)
        }
    }
}
