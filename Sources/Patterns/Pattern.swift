// A path in the workspace, or in a root (`brand:logo.svg`), with at most one hole in it: `{name}`
// or `{film}`.
import Diagnostics

public struct Pattern: Sendable {
    public var text: String
    /// The root that it lies in; nil: the workspace.
    public let root: String?
    private var before: String
    /// nil: there is no hole, the pattern is one file.
    private var after: String?
    private var hole = TargetName.Hole.name

    public enum Refusal: Error { case reason(String) }

    public init(_ text: String) throws(Refusal) {
        self.text = text
        let (root, path) = try Self.rooted(text)
        self.root = root
        guard path.utf8.contains(UInt8(ascii: "{")) else {
            before = path
            return
        }
        let parts = path.utf8.split(separator: UInt8(ascii: "{"), omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
        guard parts.count <= 2 else { throw .reason("it can contain only one '{name}' or '{film}'") }
        before = parts[0]
        if parts.count == 2 {
            guard
                let hole = TargetName.Hole.allCases.first(where: {
                    parts[1].utf8.starts(with: ($0.rawValue + "}").utf8)
                })
            else { throw .reason("braces can contain only 'name' or 'film'") }
            self.hole = hole
            after = String(decoding: parts[1].utf8.dropFirst(hole.rawValue.utf8.count + 1), as: UTF8.self)
        }
    }

    /// The root that a path begins with, and the path by which its file is known. `./brand:x` is a file of the
    /// workspace that would otherwise read as a file of a root.
    package static func rooted(_ text: String) throws(Refusal) -> (root: String?, path: String) {
        if let (root, rest) = Folders.root(of: text) {
            if let reason = fault(ofPath: rest) {
                throw .reason(reason == "it leaves the workspace" ? "it leaves the root '\(root)'" : reason)
            }
            return (root, text)
        }
        let plain = text.utf8.starts(with: "./".utf8) ? String(decoding: text.utf8.dropFirst(2), as: UTF8.self) : nil
        let path = plain.flatMap { Folders.root(of: $0) == nil ? nil : $0 } ?? text
        if let reason = fault(ofPath: path) { throw .reason(reason) }
        return (nil, path)
    }

    /// Whether it has a hole.
    public var hasName: Bool { after != nil }
    /// Whether its hole is `{film}`.
    package var hasFilm: Bool { after != nil && hole == .film }
    /// The text after the hole; nil: there is no hole.
    package var ending: ByteText? { after.map { ByteText($0) } }
    /// The number of literal bytes: of two patterns that match, the one with more is more specific.
    package var weight: Int { before.utf8.count + (after?.utf8.count ?? 0) }
    /// The text before the file's name, with the slash or the root's colon at its end.
    package var prefix: String {
        if before.utf8.contains(UInt8(ascii: "/")) { return before.folderPart + "/" }
        return root.map { $0 + ":" } ?? ""
    }

    /// The value of the hole in `file`; an empty text if the pattern has no hole and is that file.
    public func name(in file: String) -> String? {
        let bytes = file.utf8
        guard let after = after?.utf8 else { return file.isSameBytes(before) ? "" : nil }
        guard bytes.count > before.utf8.count + after.count, bytes.starts(with: before.utf8),
            bytes.suffix(after.count).elementsEqual(after)
        else {
            return nil
        }
        return String(decoding: bytes.dropFirst(before.utf8.count).dropLast(after.count), as: UTF8.self)
    }

    public func file(for name: TargetName) -> String { after.map { before + name[hole] + $0 } ?? before }

    /// Why a text cannot be a path in the workspace; nil if it can.
    package static func fault(ofPath path: String) -> String? {
        if path.isEmpty { return "it is empty" }
        if path.hasPrefix("/") { return "it is absolute" }
        if path.utf8.contains(0) { return "it contains a NUL byte" }
        let parts = path.pathParts
        if parts.contains("..") { return "it leaves the workspace" }
        if parts.contains("") || parts.contains(".") { return "it is not in its shortest form" }
        return nil
    }
}

extension Pattern: Hashable {
    public static func == (a: Pattern, b: Pattern) -> Bool { a.text.isSameBytes(b.text) }
    public func hash(into hasher: inout Hasher) { hasher.combine(ByteText(text)) }
}
