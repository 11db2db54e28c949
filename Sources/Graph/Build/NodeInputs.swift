// Finds the files that go into a node: files of the workspace, matches of patterns, results of other nodes.
import Diagnostics
import Patterns
import Pipelines
import Store
import Work

extension Build {
    func inputs(of node: BuildNode) throws(Diagnostic) -> NodeInputs {
        var inputs: NodeInputs = []
        for binding in stage(node).bindings {
            var found: [InputFile] = []
            for (index, source) in binding.sources.enumerated() {
                switch source {
                case .file(let pattern, let isOptional, let place):
                    let name = pattern.fileName(for: targets[node.target].name)
                    if let file = try file(node, name, isOptional, place) { found.append(file) }
                case .files(let glob, let isElement, let isOptional, let place):
                    let listed = try self.paths(node.target, glob, isOptional: isOptional, place), paths = listed.paths
                    node.reads += listed.folders
                    // A file disappeared after the list was made.
                    if isElement && !paths.indices.contains(node.element!) {
                        throw PipelineProblem.missingInput(
                            target: targets[node.target].file, path: glob.text, near: [],
                            at: place
                        ).diagnostic
                    }
                    for path in isElement ? [paths[node.element!]] : paths {
                        let name = FileName(path, root: glob.root)
                        if let file = try file(node, name, false, place) { found.append(file) }
                    }
                case .output(let other, let output, let reach):
                    let made = try results(node, other, output, reach)
                    if let filter = binding.filters[index] {
                        found += try files(filter, of: made, node)
                    } else {
                        found += made
                    }
                }
            }
            if found.count > 1 && binding.slot.count != .list && binding.slot.count != .any {
                throw BuildProblem.tooManyInputs(
                    node: node.name.id, slot: binding.slot.name,
                    count: found.count
                ).diagnostic
            }
            inputs.append((binding.slot, found))
        }
        return inputs
    }

    // MARK: Files

    /// The matches of a target's glob, searched once per build. Names that a stage will write are added before they
    /// exist; the listing that counts is made when they all do.
    func paths(_ target: Int, _ glob: Glob, isOptional: Bool, _ place: Place) throws(Diagnostic) -> Glob.Found {
        let filled: Glob
        do throws(Pattern.Refusal) { filled = try glob.filled(targets[target].name) } catch {
            throw PipelineProblem.badTarget(
                targets[target].file,
                reason: "its name does not fit into '\(glob.text)'"
            ).diagnostic
        }
        if let known = lookups.globs[filled] { return known }
        var found: Glob.Found
        do throws(StoreProblem) { found = try filled.files(in: request.folders, files) } catch {
            var diagnostic = error.diagnostic
            diagnostic.place = place
            throw diagnostic
        }
        for link in found.passedBy {
            account.remark(nil, PipelineProblem.passedBy(glob.text, link: link, at: place).diagnostic)
        }
        let there = Set<ByteText>(texts: found.paths)
        // In a resumed build the trace already has the edges.
        let edges = resumption?.isWhole[target] == false ? nil : writers.edges
        var planned: [String] = []
        for path in edges?.writers.keys.map(\.text) ?? [] {
            if edges?.isFolder(path) != true, !there.contains(path), filled.matches(path) { planned.append(path) }
        }
        for path in lookups.planned.keys {
            guard let path = path.text.beneath(request.workspace), !there.contains(path), !planned.holds(path),
                filled.matches(path)
            else { continue }
            planned.append(path)
        }
        // Files in a folder that a stage will write are found once that stage is done.
        if planned.isEmpty && (edges == nil || edges?.folderWriter(in: filled) == nil) {
            lookups.globs[filled] = found
        } else {
            found.paths = Set<ByteText>(texts: found.paths + planned).texts
        }
        guard !found.paths.isEmpty || isOptional else {
            throw PipelineProblem.noMatch(target: targets[target].file, pattern: glob.text, at: place).diagnostic
        }
        return found
    }

