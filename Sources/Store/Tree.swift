// A folder that is a result: its content by path, as a blob of its own. Its digest is the folder's, and the record that
// names it names the files' blobs too. Each entry is `<digest> <size> <x or -> <path>` and ends in NUL, in byte order
// of the paths; an empty folder has a slash at its end and no digest.
import Diagnostics
import Digests
import Files

public struct Tree: Sendable, Equatable {
    public struct Entry: Sendable, Equatable {
        /// Relative to the folder.
        public var path: String
        /// nil: an empty folder.
        public var blob: Record.Blob?
        public init(path: String, blob: Record.Blob?) {
            self.path = path
            self.blob = blob
        }
        public static func == (a: Entry, b: Entry) -> Bool { a.path.isSameBytes(b.path) && a.blob == b.blob }
    }

    public private(set) var entries: [Entry]

    public init(_ entries: [Entry]) { self.entries = entries.sorted { $0.path.precedes($1.path) } }

    private static let head = "vgraph tree 1"

    public var encoded: [UInt8] {
        var bytes = Array(Self.head.utf8) + [0]
        for entry in entries {
            if let blob = entry.blob {
                let mode = blob.isExecutable == true ? "x" : "-"
                bytes += Array("\(blob.digest.hex) \(blob.size) \(mode) \(entry.path)".utf8)
            } else {
                bytes += Array("- 0 - \(entry.path)/".utf8)
            }
            bytes.append(0)
        }
        return bytes
    }

    /// nil: the bytes are not a listing. Refuses paths that lead out, since the listing may come with an untrusted
    /// cache.
    public init?(_ bytes: [UInt8]) {
        guard bytes.last == 0 else { return nil }
        let lines = bytes.dropLast().split(separator: 0, omittingEmptySubsequences: false)
        guard let first = lines.first, first.elementsEqual(Self.head.utf8) else { return nil }
        var entries: [Entry] = []
        for line in lines.dropFirst() {
            let words = line.split(separator: UInt8(ascii: " "), maxSplits: 3, omittingEmptySubsequences: false)
            guard words.count == 4, let path = String(validating: words[3], as: UTF8.self) else { return nil }
            let isFolder = words[3].last == UInt8(ascii: "/"),
                name = isFolder ? String(decoding: words[3].dropLast(), as: UTF8.self) : path
            guard name.pathParts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }) else { return nil }
            if isFolder {
                entries.append(Entry(path: name, blob: nil))
                continue
            }
            guard let digest = Digest(hex: String(decoding: words[0], as: UTF8.self)),
                let size = UInt64(String(decoding: words[1], as: UTF8.self))
            else {
                return nil
            }
            let isExecutable = words[2].elementsEqual("x".utf8)
            entries.append(
                Entry(
                    path: name,
                    blob: Record.Blob(
                        digest: digest, size: size,
                        isExecutable: isExecutable ? true : nil)))
        }
        self.init(entries)
    }
}

extension Blobs {
    /// Reads a folder's listing; nil: it is gone or is not a listing.
    public func tree(_ digest: Digest) -> Tree? {
        guard let content = try? FileContent.read(path(digest), keepBytes: true, in: cache.folder),
            content.digest == digest
        else {
            return nil
        }
        return Tree(content.bytes)
    }
}
