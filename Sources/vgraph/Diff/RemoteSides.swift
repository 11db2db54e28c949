// What a comparison reads of builds whose results came from a remote cache: plans, findings and decisions, which lie
// there and not here.
import Graph
import Stages
import Store
import Work

extension Project {
    /// - Parameter films: the delivered films too.
    func bring(_ sides: [DiffSide], films: Bool = false) {
        guard !remotes.remotes.isEmpty else { return }
        var kinds: Set<String> = [
            PlanStage.stage.name, ValidateStage.stage.name, ProofreadStage.stage.name, ProofStage.stage.name,
            CheckStage.stage.name, GateStage.stage.name,
        ]
        if films { kinds.insert(MuxStage.stage.name) }
        let records = sides.flatMap { $0.nodes.compactMap(\.record) }
        let outputs = records.filter { kinds.contains($0.manifest.stage) }.flatMap(\.outputs)
        builder.bring(outputs.filter { $0.blobs.count == 1 }.flatMap(\.blobs), for: request(targets: []))
    }
}