    private func file(
        _ node: BuildNode, _ name: FileName, _ isOptional: Bool,
        _ place: Place
    ) throws(Diagnostic) -> InputFile? {
        let path = name.path(in: request.folders)
        if let blob = lookups.planned[path] {
            return InputFile(name, at: path, digest: blob.digest, isExecutable: blob.isExecutable == true)
        }
        node.reads.append(path)
        do throws(StoreProblem) {
            if let digest = try files.digest(of: path) {
                return InputFile(name, at: path, digest: digest, isExecutable: files.isExecutable(path))
            }
        } catch {
            var diagnostic = error.diagnostic
            diagnostic.place = place
            throw diagnostic
        }
        if isOptional { return nil }
        throw PipelineProblem.missingInput(
            target: targets[node.target].file, path: name.text, near: [],
            at: place
        ).diagnostic
    }

    // MARK: Results

    func results(
        _ node: BuildNode, _ other: Int, _ output: Int,
        _ reach: Pipeline.Reach
    ) throws(Diagnostic) -> [InputFile] {
        let outputs = targets[node.target].pipeline.stages[other].descriptor.outputs
        guard outputs.indices.contains(output) else {
            throw BuildProblem.outputMissing(node: node.name.id, output: "\(output)").diagnostic
        }
        let descriptor = outputs[output]
        guard let family = families[node.target][other] else {
            return try kept(node, other, output, descriptor, reach)
        }
        func missing() -> Diagnostic {
            BuildProblem.outputMissing(
                node: family.nodes.first?.name.id ?? node.name.id,
                output: descriptor.name
            ).diagnostic
        }
        func made(_ producer: BuildNode) throws(Diagnostic) -> [Record.Blob] {
            if producer.isAsBefore, let resumption, let row = producer.lastRow {
                return resumption.blobs(row, output: output)
            }
            guard let made = producer.record?.output(descriptor.name) else { throw missing() }
            return made.blobs
        }
        switch reach {
        case .whole: return files(descriptor, try made(family.nodes[0]), by: family.nodes[0])
        case .element:
            let all = try made(family.nodes[0])
            // The list was shorter when its stage ran again.
            guard all.indices.contains(node.element!) else { throw missing() }
            return [file(descriptor, all[node.element!], by: family.nodes[0])]
        case .instance:
            guard family.nodes.indices.contains(node.element!) else { throw missing() }
            let producer = family.nodes[node.element!]
            return files(descriptor, try made(producer), by: producer)
        case .gather:
            var all: [InputFile] = []
            for producer in family.nodes { all += files(descriptor, try made(producer), by: producer) }
            return all
        }
    }

    /// Takes the results of nodes that no change reached from the trace.
    private func kept(
        _ node: BuildNode, _ other: Int, _ output: Int, _ descriptor: StageDescriptor.Output,
        _ reach: Pipeline.Reach
    ) throws(Diagnostic) -> [InputFile] {
        guard let resumption else { return [] }
        let rows = resumption.rows(node.target, other)
        func files(_ rows: some Sequence<Int>) -> [InputFile] {
            rows.flatMap { self.files(descriptor, resumption.blobs($0, output: output), by: nil) }
        }
        switch reach {
        case .whole: return files(rows.prefix(1))
        case .gather: return files(rows)
        case .instance where rows.count > node.element!: return files([rows.lowerBound + node.element!])
        case .element:
            let all = files(rows.prefix(1))
            if all.indices.contains(node.element!) { return [all[node.element!]] }
        default: break
        }
        let wanted = targets[node.target]
        throw BuildProblem.outputMissing(
            node: wanted.file + ":" + wanted.pipeline.stages[other].name,
            output: descriptor.name
        ).diagnostic
    }

    private func file(_ output: StageDescriptor.Output, _ blob: Record.Blob, by producer: BuildNode?) -> InputFile {
        InputFile(blob, at: blobs.path(blob.digest), name: output.fileName, by: producer)
    }

    /// The files of an output, or the folder if it is one.
    private func files(
        _ output: StageDescriptor.Output, _ made: [Record.Blob],
        by producer: BuildNode?
    ) -> [InputFile] {
        guard output.isFolder, let first = made.first else { return made.map { file(output, $0, by: producer) } }
        var folder = file(output, first, by: producer)
        folder.folder = Array(made.dropFirst())
        return [folder]
    }
}
