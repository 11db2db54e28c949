// From a node to its manifest, from its key to a record, and whether that record still holds.
import Diagnostics
import Patterns
import Pipelines
import Store
import Work

extension Build {
    typealias Inputs = [(slot: StageDescriptor.Slot, files: [InputFile])]

    func inputs(of node: BuildNode) throws(Diagnostic) -> Inputs {
        var inputs: Inputs = []
        for binding in stage(node).bindings {
            var found: [InputFile] = []
            for (index, source) in binding.sources.enumerated() {
                switch source {
                case .file(let pattern, let isOptional, let place):
                    let path = pattern.file(for: targets[node.target].name)
                    if let file = try file(node, path, isOfRoot: pattern.root != nil, isOptional, place) { found.append(file) }
                case .files(let glob, let isElement, let isOptional, let place):
                    let listed = try self.paths(node.target, glob, isOptional: isOptional, place), paths = listed.paths
                    node.reads += listed.folders
                    // A file that went away since the list was made.
                    if isElement && !paths.indices.contains(node.element!) { throw PipelineProblem.missingInput(target: targets[node.target].file, path: glob.text, near: [], at: place).diagnostic }
                    for path in isElement ? [paths[node.element!]] : paths {
                        if let file = try file(node, path, isOfRoot: glob.root != nil, false, place) { found.append(file) }
                    }
                case .output(let other, let output, let reach):
                    let made = try results(node, other, output, reach)
                    found += try binding.filters[index].map { filter throws(Diagnostic) in try files(filter, of: made, node) } ?? made
                }
            }
            if found.count > 1 && binding.slot.count != .list && binding.slot.count != .any {
                throw BuildProblem.tooManyInputs(node: node.name.id, slot: binding.slot.name, count: found.count).diagnostic
            }
            inputs.append((binding.slot, found))
        }
        return inputs
    }

    /// What matches a glob of a target, looked for once a build. What a stage is going to write is there already, by
    /// name: the listing that counts is made when all of it is.
    func paths(_ target: Int, _ glob: Glob, isOptional: Bool, _ place: Place) throws(Diagnostic) -> Glob.Found {
        let filled: Glob
        do throws(Pattern.Refusal) { filled = try glob.filled(targets[target].name) } catch {
            throw PipelineProblem.badTarget(targets[target].file, reason: "its name does not fit into '\(glob.text)'").diagnostic
        }
        if let known = globbed[filled] { return known }
        var found: Glob.Found
        do throws(StoreProblem) { found = try filled.files(in: request.folders, files) } catch {
            var diagnostic = error.diagnostic
            diagnostic.place = place
            throw diagnostic
        }
        for link in found.passedBy { remark(nil, PipelineProblem.passedBy(glob.text, link: link, at: place).diagnostic) }
        let there = Set<ByteText>(texts: found.paths)
        // Of a build of what a change reached, the trace knows who is waited for.
        let writers = resumption?.isWhole[target] == false ? nil : edges?.writers
        var planned = (writers?.keys.map(\.text) ?? []).filter { edges?.isFolder($0) != true && !there.contains($0) && filled.matches($0) }
        for path in self.planned.keys {
            guard let path = path.text.beneath(request.workspace), !there.contains(path), !planned.holds(path), filled.matches(path) else { continue }
            planned.append(path)
        }
        // What lies in a folder that is still to be written is found by whoever waits for it.
        if planned.isEmpty && (writers == nil || edges?.folderWriter(in: filled) == nil) { globbed[filled] = found } else {
            found.paths = Set<ByteText>(texts: found.paths + planned).texts
        }
        guard !found.paths.isEmpty || isOptional else {
            throw PipelineProblem.noMatch(target: targets[target].file, pattern: glob.text, at: place).diagnostic
        }
        return found
    }

    private func file(_ node: BuildNode, _ relative: String, isOfRoot: Bool, _ isOptional: Bool, _ place: Place) throws(Diagnostic) -> InputFile? {
        let path = isOfRoot ? request.folders.path(relative) : request.workspace + "/" + relative
        if let blob = planned[path] {
            return InputFile(digest: blob.digest, path: path, name: relative, relative: relative, isExecutable: blob.isExecutable == true)
        }
        node.reads.append(path)
        do throws(StoreProblem) {
            if let digest = try files.digest(of: path) {
                return InputFile(digest: digest, path: path, name: relative, relative: relative, isOfRoot: isOfRoot,
                    isExecutable: files.isExecutable(path))
            }
        } catch {
            var diagnostic = error.diagnostic
            diagnostic.place = place
            throw diagnostic
        }
        if isOptional { return nil }
        throw PipelineProblem.missingInput(target: targets[node.target].file, path: relative, near: [], at: place).diagnostic
    }

