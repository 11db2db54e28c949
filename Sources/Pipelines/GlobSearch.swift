// Finds the files that match a pattern with wildcards. The search never enters a cache and does not follow links that
// lead to a folder above.
import Diagnostics
import Files
import Glibc
import Patterns
import Store

extension Glob {
    package struct Found {
        /// By their names, in byte order.
        package var paths: [String] = []
        /// Folders that were searched, absolute: each is a leaf of the build.
        package var folders: [String] = []
        /// Links to folders elsewhere that the search found and did not follow, by name.
        package var passedBy: [String] = []
    }

    private struct Open {
        var folder: String
        var part: Int
        /// The folders that it lies in, itself last.
        var chain: [FileSignature]
    }

    package func files(in folders: Folders, _ files: FileTable) throws(StoreProblem) -> Found {
        guard let root else { return try self.files(in: folders.workspace, files) }
        guard let folder = folders.roots[root] else { return Found() }
        let found = try self.files(in: folder, files)
        return Found(
            paths: found.paths.map { root + ":" + $0 }, folders: found.folders,
            passedBy: found.passedBy.map { root + ":" + $0 })
    }

    private func files(in workspace: String, _ files: FileTable) throws(StoreProblem) -> Found {
        var found: Set<ByteText> = [], folders: [String] = [], passedBy: Set<ByteText> = [], links: Set<ByteText> = []
        var open = [Open(folder: "", part: 0, chain: Self.signature(workspace).map { [$0] } ?? [])],
            seen: Set<ByteText> = []
        while let (folder, part, chain) = open.popLast().map({ ($0.folder, $0.part, $0.chain) }) {
            guard seen.insert(folder + "\n\(part)").inserted else { continue }
            guard seen.count <= Self.mostFolders else {
                throw .cannotRead(path: workspace + "/" + folder, reason: "'\(text)' leads into too many folders")
            }
            let path = workspace + (folder.isEmpty ? "" : "/" + folder)
            if Cache.isCache(path) { continue }
            folders.append(path)
            let entries = try files.entries(in: path) ?? []
            let pattern = parts[part], isLast = part == parts.count - 1
            if pattern.isFolders { open.append(Open(folder: folder, part: part + 1, chain: chain)) }
            for entry in entries {
                let name = entry.name
                if let bytes = Folder.bytes(ofUntext: name) {
                    if pattern.matches(bytes) { throw .nameNotText(folder: path, name: String(name.dropLast())) }
                    continue
                }
                guard pattern.matches(Array(name.utf8)) else { continue }
                let path = folder.isEmpty ? name : folder + "/" + name
                if entry.kind == .link { links.insert(path) }
                switch files.look(at: workspace + "/" + path) {
                // A link to nowhere is no file, wherever it points: nothing of another folder could be read by it.
                case .failed(EXDEV) where Self.leadsNowhere(workspace + "/" + path): break
                // A link that the pattern names, or that would match, is an error; any other is skipped with a
                // warning.
                case .failed(let code)
                where (code == EXDEV || code == ELOOP)
                    && (isLast && !pattern.isFolders || !pattern.isWild):
                    throw .leadsOut(path: workspace + "/" + path)
                case .failed(EXDEV):
                    if let target = Self.signature(workspace + "/" + path), target.isFolder { passedBy.insert(path) }
                case .present(let now) where now.isFolder:
                    guard pattern.isFolders || !isLast else { continue }
                    if pattern.isWild && chain.contains(where: { $0.device == now.device && $0.inode == now.inode }) {
                        continue
                    }
                    open.append(Open(folder: path, part: pattern.isFolders ? part : part + 1, chain: chain + [now]))
                case .present(let now) where now.isFile && isLast && !pattern.isFolders: found.insert(path)
                default: break
                }
            }
        }
        // A link's target may appear, go or change without a change in the folder that holds the link. What was found
        // is read.
        for path in links.subtracting(found).texts {
            try? files.note(program: workspace + "/" + path)
            folders.append(workspace + "/" + path)
        }
        return Found(paths: found.texts, folders: folders, passedBy: passedBy.texts)
    }

    private static func signature(_ path: String) -> FileSignature? {
        if case .present(let now) = FileSignature.look(at: path) { now } else { nil }
    }

    private static func leadsNowhere(_ path: String) -> Bool {
        if case .absent = FileSignature.look(at: path) { true } else { false }
    }

    /// Links between neighbouring folders multiply the paths; no real project reaches this number.
    private static let mostFolders = 20_000
}
