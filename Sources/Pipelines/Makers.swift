// Which stage of which pipeline can make a file, by the patterns of all outputs: how one pipeline's target becomes
// another's input, and why a file that is not there yet is no missing file.
import Diagnostics
import Store

struct Makers {
    private struct Rule {
        var pipeline: Int
        var stage: Int
        var output: Pattern
        var isFolder: Bool
    }
    private let pipelines: [Pipeline]
    /// Outputs without `{name}` of pipelines that make one target.
    private var plain: [ByteText: [Rule]] = [:]
    /// The others, by what stands after `{name}`: few endings, however many rules.
    private var named: [ByteText: [Rule]] = [:]
    /// Whether one of the outputs is a folder, so that what lies above a file may be what is made.
    private var hasFolders = false

    init(_ pipelines: [Pipeline]) {
        self.pipelines = pipelines
        for (index, pipeline) in pipelines.enumerated() {
            for (stage, text) in pipeline.stages.enumerated() {
                guard let output = text.output else { continue }
                let rule = Rule(pipeline: index, stage: stage, output: output, isFolder: text.writesFolder)
                if rule.isFolder { hasFolders = true }
                if let ending = output.ending { named[ending, default: []].append(rule) }
                else { plain[output.text, default: []].append(rule) }
            }
        }
    }

    /// Who would make a file, were what it needs there: the most particular rules first.
    func possible(_ path: String) -> [(pipeline: Int, wanted: Pipelines.Wanted)] {
        var found = rules(path), folder = path.folderPart
        while hasFolders && !folder.isEmpty {
            found += rules(folder).filter(\.rule.isFolder)
            folder = folder.folderPart
        }
        found.sort {
            ($0.rule.output.weight, $1.rule.pipeline, $1.rule.stage) > ($1.rule.output.weight, $0.rule.pipeline,
                $0.rule.stage)
        }
        return found.map { rule, name in
            let pipeline = pipelines[rule.pipeline]
            return (rule.pipeline, Pipelines.Wanted(file: pipeline.target.file(for: name), pipeline: pipeline,
                name: name, stage: rule.stage))
        }
    }

    private func rules(_ path: String) -> [(rule: Rule, name: String)] {
        var found: [(rule: Rule, name: String)] = []
        for rule in plain[path] ?? [] {
            // What is the same for every target is made with any of them, and by no name.
            if !pipelines[rule.pipeline].target.hasName { found.append((rule, "")) }
        }
        for (ending, rules) in named where path.utf8.count > ending.text.utf8.count
            && path.utf8.suffix(ending.text.utf8.count).elementsEqual(ending.text.utf8) {
            for rule in rules { if let name = rule.output.name(in: path) { found.append((rule, name)) } }
        }
        return found
    }

    /// Whether one of the outputs may match, by what is plain at its ends.
    func mayMatch(_ read: FileEdges.Read) -> Bool {
        guard case .pattern(let glob) = read.what, !hasFolders else { return true }
        let wild = glob.text.utf8.lastIndex {
            GlobPart.isWild($0) || $0 == UInt8(ascii: "}") || $0 == UInt8(ascii: "]")
        }
        let ending = wild.map { Array(glob.text.utf8[glob.text.utf8.index(after: $0)...]) } ?? []
        func fits(_ other: some Collection<UInt8>) -> Bool {
            other.suffix(ending.count).elementsEqual(ending.suffix(other.count))
        }
        return plain.keys.contains { fits(Array($0.text.utf8)) } || named.keys.contains { fits(Array($0.text.utf8)) }
    }
}

extension Pipelines {
    /// A rule that makes a file from what is there or can be made; nil: it is nobody's, a file like any other.
    func maker(of path: String, _ files: FileTable) -> Wanted? { maker(of: path, files, path: [])?.wanted }

