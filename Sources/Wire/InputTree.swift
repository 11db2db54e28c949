// The folder that an action starts in, as messages of the Remote Execution API: a Directory for each folder, named by
// SHA-256, so that the root's digest names all that is below.
import Digests

public struct InputTree: Sendable {
    public struct File: Sendable, Hashable {
        public var digest: ContentDigest
        public var isExecutable: Bool
        public init(_ digest: ContentDigest, isExecutable: Bool = false) {
            self.digest = digest
            self.isExecutable = isExecutable
        }
    }

    public private(set) var root: ContentDigest
    /// The bytes of every Directory.
    public private(set) var folders: [ContentDigest: [UInt8]] = [:]

    /// - Parameter files: by place: segments with "/" between them, relative, without "." and "..".
    public init(_ files: [String: File]) {
        final class Folder {
            var files: [(name: String, file: File)] = []
            var folders: [String: Folder] = [:]
        }
        let top = Folder()
        for (place, file) in files {
            let parts = place.split(separator: "/").map(String.init)
            var folder = top
            for part in parts.dropLast() {
                let inner = folder.folders[part] ?? Folder()
                folder.folders[part] = inner
                folder = inner
            }
            folder.files.append((parts.last ?? "", file))
        }
        var made: [ContentDigest: [UInt8]] = [:]
        func digest(_ folder: Folder) -> ContentDigest {
            var writer = ProtobufWriter()
            for (name, file) in folder.files.sorted(by: { isBefore($0.name, $1.name) }) {
                var node = ProtobufWriter()
                node.add(1, name)
                node.add(2, item: file.digest.bytes)
                node.add(4, file.isExecutable)
                writer.add(1, item: node.bytes)
            }
            for (name, inner) in folder.folders.sorted(by: { isBefore($0.key, $1.key) }) {
                var node = ProtobufWriter()
                node.add(1, name)
                node.add(2, item: digest(inner).bytes)
                writer.add(2, item: node.bytes)
            }
            let name = ContentDigest(of: writer.bytes)
            made[name] = writer.bytes
            return name
        }
        root = digest(top)
        folders = made
    }
}

/// The API sorts by bytes.
private func isBefore(_ a: String, _ b: String) -> Bool { a.utf8.lexicographicallyPrecedes(b.utf8) }
