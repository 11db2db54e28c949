// What a build puts into the workspace: files and folders that stages name as their output, in place of what vgraph put there
// before and of nothing else.
import Diagnostics
import Glibc
import Store

extension Build {
    /// What keeps a build from being started: files of the user's own where outputs go. Said before the first node runs, of
    /// everything that is not up to date; what is made all the same is looked at once more when it is put there.
    func foreignTargets() -> [Diagnostic] {
        guard !request.force else { return [] }
        var problems: [Diagnostic] = []
        for case let family? in families.joined() {
            let stage = targets[family.target].pipeline.stages[family.stage]
            guard let pattern = stage.output else { continue }
            let file = pattern.file(for: targets[family.target].name), node = family.nodes.first
            do throws(StoreProblem) {
                if stage.writesFolder {
                    try refuse(folder: file)
                    guard request.dryRun, node?.state == .done else { continue }
                    let base = request.workspace + "/" + file
                    for (path, blob) in planned where path.text.beneath(base) != nil {
                        guard let name = path.text.beneath(request.workspace), try files.digest(of: path.text) != blob.digest else { continue }
                        try mayReplace(name)
                    }
                } else {
                    let path = request.workspace + "/" + file
                    // Of a dry run: a hit whose bytes lie there already.
                    if node?.state == .done, let blob = planned[path], try files.digest(of: path) == blob.digest { continue }
                    if node?.state == .done && !request.dryRun { continue }
                    try mayReplace(file)
                }
            } catch { problems.append(error.diagnostic) }
        }
        return problems.map(relative)
    }

    /// - Returns: whether vgraph wrote what is there, and the user changed it since: that is kept before it is replaced.
    @discardableResult
    private func mayReplace(_ file: String) throws(StoreProblem) -> Bool {
        switch try written.find(file, files) {
        case .nothing, .ours, .kept: return false
        case .changed: return true
        case .foreign(let kind): throw .notWrittenHere(path: request.workspace + "/" + file, found: kind)
        }
    }

    /// A folder may hold files of the user's own beside those that a stage writes; the place itself is the stage's.
    private func refuse(folder: String) throws(StoreProblem) {
        switch root.look(at: request.workspace + "/" + folder) {
        case .present(let now) where !now.isFolder: throw .notAFolder(path: request.workspace + "/" + folder)
        case .failed(let code): if let problem = Root.problem(request.workspace + "/" + folder, code) { throw problem }
        default: break
        }
    }

    func publish(_ node: BuildNode, _ record: Record) -> StoreProblem? {
        let stage = stage(node)
        guard let pattern = stage.output, let output = stage.descriptor.outputs.first,
              let blob = record.output(output.name)?.blobs.first else { return nil }
        let file = pattern.file(for: targets[node.target].name)
        do throws(StoreProblem) {
            let hasChanged: Bool
            if output.isFolder {
                guard let tree = trees[blob.digest] ?? blobs.tree(blob.digest) else { throw .damagedBlob(digest: blob.digest.hex) }
                hasChanged = try publish(tree, to: file, node)
            } else { hasChanged = try publish(blob, to: file, node) }
            if !result.targets[node.target].published.holds(file) { result.targets[node.target].published.append(file) }
            tell(.published(node.name, file: file, hasChanged: hasChanged))
            return nil
        } catch { return error }
    }

    private func publish(_ blob: Record.Blob, to file: String, _ node: BuildNode) throws(StoreProblem) -> Bool {
        let path = request.workspace + "/" + file
        node.reads.append(path)
        // What lies there was looked at before the first node ran, and may be another by now.
        files.forget(path)
        var isRight = try isThere(blob, path)
        if isRight, let sum = blob.sha256, isDecidedUpon(node.target) { isRight = try files.sha256(of: path, in: root) == sum }
        if isRight { return false }
        let isChanged = request.force ? false : try mayReplace(file)
        try put(blob, to: file, node, keeping: isChanged)
        return true
    }

    private func isThere(_ blob: Record.Blob, _ path: String) throws(StoreProblem) -> Bool {
        try files.digest(of: path) == blob.digest && files.isExecutable(path) == (blob.isExecutable == true)
    }

    private func put(_ blob: Record.Blob, to file: String, _ node: BuildNode, keeping isChanged: Bool) throws(StoreProblem) {
        let path = request.workspace + "/" + file
        // The place is vgraph's, what was made of the file since is the user's: it goes into the cache, and not away.
        if isChanged {
            let kept = try blobs.keep(path, in: root)
            tell(.diagnostic(node.name, relative(StoreProblem.changedSince(path: path, kept: blobs.path(kept.digest)).diagnostic)))
        }
        try blobs.publish(blob, to: path, in: root, as: file)
        files.note(path, digest: blob.digest)
        written.note(file, digest: blob.digest)
        for place in [path, path.folderPart, path.folderPart + "/"] { rewritten.insert(place) }
    }

    /// Makes a folder of the workspace hold what a tree says: beside it only what the user put there.
    private func publish(_ tree: Tree, to folder: String, _ node: BuildNode) throws(StoreProblem) -> Bool {
        let base = request.workspace + "/" + folder
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
            if look == .absent { wrong.append((folder + "/" + entry.path, blob)) }
            else if !(try isThere(blob, path)) { wrong.append((folder + "/" + entry.path, blob)) }
            noteParts(of: path, above: base)
        }
        // Nothing is touched before all may be.
        var changed: Set<ByteText> = []
        for (file, _) in wrong where !request.force && !isMoved.contains(request.workspace + "/" + file) {
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
        for path in (tree.entries.isEmpty ? [folder] : []) + needed.texts where root.look(at: request.workspace + "/" + path) == .absent {
            hasChanged = true
            let code = root.create(request.workspace + "/" + path)
            guard code == 0 else { throw .cannotWrite(path: request.workspace + "/" + path, reason: message(code)) }
            if !path.isSameBytes(folder) { written.note(folder: path) }
            noteParts(of: request.workspace + "/" + path, above: base)
        }
        for (file, blob) in wrong { try put(blob, to: file, node, keeping: changed.contains(file)) }
        // That a folder with nothing in it is there is seen by the names in it.
        for path in tree.entries.filter({ $0.blob == nil }).map({ base + "/" + $0.path }) + (tree.entries.isEmpty ? [base] : []) {
            files.forget(path)
            _ = try files.listing(of: path)
            node.reads.append(path)
        }
        if hasChanged { for place in [base, base + "/", base.folderPart, base.folderPart + "/"] { rewritten.insert(place) } }
        return hasChanged
    }

    private func forget(_ file: String, _ base: String) {
        let path = request.workspace + "/" + file
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