    /// - Parameter path: the files that are to be made from this one, and must not be what it is made from.
    /// - Returns: with all pipelines that it takes.
    func maker(of file: String, _ files: FileTable, path: [String]) -> (wanted: Wanted, pipelines: Set<Int>)? {
        // `{name}.txt` from `{name}.txt.txt` goes down for ever; no project goes as deep as this.
        guard path.count < 32, !path.holds(file) else { return nil }
        for (index, wanted) in makers.possible(file) {
            var taken: Set<Int> = [index], isPossible = true
            for (pattern, _) in wanted.pipeline.requiredFiles(wanted.pipeline.closure(of: wanted.stage)) {
                let needed = pattern.file(for: wanted.name)
                if pattern.root == nil, let before = maker(of: needed, files, path: path + [file]) { taken.formUnion(before.pipelines) }
                else if !isThere(pattern, wanted.name, files) {
                    isPossible = false
                    break
                }
            }
            if isPossible { return (wanted, taken) }
        }
        return nil
    }

    /// Other rules that write what this build writes. They may be built another time, and each then undoes what the other did.
    func rivals(of edges: FileEdges, _ files: FileTable) -> [Diagnostic] {
        var problems: [Diagnostic] = []
        for (file, wanted, index) in edges.written {
            let stage = wanted.pipeline.stages[index]
            for (_, other) in makers.possible(file) {
                guard let at = other.stage, let output = other.pipeline.stages[at].output else { continue }
                let isSame = other.pipeline.file.isSameBytes(wanted.pipeline.file) && at == index
                    && (other.name.isSameBytes(wanted.name) || !output.hasName)
                // Which of two rules makes a target is decided by what is more particular.
                let isTarget = output.text.isSameBytes(other.pipeline.target.text) && (stage.output?.text).map { $0.isSameBytes(wanted.pipeline.target.text) } == true
                // In one pipeline a file of all targets and a target of that name are refused by whoever asks for that target.
                let isOwn = other.pipeline.file.isSameBytes(wanted.pipeline.file) && !(output.hasName && stage.output?.hasName == true)
                guard !isSame, !isTarget, !isOwn, missing(other.pipeline.requiredFiles(other.pipeline.closure(of: at)), other.name, files) == nil else { continue }
                let place = other.pipeline.stages[at].outputPlace ?? other.pipeline.stages[at].place, here = stage.outputPlace ?? stage.place
                let id = wanted.file + ":" + stage.name, otherID = other.file + ":" + other.pipeline.stages[at].name
                problems.append(PipelineProblem.sameOutput(file, writer: id, other: otherID, at: here).diagnostic)
                problems.append(PipelineProblem.sameOutput(file, writer: otherID, other: id, at: place).diagnostic)
                break
            }
        }
        return problems
    }

    /// Being there but unreadable is another matter, and another message.
    func isThere(_ path: String, _ files: FileTable) -> Bool {
        do throws(StoreProblem) { return try files.digest(of: workspace + "/" + path) != nil } catch { return true }
    }

    /// The same for what a pattern names; a root that nobody declared is another matter too.
    func isThere(_ pattern: Pattern, _ name: String, _ files: FileTable) -> Bool {
        guard let root = pattern.root else { return isThere(pattern.file(for: name), files) }
        guard folders.roots[root] != nil else { return true }
        do throws(StoreProblem) { return try files.digest(of: folders.path(pattern.file(for: name))) != nil } catch { return true }
    }

    /// The targets, and after them those parts of others that make what they read.
    func withMakers(_ asked: [Wanted], _ files: FileTable) throws(Diagnostics) -> [Wanted] {
        var targets = asked, written: Set<ByteText> = [], folders: Set<ByteText> = [], next = 0, isKnown: Set<ByteText> = []
        func add(_ wanted: Wanted) {
            targets.append(wanted)
            note(wanted)
        }
        func note(_ wanted: Wanted) {
            for stage in wanted.pipeline.closure(of: wanted.stage) {
                guard let output = wanted.pipeline.stages[stage].output else { continue }
                written.insert(output.file(for: wanted.name))
                if wanted.pipeline.stages[stage].writesFolder { folders.insert(output.file(for: wanted.name)) }
            }
        }
        func isWritten(_ path: String) -> Bool { written.contains(path) || folders.contains { path.beneath($0.text) != nil } }
        for wanted in asked { note(wanted) }
        var offers: [Offer]?
        while next < targets.count {
            let wanted = targets[next]
            next += 1
            for stage in wanted.pipeline.closure(of: wanted.stage) {
                for read in FileEdges.reads(of: wanted, stage) {
                    if case .file(let path) = read.what {
                        guard !isWritten(path), isKnown.insert(path).inserted, let maker = maker(of: path, files)
                            else {
                            continue
                        }
                        add(maker)
                    } else if makers.mayMatch(read) {
                        if offers == nil { offers = try offeredFiles(files) }
                        for offer in offers! where !written.contains(offer.file) && read.matches(offer.file, isFolder: offer.isFolder) {
                            add(offer.wanted)
                        }
                    }
                }
            }
        }
        return targets
    }

