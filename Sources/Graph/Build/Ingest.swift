// Moves a node's files into the cache: only those that it declares, and only from its own folder.
import Diagnostics
import Glibc
import Patterns
import Pipelines
import Store
import Work

extension Build {
    func ingest(
        _ node: BuildNode, _ outcome: Outcome, _ scratch: String, _ shelf: Shelf?
    ) throws(Diagnostic) -> [Record.Output] {
        let stage = stage(node), declared = stage.descriptor.outputs
        for name in outcome.outputs.keys.sorted() where !declared.contains(where: { $0.name == name }) {
            throw BuildProblem.outputUnknown(node: node.name.id, output: name).diagnostic
        }
        var outputs: [Record.Output] = []
        for output in declared {
            let files = outcome.outputs[output.name] ?? [], made: [Record.Blob]
            if output.isFolder {
                made = try folder(node, output, files, scratch)
            } else {
                let isDelivered = stage.output != nil && output.name == declared.first?.name
                made = try self.files(node, output, files, scratch, shelf, isDelivered: isDelivered)
            }
            outputs.append(Record.Output(name: output.name, type: output.type, fileName: output.fileName, blobs: made))
        }
        return outputs
    }

    private func files(
        _ node: BuildNode, _ output: StageDescriptor.Output, _ files: [String], _ scratch: String,
        _ shelf: Shelf?, isDelivered: Bool
    ) throws(Diagnostic) -> [Record.Blob] {
        func missing() -> Diagnostic { BuildProblem.outputMissing(node: node.name.id, output: output.name).diagnostic }
        if !output.isList && files.count != 1 { throw missing() }
        var made: [Record.Blob] = []
        for file in files {
            // Paths from a worker are not trusted.
            guard Pattern.fault(ofPath: file) == nil, isInside(scratch, file) else {
                throw BuildProblem.outputOutside(node: node.name.id, path: file).diagnostic
            }
            let path = scratch + "/" + file
            do throws(StoreProblem) {
                if let bytes = shelf?[file] {
                    made.append(try blobs.add(bytes, by: scratch, delivered: isDelivered))
                } else {
                    made.append(try blobs.adopt(path, delivered: isDelivered))
                }
            } catch {
                if case .cannotRead(path, _) = error { throw missing() }
                throw error.diagnostic
            }
        }
        return made
    }

    /// Takes a folder: its listing, then its content. `files`: the folder, its files, its empty folders.
    private func folder(
        _ node: BuildNode, _ output: StageDescriptor.Output, _ files: [String],
        _ scratch: String
    ) throws(Diagnostic) -> [Record.Blob] {
        guard let folder = files.first.map({ String(decoding: $0.utf8.dropLast(), as: UTF8.self) }) else {
            if output.isList { return [] }
            throw BuildProblem.outputMissing(node: node.name.id, output: output.name).diagnostic
        }
        var entries: [Tree.Entry] = []
        do throws(StoreProblem) {
            for file in files.dropFirst() {
                guard let name = file.beneath(folder), isInside(scratch, file) else {
                    throw .cannotRead(path: file, reason: "it lies outside the job's folder")
                }
                if name.utf8.last == UInt8(ascii: "/") {
                    let empty = String(decoding: name.utf8.dropLast(), as: UTF8.self)
                    entries.append(Tree.Entry(path: empty, blob: nil))
                } else {
                    entries.append(Tree.Entry(path: name, blob: try blobs.adopt(scratch + "/" + file)))
                }
            }
            let tree = Tree(entries), made = try blobs.add(tree.encoded, by: scratch)
            lookups.trees[made.digest] = tree
            return [made] + tree.entries.compactMap(\.blob)
        } catch { throw error.diagnostic }
    }

    /// Whether no part of the path is a link that leads out.
    func isInside(_ scratch: String, _ file: String) -> Bool {
        var path = scratch
        for part in file.split(separator: "/").dropLast() {
            path += "/" + part
            var status = stat()
            guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return false }
        }
        return true
    }
}
