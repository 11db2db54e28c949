// What a build puts into the workspace: files and folders that stages name as their output, in place of what vgraph put
// there before and of nothing else.
import Diagnostics
import Files
import Glibc
import Store

final class Publisher {
    private let workspace: String
    /// Takes what lies at an output's place though vgraph did not write it.
    private let overwrites: Bool
    private let blobs: Blobs
    private let files: FileTable
    private let account: Account
    /// The folder that is worked in; what is written goes nowhere else.
    let root: Root
    /// Which files of the workspace are ours to replace.
    let written: Published
    /// Absolute paths of what this build has written into the workspace, and of the folders that it lies in.
    private(set) var rewritten: Set<ByteText> = []
    /// Absolute paths of what this build may have made or removed in folders that it wrote.
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

    // MARK: What is in the way

    /// - Returns: whether vgraph wrote what is there, and the user changed it since: that is kept before it is
    ///   replaced.
    @discardableResult
    func mayReplace(_ file: String) throws(StoreProblem) -> Bool {
        switch try written.find(file, files) {
        case .nothing, .ours, .kept: return false
        case .changed: return true
        case .foreign(let kind): throw .notWrittenHere(path: workspace + "/" + file, found: kind)
        }
    }

    /// A folder may hold files of the user's own beside those that a stage writes; the place itself is the stage's.
    func refuse(folder: String) throws(StoreProblem) {
        let path = workspace + "/" + folder
        switch root.look(at: path) {
        case .present(let now) where !now.isFolder: throw .notAFolder(path: path)
        case .failed(let code): if let problem = Root.problem(path, code) { throw problem }
        default: break
        }
    }

    // MARK: Files

    /// Makes a file of the workspace be a blob.
    /// - Parameter isDecidedUpon: a decision names its SHA-256, so that must be right too.
    /// - Returns: whether it was not.
    func publish(
        _ blob: Record.Blob, to file: String, _ node: BuildNode,
        isDecidedUpon: @autoclosure () -> Bool
    ) throws(StoreProblem) -> Bool {
        let path = workspace + "/" + file
        node.reads.append(path)
        // What lies there was looked at before the first node ran, and may be another by now.
        files.forget(path)
        var isRight = try isThere(blob, path)
        if isRight, let sum = blob.sha256, isDecidedUpon() {
            isRight = try files.sha256(of: path, in: root) == sum
        }
        if isRight { return false }
        let isChanged = overwrites ? false : try mayReplace(file)
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
        // The place is vgraph's, what was made of the file since is the user's: it goes into the cache, and not away.
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

    /// Makes a folder of the workspace hold what a tree says: beside it only what the user put there.
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
            // What is a folder now may go away with what was in it.
            var look = root.look(at: path)
            if case .present(let now) = look, now.isFolder { look = .absent; isMoved.insert(path) }
            if look == .absent {
                wrong.append((folder + "/" + entry.path, blob))
            } else if !(try isThere(blob, path)) {
                wrong.append((folder + "/" + entry.path, blob))
            }
            noteParts(of: path, above: base)
        }
        // Nothing is touched before all may be.
        var changed: Set<ByteText> = []
        for (file, _) in wrong where !overwrites && !isMoved.contains(workspace + "/" + file) {
            if try mayReplace(file) { changed.insert(file) }
        }
        // Folders in it, those above deeper ones first.
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
        // That a folder with nothing in it is there is seen by the names in it.
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

    /// What this build may have made or removed beneath a folder: it is in listings that were made before.
    private func noteParts(of path: String, above base: String) {
        var part = path
        while part.beneath(base) != nil, writtenBeneath.insert(part).inserted { part = part.folderPart }
    }
}
