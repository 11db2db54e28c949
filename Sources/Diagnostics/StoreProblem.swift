// What can be wrong with the cache and with the files it looks at.

public enum StoreProblem: Error, Sendable, Hashable {
    case cacheIsNotAFolder(path: String)
    /// A folder with other people's files in it and no FORMAT.
    case cacheIsNotOurs(path: String, found: String)
    case newerFormat(path: String, found: Int, known: Int)
    case damagedFormat(path: String)
    case readOnly(path: String, reason: String)
    case diskFull(path: String)
    case cannotWrite(path: String, reason: String)
    case cannotRead(path: String, reason: String)
    /// A file was wanted; `found` says what is there, for example "a folder".
    case notAFile(path: String, found: String)
    case changing(path: String)
    case damagedRecord(key: String)
    case damagedBlob(digest: String)
    /// gc or verify while a build runs.
    case busy(path: String)

    public var diagnostic: Diagnostic {
        switch self {
        case .cacheIsNotAFolder(let path):
            Diagnostic("cache-not-a-folder", fault: .environment, "the cache '\(path)' is a file, not a folder",
                       hint: "remove it or name another folder with --cache")
        case .cacheIsNotOurs(let path, let found):
            Diagnostic("cache-not-ours", fault: .environment, "'\(path)' is not a cache: it holds '\(found)'",
                       hint: "name an empty or a new folder with --cache")
        case .newerFormat(let path, let found, let known):
            Diagnostic("cache-format-newer", fault: .environment,
                       "the cache '\(path)' has format \(found), this vgraph knows formats up to \(known)",
                       hint: "use the newer vgraph, or another folder with --cache")
        case .damagedFormat(let path):
            Diagnostic("cache-format-damaged", fault: .environment, "'\(path)' does not say which format the cache has",
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
        case .changing(let path):
            Diagnostic("file-changing", fault: .environment, "'\(path)' keeps changing while it is being read",
                       hint: "wait until it is written, then build again")
        case .damagedRecord(let key):
            Diagnostic("record-damaged", .warning, fault: .environment, "record \(key) is damaged and not used")
        case .damagedBlob(let digest):
            Diagnostic("blob-damaged", .warning, fault: .environment,
                       "blob \(digest) is not what its name says; what made it runs again")
        case .busy(let path):
            Diagnostic("busy", fault: .environment, "a build is using the cache '\(path)'",
                       hint: "try again when it is done")
        }
    }
}
