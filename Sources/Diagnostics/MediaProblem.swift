// What can be wrong with a file that a spec names, or with a media file that vgraph checks.

public enum MediaProblem: Problem, Hashable {
    // The file itself.
    case missing(name: String, similar: String?)
    case outsideWorkspace(name: String)
    case folder(name: String)
    case notRegular(name: String)
    case unreadable(name: String, reason: String)
    case empty(name: String)
    case lfsPointer(name: String)
    case otherBytes(name: String, sha256: String)
    // What is in it. `actual` and `wanted` read after "is" with an article: "an HTML page".
    case notWhatItsNameSays(name: String, claimed: String, actual: String)
    case misleadingName(name: String, claimed: String, actual: String)
    case wrongKind(name: String, actual: String, wanted: [String])
    case unrecognised(name: String)
    case unsupported(name: String, what: String, hint: String)
    case noStream(name: String)
    // How the file is broken. `what` reads after "is a truncated": "JPEG picture".
    case truncated(name: String, what: String, place: String)
    case damaged(name: String, what: String, place: String, reason: String)
    /// The file is complete, but not all of it is used. `what` reads after "is": "two sounds, one after the other".
    case partlyShown(name: String, what: String, shown: String, hint: String)
    // Bounds.
    case pictureTooLarge(name: String, width: Int, height: Int)
    case fileTooLarge(name: String, bytes: Int, limit: Int)
    case badDuration(name: String, reason: String)
    // Neither the file's fault nor the user's.
    case library(doing: String, text: String)

    public func diagnostic(at place: Place? = nil) -> Diagnostic {
        switch self {
        case .missing(let name, let similar):
            return Diagnostic(
                "asset-missing", "file '\(name)' does not exist",
                hint: similar.map { "did you mean '\($0)'?" }, at: place)
        case .outsideWorkspace(let name):
            return Diagnostic(
                "asset-outside-workspace", .error,
                "file '\(name)' lies outside \(Folders.root(of: name) == nil ? "the workspace" : "its root")",
                hint: "copy it into the workspace, or declare its folder with --root NAME=FOLDER and write "
                    + "'NAME:FILE': a build may read nothing else",
                at: place)
        case .folder(let name):
            return Diagnostic("asset-is-folder", "'\(name)' is a folder, not a file", at: place)
        case .notRegular(let name):
            return Diagnostic("asset-not-regular", "'\(name)' is a pipe, socket or device, not a file", at: place)
        case .unreadable(let name, let reason):
            return Diagnostic(
                "asset-unreadable", fault: .environment, "cannot read file '\(name)': \(reason)",
                at: place)
        case .lfsPointer(let name):
            return Diagnostic(
                "asset-lfs-pointer", "file '\(name)' is a pointer of Git LFS, not the file itself",
                hint: "fetch it with 'git lfs pull'", at: place)
        case .otherBytes(let name, let sha256):
            return Diagnostic(
                "asset-other-bytes", "'\(name)' has other bytes than those that the spec pins",
                hint: "restore the file; or, if you chose this one, write sha256: \(sha256)", at: place)
        case .empty(let name):
            return Diagnostic("asset-empty", "file '\(name)' is empty", at: place)
        case .notWhatItsNameSays(let name, let claimed, let actual):
            return Diagnostic(
                "asset-not-what-its-name-says", "'\(name)' is \(actual), not \(claimed)",
                hint: "check how the file was made or downloaded", at: place)
        case .misleadingName(let name, let claimed, let actual):
            return Diagnostic(
                "asset-name-misleads", .warning,
                "'\(name)' is \(actual), though its name says \(claimed)",
                hint: "rename it: other tools trust the name", at: place)
        case .wrongKind(let name, let actual, let wanted):
            return Diagnostic(
                "asset-wrong-kind",
                "'\(name)' is \(actual), but this needs \(wanted.joined(separator: " or "))", at: place)
        case .unrecognised(let name):
            return Diagnostic(
                "asset-unrecognised", "vgraph does not know the format of '\(name)'",
                hint:
                    "use for pictures PNG, JPEG, WebP; for clips MP4, MOV, WebM, MKV; for sounds WAV, MP3, AAC, "
                    + "FLAC, Ogg; for fonts TTF, OTF, WOFF2",
                at: place)
        case .unsupported(let name, let what, let hint):
            return Diagnostic(
                "asset-unsupported", "'\(name)' is \(what), which is not supported", hint: hint,
                at: place)
        case .noStream(let name):
            return Diagnostic("asset-no-stream", "'\(name)' contains neither pictures nor sound", at: place)
        case .truncated(let name, let what, let detail):
            return Diagnostic(
                "asset-truncated", "'\(name)' is a truncated \(what): \(detail)",
                hint: "copy or download it again", at: place)
        case .damaged(let name, let what, let detail, let reason):
            return Diagnostic(
                "asset-damaged",
                "'\(name)' is a damaged \(what): \(detail) cannot be decoded (\(reason))",
                hint: "copy or download it again", at: place)
        case .partlyShown(let name, let what, let shown, let hint):
            return Diagnostic("asset-partly-used", .warning, "'\(name)' is \(what): \(shown)", hint: hint, at: place)
        case .pictureTooLarge(let name, let width, let height):
            return Diagnostic(
                "asset-too-large",
                "'\(name)' is \(width)x\(height) pixels; the limit is 16384 a side and 100 million in all",
                hint: "scale it down: the video shows no more pixels than it has", at: place)
        case .fileTooLarge(let name, let bytes, let limit):
            return Diagnostic(
                "asset-file-too-large",
                "'\(name)' has \(bytes) bytes; the limit for its kind is \(limit)", at: place)
        case .badDuration(let name, let reason):
            return Diagnostic(
                "asset-bad-duration", "'\(name)' has no usable duration: \(reason)",
                hint: "rewrite it, for example with 'ffmpeg -i IN -c copy OUT'", at: place)
        case .library(let doing, let text):
            return Diagnostic("media-library", fault: .environment, "cannot \(doing): \(text)", at: place)
        }
    }

    public var diagnostic: Diagnostic { diagnostic() }
}