    func results(_ node: BuildNode, _ other: Int, _ output: Int, _ reach: Pipeline.Reach) throws(Diagnostic) -> [InputFile] {
        let outputs = targets[node.target].pipeline.stages[other].descriptor.outputs
        guard outputs.indices.contains(output) else { throw BuildProblem.outputMissing(node: node.name.id, output: "\(output)").diagnostic }
        let descriptor = outputs[output]
        guard let family = families[node.target][other] else { return try kept(node, other, output, descriptor, reach) }
        func missing() -> Diagnostic { BuildProblem.outputMissing(node: family.nodes.first?.name.id ?? node.name.id, output: descriptor.name).diagnostic }
        func made(_ producer: BuildNode) throws(Diagnostic) -> [Record.Blob] {
            if producer.isAsBefore, let resumption, let row = producer.lastRow { return resumption.blobs(row, output: output) }
            guard let made = producer.record?.output(descriptor.name) else { throw missing() }
            return made.blobs
        }
        func file(_ producer: BuildNode, _ blob: Record.Blob) -> InputFile {
            InputFile(digest: blob.digest, path: blobs.path(blob.digest), name: descriptor.fileName, relative: nil,
                producer: producer, blob: blob, isExecutable: blob.isExecutable == true)
        }
        func files(_ producer: BuildNode) throws(Diagnostic) -> [InputFile] {
            let blobs = try made(producer)
            guard descriptor.isFolder, let first = blobs.first else { return blobs.map { file(producer, $0) } }
            var folder = file(producer, first)
            folder.folder = Array(blobs.dropFirst())
            return [folder]
        }
        switch reach {
        case .whole: return try files(family.nodes[0])
        case .element:
            let all = try made(family.nodes[0])
            // A list that came out shorter the second time.
            guard all.indices.contains(node.element!) else { throw missing() }
            return [file(family.nodes[0], all[node.element!])]
        case .instance:
            guard family.nodes.indices.contains(node.element!) else { throw missing() }
            return try files(family.nodes[node.element!])
        case .gather:
            var all: [InputFile] = []
            for producer in family.nodes { all += try files(producer) }
            return all
        }
    }

