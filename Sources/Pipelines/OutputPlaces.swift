// Where a pipeline may write: not into a '.git' folder, not into the cache, and not over anything that a build reads. A
// pipeline may be untrusted, and what it wrote there would run, or be trusted, the next time.
import Diagnostics

extension WantedTarget {
    /// Errors about paths that the stages of a target must not write to.
    package func forbiddenOutputs(workspace: String, cache: String) -> [Diagnostic] {
        pipeline.closure(of: stage).compactMap { index in
            let stage = pipeline.stages[index]
            guard let pattern = stage.output else { return nil }
            let output = pattern.file(for: name)
            return fault(output, isFolder: stage.writesFolder, workspace: workspace, cache: cache).map {
                PipelineProblem.badOutput(output, reason: $0, at: stage.place).diagnostic
            }
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
        for reader in pipeline.stages {
            // A file that one program writes for another is an edge of the graph; a spec or a script is the author's
            // own.
            if let program = reader.command?.arguments.first?.text(for: name) {
                if program.isSameBytes(output) || (isFolder && program.beneath(output) != nil) {
                    return "it is the program of '\(reader.name)'"
                }
                continue
            }
            for case .file(let pattern, _, _) in reader.bindings.flatMap(\.sources)
            where pattern.name(in: output) != nil || pattern.text.isSameBytes(output) {
                return "'\(reader.name)' reads it ('\(pattern.text)')"
            }
        }
        return nil
    }
}
