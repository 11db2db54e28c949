// What the files around a build contain. Every look is remembered twice: for this build, so that one build sees one
// state of the world, and as a leaf, so that the next build knows what this one depended on.
import Diagnostics

public final class FileTable {
    private var known: [String: Leaf] = [:]
    private var seen: [String: Leaf] = [:]
    private var listings: [String: [String]] = [:]

    public init() {}

    /// Leaves of earlier builds: believed where the file's signature is still the same.
    public func remember(_ leaves: [Leaf]) {
        for leaf in leaves where leaf.kind != .absent { known[leaf.path] = leaf }
    }

    /// Digest of a file's bytes; nil if there is none.
    public func digest(of path: String) throws(StoreProblem) -> Digest? {
        let leaf = try look(path, .file)
        return leaf.kind == .absent ? nil : leaf.digest
    }

    /// The text and digest of a file; nil if there is none.
    public func read(_ path: String) throws(StoreProblem) -> FileContent? {
        let content = try FileContent.read(path, keepBytes: true)
        if let content {
            seen[path] = Leaf(path: path, kind: .file, signature: content.signature, digest: content.digest, isRacy: content.isRacy)
        } else {
            seen[path] = Leaf(path: path, kind: .absent, signature: Leaf.noSignature, digest: .none, isRacy: false)
        }
        return content
    }

    /// Names in a folder; nil if there is none.
    public func names(in path: String) throws(StoreProblem) -> [String]? {
        let leaf = try Leaf.observe(path, kind: .folder, known: nil)
        let names = try Folder.names(path)
        // A name that came between the two looks is seen the next time.
        seen[path] = leaf
        listings[path] = names
        return names
    }

    /// Looks again at every listed folder, because the build itself has put files into some: a listing that differs by
    /// nothing but those is what the next build should find.
    public func relist(made: Set<String>) {
        for (path, before) in listings where seen[path]?.kind == .folder {
            guard let leaf = try? Leaf.observe(path, kind: .folder, known: nil), let now = try? Folder.names(path),
                  leaf.digest == Folder.digest(of: now) else { continue }
            func others(_ names: [String]) -> [String] { names.filter { !made.contains(path + "/" + $0) } }
            if others(before) == others(now) { seen[path] = leaf }
        }
    }

    /// Makes a program or a library a leaf.
    public func note(program path: String) throws(StoreProblem) {
        seen[path] = try Leaf.observe(path, kind: .program, known: nil)
    }

    /// Makes a file a leaf whose bytes we know since we have just written them.
    public func note(_ path: String, digest: Digest) {
        guard case .present(let now) = FileSignature.look(at: path) else { return }
        seen[path] = Leaf(path: path, kind: .file, signature: now, digest: digest, isRacy: true)
    }

    /// Looks again the next time: the file may have changed while somebody used it.
    public func forget(_ path: String) {
        if let leaf = seen.removeValue(forKey: path), leaf.kind != .absent { known[path] = leaf }
    }

    /// Whether a file still is what this build believes; it believes the new state from now on.
    public func isUnchanged(_ path: String) throws(StoreProblem) -> Bool {
        guard let before = seen[path] else { return true }
        forget(path)
        let now = try look(path, before.kind == .absent ? .file : before.kind)
        return now.digest == before.digest && (now.kind == .absent) == (before.kind == .absent)
    }

    private func look(_ path: String, _ kind: Leaf.Kind) throws(StoreProblem) -> Leaf {
        if let leaf = seen[path] { return leaf }
        let leaf = try Leaf.observe(path, kind: kind, known: known[path])
        seen[path] = leaf
        return leaf
    }

    /// Whether this build looked at a file, or at the names in its folder.
    public func hasSeen(_ path: String) -> Bool {
        seen[path] != nil || path.lastIndex(of: "/").map { listings[String(path[..<$0])] != nil } ?? false
    }

    /// All that this build looked at, by path.
    public var leaves: [Leaf] { seen.values.sorted { $0.path < $1.path } }

    /// What is worth remembering for other builds of this workspace: `leaves`, and earlier ones that were not asked for.
    public func memory(limit: Int = 100_000) -> [Leaf] {
        var all = seen.filter { $0.value.kind == .file }
        for (path, leaf) in known where all.count < limit && leaf.kind == .file && all[path] == nil { all[path] = leaf }
        return all.values.sorted { $0.path < $1.path }
    }
}
