// A folder of a test's own, gone with the value.
import FoundationEssentials
import Glibc

public final class TemporaryFolder: Sendable {
    public let path: String

    /// Where such folders are made: `TMPDIR`, or `/tmp`.
    public static let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"

    public init(in parent: String = TemporaryFolder.parent) {
        var template = Array((parent + "/vgraph-test-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else {
            fatalError("cannot make a folder in '\(parent)': \(String(cString: strerror(errno)))")
        }
        path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    }

    deinit { remove() }

    public func remove() { try? FileManager.default.removeItem(atPath: path) }

    /// The path of a file in it; an absolute path stays what it is.
    public func callAsFunction(_ name: String) -> String { name.hasPrefix("/") ? name : path + "/" + name }

    /// Writes into the file itself, where there is one, and makes the folders above it. Returns its path.
    @discardableResult
    public func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        let full = self(name)
        var file = fopen(full, "we")
        if file == nil, errno == ENOENT, let slash = full.lastIndex(of: "/") {
            try FileManager.default.createDirectory(
                atPath: String(full[..<slash]), withIntermediateDirectories: true)
            file = fopen(full, "we")
        }
        guard let file else { throw NotWritten(path: full, reason: String(cString: strerror(errno))) }
        let count = fwrite(bytes, 1, bytes.count, file)
        guard fclose(file) == 0, count == bytes.count else {
            throw NotWritten(path: full, reason: String(cString: strerror(errno)))
        }
        return full
    }

    @discardableResult
    public func write(_ name: String, _ text: String) throws -> String { try write(name, Array(text.utf8)) }

    /// Empty where there is no such file.
    public func read(_ name: String) -> [UInt8] { fileBytes(self(name)) ?? [] }

    /// nil: there is no such file.
    public func text(_ name: String) -> String? { fileText(self(name)) }

    struct NotWritten: Error { var path, reason: String }
}

/// nil: the file cannot be read.
public func fileText(_ path: String) -> String? { fileBytes(path).map { String(decoding: $0, as: UTF8.self) } }

/// The bytes of a file; nil: it cannot be read.
public func fileBytes(_ path: String) -> [UInt8]? {
    guard let file = fopen(path, "re") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = [], buffer = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
    return ferror(file) == 0 ? bytes : nil
}
