// What can be wrong with the cache and with the files it looks at.

public enum StoreProblem: Problem, Sendable, Hashable {
    case cacheIsNotAFolder(path: String)
    /// A folder with other people's files in it and no FORMAT.
    case cacheIsNotOurs(path: String, found: String)
    /// A cache without the mark of this user.
    case cacheOfOthers(path: String)
    case newerFormat(path: String, found: Int, known: Int)
    case damagedFormat(path: String)
    case readOnly(path: String, reason: String)
    case diskFull(path: String)
    case cannotWrite(path: String, reason: String)
    case cannotRead(path: String, reason: String)
    /// A file was wanted; `found` says what is there, for example "a folder".
    case notAFile(path: String, found: String)
    /// `name` with the bytes that are no text as `\xff`.
    case nameNotText(folder: String, name: String)
    case changing(path: String)
    case damagedRecord(key: String)
    case damagedBlob(digest: String)
    /// gc or verify while a build runs.
    case busy(path: String)
    /// A folder or a file of a cache that is a link.
    case linkedCache(path: String)
    /// A path that is beneath its folder by its letters, and by a link is not.
    case leadsOut(path: String)
    /// A link where none may be.
    case isALink(path: String)
    /// A place where no output may go.
    case forbidden(path: String)
    /// What lies where an output goes, and vgraph did not write it. `found`: "a file", "a link", "a folder".
    case notWrittenHere(path: String, found: String)
    /// A file where a folder is to go.
    case notAFolder(path: String)
    /// vgraph wrote it, and it was changed since.
    /// Of a result in the workspace; `kept`: the copy in the cache.
    case changedSince(path: String, kept: String)

    public var diagnostic: Diagnostic {
        switch self {
        case .cacheIsNotAFolder(let path):
            Diagnostic("cache-not-a-folder", "the cache '\(path)' is a file, not a folder",
                       hint: "remove it or name another folder with --cache")
        case .cacheIsNotOurs(let path, let found):
            Diagnostic("cache-not-ours", "'\(path)' is not a cache: it holds '\(found)'",
                       hint: "name an empty or a new folder with --cache")
        case .cacheOfOthers(let path):
            Diagnostic("cache-of-others", fault: .environment, "the cache '\(path)' has no mark that you made it: nothing is removed",
                       hint: "if all of it may go, remove the folder yourself")
        case .newerFormat(let path, let found, let known):
            Diagnostic("cache-format-newer", fault: .environment,
                       "the cache '\(path)' has format \(found), this vgraph knows formats up to \(known)",
                       hint: "use the newer vgraph, or another folder with --cache")
        case .damagedFormat(let path):
            Diagnostic("cache-format-damaged", fault: .cache, "'\(path)' does not say which format the cache has",
                       hint: "delete the cache folder: it costs time, nothing else")
        case .readOnly(let path, let reason):
            Diagnostic("cache-read-only", fault: .environment, "cannot write in the cache '\(path)': \(reason)",
                       hint: "make it writable or name another folder with --cache")
        case .diskFull(let path):
            Diagnostic("disk-full", fault: .environment, "no space left to write '\(path)'",
                       hint: "free some space; 'vgraph cache gc --max-size 1G' makes the cache smaller")
        case .cannotWrite(let path, let reason):
            Diagnostic("cannot-write", fault: .environment, "cannot write '\(path)': \(reason)")
        case .cannotRead(let path, let reason):
            Diagnostic("cannot-read", fault: .environment, "cannot read '\(path)': \(reason)")
        case .notAFile(let path, let found):
            Diagnostic("not-a-file", .error, "'\(path)' is \(found), not a file")
        case .nameNotText(let folder, let name):
            Diagnostic("name-not-text", .error, "the name '\(name)' in '\(folder)' is not UTF-8 text",
                hint: "rename the file: vgraph names files by text")
        case .changing(let path):
            Diagnostic("file-changing", fault: .environment, "'\(path)' keeps changing while it is being read",
                       hint: "wait until it is written, then build again")
        case .damagedRecord(let key):
            Diagnostic("record-damaged", .warning, fault: .cache, "record \(key) is damaged and not used")
        case .damagedBlob(let digest):
            Diagnostic("blob-damaged", .warning, fault: .cache,
                       "blob \(digest) is not what its name says; what made it runs again")
        case .busy(let path):
            Diagnostic("busy", fault: .environment, "a build is using the cache '\(path)'",
                       hint: "try again when it is done")
        case .linkedCache(let path):
            Diagnostic("linked-cache", .error, "'\(path)' is a link, and a cache has none",
                       hint: "remove the link: what it leads to stays, and the next build makes what the cache lacks")
        case .leadsOut(let path):
            Diagnostic("leads-out", .error, "'\(path)' is a link that leads out of its folder",
                       hint: "put the file itself there, or declare the folder that it leads to with --root NAME=FOLDER and name the file 'NAME:FILE'; "
                        + "nothing else outside is read, and nothing is written there")
        case .isALink(let path):
            Diagnostic("is-a-link", .error, "'\(path)' is a link, or leads through one",
                       hint: "remove the link and put what it leads to in its place")
        case .forbidden(let path):
            Diagnostic("output-forbidden", .error, "'\(path)' leads into the cache or a git repository's own folder, where no output goes",
                       hint: "give the stage another 'output', or remove the link")
        case .notWrittenHere(let path, let found) where found == "a folder":
            Diagnostic("not-ours", .error, "'\(path)' is a folder, and a file is to go there", hint: "move it away")
        case .notWrittenHere(let path, let found):
            Diagnostic("not-ours", .error, "'\(path)' is \(found) that vgraph did not write, and another is to go there",
                       hint: "move it away, or let 'vgraph build --overwrite' replace it")
        case .notAFolder(let path):
            Diagnostic("not-ours", .error, "'\(path)' is a file, and a folder is to go there", hint: "move it away")
        case .changedSince(let path, let kept):
            Diagnostic("changed-result", .warning, "'\(path)' was changed after vgraph wrote it, and is replaced",
                       hint: "what it held is in '\(kept)' until 'vgraph cache gc'; change a result's sources, or write to another file")
        }
    }
}
