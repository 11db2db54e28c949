// Binds decisions to files: a decision counts only for the file whose SHA-256 it names, and only if the target is that
// file when the build ends.
import Diagnostics
import Files
import Pipelines
import Store
import Work

extension Build {
    /// The decision of a judging node; nil: its bytes are gone or are no decision.
    func decision(_ node: BuildNode, _ record: Record) -> StageDescriptor.Decision? {
        let descriptor = stage(node).descriptor
        guard let decides = descriptor.decides, let name = descriptor.outputs.first?.name,
            let blob = record.output(name)?.blobs.first,
            let content = try? FileContent.read(blobs.path(blob.digest), keepBytes: true, in: cache.folder),
            content.digest == blob.digest
        else { return nil }
        return decides(content.bytes)
    }

    /// Asked for each published file.
    func isDecidedUpon(_ target: Int) -> Bool {
        if let known = lookups.decided[target] { return known }
        let isDecided = targets[target].pipeline.stages.contains { $0.descriptor.decides != nil }
        lookups.decided[target] = isDecided
        return isDecided
    }

    /// Gives each target the verdict of its decisions, and warns where a pass is for another file.
    func bindDecisions() {
        var twins = Twins()
        for (target, wanted) in targets.enumerated() where !account.result.targets[target].hasFailed {
            let ours = decisions.filter { $0.node.target == target }
            guard !ours.isEmpty else { continue }
            // A film that stayed in a remote cache is not the file that lies at the target.
            let publishes = request.publishes && account.result.targets[target].away.isEmpty
            let files = Set<ByteText>(texts: account.result.targets[target].published + [wanted.file])
            var sums: [ByteText: String] = [:], isBound = true
            // A film that this build puts elsewhere is not the file that lies at the target.
            for file in files.texts where publishes {
                let path = request.workspace + "/" + file
                do throws(StoreProblem) { sums[file] = try self.files.sha256(of: path, in: publisher.root) } catch {
                    isBound = false
                    account.remark(nil, error.diagnostic)
                }
                // If that file changes, the decision must be checked again.
                for (node, _) in ours { node.reads.append(path) }
            }
            func refuse(_ node: BuildNode) {
                isBound = false
                let problem = BuildProblem.otherFile(target: wanted.file, stage: node.name.stage)
                account.remark(node, problem.diagnostic)
            }
            var isInTime = true
            for (node, decision) in ours where decision.verdict == .pass && decision.hasExpired {
                isInTime = false
                account.remark(
                    node, BuildProblem.decisionExpired(target: wanted.file, stage: node.name.stage).diagnostic)
            }
            for (node, decision) in ours
            where publishes && decision.verdict == .pass && !sums.values.contains(decision.sha256) {
                refuse(node)
            }
            let allPass = ours.allSatisfy { $0.decision.verdict == .pass }
            if publishes, isBound, allPass, !ours.contains(where: { $0.decision.sha256 == sums[wanted.file] }) {
                refuse(ours[0].node)
            }
            if publishes, let sum = sums[wanted.file] ?? nil, let other = twins.other(than: wanted, with: sum) {
                account.remark(ours[0].node, BuildProblem.sameFilm(wanted.file, as: other).diagnostic)
            }
            let passes = isBound && allPass && isInTime
            account.result.targets[target].verdict = passes ? .pass : .revise
            for (node, decision) in ours {
                account.tell(.verdict(node.name, passes ? .pass : isBound && isInTime ? decision.verdict : .revise))
            }
        }
    }
}

/// Films of one spec by their bytes: two under different names are mostly one row of a table that was copied, or a
/// column of which nothing is shown.
private struct Twins {
    private struct Bytes: Hashable {
        var spec: ByteText
        var sum: String
    }
    private var first: [Bytes: String] = [:]

    /// The first film of the same spec that has these bytes, if it is another one.
    mutating func other(than film: WantedTarget, with sum: String) -> String? {
        guard film.pipeline.films != nil, film.stage == nil else { return nil }
        let bytes = Bytes(spec: ByteText(film.pipeline.name + "/" + film.name.name), sum: sum)
        if let other = first[bytes] { return other.isSameBytes(film.file) ? nil : other }
        first[bytes] = film.file
        return nil
    }
}

extension StageDescriptor.Decision {
    var hasExpired: Bool { expires.map { $0 <= StampClock.now() / 1_000_000_000 } ?? false }
}