    /// Results of nodes that the change did not reach, from the trace.
    private func kept(_ node: BuildNode, _ other: Int, _ output: Int, _ descriptor: StageDescriptor.Output, _ reach: Pipeline.Reach) throws(Diagnostic) -> [InputFile] {
        guard let resumption else { return [] }
        let rows = resumption.rows(node.target, other)
        func files(_ rows: some Sequence<Int>) -> [InputFile] {
            rows.flatMap { row -> [InputFile] in
                let made = resumption.blobs(row, output: output)
                let files = (descriptor.isFolder ? Array(made.prefix(1)) : made).map {
                    InputFile(digest: $0.digest, path: blobs.path($0.digest), name: descriptor.fileName, relative: nil,
                        producer: nil, blob: $0, isExecutable: $0.isExecutable == true)
                }
                guard descriptor.isFolder, var folder = files.first else { return files }
                folder.folder = Array(made.dropFirst())
                return [folder]
            }
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
        throw BuildProblem.outputMissing(node: targets[node.target].file + ":" + targets[node.target].pipeline.stages[other].name, output: descriptor.name).diagnostic
    }

    /// Files that stages of a target write into the workspace.
    func published(of target: Int) -> Set<ByteText> {
        Set(texts: targets[target].pipeline.stages.compactMap { $0.output?.file(for: targets[target].name) })
    }

    /// Whether a path is one of them, or lies in one that is a folder.
    func isPublished(_ path: String, of target: Int) -> Bool {
        targets[target].pipeline.stages.contains { stage in
            guard let file = stage.output?.file(for: targets[target].name) else { return false }
            return file.isSameBytes(path) || (stage.writesFolder && path.beneath(file) != nil)
        }
    }

    func parameters(_ stage: Pipeline.Stage) -> [String: Value] {
        var parameters = stage.parameters
        if !request.sets.isEmpty, stage.descriptor.parameters.contains(where: { $0.name == "set" && $0.kind == .table }) {
            var table: [String: Value] = [:]
            if case .object(let given)? = parameters["set"] { table = given }
            for (name, text) in request.sets { table[name] = .string(text) }
            parameters["set"] = .object(table)
        }
        return parameters
    }

    private func manifest(_ node: BuildNode, _ inputs: Inputs) throws(Diagnostic) -> Manifest {
        let stage = stage(node), descriptor = stage.descriptor
        if let command = stage.command { return try manifest(node, command, inputs) }
        var tools: [String: String] = [:]
        for tool in descriptor.tools { tools[tool] = self.tools[tool] ?? "unknown" }
        return Manifest(stage: descriptor.name, version: descriptor.version, parameters: parameters(stage), inputs: inputs.filter(\.slot.isKeyed).flatMap { slot, files in
            files.map { Manifest.Input(slot: slot.name, digest: $0.digest, path: $0.relative) }
        }, tools: tools)
    }

    /// A node that waits for nothing gets its key, and with it a record or the verdict that it is stale.
    func evaluate(_ node: BuildNode) {
        node.reads = []
        if waitsForListings(node) { return }
        let manifest: Manifest
        do throws(Diagnostic) { manifest = try self.manifest(node, try inputs(of: node)) } catch { return fail(node, [error]) }
        let key = manifest.key
        node.manifest = manifest
        node.key = key
        if let leader = inFlight[key], leader !== node {
            node.pending = 1
            leader.waiters.append(node)
            return
        }
        if isAsBefore(node, key) { return keep(node) }
        if node.mustRun { return stale(node, [Explanation.resultGone], key) }
        if request.force && !made.contains(key) { return stale(node, [Explanation.forced], key) }
        switch find(node, key) {
        case .hit(let record): finish(node, record, hasRun: false)
        case .stale(let why): stale(node, why, key)
        }
    }

    /// Whether a node that the change could have reached came out as it was: then its row says all.
    private func isAsBefore(_ node: BuildNode, _ key: Digest) -> Bool {
        guard let resumption, let row = node.lastRow, !node.mustRun, !request.force, node.attempts == 0, stage(node).terms.isTimeless else { return false }
        guard resumption.trace.nodes[row].key == key, !resumption.hasNewLeaf(row) else { return false }
        // What it found while it ran is not in its key, and may be what another stage has just written.
        return rewritten.isEmpty || !resumption.leafPaths(row).contains { rewritten.contains($0) }
    }

    private func keep(_ node: BuildNode) {
        node.isAsBefore = true
        if let row = node.lastRow, resumption?.trace.nodes[row].flags.contains(.speaks) == true, let record = node.key.flatMap(fresh) {
            for diagnostic in record.diagnostics { remark(node, diagnostic) }
        }
        tell(.hit(node.name))
        settle(node)
    }

    func stale(_ node: BuildNode, _ why: [String], _ key: Digest) {
        node.why = why
        node.isAsBefore = false
        if request.dryRun {
            node.state = .stale
            result.planned.append(BuildResult.Planned(node: node.name.id, stage: node.name.stage, outcome: .run, why: why, key: key, origin: nil))
            return pass(over: node)
        }
        inFlight[key] = node
        node.state = .runnable
        queue(node)
    }

    enum Found {
        case hit(Record)
        case stale([String])
    }

    func find(_ node: BuildNode, _ key: Digest) -> Found {
        switch records.lookup(key, where: holds) {
        case .missing: return .stale(why(node, key))
        case .damaged:
            remark(node, StoreProblem.damagedRecord(key: key.hex).diagnostic)
            return .stale([Explanation.recordDamaged])
        case .others(let record):
            let why = record.discovered.filter { !holds($0) }.map { Explanation.discovered($0.path) }
                + changed(record.answers).map { Explanation.answer($0.question) }
            return .stale(why.isEmpty ? [Explanation.resultGone] : why)
        case .found(let record):
            // Of the worlds that were looked at only this one is what the build depends on.
            guard record.discovered.allSatisfy(holds) else { return .stale([Explanation.resultGone]) }
            if let why = refusal(node, record) { return .stale([why]) }
            return bytesAreThere(node, record) ? .hit(record) : .stale([Explanation.resultGone])
        }
    }

    /// What a key's result is in the world as it is; the one place that says so, for builds and for all that asks about them.
    private func holds(_ record: Record) -> Bool {
        record.discovered.allSatisfy { item in
            let path = absolute(item.path)
            if let blob = planned[path] { return blob.digest.hex == item.digest }
            do throws(StoreProblem) { return (try files.glance(path)?.hex ?? "") == item.digest } catch { return false }
        } && changed(record.answers).isEmpty
    }

    /// Searches that come to something else now.
    private func changed(_ answers: [Answer]?) -> [Answer] {
        guard let answers, !answers.isEmpty else { return [] }
        // Where no stage of a resumed build needs a worker nothing that a search leans on has changed: those are leaves.
        return searches?.changed(answers) ?? (resumption == nil ? answers : [])
    }

    func fresh(_ key: Digest) -> Record? {
        if case .found(let record) = records.lookup(key, where: holds) { record } else { nil }
    }

    func absolute(_ path: String) -> String { request.folders.path(path) }

    /// A path that ends in a slash is a folder: the names in it count.
    func holds(_ item: Discovered) -> Bool {
        if let blob = planned[absolute(item.path)] { return blob.digest.hex == item.digest }
        do throws(StoreProblem) {
            let path = absolute(item.path)
            let digest = item.path.utf8.last == UInt8(ascii: "/") ? try files.listing(of: path)
                : try files.digest(of: path)
            return (digest?.hex ?? "") == item.digest
        } catch { return false }
    }

    /// Bytes in the middle of the graph are trusted to be there until somebody needs them; those that the user
    /// asked for are looked at now.
    private func bytesAreThere(_ node: BuildNode, _ record: Record) -> Bool {
        if request.verifiesOutputs {
            for blob in record.outputs.flatMap(\.blobs) {
                switch blobs.inspectBytes(blob) {
                case .sound: continue
                case .missing: return false
                case .damaged:
                    remark(node, StoreProblem.damagedBlob(digest: blob.digest.hex).diagnostic)
                    return false
                }
            }
        }
        if node.mustRun { return record.outputs.allSatisfy { $0.blobs.allSatisfy(blobs.has) } }
        if stage(node).descriptor.decides != nil && decision(node, record) == nil { return false }
        guard node.family.isWanted else { return true }
        let stage = stage(node)
        for output in record.outputs {
            for blob in output.blobs {
                if let pattern = stage.output, output.name == stage.descriptor.outputs.first?.name,
                   (try? files.digest(of: request.workspace + "/" + pattern.file(for: targets[node.target].name))) == blob.digest { continue }
                if !blobs.has(blob) { return false }
            }
        }
        return true
    }

    /// The same from the trace, without reading a record, where files and results that were there before are others now.
    private func changedResults(_ node: BuildNode) -> [String]? {
        guard let resumption, let row = node.lastRow else { return nil }
        let files = resumption.newLeaves(row)
        let paths = files.compactMap { request.folders.name($0.path) }
        guard paths.count == files.count, files.allSatisfy({ $0.kind == .file }) else { return nil }
        // A file that a program told of is another matter, and another sentence.
        let inputs = Set<ByteText>(texts: node.manifest?.inputs.compactMap(\.path) ?? [])
        guard paths.allSatisfy({ inputs.contains($0) }) else { return nil }
        var names: [String] = []
        for case .output(let other, let output, let reach) in stage(node).bindings.flatMap(\.sources) {
            guard let family = families[node.target][other] else { continue }
            let name = targets[node.target].pipeline.stages[other].descriptor.outputs[output].name
            for producer in reach == .instance ? Array(family.nodes[node.element!...node.element!]) : family.nodes {
                guard !producer.isAsBefore, let before = producer.lastRow, let record = producer.record,
                      resumption.blobs(before, output: output).map(\.digest) != record.output(name)?.blobs.map(\.digest) else { continue }
                names.append(producer.name.stage + (producer.element.map { "[\($0)]" } ?? ""))
            }
        }
        return names.isEmpty && paths.isEmpty ? nil : Explanation.changes(files: paths, results: names)
    }

    /// In what a node differs from what it was in the last build.
    private func why(_ node: BuildNode, _ key: Digest) -> [String] {
        if let why = changedResults(node) { return why }
        let before = resumption == nil ? lastKeys.keys[node.name.id] : resumption?.key(target: node.target, stage: node.stage, element: node.element)
        guard let last = before else { return [Explanation.firstBuild] }
        // Of all worlds: what is under a key has its manifest.
        guard last != key, case .found(let record) = records.lookup(last), let manifest = node.manifest else { return [Explanation.resultGone] }
        let stage = stage(node), stages = targets[node.target].pipeline.stages
        return Explanation.differences(record.manifest, manifest) { slot in
            for source in stage.bindings.first(where: { $0.slot.name == slot })?.sources ?? [] {
                if case .output(let other, _, _) = source { return stages[other].name }
            }
            return nil
        }
    }
}
