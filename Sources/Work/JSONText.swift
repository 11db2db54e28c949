// Writes JSON where there is much of it: records, logs of runs, a line for each of ten thousand nodes. Every byte is what
// `JSONEncoder` writes with sorted keys and slashes as they are, in a tenth of the time.
import Digests

/// The text of one JSON document, or of several lines. The caller names the members of an object in the order of their
/// bytes.
public struct JSONText {
    public private(set) var bytes: [UInt8] = []
    /// Whether a number had no form in JSON; what was written is then no document.
    public private(set) var isSound = true

    public init() {}

    /// For a document that is written in pieces: what was taken care of goes.
    public mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    /// Signs between values, and names of members with their quotes and colons.
    public mutating func raw(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    public mutating func string(_ text: String) {
        var text = text
        text.withUTF8 { text in
            bytes.append(0x22)
            if text.contains(where: { $0 < 0x20 || $0 == 0x22 || $0 == 0x5C }) {
                for byte in text { escape(byte) }
            } else {
                bytes.append(contentsOf: text)
            }
            bytes.append(0x22)
        }
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case 0x22: raw("\\\"")
        case 0x5C: raw("\\\\")
        case 0x08: raw("\\b")
        case 0x09: raw("\\t")
        case 0x0A: raw("\\n")
        case 0x0C: raw("\\f")
        case 0x0D: raw("\\r")
        case 0..<0x20:
            raw("\\u00")
            bytes.append(hexDigit(of: byte >> 4))
            bytes.append(hexDigit(of: byte & 15))
        default: bytes.append(byte)
        }
    }

    public mutating func bool(_ value: Bool) { raw(value ? "true" : "false") }

    public mutating func int(_ value: some BinaryInteger) { bytes.append(contentsOf: String(value).utf8) }

    public mutating func number(_ value: Double) {
        guard value.isFinite else { return isSound = false }
        var text = value.description
        if text.hasSuffix(".0") { text.removeLast(2) }
        bytes.append(contentsOf: text.utf8)
    }

    public mutating func digest(_ digest: Digest) {
        bytes.append(0x22)
        digest.appendHex(to: &bytes)
        bytes.append(0x22)
    }

    // Members that are there only if they have a value. `start`: what stands before it, with the name and its colon.

    public mutating func member(_ start: StaticString, _ text: String?) {
        guard let text else { return }
        raw(start)
        string(text)
    }

    public mutating func member(_ start: StaticString, _ digest: Digest?) {
        guard let digest else { return }
        raw(start)
        self.digest(digest)
    }

    public mutating func member(_ start: StaticString, _ value: Bool?) {
        guard let value else { return }
        raw(start)
        bool(value)
    }

    public mutating func member(_ start: StaticString, _ value: some BinaryInteger) {
        raw(start)
        int(value)
    }

    public mutating func member(_ start: StaticString, _ value: Double) {
        raw(start)
        number(value)
    }

    public mutating func list<T>(_ values: [T], _ put: (T, inout JSONText) -> Void) {
        bytes.append(0x5B)
        for (index, value) in values.enumerated() {
            if index > 0 { bytes.append(0x2C) }
            put(value, &self)
        }
        bytes.append(0x5D)
    }

    /// An object whose members' names are data.
    public mutating func table<T>(_ values: [String: T], _ put: (T, inout JSONText) -> Void) {
        bytes.append(0x7B)
        let names =
            values.count < 2 ? Array(values.keys) : values.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        for (index, name) in names.enumerated() {
            if index > 0 { bytes.append(0x2C) }
            string(name)
            bytes.append(0x3A)
            put(values[name]!, &self)
        }
        bytes.append(0x7D)
    }

    public mutating func value(_ value: Value) {
        switch value {
        case .null: raw("null")
        case .bool(let value): bool(value)
        case .int(let value): int(value)
        case .number(let value): number(value)
        case .string(let value): string(value)
        case .array(let values): list(values) { $1.value($0) }
        case .object(let values): table(values) { $1.value($0) }
        }
    }
}
