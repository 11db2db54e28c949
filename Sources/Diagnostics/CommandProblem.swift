// Why a command of vgraph refuses what the command line asks. Problems of specs, pipelines and stages are in their own
// catalogues.

public enum CommandProblem: Problem {
    case noFolder(String, error: String)
    case badName(String)
    case exists(String)
    /// A file that the command line names.
    case cannotOpen(String, error: String)
    case noWorker([String])
    case badSet(String)
    case badTable(String, reason: String)
    case badCondition(String)
    case noArtifact(target: String, stage: String)
    case noGate(target: String)
    case severalGates([String], target: String)
    case unknownEntry(String, nearest: String?)
    case noSuchOutput(String, known: [String])
    case noSuchFrame(Int, frames: Int)
    case badSize(String)
    case unknownCheck(String, known: [String])
    /// `reason`: reads after "is not a plan: ".
    case badPlan(String, reason: String)
    case badReport(String)
    case noPlan(target: String)
    case baselineOutside(String)
    case badFrames(String, limit: Int)
    case badFindings(String)
    case cannotPrint(error: String)
    /// The file at the place of a review sheet is another.
    case notASheet(String)
    case oldSheet(String, target: String, reason: String)
    /// Targets that `vgraph clean` leaves.
    case notRemoved([String])
    /// What is left of a cache's folder, by path.
    case cacheNotEmptied([String])

    public var diagnostic: Diagnostic {
        switch self {
        case .noFolder(let path, let error):
            Diagnostic("no-folder", "cannot work in '\(path)': \(error)")
        case .badName(let name):
            Diagnostic(
                "bad-video-name", "'\(name)' cannot be the name of a video",
                hint: "use letters, digits and '-', for example 'my-video'")
        case .exists(let path):
            Diagnostic("exists", "'\(path)' already exists", hint: "choose another name; vgraph changed nothing")
        case .cannotOpen(let path, let error):
            Diagnostic("cannot-open", "cannot open '\(path)': \(error)")
        case .noWorker(let paths):
            Diagnostic(
                "no-worker", fault: .environment, "cannot find vgraph-worker: \(paths.joined(separator: ", "))",
                hint: "build it ('.ci/build'), or set VGRAPH_WORKER to its path")
        case .badSet(let text):
            Diagnostic("bad-set", "'--set \(text)' is not KEY=VALUE", hint: "write for example --set product=Aurora")
        case .badTable(let path, let reason):
            Diagnostic(
                "bad-each", "'--each \(path)' is not a file of the workspace: \(reason)",
                hint: "copy the table into the workspace, or declare its folder with --root NAME=FOLDER")
        case .badCondition(let text):
            Diagnostic("bad-where", "'--where \(text)' is not COLUMN=VALUE", hint: "write for example --where sku=A7")
        case .noArtifact(let target, let stage):
            Diagnostic(
                "no-artifact", "\(target):\(stage) has no result yet",
                hint: "run 'vgraph build \(target)' first; give the same --set to both commands")
        case .noGate(let target):
            Diagnostic(
                "no-gate", "the pipeline of \(target) has no stage 'uses: gate'",
                hint: "add one as in the built-in pipeline: 'include: builtin'")
        case .severalGates(let names, let target):
            Diagnostic(
                "several-gates", "the pipeline of \(target) has several gates: \(names.joined(separator: ", "))",
                hint: "keep one: a decision is about the verdict of one gate")
        case .unknownEntry(let id, let nearest):
            Diagnostic(
                "unknown-entry", "the runbook has no entry '\(id)'",
                hint: (nearest.map { "did you mean '\($0)'? " } ?? "") + "'vgraph runbook --ids' lists them")
        case .noSuchOutput(let name, let known):
            Diagnostic(
                "no-such-output", "the stage has no output '\(name)'",
                hint: "outputs: \(known.joined(separator: ", "))")
        case .noSuchFrame(let frame, let frames):
            Diagnostic(
                "no-such-frame", "the video has no frame \(frame)", hint: "frames are numbered 0 to \(frames - 1)")
        case .badSize(let text):
            Diagnostic("bad-byte-count", "'\(text)' is not a number of bytes", hint: "write for example 500M or 20G")
        case .unknownCheck(let id, let known):
            ProfileProblem.unknownCheck(id, known: known, at: nil).diagnostic
        case .badPlan(let path, let reason):
            Diagnostic(
                "bad-plan", "'\(path)' is not a plan: \(reason)",
                hint: "write one with 'vgraph show TARGET:plan > plan.json'")
        case .noPlan(let target):
            Diagnostic(
                "no-plan", .warning,
                "the plan of \(target) is missing or stale, so vgraph checks the file without one",
                hint: "run 'vgraph build \(target)' first; give the same --set to both commands")
        case .baselineOutside(let name):
            Diagnostic(
                "baseline-outside", "'\(name)' is not in the workspace",
                hint: "name a folder of the workspace, for example baselines/launch")
        case .badFrames(let text, let limit):
            Diagnostic(
                "bad-frames", "'\(text)' does not name frames",
                hint: "write at most \(limit) numbers and times, for example --frames 45,2.5s,400")
        case .badFindings(let file):
            Diagnostic(
                "bad-findings", "'\(file)' does not name a format for findings",
                hint: "end its name in .sarif, .xml (JUnit) or .json, or write - for GitHub Actions annotations")
        case .cannotPrint(let error):
            Diagnostic("cannot-print", fault: .environment, "cannot write to standard output: \(error)")
        case .notASheet(let file):
            Diagnostic(
                "not-a-sheet", "'\(file)' is not a page that vgraph wrote, so it stays",
                hint: "move it away, or write the page elsewhere with -o")
        case .oldSheet(let file, let target, let reason):
            Diagnostic(
                "old-sheet", .warning, "'\(file)' may show an older film, since it cannot be written: \(reason)",
                hint: "remove it, or run 'vgraph review \(target)'")
        case .notRemoved(let files):
            Diagnostic(
                "not-removed",
                "vgraph did not write these files as they are now, so it keeps them: "
                    + files.joined(separator: ", "),
                hint: "check whether they are yours; '--force' removes them too")
        case .cacheNotEmptied(let files):
            Diagnostic(
                "cache-not-emptied", fault: .environment,
                "vgraph did not write these files in the cache, so it keeps them: \(files.joined(separator: ", "))",
                hint: "check whether they are yours, then remove them by hand")
        case .badReport(let what):
            Diagnostic(
                "bad-report", fault: .bug, "cannot read the worker's answer about \(what)",
                hint: "vgraph and vgraph-worker have different versions; build both from one checkout")
        }
    }
}
