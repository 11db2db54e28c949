// The runs of a workspace whose gates judged given files: from the bytes that a person decided upon to the records that
// they were made from, as far as the cache still has them.
import Composition
import Digests
import FoundationEssentials
import Graph
import Stages
import Store

struct JudgedRuns {
    private let cache: Cache
    private let project: Project

    init(_ cache: Cache, _ project: Project) {
        self.cache = cache
        self.project = project
    }

    /// The newest run whose gate judged a file with these bytes.
    func run(on sha256: String, of target: String) throws -> History.Run? {
        let gates = try gates(of: target)
        return (try? History(cache, workspace: project.workspace))?.runs(limit: 1) { log in
            log.asked(for: target) && judged(log, gates) == sha256
        }.first
    }

    /// For each target, keys of all nodes of the runs that made the given files.
    func keys(of decided: [String: Set<String>]) throws -> Set<Digest> {
        guard !decided.isEmpty, let history = try? History(cache, workspace: project.workspace) else { return [] }
        var left = decided, keys: Set<Digest> = []
        let gates = try decided.keys.reduce(into: [String: [String]]()) { $0[$1] = try self.gates(of: $1) }
        // One pass over the runs, from the newest, until each file is found.
        _ = history.runs(limit: 1) { log in
            for (target, files) in left where log.asked(for: target) {
                guard let sha256 = judged(log, gates[target] ?? []), files.contains(sha256) else { continue }
                left[target]?.remove(sha256)
                keys.formUnion(log.nodes.lazy.filter { $0.id.hasPrefix(target + ":") }.compactMap(\.key))
            }
            return left.values.allSatisfy(\.isEmpty)
        }
        return keys
    }

    /// Names of nodes. A target that no pipeline makes any more had its gate under the usual name.
    private func gates(of target: String) throws -> [String] {
        let names = (try? project.builder.stages(of: GateStage.stage.name, for: target, in: project.folders)) ?? []
        return (names.isEmpty ? [GateStage.stage.name] : names).map { target + ":" + $0 }
    }

    private func judged(_ log: RunLog, _ gates: [String]) -> String? {
        let blobs = Blobs(cache)
        guard let node = log.nodes.first(where: { gates.contains($0.id) }), let key = node.key,
            let record = cache.peek(key, world: node.world), record.key == key,
            let blob = record.output(GateStage.decision.declared.name)?.blobs.first, blobs.has(blob),
            let data = try? Data(contentsOf: URL(filePath: blobs.path(blob.digest)))
        else { return nil }
        return (try? JSONDecoder().decode(GateDecision.self, from: data))?.sha256
    }
}
