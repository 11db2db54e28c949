// The content of the files around a build. Every look is remembered twice: for this build, so that it sees one
// consistent state, and as a leaf, so that the next build knows what this one depended on.
import Diagnostics
import Digests
import Files

public final class FileTable {
    private var known: [ByteText: Leaf] = [:]
    private var earlier: LeafTable?
    private var seen: [ByteText: Leaf] = [:]
    /// What the bytes are of files whose leaves are programs.
    private var contents: [ByteText: Leaf] = [:]
    private var listings: [ByteText: [Folder.Entry]] = [:]
    private var delivered: [ByteText: (signature: FileSignature, sum: String)] = [:]

    /// A file in one of these is opened beneath it; any other is opened by its path.
    private let roots: [Root]

    public init(beneath roots: [Root] = []) { self.roots = roots }

    private func root(for path: String) -> Root? { roots.first { $0.holds(path) } }

    /// Takes leaves of earlier builds, which are trusted while the file's signature is the same.
    public func remember(_ leaves: [Leaf]) {
        for leaf in leaves where leaf.kind != .absent { known[leaf.path] = leaf }
    }

    /// The same without copying them.
    public func remember(_ leaves: LeafTable) { earlier = leaves }

    private func known(_ path: String) -> Leaf? {
        if let leaf = known[path] { return leaf }
        guard let leaf = earlier?[path], leaf.kind != .absent else { return nil }
        return leaf
    }

    /// The digest of a file's bytes; nil: there is no such file.
    public func digest(of path: String) throws(StoreProblem) -> Digest? {
        let leaf = try look(path, .file)
        return leaf.kind == .absent ? nil : leaf.digest
    }

    /// The same without making it a leaf, for a file that the build depends on only if it matches. For a path that ends
    /// in a slash, the digest of the folder's listing.
    public func glance(_ path: String) throws(StoreProblem) -> Digest? {
        let leaf: Leaf
        let kind: Leaf.Kind = path.utf8.last == UInt8(ascii: "/") ? .folder : .file
        if let seen = remembered(path, kind) {
            leaf = seen
        } else {
            leaf = try Leaf.observe(path, kind: kind, known: known(path), in: root(for: path))
            if leaf.kind == .file { known[path] = leaf }
        }
        return leaf.kind == .absent ? nil : leaf.digest
    }

    /// Whether a file is executable; its digest must have been read.
    public func isExecutable(_ path: String) -> Bool { seen[path]?.signature.isExecutable ?? false }

    /// The bytes and digest of a file; nil: there is no such file.
    public func read(_ path: String) throws(StoreProblem) -> FileContent? {
        let content = try FileContent.read(path, keepBytes: true, in: root(for: path))
        contents[path] = nil
        if let content {
            seen[path] = Leaf(
                path: path, kind: .file, signature: content.signature, digest: content.digest,
                isRacy: content.isRacy)
        } else {
            seen[path] = Leaf(absent: path)
        }
        return content
    }

    /// Names in a folder; nil: there is no such folder.
    public func names(in path: String) throws(StoreProblem) -> [String]? { try entries(in: path)?.map(\.name) }

    /// The same with kinds.
    public func entries(in path: String) throws(StoreProblem) -> [Folder.Entry]? {
        let leaf = try Leaf.observe(path, kind: .folder, known: nil, in: root(for: path))
        let entries = try Folder.entries(path, in: root(for: path))
        // A name that appears between the two looks is seen by the next build.
        seen[path] = leaf
        listings[path] = entries ?? []
        return entries
    }

    /// The digest of a folder's listing; nil: there is no such folder. Unlike `names`, looks only once per build.
    public func listing(of path: String) throws(StoreProblem) -> Digest? {
        let leaf = try look(path, .folder)
        return leaf.kind == .absent ? nil : leaf.digest
    }

    /// Looks again at every listed folder, because the build itself has put files into some: a listing that differs
    /// only by those is what the next build should find.
    public func relist(made: Set<ByteText>) {
        for (key, before) in listings where seen[key]?.kind == .folder || seen[key]?.kind == .absent {
            let path = key.text
            guard let leaf = try? Leaf.observe(path, kind: .folder, known: nil, in: root(for: path)),
                let now = try? Folder.entries(path, in: root(for: path)),
                leaf.digest == Folder.digest(of: now)
            else { continue }
            func others(_ entries: [Folder.Entry]) -> [Folder.Entry] {
                entries.filter { !made.contains(path + "/" + $0.name) }
            }
            if others(before) == others(now) { seen[key] = leaf }
        }
    }

    /// Looks at a path without remembering it.
    public func look(at path: String) -> FileSignature.Look {
        root(for: path)?.look(at: path) ?? FileSignature.look(at: path)
    }