    typealias Offer = (file: String, isFolder: Bool, wanted: Wanted)

    /// Every file and folder that a stage of a target on offer writes.
    func offeredFiles(_ files: FileTable) throws(Diagnostics) -> [Offer] {
        var all: [Offer] = []
        for (pipeline, name) in try offers(files) {
            for (index, stage) in pipeline.stages.enumerated() {
                guard let output = stage.output else { continue }
                all.append((output.file(for: name), stage.writesFolder,
                    Wanted(file: pipeline.target.file(for: name), pipeline: pipeline, name: name, stage: index)))
            }
        }
        return all
    }

    /// Every target whose required files are in the workspace or can be made, as pipeline and name. A rule is not used
    /// on what it made itself: `{name}.out.txt` from `{name}.txt` would go on for ever.
    func offers(_ files: FileTable) throws(Diagnostics) -> [(pipeline: Pipeline, name: String)] {
        var found: [(pipeline: Pipeline, name: String)] = [], taken: [Set<ByteText>] = all.map { _ in [] },
            made: Set<ByteText> = []
        var isGrowing = true
        while isGrowing {
            isGrowing = false
            for (index, pipeline) in all.enumerated() {
                let required = pipeline.requiredFiles
                for name in try names(for: pipeline, required, made, files) where !taken[index].contains(name) {
                    var isPossible = true
                    for (pattern, _) in required where isPossible {
                        let path = pattern.file(for: name)
                        if pattern.root == nil, let maker = maker(of: path, files, path: []) {
                            isPossible = !maker.pipelines.contains(index)
                        }
                        else { isPossible = isThere(pattern, name, files) }
                    }
                    guard isPossible else { continue }
                    taken[index].insert(name)
                    found.append((pipeline, name))
                    isGrowing = true
                    for stage in pipeline.stages {
                        if let output = stage.output { made.insert(output.file(for: name)) }
                    }
                }
            }
        }
        return found
    }

    /// What `{name}` could be, by the files that are there or will be.
    private func names(for pipeline: Pipeline, _ required: [(pattern: Pattern, place: Place)], _ made: Set<ByteText>,
                       _ files: FileTable) throws(Diagnostics) -> [String] {
        guard pipeline.target.hasName else { return [""] }
        let named = required.map(\.pattern).filter(\.hasName)
        guard let probe = named.first(where: { $0.root == nil }) ?? named.first else { return [] }
        let prefix = probe.prefix, folder = probe.root == nil ? prefix.folderPart : nil
        let path = prefix.isEmpty ? workspace : (probe.root == nil ? workspace + "/" + prefix : folders.path(prefix)).folderPart
        var names: Set<ByteText> = []
        do throws(StoreProblem) {
            for entry in try files.names(in: path) ?? [] where entry.utf8.first != UInt8(ascii: ".") {
                let isText = entry.utf8.last != UInt8(ascii: "/"), text = isText ? entry
                    : String(decoding: entry.utf8.dropLast(), as: UTF8.self)
                guard let name = probe.name(in: prefix + text) else { continue }
                guard isText else { throw .nameNotText(folder: path, name: text) }
                names.insert(name)
            }
        } catch { throw Diagnostics([error.diagnostic]) }
        for file in made where folder?.isSameBytes(file.text.folderPart) == true {
            if let name = probe.name(in: file.text) { names.insert(name) }
        }
        return names.texts
    }
}
