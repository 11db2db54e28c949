// The layouts of JSON. The bytes are hashed, so another layout is another result.
import FoundationEssentials

/// Equal values give equal bytes.
public enum JSONForm: Sendable {
    /// Indented, with a line feed at the end.
    case document
    /// Indented, without a line feed at the end.
    case open
    /// On one line.
    case line

    public func bytes(of value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if self != .line { encoder.outputFormatting.insert(.prettyPrinted) }
        return try encoder.encode(value) + (self == .document ? [10] : [])
    }
}
