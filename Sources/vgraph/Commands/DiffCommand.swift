// `vgraph diff`: finds what each side's name means and compares the two. What differs is `TargetDifference`'s to tell.
import ArgumentParser
import Decisions
import Diagnostics
import Files
import Glibc
import Graph
import Stages
import Store

struct DiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", _superCommandName: "vgraph",
        abstract: "Show how two builds, revisions or states of the folder differ.",
        discussion: """
            A and B are each
              last, last~1…    the last build of this folder, the one before
              20260102T1504    a build, by its id in 'vgraph log' or the start of that id
              .                the folder as it is now
              approved         the build of the file that was approved last
              main, HEAD~2…    a git revision, read from git's objects; the work tree stays as it is
              old/launch.mp4   the build that made this file, wherever it lies: by its marks
              launch.tar       what 'vgraph cache export' wrote

            diff compares hashes and looks no further where they are equal: first files,
            parameters and tool versions, then nodes, then segments with their times on
            each side, then what checks, claims and the gate say. It validates, resolves
            and plans a spec that was not planned before and renders nothing; --pixels
            decodes the films that the cache has. Where it no longer has a record, diff
            says so. Without --set, '.' and revisions get the values with which the build
            on the other side was made.

              vgraph diff last~1 last                    what the last build changed
              vgraph diff approved . launch.mp4          what is new since the approval
              vgraph diff main . launch.mp4              what this branch would change in launch.mp4
              vgraph diff main . --markdown              the same as a comment for a pull request
              vgraph diff last~1 last --html diff.html --pixels    a page that plays both, and shows
                                                         where their pictures differ most

            Exit codes: 0 the same, 1 different, 2 not comparable.
            """)

    @OptionGroup var folder: FolderOptions
    @Option(
        name: .customLong("set"), help: ArgumentHelp("As for build; for '.' and revisions.", valueName: "key=value"))
    var sets: [String] = []
    @Flag(help: "Decode changed stretches of both films and compare their pictures and sound.") var pixels = false
    @Flag(help: "Print Markdown, for a comment on a pull request.") var markdown = false
    @Option(
        help: ArgumentHelp("Also write one page that plays both versions, one over the other.", valueName: "file"))
    var html: String?
    @Argument(help: ArgumentHelp("The first side.", valueName: "a")) var a: String
    @Argument(help: ArgumentHelp("The second side.", valueName: "b")) var b: String
    @Argument(help: "Compare only this target.") var target: String?

    /// Stages that may run to answer: they read a spec and draw nothing.
    private static let quick = Set(
        [ValidateStage.stage, ResolveStage.stage, ProofreadStage.stage, PlanStage.stage].map(\.name))

    func validate() throws {
        if markdown && folder.json { throw ValidationError("give --markdown or --json") }
    }

    func run() throws {
        do {
            guard try compare() else { throw ExitStatus.failed.code }
        } catch {
            guard let refusal = Refusal(error) else { throw error }
            printDiagnostics(refusal.diagnostics, json: folder.json)
            throw ExitStatus.badInput.code
        }
    }

    /// Whether the sides are the same.
    private func compare() throws -> Bool {
        let project = try Project(folder)
        let cache = try Cache(project.cache, for: .serving)
        let lock = try CacheLock.shared(cache)
        defer { withExtendedLifetime(lock) {} }
        let history = try History(cache, workspace: project.workspace)
        let archives = try [a, b].map { try archive($0, cache) }
        // Runs first: a run's targets are those to survey on the other side.
        func run(_ side: String) throws -> History.Run? {
            try side == "approved" ? approved(cache, project) : film(side, history, project) ?? self.run(side, history)
        }
        let runs = try zip([a, b], archives).map { side, archive in archive == nil ? try run(side) : nil }
        let logs = zip(archives, runs).compactMap { archive, run in archive?.nodes.log ?? run?.log }
        let named = target.map { [$0] } ?? commonTarget(logs)
        let given = try BuildCommand.table(sets), values = given.isEmpty ? logs.lazy.compactMap(\.sets).first : given
        let both = runs[0].flatMap { one in
            runs[1].map { DiffSide.sides((a, one), (b, $0), cache: cache) }
        }
        let sides =
            try both
            ?? [a, b].enumerated().map { index, name in
                if let archive = archives[index] { return DiffSide(name: name, archive: archive) }
                if let run = runs[index] { return DiffSide(name: name, run: run, cache: cache) }
                return try surveyed(name, project, cache, named, sets: values ?? [:])
            }
        let targets = try targets(sides)
        project.bring(sides, films: pixels || html != nil)
        let blobs = Blobs(cache)
        var differences = targets.map { TargetDifference($0, sides[0], sides[1], blobs: blobs) }
        if pixels {
            for index in differences.indices {
                differences[index].pixels = try DiffPixels.compared(
                    differences[index], sides[0], sides[1], blobs, project)
            }
        }
        if let html {
            try writeDocument(DiffPageFile(sides[0], sides[1], differences, blobs).page.html, to: html)
        }
        if folder.json {
            JSONReport.say(DiffJSON.value(sides[0], sides[1], differences))
        } else if markdown {
            print(DiffMarkdown.text(sides[0], sides[1], differences))
        } else {
            print(DiffText.text(sides[0], sides[1], differences))
        }
        let isSame = differences.allSatisfy(\.isSame)
        // Two runs leave nothing to remove, and to free thousands of nodes one by one takes as long as to compare them.
        if both != nil { Glibc.exit(StandardOutput.checked((isSame ? ExitStatus.done : .failed).rawValue)) }
        withExtendedLifetime(archives) {}
        return isSame
    }

    /// nil: the text does not name a cache export.
    private func archive(_ text: String, _ cache: Cache) throws -> ArchivedCache? {
        var status = stat()
        guard stat(text, &status) == 0, status.st_mode & S_IFMT == S_IFREG, ArchiveImport.isArchive(text) else {
            return nil
        }
        return try ArchivedCache(text, in: cache.makeScratch())
    }

    /// The run whose gate judged the file that was approved last.
    private func approved(_ cache: Cache, _ project: Project) throws -> History.Run {
        guard let target = target.map({ String($0.prefix { $0 != ":" }) }) else {
            throw DiffProblem.noSuchSide("approved", reason: "name the target too").diagnostic
        }
        let log = try DecisionFile(.decisions, of: target, in: project.workspace)
            .read(keys: try PublicKeys.read(in: project.workspace))
        let last = log.records.last { $0.kind == .approve && log.decision(on: $0.sha256)?.kind == .approve }
        guard let last else { throw DiffProblem.noSuchSide("approved", reason: "no approval counts").diagnostic }
        guard let run = try JudgedRuns(cache, project).run(on: last.sha256, of: target) else {
            throw DiffProblem.noSuchSide(
                "approved", reason: "the cache no longer has the build of SHA-256 \(last.sha256)"
            ).diagnostic
        }
        return run
    }

    /// The run that made a file of ours; nil: the text names no file.
    private func film(_ text: String, _ history: History, _ project: Project) throws -> History.Run? {
        var status = stat()
        guard stat(text, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        func refuse(_ reason: String) -> Diagnostic { DiffProblem.unknownFilm(text, reason: reason).diagnostic }
        let graphs = try PublishedFilm.essence(of: Folder.absolute(text), project, withLikeness: false).graphs
        guard graphs.count <= 1 else { throw refuse("it is cut together from \(graphs.count) films") }
        guard let graph = graphs.first else { throw refuse("no mark in it names a build") }
        let run = history.runs(limit: 1) { log in log.nodes.contains { $0.key == graph } }.first
        guard let run else { throw refuse("the cache remembers no build of its graph, \(graph.hex)") }
        return run
    }

    /// Targets that were asked for in the builds; nil: neither side is one.
    private func commonTarget(_ logs: [RunLog]) -> [String]? {
        guard !logs.isEmpty else { return nil }
        var targets: [String] = []
        for target in logs.flatMap(\.targets) where !targets.contains(target) { targets.append(target) }
        return targets
    }

    /// nil: the text does not name a run.
    private func run(_ text: String, _ history: History) throws -> History.Run? {
        if text == "." { return nil }
        do throws(HistoryProblem) {
            if let found = try history.run(back: text, target: target.map { String($0.prefix { $0 != ":" }) }) {
                return found
            }
        } catch { throw error.diagnostic }
        // Ids begin with a date; any other word, or a short hash, is a git revision.
        guard text.utf8.count >= 8, text.utf8.prefix(8).allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        do throws(HistoryProblem) { return try history.run(beginning: text) } catch { throw error.diagnostic }
    }

    private func surveyed(
        _ name: String, _ project: Project, _ cache: Cache, _ named: [String]?, sets values: [String: String]
    ) throws -> DiffSide {
        var request = project.request(targets: [], sets: values)
        // Of the other side, since none were given.
        let adopted = sets.isEmpty && !values.isEmpty
        let with =
            adopted
            ? ", with " + values.sorted { $0.key < $1.key }.map { "--set \($0.key)=\($0.value)" }.joined(separator: " ")
            : ""
        request.jobs = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        guard name != "." else { return try survey(name, "the folder now" + with, request, project.builder, named) }
        let scratch = try cache.makeScratch()
        let tree: GitTree
        do throws(DiffProblem) { tree = try GitTree(name, of: project.workspace, in: scratch) } catch {
            Folder.remove(scratch)
            throw error.diagnostic
        }
        request.workspace = tree.folder
        let side = try survey(
            name, "commit \(tree.commit.prefix(12)) (\(tree.subject))" + with, request, project.builder, named)
        _ = consume tree
        return side
    }

    /// A target that this side cannot make is missing on it: a difference, not an error.
    private func survey(
        _ name: String, _ title: String, _ request: BuildRequest, _ builder: Builder, _ named: [String]?
    ) throws -> DiffSide {
        guard let named else {
            // All targets of the folder, which may be none.
            let offered = try builder.targets(in: request.folders)
            return try offered.isEmpty
                ? DiffSide(name: name, title: title) : survey(name, title, request, builder, offered)
        }
        var possible: [String] = [], problems: [Diagnostic] = []
        for target in named {
            var one = request
            one.targets = [target]
            do throws(Diagnostics) {
                _ = try builder.inputs(one)
                possible.append(target)
            } catch { problems += error.all }
        }
        guard !possible.isEmpty else {
            var side = DiffSide(name: name, title: title)
            side.problems = problems
            return side
        }
        var all = request
        all.targets = possible
        var side = DiffSide(name: name, title: title, survey: try builder.survey(all, running: Self.quick))
        side.problems += problems
        return side
    }

    private func targets(_ sides: [DiffSide]) throws -> [String] {
        var all: [String] = []
        for found in sides.flatMap(\.targets) where !all.holds(found) { all.append(found) }
        guard let target else {
            guard !all.isEmpty else { throw DiffProblem.nothingToCompare.diagnostic }
            return all.sorted { $0.precedes($1) }
        }
        guard all.holds(target) else { throw DiffProblem.noTarget(target, sides: [a, b]).diagnostic }
        return [target]
    }
}