    /// Notes a program or a library as a leaf.
    public func note(program path: String) throws(StoreProblem) {
        keep(try Leaf.observe(path, kind: .program, known: nil))
    }

    /// Any other signature is a change from now on.
    private func keep(_ program: Leaf) {
        if let before = seen[program.path], before.kind == .file { contents[program.path] = before }
        seen[program.path] = program
    }

    /// Notes a file that we have just written, whose digest we know, as a leaf.
    public func note(_ path: String, digest: Digest) {
        guard case .present(let now) = FileSignature.look(at: path) else { return }
        contents[path] = nil
        seen[path] = Leaf(path: path, kind: .file, signature: now, digest: digest, isRacy: true)
    }

    /// The SHA-256 of a file that a decision is about; nil: there is no such file. From now on any other signature
    /// counts as a change, since an attacker can make two files with the same XXH3.
    public func sha256(of path: String, in root: Root) throws(StoreProblem) -> String? {
        for _ in 0..<4 {
            let moment = StampClock.now()
            guard case .present(let before) = root.look(at: path), before.isFile else { return nil }
            if let known = delivered[path], known.signature == before { return known.sum }
            let sum = try Blobs.sha256(ofFile: path, in: root)
            guard case .present(let now) = root.look(at: path), now == before else { continue }
            let isRacy = now.isRacy(at: moment, slack: root.slack)
            if !isRacy { delivered[path] = (now, sum) }
            keep(Leaf(path: path, kind: .program, signature: now, digest: .zero, isRacy: isRacy))
            return sum
        }
        throw .changing(path: path)
    }

    /// Forgets a file that may have changed while it was in use, so that the next look reads it again.
    public func forget(_ path: String) {
        let leaf = seen.removeValue(forKey: ByteText(path))
        if let leaf = contents.removeValue(forKey: ByteText(path)) ?? leaf, leaf.kind != .absent { known[path] = leaf }
    }

    /// Whether a file is unchanged since this build looked at it; remembers the new state.
    public func isUnchanged(_ path: String) throws(StoreProblem) -> Bool {
        guard let leaf = seen[path] else { return true }
        let content = contents[path], before = content ?? leaf
        forget(path)
        if content != nil { seen[path] = leaf }
        let now = try look(path, before.kind == .absent ? .file : before.kind)
        // Equal content may have been different in between, when a node read it. Only the signature, whose ctime no
        // program can set, proves that nothing was written or renamed.
        return now.isSame(as: before)
            && (now.kind == .folder || now.kind == .absent || now.signature == before.signature)
    }

    /// Whether the file at a path was written or put there after `moment`, a time from `now()`.
    public func wasTouched(_ path: String, since moment: Int64) -> Bool {
        guard case .present(let now) = FileSignature.look(at: path) else { return false }
        return now.changed > moment && now.changed <= StampClock.now()
    }

    /// The clock that `wasTouched` uses.
    public static func now() -> Int64 { StampClock.now() }

    /// Whether this build looked at the bytes of a file.
    public func hasRead(_ path: String) -> Bool { (contents[path] ?? seen[path])?.kind == .file }

    private func look(_ path: String, _ kind: Leaf.Kind) throws(StoreProblem) -> Leaf {
        if let leaf = remembered(path, kind) { return leaf }
        let leaf = try Leaf.observe(path, kind: kind, known: known(path), in: root(for: path))
        // Any other signature stays a change.
        if seen[path]?.kind == .program { contents[path] = leaf } else { seen[path] = leaf }
        return leaf
    }

    /// What this build saw of a path, if it looked at what is asked for now: the leaf of a program or a link does not
    /// know the bytes, nor that of a file the names in a folder.
    private func remembered(_ path: String, _ kind: Leaf.Kind) -> Leaf? {
        func answer(_ leaf: Leaf?) -> Leaf? { leaf?.kind == kind || leaf?.kind == .absent ? leaf : nil }
        return answer(seen[path]) ?? answer(contents[path])
    }

    /// Whether this build looked at a file, or at the names in its folder.
    public func hasSeen(_ path: String) -> Bool {
        seen[path] != nil || listings[path.folderPart] != nil
    }

    /// The paths of everything that this build looked at.
    public var paths: Set<ByteText> { Set(seen.keys) }

    /// Everything that this build looked at, by path.
    public var leaves: [Leaf] { seen.values.sorted { $0.path.precedes($1.path) } }

    /// What to remember for other builds of this workspace: `leaves`, and earlier leaves that this build did not look
    /// at.
    public func memory(limit: Int = 100_000) -> [Leaf] {
        var all = seen.filter { $0.value.kind == .file }
        for (path, leaf) in known where all.count < limit && leaf.kind == .file && all[path] == nil { all[path] = leaf }
        return all.values.sorted { $0.path.precedes($1.path) }
    }
}
