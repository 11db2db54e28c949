// A text compared by its bytes: a path, or a name with a path in it. `String` compares 'é' as one scalar and as two as
// equal, but to Linux these are two files. So no set, table or comparison of paths may use `String`'s own equality or
// order.

public struct ByteText: Sendable, Hashable, Comparable {
    public let text: String
    public init(_ text: some StringProtocol) { self.text = String(text) }

    public static func == (a: ByteText, b: ByteText) -> Bool {
        // Most that differ have another length.
        a.text.utf8.count == b.text.utf8.count && a.text.isSameBytes(b.text)
    }
    public static func < (a: ByteText, b: ByteText) -> Bool { a.text.precedes(b.text) }

    public func hash(into hasher: inout Hasher) {
        let isDone: Void? = text.utf8.withContiguousStorageIfAvailable {
            hasher.combine(bytes: UnsafeRawBufferPointer($0))
        }
        if isDone == nil { for byte in text.utf8 { hasher.combine(byte) } }
    }
}

/// Eight bytes at once, from the end on: paths of one folder begin alike.
/// - Parameter b: as long as `a`.
private func haveSameBytes(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Bool {
    var at = a.count
    while at >= 8 {
        at -= 8
        if a.loadUnaligned(fromByteOffset: at, as: UInt64.self) != b.loadUnaligned(fromByteOffset: at, as: UInt64.self)
        {
            return false
        }
    }
    while at > 0 {
        at -= 1
        if a[at] != b[at] { return false }
    }
    return true
}

extension String {
    /// The same without looking the types up, which takes ten times as long as to compare two paths.
    public func isSameBytes(_ other: String) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        let isSame = utf8.withContiguousStorageIfAvailable { own in
            other.utf8.withContiguousStorageIfAvailable {
                haveSameBytes(UnsafeRawBufferPointer(own), UnsafeRawBufferPointer($0))
            }
        }
        return isSame.flatMap { $0 } ?? utf8.elementsEqual(other.utf8)
    }
}

extension StringProtocol {
    public func isSameBytes(_ other: some StringProtocol) -> Bool {
        let (own, others) = (utf8, other.utf8)
        guard own.count == others.count else { return false }
        let isSame = own.withContiguousStorageIfAvailable { own in
            others.withContiguousStorageIfAvailable {
                haveSameBytes(UnsafeRawBufferPointer(own), UnsafeRawBufferPointer($0))
            }
        }
        return isSame.flatMap { $0 } ?? own.elementsEqual(others)
    }
    /// In the order of the bytes.
    public func precedes(_ other: some StringProtocol) -> Bool { utf8.lexicographicallyPrecedes(other.utf8) }

    /// The path relative to a folder that it lies in; nil: it lies elsewhere.
    public func beneath(_ folder: some StringProtocol) -> String? {
        guard utf8.starts(with: folder.utf8) else { return nil }
        let rest = utf8.dropFirst(folder.utf8.count)
        return rest.first == UInt8(ascii: "/") && rest.count > 1
            ? String(decoding: rest.dropFirst(), as: UTF8.self)
            : nil
    }

    /// The parts of a path between its slashes, empty ones too. Splits bytes, so that a mark that combines with a slash
    /// begins the next part.
    public var pathParts: [String] {
        utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    /// The path of the folder that a path lies in; empty if the path has no slash.
    public var folderPart: String {
        let text = String(self)
        return text.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(text[..<$0]) } ?? ""
    }

    /// With every byte in percent signs but those that are the same in each part of a URI (RFC 3986, unreserved).
    /// - Parameter kept: other ASCII characters that stay as they are.
    public func percentEncoded(keeping kept: String = "") -> String {
        utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                String(UnicodeScalar(byte))
            case _ where kept.utf8.contains(byte): String(UnicodeScalar(byte))
            default: (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
            }
        }.joined()
    }

    /// What follows the last slash of a path.
    public var namePart: String { pathParts.last ?? String(self) }
}

extension Dictionary where Key == ByteText {
    public subscript(text: String) -> Value? {
        get { self[ByteText(text)] }
        set { self[ByteText(text)] = newValue }
    }
    public subscript(text: String, default value: @autoclosure () -> Value) -> Value {
        get { self[ByteText(text), default: value()] }
        set { self[ByteText(text)] = newValue }
    }
}

extension Set where Element == ByteText {
    public init(texts: some Sequence<String>) { self.init(texts.lazy.map { ByteText($0) }) }
    public func contains(_ text: String) -> Bool { contains(ByteText(text)) }
    @discardableResult
    public mutating func insert(_ text: String) -> (inserted: Bool, memberAfterInsert: ByteText) {
        insert(ByteText(text))
    }
    public mutating func remove(_ text: String) { remove(ByteText(text)) }
    /// In the order of their bytes.
    public var texts: [String] { sorted().map(\.text) }
}

extension Sequence<String> {
    /// Whether one of them has exactly these bytes.
    public func holds(_ text: String) -> Bool { contains { $0.isSameBytes(text) } }
}
