// What can go wrong with any file, whatever reads or writes it. Each cause has its id and words here once; other
// catalogues use them.

public enum FileProblem: Problem {
    /// `doing` reads after "cannot": "write 'v.mp4'".
    case diskFull(doing: String)
    case outOfMemory(doing: String, at: Place?)
    /// `node`: the one that uses the file, if any.
    case changing(path: String, node: String?)
    case assetOutside(path: String)

    public var diagnostic: Diagnostic {
        switch self {
        case .diskFull(let doing):
            Diagnostic(
                "disk-full", fault: .environment, "cannot \(doing): no space left on the disk",
                hint: "free some space, for example with 'vgraph cache gc --max-size 1G', then build again")
        case .outOfMemory(let doing, let place):
            Diagnostic(
                "out-of-memory", fault: .environment, "cannot \(doing): out of memory",
                hint: "build with fewer workers ('-j 1')", at: place)
        case .changing(let path, let node):
            Diagnostic(
                "file-changing", fault: .environment,
                (node.map { "\($0): " } ?? "") + "'\(path)' keeps changing while vgraph reads it",
                hint: "wait until it is written, then build again")
        case .assetOutside(let path):
            Diagnostic("asset-outside", "'\(path)' is not in the workspace", hint: "copy it into the workspace")
        }
    }
}
