// What can go wrong when the worker, or a job, is made ready for another machine.

public enum BundleProblem: Problem {
    case fonts(reason: String)
    case cannotRead(path: String, error: String)
    case taken(folder: String)
    case twice(place: String, first: String, second: String)
    case badJob(reason: String)

    public var diagnostic: Diagnostic {
        switch self {
        case .fonts(let reason):
            Diagnostic(
                "bundle-fonts", fault: .environment, "cannot take the machine's fonts along: \(reason)",
                hint: "look at /etc/fonts and at fontconfig's files in the home folder")
        case .cannotRead(let path, let error):
            Diagnostic("bundle-file", fault: .environment, "cannot take '\(path)' along: \(error)")
        case .taken(let folder):
            Diagnostic(
                "bundle-taken", "'\(folder)' is there already", hint: "name a folder that does not exist, or remove it")
        case .twice(let place, let first, let second):
            Diagnostic(
                "bundle-twice", fault: .environment,
                "'\(first)' and '\(second)' would both be '\(place)' in the bundle",
                hint: "leave one of them out of the worker's library path")
        case .badJob(let reason):
            Diagnostic(
                "job-folder", "the folder does not hold a job: \(reason)",
                hint: "it needs job.json and the files that it names, relative to the folder")
        }
    }
}
