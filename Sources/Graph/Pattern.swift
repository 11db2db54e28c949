// A path in the workspace with at most one `{name}` in it.

public struct Pattern: Sendable, Hashable {
    public var text: String
    private var before: String
    /// nil: there is no `{name}`, the pattern is one file.
    private var after: String?

    public enum Refusal: Error { case reason(String) }

    public init(_ text: String) throws(Refusal) {
        self.text = text
        let parts = text.split(separator: "{", omittingEmptySubsequences: false)
        guard parts.count <= 2 else { throw .reason("only one '{name}' can stand in it") }
        before = String(parts[0])
        if parts.count == 2 {
            guard parts[1].hasPrefix("name}") else { throw .reason("only '{name}' can stand in braces") }
            after = String(parts[1].dropFirst(5))
        }
        if let reason = Self.fault(ofPath: text) { throw .reason(reason) }
    }

    public var hasName: Bool { after != nil }
    /// Characters that are not the name: of two patterns that match, the longer one is more particular.
    var weight: Int { before.utf8.count + (after?.utf8.count ?? 0) }
    var folder: String? { before.lastIndex(of: "/").map { String(before[..<$0]) } }

    /// What `{name}` is in `file`; empty text where the pattern has none and is that file.
    public func name(in file: String) -> String? {
        guard let after else { return file == before ? "" : nil }
        guard file.utf8.count > before.utf8.count + after.utf8.count, file.hasPrefix(before), file.hasSuffix(after) else { return nil }
        return String(file.dropFirst(before.count).dropLast(after.count))
    }

    public func file(for name: String) -> String { after.map { before + name + $0 } ?? before }

    /// Why a text cannot be a path in the workspace; nil if it can.
    static func fault(ofPath path: String) -> String? {
        if path.isEmpty { return "it is empty" }
        if path.hasPrefix("/") { return "it is absolute" }
        if path.utf8.contains(0) { return "it holds a NUL" }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        if parts.contains("..") { return "it leaves the workspace" }
        if parts.contains("") || parts.contains(".") { return "it is not in its shortest form" }
        return nil
    }
}
