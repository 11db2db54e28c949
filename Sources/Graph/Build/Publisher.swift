// Writes a build's outputs into the workspace: the files and folders that stages name. Replaces only what vgraph wrote
// before.
import Diagnostics
import Files
import Glibc
import Store

final class Publisher {
    private let workspace: String
    /// Also replaces files at outputs' paths that vgraph did not write.
    private let overwrites: Bool
    private let blobs: Blobs
    private let files: FileTable
    private let account: Account
    /// The workspace; nothing is written outside it.
    let root: Root
    /// Knows which files of the workspace vgraph wrote and may replace.
    let written: Published
    /// Absolute paths of everything that this build wrote into the workspace, and of the folders above.
    private(set) var rewritten: Set<ByteText> = []
    /// Absolute paths that this build may have created or removed in folders that it wrote.
    private(set) var writtenBeneath: Set<ByteText> = []

    init(_ request: BuildRequest, blobs: Blobs, files: FileTable, cache: Cache, account: Account) {
        workspace = request.workspace
        overwrites = request.force || request.overwrites
        self.blobs = blobs
        self.files = files
        self.account = account
        root = Root(request.workspace, links: .inside)
        written = Published(workspace: request.workspace, cache: cache)
    }

    // MARK: What lies at an output's path

    /// - Returns: whether the user changed a file that vgraph wrote: such a file is kept in the cache before it is
    ///   replaced.
    @discardableResult
    func mayReplace(_ file: String) throws(StoreProblem) -> Bool {
        switch try written.find(file, files) {
        case .nothing, .ours, .kept: return false
        case .changed: return true
        case .foreign(let kind): throw .notWrittenHere(path: workspace + "/" + file, found: kind)
        }
    }

    /// A folder may contain files of the user beside those that a stage writes; the folder itself belongs to the stage.
    func refuse(folder: String) throws(StoreProblem) {
        let path = workspace + "/" + folder
        switch root.look(at: path) {
        case .present(let now) where !now.isFolder: throw .notAFolder(path: path)
        case .failed(let code): if let problem = Root.problem(path, code) { throw problem }
        default: break
        }
    }

    // MARK: Files

    /// Makes a file of the workspace equal to a blob.
    /// - Parameters:
    ///   - isOnlyCopy: the cache may not have what lies there, so that is kept before it is replaced.
    ///   - isDecidedUpon: a decision names the file's SHA-256, so that must match too.
    /// - Returns: whether the file changed.
    func publish(
        _ blob: Record.Blob, to file: String, _ node: BuildNode, isOnlyCopy: Bool,
        isDecidedUpon: @autoclosure () -> Bool
    ) throws(StoreProblem) -> Bool {
        let path = workspace + "/" + file
        node.reads.append(path)
        // The file was checked before the first node ran and may have changed since.
        files.forget(path)
        var isRight = try isThere(blob, path)
        if isRight, let sum = blob.sha256, isDecidedUpon() {
            isRight = try files.sha256(of: path, in: root) == sum
        }
        if isRight { return false }
        let isChanged = overwrites ? false : try mayReplace(file)
        if isOnlyCopy, !isChanged, let old = try files.digest(of: path), access(blobs.path(old), F_OK) != 0 {
            _ = try blobs.keep(path, in: root)
        }
        try put(blob, to: file, node, keeping: isChanged)
        return true
    }

    private func isThere(_ blob: Record.Blob, _ path: String) throws(StoreProblem) -> Bool {
        try files.digest(of: path) == blob.digest && files.isExecutable(path) == (blob.isExecutable == true)
    }

