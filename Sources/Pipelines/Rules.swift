// All rules of a workspace, and which of them makes a target. Must not know how a stage runs.
import Diagnostics
import Files
import Patterns
import Store
import Work
import YAML

public struct Rules: Sendable {
    let folders: Folders
    var workspace: String { folders.workspace }
    public let all: [Pipeline]
    let makers: Makers
    let films: FilmTable
    /// Files and folders that the rules were read from, absolute.
    package let sources: Set<ByteText>
    /// The pipeline that comes with vgraph, as a text.
    private let builtIn: (file: String, text: String)
    private let kinds: [StageDescriptor]

    init(
        _ folders: Folders, all: [Pipeline], builtIn: (file: String, text: String), kinds: [StageDescriptor],
        films: FilmLister?, sources: Set<ByteText>
    ) {
        self.sources = sources
        self.folders = folders
        self.all = all
        self.builtIn = builtIn
        self.kinds = kinds
        makers = Makers(all)
        self.films = FilmTable(folders, films)
    }

    /// Reads `pipelines/*.yaml`, or takes `fallback` where the workspace has none.
    public static func load(
        _ folders: Folders, fallback: (file: String, text: String), kinds: [StageDescriptor],
        films: FilmLister? = nil, files: FileTable
    ) throws(Diagnostics) -> Rules {
        var diagnostics: [Diagnostic] = [], pipelines: [Pipeline] = []
        var (roots, found) = try PipelineSource.load(workspace: folders.workspace, builtIn: fallback, files: files)
        diagnostics += found
        let sources = files.paths
        // The tree of a generated pipeline is large, so each is freed before the next is resolved.
        while !roots.isEmpty {
            let file = roots[0].file
            var reader = PipelineReader(kinds: kinds, file: file)
            var read = reader.read(roots.removeFirst().root)
            let problems =
                reader.problems.map(\.diagnostic) + reader.rootProblems.map(\.diagnostic)
                + reader.filmProblems.map(\.diagnostic)
            diagnostics += problems
            // Given away: what the wiring needs no more is freed while the pipeline is made.
            guard problems.isEmpty, let text = read.take() else { continue }
            var wiring = Wiring(text)
            let pipeline = wiring.resolve()
            diagnostics += wiring.problems.map(\.diagnostic)
            guard let pipeline else { continue }
            if let other = pipelines.first(where: { $0.target == pipeline.target }) {
                diagnostics.append(
                    PipelineProblem.twoRules(
                        target: pipeline.target.text, first: other.targetPlace,
                        at: pipeline.targetPlace
                    ).diagnostic)
            }
            pipelines.append(pipeline)
        }
        guard diagnostics.isEmpty else { throw Diagnostics(diagnostics.inFileOrder()) }
        return Rules(folders, all: pipelines, builtIn: fallback, kinds: kinds, films: films, sources: sources)
    }

