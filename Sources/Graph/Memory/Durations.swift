// How long nodes took the last time.
import Diagnostics
import Pipelines
import Store
import Work

/// Seconds that nodes took in the last complete build of the same request.
struct Durations {
    private var ofNode: [ByteText: Double] = [:]
    private var ofStage: [String: (sum: Double, count: Double)] = [:]
    /// A guess for nodes that never ran: then the number of remaining stages decides.
    static let unknown = 0.1

    static func load(_ request: StateRequest, cache: Cache, kinds: [StageDescriptor]) -> Durations {
        var durations = Durations()
        guard let state = StateFile.load(request.path(cache: cache.root), identity: request.identity),
            let checksum = state.trace,
            let trace = TraceFile(
                Resumption.tracePath(request, cache), identity: request.identity,
                checksum: checksum, leafCount: state.leaves.count),
            let kept = KeptPipelines(
                Resumption.pipelinesPath(request, cache), identity: request.identity,
                kinds: kinds),
            kept.checksum == trace.pipelines, let pipelines = kept.pipelines()
        else { return durations }
        for row in 0..<trace.count {
            let node = trace[row]
            guard node.seconds.isFinite && node.seconds >= 0 else { continue }
            let target = trace.targets[Int(node.target)]
            guard pipelines.indices.contains(target.pipeline),
                pipelines[target.pipeline].stages.indices.contains(Int(node.stage))
            else { continue }
            let stage = pipelines[target.pipeline].stages.name(Int(node.stage)), seconds = Double(node.seconds)
            durations.ofNode[target.file + ":" + stage + (node.element < 0 ? "" : "[\(node.element)]")] = seconds
            let known = durations.ofStage[stage] ?? (0, 0)
            durations.ofStage[stage] = (known.sum + seconds, known.count + 1)
        }
        return durations
    }

    /// nil: the node did not run in that build.
    func seconds(_ node: String) -> Double? { ofNode[node] }
    func seconds(stage: String) -> Double { ofStage[stage].map { $0.sum / $0.count } ?? Self.unknown }
}