    private func put(
        _ blob: Record.Blob, to file: String, _ node: BuildNode,
        keeping isChanged: Bool
    ) throws(StoreProblem) {
        let path = workspace + "/" + file
        // The path is vgraph's but the changes are the user's, so the changed file is kept in the cache.
        if isChanged {
            let kept = try blobs.keep(path, in: root)
            let remark = StoreProblem.changedSince(path: path, kept: blobs.path(kept.digest)).diagnostic
            account.tell(.diagnostic(node.name, account.relative(remark)))
        }
        try blobs.publish(blob, to: path, in: root, as: file)
        files.note(path, digest: blob.digest)
        written.note(file, digest: blob.digest)
        for place in [path, path.folderPart, path.folderPart + "/"] { rewritten.insert(place) }
    }

    // MARK: Folders

    /// Makes a folder of the workspace hold the content of a tree, beside the user's own files.
    func publish(_ tree: Tree, to folder: String, _ node: BuildNode) throws(StoreProblem) -> Bool {
        let base = workspace + "/" + folder
        try refuse(folder: folder)
        var wrong: [(file: String, blob: Record.Blob)] = [], wanted: Set<ByteText> = [], isMoved: Set<ByteText> = []
        for entry in tree.entries {
            let path = base + "/" + entry.path
            guard let blob = entry.blob else { continue }
            wanted.insert(folder + "/" + entry.path)
            node.reads.append(path)
            files.forget(path)
            // A folder may be replaced together with its content.
            var look = root.look(at: path)
            if case .present(let now) = look, now.isFolder { look = .absent; isMoved.insert(path) }
            if look == .absent {
                wrong.append((folder + "/" + entry.path, blob))
            } else if !(try isThere(blob, path)) {
                wrong.append((folder + "/" + entry.path, blob))
            }
            noteParts(of: path, above: base)
        }
        // Checks everything before it changes anything.
        var changed: Set<ByteText> = []
        for (file, _) in wrong where !overwrites && !isMoved.contains(workspace + "/" + file) {
            if try mayReplace(file) { changed.insert(file) }
        }
        // Folders in it, parents before children.
        var needed: Set<ByteText> = []
        for entry in tree.entries {
            var part = entry.blob == nil ? entry.path : entry.path.folderPart
            while !part.isEmpty, needed.insert(folder + "/" + part).inserted { part = part.folderPart }
        }
        let (outdated, folders) = try written.ours(beneath: folder, besides: wanted)
        let gone = folders.filter { !needed.contains($0) }
        written.remove(outdated)
        written.removeEmpty(gone)
        for path in outdated + gone { forget(path, base) }
        for path in gone { written.forget(path + "/") }
        var hasChanged = !wrong.isEmpty || !outdated.isEmpty || !gone.isEmpty
        for name in (tree.entries.isEmpty ? [folder] : []) + needed.texts {
            let path = workspace + "/" + name
            guard root.look(at: path) == .absent else { continue }
            hasChanged = true
            let code = root.create(path)
            guard code == 0 else { throw .cannotWrite(path: path, reason: message(code)) }
            if !name.isSameBytes(folder) { written.note(folder: name) }
            noteParts(of: path, above: base)
        }
        for (file, blob) in wrong { try put(blob, to: file, node, keeping: changed.contains(file)) }
        // An empty folder is noted by its listing.
        let empty = tree.entries.filter { $0.blob == nil }.map { base + "/" + $0.path }
        for path in empty + (tree.entries.isEmpty ? [base] : []) {
            files.forget(path)
            _ = try files.listing(of: path)
            node.reads.append(path)
        }
        if hasChanged {
            for place in [base, base + "/", base.folderPart, base.folderPart + "/"] { rewritten.insert(place) }
        }
        return hasChanged
    }

    private func forget(_ file: String, _ base: String) {
        let path = workspace + "/" + file
        files.forget(path)
        rewritten.insert(path)
        noteParts(of: path, above: base)
    }

    /// Notes paths beneath a folder that this build may have created or removed, since earlier listings include them.
    private func noteParts(of path: String, above base: String) {
        var part = path
        while part.beneath(base) != nil, writtenBeneath.insert(part).inserted { part = part.folderPart }
    }
}
