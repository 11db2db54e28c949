// What the command line refuses, apart from what specs, pipelines and stages have to say.

public enum CommandProblem {
    case noFolder(String, error: String)
    case badName(String)
    case exists(String)
    /// A file that the command line names.
    case cannotOpen(String, error: String)
    case noWorker([String])
    case badSet(String)
    case noArtifact(target: String, stage: String)
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
    /// Targets that `vgraph clean` leaves.
    case notRemoved([String])
    /// What is left of a cache's folder, by path.
    case cacheNotEmptied([String])

    public var diagnostic: Diagnostic {
        switch self {
        case .noFolder(let path, let error):
            Diagnostic("no-folder", "cannot work in '\(path)': \(error)")
        case .badName(let name):
            Diagnostic("bad-name", "'\(name)' cannot be the name of a video", hint: "use letters, digits and '-', for example 'my-video'")
        case .exists(let path):
            Diagnostic("exists", "'\(path)' is there already", hint: "nothing was changed; choose another name")
        case .cannotOpen(let path, let error):
            Diagnostic("cannot-open", "cannot open '\(path)': \(error)")
        case .noWorker(let paths):
            Diagnostic("no-worker", fault: .environment, "vgraph-worker is not where it should be: \(paths.joined(separator: ", "))",
                       hint: "build it ('.ci/build'), or name it in VGRAPH_WORKER")
        case .badSet(let text):
            Diagnostic("bad-set", "'--set \(text)' is not KEY=VALUE", hint: "for example --set product=Aurora")
        case .noArtifact(let target, let stage):
            Diagnostic("no-artifact", "\(target):\(stage) has no result yet", hint: "run 'vgraph build \(target)' first; what was built with --set is shown with the same --set")
        case .noSuchOutput(let name, let known):
            Diagnostic("no-such-output", "there is no output '\(name)'", hint: "outputs: \(known.joined(separator: ", "))")
        case .noSuchFrame(let frame, let frames):
            Diagnostic("no-such-frame", "there is no frame \(frame)", hint: "frames are numbered 0 to \(frames - 1)")
        case .badSize(let text):
            Diagnostic("bad-size", "'\(text)' is not a size", hint: "for example 500M or 20G")
        case .unknownCheck(let id, let known):
            Diagnostic("unknown-check", "there is no check '\(id)'", hint: suggestion(id, among: known, label: "checks"))
        case .badPlan(let path, let reason):
            Diagnostic("bad-plan", "'\(path)' is not a plan: \(reason)", hint: "'vgraph show TARGET:plan > plan.json' writes one")
        case .noPlan(let target):
            Diagnostic("no-plan", .warning, "no plan of \(target) is up to date, so the file is held against none",
                       hint: "'vgraph build \(target)' first; what was built with --set is checked with the same --set")
        case .baselineOutside(let name):
            Diagnostic("baseline-outside", "'\(name)' does not lie in the workspace", hint: "a baseline is a folder of it, for example baselines/launch")
        case .badFrames(let text, let limit):
            Diagnostic("bad-frames", "'\(text)' does not name frames", hint: "numbers and times, \(limit) at most, for example --frames 45,2.5s,400")
        case .badFindings(let file):
            Diagnostic("bad-findings", "'\(file)' does not say how findings are to be written", hint: "end its name in .sarif, .xml (JUnit) or .json, or write - for annotations of GitHub Actions")
        case .cannotPrint(let error):
            Diagnostic("cannot-print", fault: .environment, "cannot write to standard output: \(error)")
        case .notRemoved(let files):
            Diagnostic("not-removed", "vgraph did not write these files as they are now, so it keeps them: \(files.joined(separator: ", "))",
                       hint: "look whether they are yours; '--force' removes them too")
        case .cacheNotEmptied(let files):
            Diagnostic("cache-not-emptied", fault: .environment,
                       "vgraph did not write these files in the cache, so it keeps them: \(files.joined(separator: ", "))",
                       hint: "look whether they are yours, then remove them by hand")
        case .badReport(let what):
            Diagnostic("bad-report", fault: .bug, "what the worker says of \(what) cannot be read",
                       hint: "vgraph and vgraph-worker are of different versions; build both from one checkout")
        }
    }
}
