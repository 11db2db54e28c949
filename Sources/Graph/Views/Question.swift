// Questions about a request's nodes that need no records: what would run, why, and how the nodes hang together. They
// are answered from the trace of the last whole build, as an edit is built, where that gives the answer of a walk of
// the whole graph; else by that walk.
import Diagnostics
import Digests
import Pipelines
import Store
import Work

extension Builder {
    /// What would run and why; `targets` as on the command line.
    /// - Parameter withOrigins: also where the results of hits came from.
    public func why(
        _ request: BuildRequest, withOrigins: Bool = true
    ) throws(Diagnostics) -> [BuildResult.Planned] {
        let build = try plans(request, widely: true)
        var planned = build.result.planned
        // A target that names a stage requests only that stage.
        if !request.targets.isEmpty {
            let wanted = request.targets.map { ($0, Array(($0 + ($0.contains(":") ? "[" : ":")).utf8)) }
            planned = planned.filter { planned in
                wanted.contains { planned.node.isSameBytes($0) || planned.node.utf8.starts(with: $1) }
            }
        }
        guard withOrigins else { return planned }
        for index in planned.indices where planned[index].outcome == .hit && planned[index].origin == nil {
            planned[index].origin = build.origin(of: planned[index])
        }
        return planned
    }

    /// The nodes of a request and what a build would do with each.
    public func graph(_ request: BuildRequest) throws(Diagnostics) -> GraphView {
        let build = try plans(request, widely: true, alone: true)
        let asked = build.request.targets == request.targets ? nil : request.targets
        return GraphView(build, asked: asked)
    }

    /// A dry run whose nodes have no records if nothing changed for them.
    /// - Parameters:
    ///   - widely: a build of more than what is asked for will do; errors elsewhere are then not reported.
    ///   - alone: only if what is asked for needs no other target.
    func plans(_ request: BuildRequest, widely: Bool = false, alone: Bool = false) throws(Diagnostics) -> Build {
        var request = request
        request.dryRun = true
        if !request.takesAnyResult, let build = try answered(request, widely: widely, alone: alone) { return build }
        return try perform(request, nil, nil)
    }

    private func answered(_ request: BuildRequest, widely: Bool, alone: Bool) throws(Diagnostics) -> Build? {
        let cache: Cache
        do throws(StoreProblem) { cache = try Cache(request.cache, for: .reading) } catch {
            throw Diagnostics([error.diagnostic])
        }
        for wider in widely ? request.wider : [request] {
            guard let build = try resume(wider, cache, nil, nil) else { continue }
            let isOther = wider.targets != request.targets
            if isOther, !build.covers(request.targets, alone: alone) { continue }
            build.run(nil, nil)
            // After a failure, which nodes were evaluated depends on the order.
            guard !build.course.mustStartOver, build.account.errors.isEmpty, build.result.failed == 0 else {
                return nil
            }
            if isOther, !build.hasBytes(of: request.targets) { return nil }
            return build
        }
        return nil
    }
}

extension BuildRequest {
    /// This request, and those whose last build may have built what this one asks for.
    fileprivate var wider: [BuildRequest] {
        guard !targets.isEmpty, !isForEachRow else { return [self] }
        var files: [String] = []
        for target in targets {
            let file = target.split(separator: ":").dropLast().joined(separator: ":")
            let name = file.isEmpty || target.hasSuffix(":") ? target : file
            if !files.holds(name) { files.append(name) }
        }
        return (files == targets ? [targets, []] : [targets, files, []]).map { targets in
            var wider = self
            wider.targets = targets
            return wider
        }
    }
}

extension Build {
    /// What a text on the command line names; nil: not something of this build that is built as a whole.
    fileprivate func asked(_ text: String) -> (target: Int, stage: Int?)? {
        for (index, wanted) in targets.enumerated() where wanted.stage == nil {
            if text.isSameBytes(wanted.file) { return (index, nil) }
            guard text.utf8.starts(with: (wanted.file + ":").utf8) else { continue }
            let name = String(text.dropFirst(wanted.file.count + 1))
            if let stage = wanted.pipeline.stage(named: name) { return (index, stage) }
        }
        return nil
    }

    /// Whether a build from the trace has everything that these targets ask for.
    fileprivate func covers(_ texts: [String], alone: Bool) -> Bool {
        guard let resumption else { return false }
        return texts.allSatisfy { text in
            guard let (target, _) = asked(text) else { return false }
            guard alone else { return true }
            return resumption.rows[target].allSatisfy { row in
                resumption.trace.producers(row).allSatisfy { Int(resumption.trace[Int($0)].target) == target }
            }
        }
    }

    /// Whether the results of stages that are asked for exist: for a build of the whole target they need not.
    fileprivate func hasBytes(of texts: [String]) -> Bool {
        texts.allSatisfy { text in
            guard let (target, stage) = asked(text), let stage, let resumption else { return true }
            let rows = resumption.rows(target, stage)
            guard let family = families[target][stage] else { return rows.allSatisfy(hasBytes) }
            return family.nodes.allSatisfy { node in
                switch (node.isAsBefore, node.lastRow, node.record) {
                case (true, let row?, _): hasBytes(row)
                case (_, _, let record?): record.outputs.flatMap(\.blobs).allSatisfy(blobs.has)
                default: true
                }
            }
        }
    }

    private func hasBytes(_ row: Int) -> Bool {
        guard let trace = resumption?.trace else { return false }
        return trace.results(row).allSatisfy { blobs.has($0.blob) }
    }

    /// Where a result came from that is as it was when the trace was written, or that a record has.
    fileprivate func origin(of plan: BuildResult.Planned) -> Record.Origin? {
        if let resumption {
            let place = plan.place, node = families[place.target][place.stage]?.nodes[place.element ?? 0]
            let row =
                node == nil
                ? resumption.rows(place.target, place.stage).lowerBound + (place.element ?? 0)
                : node?.isAsBefore == true ? node?.lastRow : nil
            if let row, let origin = resumption.trace.origin(row, of: plan.node) { return origin }
        }
        return plan.key.flatMap { records.origin($0) ?? fresh($0)?.origin }
    }
}
