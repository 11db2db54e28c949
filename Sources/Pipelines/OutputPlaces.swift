// Where a pipeline may write: not into a '.git' folder, not into the cache, and not over anything that a build reads. A
// pipeline may be untrusted, and what it wrote there would run, or be trusted, the next time.
import Diagnostics
import Patterns

extension WantedTarget {
    /// Errors about paths that the stages of a target must not write to.
    package func forbiddenOutputs(workspace: String, cache: String) -> [Diagnostic] {
        let readers = Readers(of: self)
        return pipeline.closure(of: stage).compactMap { index in
            let stage = pipeline.stages[index]
            guard let pattern = stage.output else { return nil }
            let output = pattern.file(for: name)
            let reason =
                fault(output, isFolder: stage.writesFolder, workspace: workspace, cache: cache)
                ?? readers.reason(against: output, isFolder: stage.writesFolder)
            return reason.map { PipelineProblem.badOutput(output, reason: $0, at: stage.place).diagnostic }
        }
    }

    /// Errors about files in undeclared roots, each at its place in the pipeline.
    package func undeclaredRoots(_ known: [String: String]) -> [Diagnostic] {
        var problems: [Diagnostic] = []
        func look(_ root: String?, _ text: String, _ place: Place) {
            guard let root, known[root] == nil else { return }
            let problem = RootProblem.undeclared(root, file: text, known: known.keys.sorted(), at: place).diagnostic
            if !problems.contains(problem) { problems.append(problem) }
        }
        for index in pipeline.closure(of: stage) {
            let stage = pipeline.stages[index]
            for source in stage.bindings.flatMap(\.sources) {
                switch source {
                case .file(let pattern, _, let place): look(pattern.root, pattern.text, place)
                case .files(let glob, _, _, let place): look(glob.root, glob.text, place)
                case .output: break
                }
            }
            for folder in stage.command?.reads ?? [] { look(Folders.root(of: folder)?.root, folder, stage.place) }
        }
        return problems
    }

    private func fault(_ output: String, isFolder: Bool, workspace: String, cache: String) -> String? {
        let parts = output.split(separator: "/")
        if parts.contains(where: { $0.lowercased() == ".git" }) { return "it lies in a git repository's own folder" }
        // `vgraph diff` writes a revision into the cache and uses it as a workspace there.
        if (workspace + "/" + output + "/").hasPrefix(cache + "/"), !(workspace + "/").hasPrefix(cache + "/") {
            return "it lies in the cache"
        }
        if isFolder, (cache + "/").hasPrefix(workspace + "/" + output + "/") { return "the cache lies in it" }
        if parts.first == "pipelines" { return "pipelines and profiles are read from there" }
        return nil
    }
}

/// What the stages of a target read that no stage may write, found without a walk over all stages for each output: a
/// pipeline may have thousands of both.
private struct Readers {
    /// Names of the stages whose program lies there, by its path.
    private var programs: [ByteText: String] = [:]
    /// The same by each folder above it.
    private var folders: [ByteText: String] = [:]
    private var files: [(pattern: Pattern, reader: String)] = []

    init(of wanted: WantedTarget) {
        for reader in wanted.pipeline.stages {
            // A file that one program writes for another is an edge of the graph; a spec or a script is the author's
            // own.
            if let command = reader.command {
                guard let program = command.arguments.first?.text(for: wanted.name) else { continue }
                if programs[program] != nil { continue }
                programs[program] = reader.name
                var folder = program.folderPart
                while !folder.isEmpty {
                    if folders[folder] == nil { folders[folder] = reader.name }
                    folder = folder.folderPart
                }
            } else {
                for case .file(let pattern, _, _) in reader.bindings.flatMap(\.sources) {
                    files.append((pattern, reader.name))
                }
            }
        }
    }

    /// Why an output must not lie there; nil: it may.
    func reason(against output: String, isFolder: Bool) -> String? {
        if let reader = programs[output] ?? (isFolder ? folders[output] : nil) {
            return "it is the program of '\(reader)'"
        }
        let file = files.first { $0.pattern.name(in: output) != nil || $0.pattern.text.isSameBytes(output) }
        return file.map { "'\($0.reader)' reads it ('\($0.pattern.text)')" }
    }
}
