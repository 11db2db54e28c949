// Edges without a reference: a stage reads a file, a pattern or a folder of the workspace, and another stage, of the
// same target or of another one, writes there. One graph for a whole build, across its pipelines.
//
// Invariants: no node is evaluated before every known writer of its inputs is done, and no two stages write one file.
import Diagnostics
import Patterns
import Store

package struct FileEdges {
    /// A stage of a target of the build.
    package struct Stage: Hashable {
        package var target: Int
        package var stage: Int
        package init(target: Int, stage: Int) {
            self.target = target
            self.stage = stage
        }
    }

    /// By the path of a file in the workspace.
    package private(set) var writers: [ByteText: Stage] = [:]
    /// What must be done before a stage, in addition to what its pipeline says.
    package private(set) var before: [Stage: [Stage]] = [:]
    /// Those of `writers` that are folders; their stage owns everything in them.
    private var folders: Set<ByteText> = []
    private var targets: [WantedTarget]
    private let closures: [[Int]]

    package init(_ targets: [WantedTarget]) throws(Diagnostics) {
        self.targets = targets
        closures = targets.map { $0.pipeline.closure(of: $0.stage) }
        var problems = addWriters()
        problems += addEdges()
        guard problems.isEmpty else { throw Diagnostics(problems) }
        try refuseCycles()
    }

    /// Every file and folder that a stage writes, with that stage, in the order of paths.
    var written: [(file: String, wanted: WantedTarget, stage: Int)] {
        writers.keys.sorted().map { ($0.text, targets[writers[$0]!.target], writers[$0]!.stage) }
    }

    /// The same for targets whose pipelines are equal and take less memory.
    package consuming func held(by targets: [WantedTarget]) -> FileEdges {
        self.targets = targets
        return self
    }

    /// Whether another stage waits for what a stage writes.
    package func isRead(_ stage: Stage) -> Bool { before.values.contains { $0.contains(stage) } }

    package func isFolder(_ path: String) -> Bool { folders.contains(path) }

    /// The stage that writes a file, or a folder that contains it.
    package func writer(of path: String) -> Stage? {
        if let writer = writers[path] { return writer }
        guard !folders.isEmpty else { return nil }
        var folder = path.folderPart
        while !folder.isEmpty {
            if folders.contains(folder) { return writers[folder] }
            folder = folder.folderPart
        }
        return nil
    }

    /// The stage that writes a folder in which a pattern may match; nil: none does.
    package func folderWriter(in glob: Glob) -> String? {
        folders.texts.first { glob.mayMatch(beneath: $0) }.flatMap { writers[$0] }.map(id)
    }

    package func id(_ stage: Stage) -> String {
        targets[stage.target].file + ":" + targets[stage.target].pipeline.stages[stage.stage].name
    }

    private mutating func addWriters() -> [Diagnostic] {
        var problems: [Diagnostic] = []
        for (target, wanted) in targets.enumerated() {
            for index in closures[target] {
                let stage = wanted.pipeline.stages[index]
                guard let output = stage.output else { continue }
                let file = output.file(for: wanted.name), here = Stage(target: target, stage: index)
                guard let other = writers[file] else {
                    writers[file] = here
                    if stage.writesFolder { folders.insert(file) }
                    continue
                }
                let first = targets[other.target]
                // The same work: requested twice, or equal for every target.
                let isSame =
                    first.pipeline.file.isSameBytes(wanted.pipeline.file) && other.stage == index
                    && (first.name == wanted.name || !output.hasFilm)
                if !isSame {
                    problems.append(
                        PipelineProblem.sameOutput(
                            file, writer: id(here), other: id(other),
                            at: stage.outputPlace ?? stage.place
                        ).diagnostic)
                }
            }
        }
        for folder in folders.texts {
            for file in writers.keys.sorted() where file.text.beneath(folder) != nil {
                let here = writers[file]!, stage = targets[here.target].pipeline.stages[here.stage]
                problems.append(
                    PipelineProblem.sameOutput(
                        file.text, writer: id(here), other: id(writers[folder]!),
                        at: stage.outputPlace ?? stage.place
                    ).diagnostic)
            }
        }
        return problems
    }

    private mutating func addEdges() -> [Diagnostic] {
        var problems: [Diagnostic] = []
        let sorted = writers.keys.sorted()
        for (target, wanted) in targets.enumerated() {
            for index in closures[target] {
                let here = Stage(target: target, stage: index)
                for read in Self.reads(of: wanted, index) {
                    for file in read.files(among: sorted, in: self) {
                        guard let writer = writers[file] else { continue }
                        let isOwn = writer.stage == index && (writer.target == target || isSame(writer.target, target))
                        if isOwn {
                            problems.append(
                                PipelineProblem.readsOwnOutput(
                                    read.text,
                                    stage: wanted.pipeline.stages[index].name, output: file, at: read.place
                                ).diagnostic)
                        } else if before[here]?.contains(writer) != true {
                            before[here, default: []].append(writer)
                        }
                    }
                }
            }
        }
        return problems
    }

    private func isSame(_ a: Int, _ b: Int) -> Bool {
        targets[a].pipeline.file.isSameBytes(targets[b].pipeline.file) && targets[a].name == targets[b].name
    }

    /// What a stage reads from the workspace, as far as its pipeline tells.
    package struct Read {
        package enum What {
            case file(String)
            case pattern(Glob)
            case folder(String)
        }
        var what: What
        /// As written in the pipeline.
        var text: String
        var place: Place

        /// Whether it may read something of what a stage writes.
        func matches(_ file: String, isFolder: Bool) -> Bool {
            switch what {
            case .file(let path): path.isSameBytes(file) || (isFolder && path.beneath(file) != nil)
            case .pattern(let glob): isFolder ? glob.mayMatch(beneath: file) : glob.matches(file)
            case .folder(let folder):
                file.beneath(folder) != nil
                    || (isFolder && (folder.isSameBytes(file) || folder.beneath(file) != nil))
            }
        }

        fileprivate func files(among sorted: [ByteText], in edges: FileEdges) -> [String] {
            if case .file(let path) = what, edges.folders.isEmpty { return edges.writers[path] == nil ? [] : [path] }
            return sorted.lazy.map(\.text).filter { matches($0, isFolder: edges.isFolder($0)) }
        }
    }

    static func reads(of wanted: WantedTarget, _ index: Int) -> [Read] {
        let stage = wanted.pipeline.stages[index]
        var reads: [Read] = []
        for source in stage.bindings.flatMap(\.sources) {
            switch source {
            // Nothing is written into a root.
            case .file(let pattern, _, let place) where pattern.root == nil:
                reads.append(Read(what: .file(pattern.file(for: wanted.name)), text: pattern.text, place: place))
            case .files(let glob, _, _, let place) where glob.root == nil:
                // A pattern that the name does not fit into is refused where it is searched.
                if let filled = try? glob.filled(wanted.name) {
                    reads.append(Read(what: .pattern(filled), text: glob.text, place: place))
                }
            default: break
            }
        }
        for folder in stage.command?.reads ?? [] where Folders.root(of: folder) == nil {
            reads.append(Read(what: .folder(folder), text: folder, place: stage.place))
        }
        return reads
    }

    /// Everything that must be done before a stage.
    func sources(of stage: Stage) -> [Stage] {
        targets[stage.target].pipeline.sources(of: stage.stage).map { Stage(target: stage.target, stage: $0) }
            + (before[stage] ?? [])
    }

    /// Whether a stage is done before another is begun.
    /// - Parameter met: edges that were found while nodes ran.
    package func isBefore(_ first: Stage, _ second: Stage, _ met: [Stage: Set<Stage>]) -> Bool {
        var open = [second], seen: Set<Stage> = [second]
        while let stage = open.popLast() {
            for source in sources(of: stage) + (met[stage].map(Array.init) ?? []) where seen.insert(source).inserted {
                if source == first { return true }
                open.append(source)
            }
        }
        return false
    }

    /// A pipeline alone has no cycle, but with these edges there may be one.
    private func refuseCycles() throws(Diagnostics) {
        guard !before.isEmpty else { return }
        var mark: [Stage: Bool] = [:]
        for start in before.keys.sorted(by: { ($0.target, $0.stage) < ($1.target, $1.stage) })
        where mark[start] == nil {
            var path: [(stage: Stage, next: [Stage])] = [(start, sources(of: start))]
            mark[start] = false
            while let top = path.last {
                guard let next = top.next.last else {
                    mark[top.stage] = true
                    path.removeLast()
                    continue
                }
                path[path.count - 1].next.removeLast()
                switch mark[next] {
                case nil:
                    mark[next] = false
                    path.append((next, sources(of: next)))
                case false?:
                    let chain = path.map(\.stage).drop { $0 != next } + [next]
                    // The place of the error is an edge that no reference shows.
                    let links = zip(chain, chain.dropFirst()).filter { before[$0]?.contains($1) == true }
                    let place = links.lazy.compactMap { self.place($0, $1) }.first
                    let stage = targets[next.target].pipeline.stages[next.stage]
                    throw Diagnostics([PipelineProblem.cycle(chain.map(id), at: place ?? stage.place).diagnostic])
                case true?: break
                }
            }
        }
    }

    private func place(_ user: Stage, _ maker: Stage) -> Place? {
        let wanted = targets[maker.target]
        guard let file = wanted.pipeline.stages[maker.stage].output?.file(for: wanted.name) else { return nil }
        return Self.reads(of: targets[user.target], user.stage).first {
            $0.matches(file, isFolder: wanted.pipeline.stages[maker.stage].writesFolder)
        }?.place
    }
}
