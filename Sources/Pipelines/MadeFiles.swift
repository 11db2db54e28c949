// Files that rules make: which rule makes one, which other rule would also write it, and what else a build needs for
// it.
import Diagnostics
import Patterns
import Store

extension Rules {
    /// The rules that could make a file if their inputs exist, the most specific first.
    private func possible(_ path: String, _ files: FileTable) -> [(pipeline: Int, wanted: WantedTarget)] {
        makers.possible(path) { pipeline, output, value in
            // A file that is the same for all films of a spec.
            if pipeline.films != nil, !output.hasFilm {
                return [wanted(pipeline, value, Film(stem: value, choice: Film.ownChoice))]
            }
            return (try? wanted(pipeline, value, files)) ?? []
        }
    }

    /// A rule that makes a file from files that exist or can be made; nil: none does, so it is an ordinary file.
    package func maker(of path: String, _ files: FileTable) -> WantedTarget? {
        maker(of: path, files, path: [])?.wanted
    }

    /// - Parameter path: the files to be made from this one, from which it must not be made.
    /// - Returns: the target, with all pipelines that it needs.
    func maker(of file: String, _ files: FileTable, path: [String]) -> (wanted: WantedTarget, pipelines: Set<Int>)? {
        // `{name}.txt` from `{name}.txt.txt` never ends; no real project goes as deep as this.
        guard path.count < 32, !path.holds(file) else { return nil }
        for (index, wanted) in possible(file, files) {
            var taken: Set<Int> = [index], isPossible = true
            for (pattern, _) in wanted.pipeline.requiredFiles(wanted.pipeline.closure(of: wanted.stage)) {
                let needed = pattern.file(for: wanted.name)
                if pattern.root == nil, let before = maker(of: needed, files, path: path + [file]) {
                    taken.formUnion(before.pipelines)
                } else if !isThere(pattern.fileName(for: wanted.name), files) {
                    isPossible = false
                    break
                }
            }
            if isPossible { return (wanted, taken) }
        }
        return nil
    }

    /// Warnings about other rules that write what this build writes: builds of the two would overwrite each other's
    /// results.
    package func rivals(of edges: FileEdges, _ files: FileTable) -> [Diagnostic] {
        var problems: [Diagnostic] = []
        // By pipeline and stage: one rule may be a rival for thousands of files.
        var required: [[Int]: [(pattern: Pattern, place: Place)]] = [:]
        func requiredFiles(_ number: Int, _ pipeline: Pipeline, _ stage: Int) -> [(pattern: Pattern, place: Place)] {
            if let known = required[[number, stage]] { return known }
            let found = pipeline.requiredFiles(pipeline.closure(of: stage))
            required[[number, stage]] = found
            return found
        }
        for (file, wanted, index) in edges.written {
            let stage = wanted.pipeline.stages[index]
            for (number, other) in possible(file, files) {
                guard let at = other.stage, let output = other.pipeline.stages[at].output else { continue }
                let isSame =
                    other.pipeline.file.isSameBytes(wanted.pipeline.file) && at == index
                    && (other.name == wanted.name || !output.hasFilm)
                // Of two rules for a target the more specific one makes it.
                let isTarget =
                    output.text.isSameBytes(other.pipeline.target.text)
                    && (stage.output?.text).map { $0.isSameBytes(wanted.pipeline.target.text) } == true
                // Within one pipeline, a file of all targets that is also a target is refused when that target is
                // requested.
                let isOwn =
                    other.pipeline.file.isSameBytes(wanted.pipeline.file)
                    && !(output.hasName && stage.output?.hasName == true)
                guard !isSame, !isTarget, !isOwn,
                    missing(requiredFiles(number, other.pipeline, at), other.name, files) == nil
                else { continue }
                let place = other.pipeline.stages[at].outputPlace ?? other.pipeline.stages[at].place,
                    here = stage.outputPlace ?? stage.place
                let id = wanted.file + ":" + stage.name, otherID = other.file + ":" + other.pipeline.stages[at].name
                problems.append(PipelineProblem.sameOutput(file, writer: id, other: otherID, at: here).diagnostic)
                problems.append(PipelineProblem.sameOutput(file, writer: otherID, other: id, at: place).diagnostic)
                break
            }
        }
        return problems
    }

    /// Whether a file exists. One that cannot be read, or lies in an undeclared root, counts as existing: its error is
    /// reported elsewhere.
    func isThere(_ file: FileName, _ files: FileTable) -> Bool {
        if let root = file.root, folders.roots[root] == nil { return true }
        do throws(StoreProblem) { return try files.digest(of: file.path(in: folders)) != nil } catch { return true }
    }

    /// The targets, followed by those parts of other targets that make what they read.
    package func withMakers(_ asked: [WantedTarget], _ files: FileTable) throws(Diagnostics) -> [WantedTarget] {
        var targets = asked, written: Set<ByteText> = [], folders: Set<ByteText> = [], next = 0,
            isKnown: Set<ByteText> = []
        func add(_ wanted: WantedTarget) {
            targets.append(wanted)
            note(wanted)
        }
        func note(_ wanted: WantedTarget) {
            for stage in wanted.pipeline.closure(of: wanted.stage) {
                guard let output = wanted.pipeline.stages[stage].output else { continue }
                written.insert(output.file(for: wanted.name))
                if wanted.pipeline.stages[stage].writesFolder { folders.insert(output.file(for: wanted.name)) }
            }
        }
        func isWritten(_ path: String) -> Bool {
            written.contains(path) || folders.contains { path.beneath($0.text) != nil }
        }
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
                        for offer in offers!
                        where !written.contains(offer.file)
                            && read.matches(offer.file, isFolder: offer.isFolder)
                        {
                            add(offer.wanted)
                        }
                    }
                }
            }
        }
        return targets
    }
}
