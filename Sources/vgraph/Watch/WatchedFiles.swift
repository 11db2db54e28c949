// The files whose changes make a build: the workspace's, and those elsewhere that the last build looked at. Decides
// what of all that happens in their folders can matter; whether it does is for the build to find out.
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
    /// What the last whole build looked at; nil: there was none, and any file may be one that a spec asks for.
    private var leaves: Set<ByteText>?
    /// Folders whose list of names the last build looked at.
    private var listings: Set<ByteText> = []
    /// Files outside the workspace that a build looked at; all else there is somebody else's.
    private var outside: Set<ByteText> = []
    /// Absolute paths of files that builds wrote.
    private var published: Set<ByteText> = []
    private var isFull = false
    private let workshop: Workshop

    /// Of the workspace's folders so many are watched, near ones first; whatever the last build looked at is, wherever
    /// it is.
    private static let mostFolders = 4096

    struct Changes {
        /// Paths that may matter, sorted; those of the workspace relative to it.
        var paths: [String] = []
        var mayMatter = false
        /// Something that the build under way used or will use.
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
    /// false: the folder that is worked in was removed or renamed.
    var hasRoot: Bool { watch.isWatching(workspace) }

    /// Watches the workspace again, after it was gone.
    func addRoot() -> Bool {
        addTree(workspace)
        return hasRoot
    }

    /// Files of the last build. Programs are left out: who installs another worker says so by starting again.
    func follow(_ leaves: [Leaf]?) {
        self.leaves = leaves.map { Set<ByteText>(texts: $0.filter { $0.kind != .program }.map(\.path)) }
        listings = Set<ByteText>(texts: (leaves ?? []).filter { $0.kind == .folder }.map(\.path))
        for leaf in leaves ?? [] where leaf.kind != .program && leaf.path.beneath(cache) == nil {
            if leaf.path.beneath(workspace) == nil { outside.insert(leaf.path) }
            addNearest(leaf.kind == .folder ? leaf.path : Self.folder(of: leaf.path))
            // A link's own folder tells when it is changed; the folder that it leads to tells of the rest.
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

    /// Of paths that changed, those that a person knows: not what an editor made and removed again.
    func known(_ paths: [String]) -> [String] {
        paths.filter { path in
            let full = folders.path(path)
            return leaves?.contains(full) == true || access(full, F_OK) == 0
        }
    }

    func note(published file: String) { published.insert(workspace + "/" + file) }

    /// What happened since it was last asked; new folders are watched from now on.
    func collect() -> Changes {
        let seen = watch.collect()
        var changes = Changes()
        for folder in seen.newFolders.map(\.text) where isInTree(folder) { addTree(folder) }
        // A folder that was moved away takes its watches with it; perhaps another is there by now.
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
        // Editors' own files come and go beside what is edited, and so do ours.
        let name = path[(path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex)...]
        return !name.hasPrefix(".") && !name.hasSuffix("~") && !isOurOutput(path)
    }

    /// While a build runs: it wrote its targets itself, and what it does not read cannot spoil it.
    private func isUrgent(_ path: String) -> Bool {
        if published.contains(path) { return false }
        if outside.contains(path) || workshop.isUsing(path) { return true }
        guard let leaves else { return false }
        return leaves.contains(path) || listings.contains(Self.folder(of: path))
            || leaves.contains {
                $0.text.beneath(path) != nil
            }
    }

    /// What this process prints may go to a file in the workspace.
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

    /// A folder with those in it, near ones first. Links are not followed: they may lead in circles.
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

    /// The folder, or where there is none the nearest one above: it tells when it comes. What is above the workspace is
    /// not asked.
    private func addNearest(_ folder: String) {
        var folder = folder
        while !folder.isEmpty, !add(folder), !isFull, folder != workspace { folder = Self.folder(of: folder) }
    }

    private static func folder(of path: String) -> String { path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "" }
}
