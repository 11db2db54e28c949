// What keeps `vgraph watch` from seeing changes.

public enum WatchProblem: Problem, Hashable {
    case cannotWatch(reason: String)
    /// The system's limit is reached; folders that are already watched stay watched.
    case tooManyFolders(watched: Int)
    /// The workspace was removed or renamed.
    case folderGone(path: String)

    public var diagnostic: Diagnostic {
        switch self {
        case .cannotWatch(let reason):
            Diagnostic(
                "cannot-watch", fault: .environment, "cannot watch files: \(reason)",
                hint: "the system's limit is in /proc/sys/fs/inotify/max_user_instances")
        case .tooManyFolders(let watched):
            Diagnostic(
                "watch-limit", .warning, fault: .environment,
                "vgraph watches only \(watched) folders: the system allows no more",
                hint: "raise /proc/sys/fs/inotify/max_user_watches, or touch the spec after a change elsewhere")
        case .folderGone(let path):
            Diagnostic(
                "folder-gone", .warning, fault: .environment, "the folder '\(path)' is gone",
                hint: "vgraph builds again when it is back")
        }
    }
}