    /// Finds the rule for a target.
    public func wanted(_ target: String, files: FileTable) throws(Diagnostics) -> WantedTarget {
        var file = target, stage: String?
        if let colon = target.lastIndex(of: ":"), !target[colon...].contains("/"), !isFile(target, files) {
            file = String(target[..<colon])
            stage = String(target[target.index(after: colon)...])
        }
        // A folder's name may end in a slash.
        if file.utf8.count > 1, file.utf8.last == UInt8(ascii: "/") {
            file = String(decoding: file.utf8.dropLast(), as: UTF8.self)
        }
        while let rest = file.beneath(".") { file = rest }
        if let rest = file.beneath(workspace) { file = rest }
        if let reason = Pattern.fault(ofPath: file) {
            throw Diagnostics([PipelineProblem.badTarget(target, reason: reason).diagnostic])
        }

        var matches: [WantedTarget] = []
        for pipeline in all {
            guard let value = pipeline.target.name(in: file) else { continue }
            let found = try self.wanted(pipeline, value, files)
            if found.count > 1, let spec = pipeline.films {
                throw Diagnostics([
                    FilmProblem.twoSpecs(target: file, specs: found.map { spec.file(for: $0.name) }).diagnostic
                ])
            }
            matches += found
        }
        if matches.count > 1 {
            // `{name}.mp4` and `{name}.tall.mp4` both match `a.tall.mp4`; the files that exist decide.
            let possible = matches.filter { missing($0.pipeline.requiredFiles, $0.name, files) == nil }
            matches =
                possible.isEmpty
                ? [matches.max { $0.pipeline.target.weight < $1.pipeline.target.weight }!]
                : possible
        }
        guard let match = matches.first else {
            throw Diagnostics([
                PipelineProblem.noRule(
                    target: file, offered: (try? offered(files)) ?? [],
                    builtIn: wouldBeBuiltIn(file, files)
                ).diagnostic
            ])
        }
        if matches.count > 1 {
            throw Diagnostics([
                PipelineProblem.twoRules(
                    target: file, first: match.pipeline.targetPlace,
                    at: matches[1].pipeline.targetPlace
                ).diagnostic
            ])
        }
        var wanted = match
        if let stage {
            guard let index = match.pipeline.stage(named: stage) else {
                throw Diagnostics([
                    PipelineProblem.noSuchStage(
                        stage, target: file,
                        known: match.pipeline.stages.map(\.name)
                    ).diagnostic
                ])
            }
            wanted.stage = index
        }
        let required = match.pipeline.requiredFiles(match.pipeline.closure(of: wanted.stage))
        if let (path, place) = missing(required, match.name, files) {
            if let spec = match.pipeline.films, spec.file(for: match.name).isSameBytes(path) {
                let near = films.near(match.name.film, spec, files)
                if !near.isEmpty {
                    let known = near.map { match.pipeline.target.file(for: TargetName(name: $0, film: $0)) }
                    throw Diagnostics([FilmProblem.noFilm(target: file, known: known).diagnostic])
                }
            }
            let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
            let near = ((try? Folder.names(folders.path(folder))) ?? nil) ?? []
            throw Diagnostics([
                PipelineProblem.missingInput(
                    target: file, path: path, near: near.map { folder + $0 },
                    at: place
                ).diagnostic
            ])
        }
        return wanted
    }

    /// Whether the built-in pipeline, which a workspace's own pipelines replace, would make a target.
    private func wouldBeBuiltIn(_ file: String, _ files: FileTable) -> Bool {
        guard !all.contains(where: { $0.file == builtIn.file }),
            let tree = try? YAML.parse(bytes: Array(builtIn.text.utf8), file: builtIn.file)
        else {
            return false
        }
        var reader = PipelineReader(kinds: kinds, file: builtIn.file)
        guard let text = reader.read(tree) else { return false }
        var wiring = Wiring(text)
        guard let pipeline = wiring.resolve(), let value = pipeline.target.name(in: file),
            let wanted = try? wanted(pipeline, value, files).first
        else { return false }
        return missing(pipeline.requiredFiles, wanted.name, files) == nil
    }

    /// Whether a text with a colon is itself a target that a rule can make now.
    private func isFile(_ target: String, _ files: FileTable) -> Bool {
        all.contains { pipeline in
            guard let value = pipeline.target.name(in: target), !pipeline.requiredFiles.isEmpty else { return false }
            return ((try? wanted(pipeline, value, files)) ?? []).contains {
                missing(pipeline.requiredFiles, $0.name, files) == nil
            }
        }
    }

    /// The first required file that does not exist and that no rule makes.
    func missing(
        _ required: [(pattern: Pattern, place: Place)], _ name: TargetName,
        _ files: FileTable
    ) -> (String, Place)? {
        for (pattern, place) in required {
            let file = pattern.fileName(for: name)
            if !isThere(file, files), file.root != nil || maker(of: file.text, files) == nil {
                return (file.text, place)
            }
        }
        return nil
    }

    /// Every target whose required files exist or can be made, in name order.
    public func offered(_ files: FileTable) throws(Diagnostics) -> [String] {
        Set<ByteText>(texts: try offers(files).map(\.file)).texts
    }

    /// Every target that can be built, or an error that tells what is missing.
    package func offeredOrNothing(_ files: FileTable) throws(Diagnostics) -> [String] {
        let offered = try offered(files)
        guard offered.isEmpty else { return offered }
        let patterns = all.flatMap { $0.requiredFiles.map(\.pattern.text) }
        throw Diagnostics([PipelineProblem.nothingOffered(patterns: Set<ByteText>(texts: patterns).texts).diagnostic])
    }
}
