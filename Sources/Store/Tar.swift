// A few small files as one POSIX ustar archive in memory, with the headers of `ArchiveHeader`: equal files give equal
// bytes, and any tar lists them. For what leaves with a published file.
import Diagnostics

public enum Tar {
    public struct File: Sendable, Equatable {
        public var name: String
        public var bytes: [UInt8]
        public init(_ name: String, _ bytes: [UInt8]) {
            self.name = name
            self.bytes = bytes
        }
    }

    public struct Damaged: Error, Equatable {
        /// Reads after "it is not an archive of vgraph: ".
        public var reason: String
    }

    /// - Precondition: names have at most 100 bytes, each once.
    public static func bytes(of files: [File]) -> [UInt8] {
        var bytes: [UInt8] = []
        for file in files.sorted(by: { $0.name.precedes($1.name) }) {
            bytes += ArchiveHeader(name: file.name, size: UInt64(file.bytes.count)).encoded()
            bytes += file.bytes
            bytes += [UInt8](repeating: 0, count: (512 - file.bytes.count % 512) % 512)
        }
        return bytes + [UInt8](repeating: 0, count: 1024)
    }

    /// Ordinary files only, with plain names, once each; nothing after the end.
    public static func files(in bytes: [UInt8]) throws(Damaged) -> [File] {
        var files: [File] = [], at = 0
        while true {
            guard at + 512 <= bytes.count else { throw Damaged(reason: "it is cut off") }
            switch ArchiveHeader.read(Array(bytes[at..<at + 512])) {
            case .end: return files
            case .header(let header):
                guard header.size <= UInt64(bytes.count - at - 512) else { throw Damaged(reason: "it is cut off") }
                guard !header.name.hasPrefix("/"), !header.name.split(separator: "/").contains(".."),
                    !files.contains(where: { $0.name == header.name })
                else { throw Damaged(reason: "it has a name that vgraph does not give") }
                let start = at + 512, size = Int(header.size)
                files.append(File(header.name, Array(bytes[start..<start + size])))
                at = start + (size + 511) / 512 * 512
            case .notOurs, .damaged, .other: throw Damaged(reason: "it has a header that vgraph does not write")
            }
        }
    }
}
