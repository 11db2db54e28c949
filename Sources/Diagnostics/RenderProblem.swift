// What can go wrong when frames are drawn.

public enum RenderProblem: Problem, Hashable {
    /// The table of materials has no file for a digest.
    case unknownMaterial(digest: String)
    /// The file of a material cannot be read.
    case unreadableMaterial(path: String, reason: String)
    /// A file's bytes are not those that the description was made from.
    case changedMaterial(path: String)
    /// A path that leads out of the workspace.
    case materialOutside(path: String)
    case badFont(path: String)
    /// Frames of this size cannot be drawn.
    case badSize(width: Int, height: Int)
    case badLength(frames: Int)
    case textTooLarge(text: String, size: Double)
    case badPixels(path: String, reason: String)
    case unwritable(path: String, reason: String)
    /// A drawing library failed.
    case drawing(String, reason: String)

    public var diagnostic: Diagnostic {
        switch self {
        case .unknownMaterial(let digest):
            return Diagnostic(
                "unknown-material", fault: .bug,
                "the materials name no file for the asset with the digest \(digest)")
        case .unreadableMaterial(let path, let reason):
            return Diagnostic(
                "unreadable-asset", "cannot read '\(path)': \(reason)",
                hint: "check that the file exists and that you may read it")
        case .changedMaterial(let path):
            return Diagnostic("changed-asset", "'\(path)' changed while the build was running", hint: "build again")
        case .materialOutside(let path):
            return FileProblem.assetOutside(path: path).diagnostic
        case .badFont(let path):
            return Diagnostic("bad-font", "'\(path)' is not a usable font", hint: "use a TrueType or OpenType file")
        case .badSize(let width, let height):
            return Diagnostic(
                "bad-frame-size", "cannot draw frames of \(width)x\(height)",
                hint: "use even sides from 2 to 16384")
        case .badLength(let frames):
            return Diagnostic("bad-frame-count", fault: .bug, "cannot draw a segment of \(frames) frames")
        case .textTooLarge(let text, let size):
            return Diagnostic(
                "text-too-large", "the text '\(text)' at size \(size) is too large to draw",
                hint: "use a size of at most 4096 and fewer characters")
        case .badPixels(let path, let reason):
            return Diagnostic(
                "bad-pixels", fault: .cache, "the kept frames '\(path)' are damaged: \(reason)",
                hint: "run 'vgraph cache verify', then build again")
        case .unwritable(let path, let reason):
            return Diagnostic("unwritable-output", fault: .environment, "cannot write '\(path)': \(reason)")
        case .drawing(let doing, let reason):
            return Diagnostic("drawing-failed", fault: .environment, "cannot \(doing): \(reason)")
        }
    }
}
