// What can go wrong while drawing, and how it is said.

public enum RenderProblem: Error, Sendable, Hashable {
    /// A digest that the table of materials does not name.
    case unknownMaterial(digest: String)
    /// The file of a material cannot be read.
    case unreadableMaterial(path: String, reason: String)
    /// The bytes of a file are not those that the description was made from.
    case changedMaterial(path: String)
    /// A path that leads out of the workspace.
    case materialOutside(path: String)
    case badFont(path: String)
    /// Frame sizes that cannot be drawn.
    case badSize(width: Int, height: Int)
    case badLength(frames: Int)
    case textTooLarge(text: String, size: Double)
    case badPixels(path: String, reason: String)
    case unwritable(path: String, reason: String)
    /// A library that draws says no.
    case drawing(String, reason: String)

    public var diagnostic: Diagnostic {
        switch self {
        case .unknownMaterial(let digest):
            return Diagnostic("unknown-material", .error, fault: .bug, "no file is known for the asset with digest \(digest)")
        case .unreadableMaterial(let path, let reason):
            return Diagnostic("unreadable-asset", .error, "cannot read '\(path)': \(reason)", hint: "check that the file exists and may be read")
        case .changedMaterial(let path):
            return Diagnostic("changed-asset", .error, "'\(path)' changed while the build was running", hint: "build again")
        case .materialOutside(let path):
            return Diagnostic("asset-outside", .error, "'\(path)' is not in the workspace", hint: "copy it into the folder of the project")
        case .badFont(let path):
            return Diagnostic("bad-font", .error, "'\(path)' is not a font that can be used", hint: "use a TrueType or OpenType file")
        case .badSize(let width, let height):
            return Diagnostic("bad-frame-size", .error, "cannot draw frames of \(width)x\(height)", hint: "both sides must be even, from 2 to 16384")
        case .badLength(let frames):
            return Diagnostic("bad-frame-count", .error, fault: .bug, "cannot draw a segment of \(frames) frames")
        case .textTooLarge(let text, let size):
            return Diagnostic("text-too-large", .error, "the text '\(text)' at size \(size) is too large to draw", hint: "use a size of at most 4096 and fewer characters")
        case .badPixels(let path, let reason):
            return Diagnostic("bad-pixels", .error, fault: .cache, "'\(path)' does not hold the frames it should: \(reason)", hint: "run 'vgraph cache verify', then build again")
        case .unwritable(let path, let reason):
            return Diagnostic("unwritable-output", .error, fault: .environment, "cannot write '\(path)': \(reason)")
        case .drawing(let doing, let reason):
            return Diagnostic("drawing-failed", .error, fault: .environment, "cannot \(doing): \(reason)")
        }
    }
}
