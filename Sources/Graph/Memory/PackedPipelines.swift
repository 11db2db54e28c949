// Large pipelines are packed before the first node is made and not after the last: a stage takes two kilobytes in
// memory, and a tenth of that where it is packed and unpacked on demand.
import CSystem
import Diagnostics
import Digests
import Pipelines
import Store

extension KeptPipelines {
    /// From this many stages on. What a person writes has some dozens.
    private static let isLarge = 16_384

    /// The pipelines of targets, each once, and for each target which one it is.
    static func distinct(_ targets: [WantedTarget]) -> (pipelines: [Pipeline], of: [Int]) {
        var pipelines: [Pipeline] = [], of: [Int] = []
        for wanted in targets {
            let index = pipelines.firstIndex { $0.file.isSameBytes(wanted.pipeline.file) } ?? pipelines.count
            if index == pipelines.count { pipelines.append(wanted.pipeline) }
            of.append(index)
        }
        return (pipelines, of)
    }

    /// Packs the pipelines of targets if they are large, and gives the targets what was packed.
    /// - Returns: the checksum of their file; nil: they are as they were.
    static func packing(
        _ targets: inout [WantedTarget], _ request: BuildRequest, _ engine: Engine, _ cache: Cache
    ) -> Digest? {
        guard request.isRemembered, cache.readOnlyReason == nil,
            targets.contains(where: { $0.pipeline.stages.count >= isLarge })
        else { return nil }
        let state = request.stateRequest(worker: engine.worker), path = Resumption.pipelinesPath(state, cache)
        // What was read went through twice as much memory as it takes.
        csystem_give_back_freed_memory()
        let (pipelines, of) = distinct(targets)
        guard let sum = try? write(pipelines, identity: state.identity, to: path, by: cache.temporary),
            let kept = KeptPipelines(path, identity: state.identity, kinds: engine.kinds), kept.checksum == sum,
            let packed = kept.pipelines(), packed.count == pipelines.count
        else { return nil }
        for (index, pipeline) in of.enumerated() { targets[index].pipeline = packed[pipeline] }
        return sum
    }
}
