// A path in the workspace with at most one `{name}` in it.
import Diagnostics

public struct Pattern: Sendable {
    public var text: String
    private var before: String
    /// nil: there is no `{name}`, the pattern is one file.
    private var after: String?

    public enum Refusal: Error { case reason(String) }

    public init(_ text: String) throws(Refusal) {
        self.text = text
        let parts = text.utf8.split(separator: UInt8(ascii: "{"), omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
        guard parts.count <= 2 else { throw .reason("only one '{name}' can stand in it") }
        before = parts[0]
        if parts.count == 2 {
            guard parts[1].utf8.starts(with: "name}".utf8) else { throw .reason("only '{name}' can stand in braces") }
            after = String(decoding: parts[1].utf8.dropFirst(5), as: UTF8.self)
        }
        if let reason = Self.fault(ofPath: text) { throw .reason(reason) }
    }

    public var hasName: Bool { after != nil }
    /// What stands after `{name}`; nil: there is none.
    var ending: ByteText? { after.map { ByteText($0) } }
    /// Characters that are not the name: of two patterns that match, the longer one is more particular.
    var weight: Int { before.utf8.count + (after?.utf8.count ?? 0) }
    var folder: String? { before.utf8.contains(UInt8(ascii: "/")) ? before.folderPart : nil }

    /// What `{name}` is in `file`; empty text where the pattern has none and is that file.
    public func name(in file: String) -> String? {
        let bytes = file.utf8
        guard let after = after?.utf8 else { return file.isSameBytes(before) ? "" : nil }
        guard bytes.count > before.utf8.count + after.count, bytes.starts(with: before.utf8),
            bytes.suffix(after.count).elementsEqual(after) else {
            return nil
        }
        return String(decoding: bytes.dropFirst(before.utf8.count).dropLast(after.count), as: UTF8.self)
    }

    public func file(for name: String) -> String { after.map { before + name + $0 } ?? before }

    /// Why a text cannot be a path in the workspace; nil if it can.
    static func fault(ofPath path: String) -> String? {
        if path.isEmpty { return "it is empty" }
        if path.hasPrefix("/") { return "it is absolute" }
        if path.utf8.contains(0) { return "it holds a NUL" }
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
