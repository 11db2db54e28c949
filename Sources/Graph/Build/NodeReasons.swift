// Why a node is stale: how it differs from the last build.
import Diagnostics
import Digests
import Pipelines
import Store

extension Build {
    func why(_ node: BuildNode, _ key: Digest) -> [String] {
        // A dry run words everything from manifests, so that it says the same without the trace.
        if !request.dryRun, let why = changedResults(node) { return why }
        let before: Digest? =
            if let resumption {
                request.dryRun
                    ? lastKeyLines[node.name.id]
                    : resumption.key(target: node.target, stage: node.stage, element: node.element)
            } else { lastKeys.keys[node.name.id] }
        guard let last = before else { return [Explanation.firstBuild] }
        // Any world serves: all records under a key share its manifest.
        guard last != key, case .found(let record) = records.lookup(last), let manifest = node.manifest else {
            return [Explanation.resultGone]
        }
        let stage = stage(node), stages = targets[node.target].pipeline.stages
        return Explanation.differences(record.manifest, manifest) { slot in
            for source in stage.bindings.first(where: { $0.slot.name == slot })?.sources ?? [] {
                if case .output(let other, _, _) = source { return stages[other].name }
            }
            return nil
        }
    }

    /// The same from the trace, without reading a record, if only the content of known files and results changed.
    private func changedResults(_ node: BuildNode) -> [String]? {
        guard let resumption, let row = node.lastRow else { return nil }
        let files = resumption.newLeaves(row)
        let paths = files.compactMap { request.folders.name($0.path) }
        guard paths.count == files.count, files.allSatisfy({ $0.kind == .file }) else { return nil }
        // Files that a program reported as read are worded differently.
        let inputs = Set<ByteText>(texts: node.manifest?.inputs.compactMap(\.path) ?? [])
        guard paths.allSatisfy({ inputs.contains($0) }) else { return nil }
        var names: [String] = []
        for case .output(let other, let output, let reach) in stage(node).bindings.flatMap(\.sources) {
            guard let family = families[node.target][other] else { continue }
            let name = targets[node.target].pipeline.stages[other].descriptor.outputs[output].name
            for producer in reach == .instance ? [family.nodes[node.element!]] : family.nodes {
                guard !producer.isAsBefore, let before = producer.lastRow, let record = producer.record,
                    resumption.blobs(before, output: output).map(\.digest) != record.output(name)?.blobs.map(\.digest)
                else { continue }
                names.append(producer.name.stage + (producer.element.map { "[\($0)]" } ?? ""))
            }
        }
        return names.isEmpty && paths.isEmpty ? nil : Explanation.changes(files: paths, results: names)
    }
}
