// What can be wrong with the cache and with the files that builds look at.

public enum StoreProblem: Problem, Hashable {
    case cacheIsNotAFolder(path: String)
    /// A folder with files of other origin and no FORMAT.
    case cacheIsNotOurs(path: String, found: String)
    case newerFormat(path: String, found: Int, known: Int)
    case damagedFormat(path: String)
    case readOnly(path: String, reason: String)
    case diskFull(path: String)
    case cannotWrite(path: String, reason: String)
    case cannotRead(path: String, reason: String)
    /// `found` is what is there instead of a file, for example "a folder".
    case notAFile(path: String, found: String)
    /// `name` shows bytes that are not UTF-8 as `\xff`.
    case nameNotText(folder: String, name: String)
    case changing(path: String)
    case damagedRecord(key: String)
    case damagedBlob(digest: String)
    /// gc or verify while a build runs.
    case busy(path: String)
    /// The cache, or something in it, is a link.
    case linkedCache(path: String)
    /// A path that begins with its folder's path but leaves that folder through a link.
    case leadsOut(path: String)
    /// A link where none is allowed.
    case isALink(path: String)
    /// A path where no output is allowed.
    case forbidden(path: String)
    /// vgraph did not write what lies at an output's path. `found`: "a file", "a link", "a folder".
    case notWrittenHere(path: String, found: String)
    /// A cache without this user's mark.
    case cacheOfOthers(path: String)
    /// A file where an output folder belongs.
    case notAFolder(path: String)
    /// A result in the workspace that vgraph wrote; `kept`: the copy in the cache.
    case changedSince(path: String, kept: String)

    public var diagnostic: Diagnostic {
        switch self {
        case .cacheIsNotAFolder(let path):
            Diagnostic(
                "cache-not-a-folder", "the cache '\(path)' is a file, not a folder",
                hint: "remove it or name another folder with --cache")
        case .cacheOfOthers(let path):
            Diagnostic(
                "cache-of-others", fault: .environment,
                "the cache '\(path)' is not marked as yours, so vgraph removes nothing in it",
                hint: "if you want to remove all of it, delete the folder yourself")
        case .cacheIsNotOurs(let path, let found):
            Diagnostic(
                "cache-not-ours", "'\(path)' is not a cache: it contains '\(found)'",
                hint: "name an empty or a new folder with --cache")
        case .newerFormat(let path, let found, let known):
            Diagnostic(
                "cache-format-newer", fault: .environment,
                "the cache '\(path)' has format \(found); this vgraph reads formats up to \(known)",
                hint: "use the newer vgraph, or name another folder with --cache")
        case .damagedFormat(let path):
            Diagnostic(
                "cache-format-damaged", fault: .cache, "'\(path)' does not name the format of the cache",
                hint: "delete the cache folder: the next build takes longer, nothing else is lost")
        case .readOnly(let path, let reason):
            Diagnostic(
                "cache-read-only", fault: .environment, "cannot write in the cache '\(path)': \(reason)",
                hint: "make it writable or name another folder with --cache")
        case .diskFull(let path):
            FileProblem.diskFull(doing: "write '\(path)'").diagnostic
        case .cannotWrite(let path, let reason):
            Diagnostic("cannot-write", fault: .environment, "cannot write '\(path)': \(reason)")
        case .cannotRead(let path, let reason):
            Diagnostic("cannot-read", fault: .environment, "cannot read '\(path)': \(reason)")
        case .notAFile(let path, let found):
            Diagnostic("not-a-file", "'\(path)' is \(found), not a file")
        case .nameNotText(let folder, let name):
            Diagnostic(
                "name-not-text", "the name '\(name)' in '\(folder)' is not UTF-8 text",
                hint: "rename the file")
        case .changing(let path):
            FileProblem.changing(path: path, node: nil).diagnostic
        case .damagedRecord(let key):
            Diagnostic(
                "record-damaged", .warning, fault: .cache,
                "the record \(key) is damaged; vgraph does not use it")
        case .damagedBlob(let digest):
            Diagnostic(
                "blob-damaged", .warning, fault: .cache,
                "the blob \(digest) is damaged: its bytes do not have that digest",
                hint: "build again: the stage that made it runs again")
        case .busy(let path):
            Diagnostic(
                "busy", fault: .environment, "a build is using the cache '\(path)'",
                hint: "try again when that build is over")
        case .linkedCache(let path):
            Diagnostic(
                "linked-cache", "'\(path)' is a link, and a cache must not contain links",
                hint: "remove the link; its target stays, and the next build makes what the cache lacks")
        case .leadsOut(let path):
            Diagnostic(
                "leads-out", "'\(path)' is a link that leads out of its folder",
                hint: "put the file itself there, or declare the folder that it leads to with --root NAME=FOLDER and "
                    + "name the file 'NAME:FILE'; vgraph reads nothing else outside, and writes nothing there")
        case .isALink(let path):
            Diagnostic(
                "is-a-link", "'\(path)' is a link, or leads through one",
                hint: "remove the link and put what it leads to in its place")
        case .forbidden(let path):
            Diagnostic(
                "output-forbidden",
                "'\(path)' leads into the cache or into a '.git' folder, where vgraph writes no output",
                hint: "give the stage another 'output', or remove the link")
        case .notWrittenHere(let path, let found) where found == "a folder":
            Diagnostic(
                "not-ours", "'\(path)' is a folder, but the build writes a file there",
                hint: "move it away")
        case .notWrittenHere(let path, let found):
            Diagnostic(
                "not-ours", "'\(path)' is \(found) that vgraph did not write, so vgraph does not replace it",
                hint: "move it away, or replace it with 'vgraph build --overwrite'")
        case .notAFolder(let path):
            Diagnostic(
                "file-in-the-way", "'\(path)' is a file, but the build writes a folder there",
                hint: "move it away")
        case .changedSince(let path, let kept):
            Diagnostic(
                "changed-result", .warning, "'\(path)' changed after vgraph wrote it; vgraph replaces it",
                hint:
                    "'\(kept)' keeps the changed file until 'vgraph cache gc'; edit the sources of a result, or write "
                    + "to another file")
        }
    }
}
