// The files whose changes start a build: the workspace's, and those elsewhere that the last build looked at. Decides
// which notifications can matter; whether they do is for the build to find out.
import Diagnostics
import Files
import Glibc
import Graph
import Store
import Workers

/// For one thread.
final class WatchedFiles {
    private let folders: Folders
    private var workspace: String { folders.workspace }
    private let cache: String
    private let watch: FolderWatch
    /// What the last complete build looked at; nil: there was none, so a spec may name any file.
    private var leaves: Set<ByteText>?
    /// Folders whose list of names the last build looked at.
    private var listings: Set<ByteText> = []
    /// Files outside the workspace that a build looked at; no others there matter.
    private var outside: Set<ByteText> = []
    /// Absolute paths of files that builds wrote.
    private var published: Set<ByteText> = []
    private var isFull = false
    private let workshop: Workshop

    /// At most this many of the workspace's folders are watched, those nearest to its root first. Folders of files that
    /// the last build looked at are watched in any case.
    private static let mostFolders = 4096

    struct Changes {
        /// Paths that may matter, sorted; relative to the workspace if they are in it.
        var paths: [String] = []
        var mayMatter = false
        /// A file changed that the running build used or will use.
        var isUrgent = false

        mutating func add(_ other: Changes) {
            paths = Set<ByteText>(texts: paths + other.paths).texts
            mayMatter = mayMatter || other.mayMatter
            isUrgent = isUrgent || other.isUrgent
        }
    }

    init(_ folders: Folders, cache: String, workshop: Workshop) throws {
        self.folders = folders
        self.workshop = workshop
        self.cache = cache
        do throws(WatchProblem) { watch = try FolderWatch() } catch { throw Refusal([error.diagnostic]) }
        addTree(workspace)
    }

    var descriptor: Int32 { watch.descriptor }
    var folderCount: Int { watch.folders }
    var files: Int? { leaves.map(\.count) }
    /// Not every folder that should be watched is.
    var limit: WatchProblem? { isFull ? .tooManyFolders(watched: watch.folders) : nil }
    /// false: the workspace was removed or renamed.
    var hasRoot: Bool { watch.isWatching(workspace) }

    /// Watches the workspace again after it was gone.
    func addRoot() -> Bool {
        addTree(workspace)
        return hasRoot
    }

    /// Watches the files of the last build, but not its programs: a new worker needs a new `vgraph watch`.
    func follow(_ leaves: [Leaf]?) {
        self.leaves = leaves.map { Set<ByteText>(texts: $0.filter { $0.kind != .program }.map(\.path)) }
        listings = Set<ByteText>(texts: (leaves ?? []).filter { $0.kind == .folder }.map(\.path))
        for leaf in leaves ?? [] where leaf.kind != .program && leaf.path.beneath(cache) == nil {
            if leaf.path.beneath(workspace) == nil { outside.insert(leaf.path) }
            addNearest(leaf.kind == .folder ? leaf.path : Self.folder(of: leaf.path))
            // The link's folder reports when the link changes, its target's folder when the target does.
            if let real = realpath(leaf.path, nil) {
                let path = String(cString: real)
                free(real)
                if !path.isSameBytes(leaf.path) {
                    if path.beneath(workspace) != nil { self.leaves?.insert(path) } else { outside.insert(path) }
                    addNearest(Self.folder(of: path))
                }
            }
        }
    }

    /// Those changed paths that a person knows: not files that an editor created and removed.
    func known(_ paths: [String]) -> [String] {
        paths.filter { path in
            let full = folders.path(path)
            return leaves?.contains(full) == true || access(full, F_OK) == 0
        }
    }

    func note(published file: String) { published.insert(workspace + "/" + file) }

    /// Changes since the last call. Starts to watch new folders.
    func collect() -> Changes {
        let seen = watch.collect()
        var changes = Changes()
        for folder in seen.newFolders.map(\.text) where isInTree(folder) { addTree(folder) }
        // A folder that was moved takes its watches along; another may be in its place by now.
        for folder in seen.lost.map(\.text) where !folder.isSameBytes(workspace) { addNearest(folder) }
        if seen.hasOverflowed { changes.mayMatter = true; changes.isUrgent = true }
        for path in seen.paths.union(seen.lost).map(\.text) where mayMatter(path) {
            changes.mayMatter = true
            changes.isUrgent = changes.isUrgent || isUrgent(path)
            changes.paths.append(relative(path))
        }
        changes.paths.sort { $0.precedes($1) }
        return changes
    }

    private func relative(_ path: String) -> String { folders.name(path) ?? path }

    private func mayMatter(_ path: String) -> Bool {
        if path.isSameBytes(cache) || path.beneath(cache) != nil { return false }
        if !path.isSameBytes(workspace) && path.beneath(workspace) == nil {
            return outside.contains(path) || outside.contains { $0.text.beneath(path) != nil }
        }
        if leaves?.contains(path) == true { return true }
        // Editors create temporary files beside the edited one; builds write our own output.
        let name = path[(path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex)...]
        return !name.hasPrefix(".") && !name.hasSuffix("~") && !isOurOutput(path)
    }

    /// Whether a change must end the running build: not its own targets, and only what it reads.
    private func isUrgent(_ path: String) -> Bool {
        if published.contains(path) { return false }
        if outside.contains(path) || workshop.isUsing(path) { return true }
        guard let leaves else { return false }
        return leaves.contains(path) || listings.contains(Self.folder(of: path))
            || leaves.contains {
                $0.text.beneath(path) != nil
            }
    }

    /// Our output may be redirected to a file in the workspace.
    private func isOurOutput(_ path: String) -> Bool {
        var there = stat(), ours = stat()
        guard stat(path, &there) == 0 else { return false }
        return [Int32(1), 2].contains {
            fstat($0, &ours) == 0 && ours.st_ino == there.st_ino && ours.st_dev == there.st_dev
        }
    }

    private func isInTree(_ folder: String) -> Bool {
        guard !folder.isSameBytes(cache), folder.beneath(cache) == nil else { return false }
        if folder.isSameBytes(workspace) { return true }
        guard let rest = folder.beneath(workspace) else { return false }
        return !rest.pathParts.contains { $0.utf8.first == UInt8(ascii: ".") }
    }

    private func add(_ folder: String) -> Bool {
        switch watch.add(folder) {
        case .watching: return true
        case .absent: return false
        case .full:
            isFull = true
            return false
        }
    }

    /// Watches a folder and all below it, breadth first. Does not follow links: they may form circles.
    private func addTree(_ root: String) {
        var open = [root][...]
        while let folder = open.popFirst(), watch.folders < Self.mostFolders, !isFull {
            guard isInTree(folder), add(folder) else { continue }
            for name in (try? Folder.names(folder)) ?? [] {
                var status = stat()
                if lstat(folder + "/" + name, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
                    open.append(folder + "/" + name)
                }
            }
        }
    }

    /// Watches the folder, or else the nearest existing one above it, which reports when the folder appears. Never goes
    /// above the workspace.
    private func addNearest(_ folder: String) {
        var folder = folder
        while !folder.isEmpty, !add(folder), !isFull, folder != workspace { folder = Self.folder(of: folder) }
    }

    private static func folder(of path: String) -> String { path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "" }
}
