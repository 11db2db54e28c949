// Where this repository is, what its files say, and where its built programs are.
import FoundationEssentials
import Glibc

public enum Repository {
    /// Found by the place of this file, so a test may run in any folder.
    public static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    public static func file(_ path: String) -> URL { root.appending(path: path) }

    public static func text(_ path: String) throws -> String { try String(contentsOf: file(path), encoding: .utf8) }

    /// Paths below `folder` that end in `ending`, each from the root of the repository, in order.
    public static func files(in folder: String, _ ending: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: file(folder).path).filter { $0.hasSuffix(ending) }.sorted()
            .map { folder + "/" + $0 }
    }

    /// The folder of the programs that were built with these tests: it holds the test bundle too.
    public static let binaries: URL = {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = buffer.withUnsafeMutableBytes {
            readlink("/proc/self/exe", $0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count)
        }
        return URL(filePath: String(decoding: buffer[..<max(0, count)], as: UTF8.self)).deletingLastPathComponent()
    }()

    public static func binary(_ name: String) -> String { binaries.appending(path: name).path }
}
