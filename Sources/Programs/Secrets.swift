// Replaces the secret values that a program got in a stream of bytes, also in their common encodings: base64, URL
// encoding, JSON, hexadecimal. Must not know where the bytes come from.
import Diagnostics

/// Invariant: all output of a program passes through `clean` before it is stored, shown or put into an error.
public struct Secrets: Sendable {
    /// Longest first, so that a value that contains another one is replaced whole.
    private let needles: [[UInt8]]
    /// Whether any needle begins with a byte.
    private let begins: [Bool]

    public static let none = Secrets([])
    static let mark = Array("***".utf8)
    public var isEmpty: Bool { needles.isEmpty }

    public init(_ values: [String]) {
        var forms: Set<[UInt8]> = []
        for value in values { forms.formUnion(Self.forms(of: Array(value.utf8))) }
        needles = forms.sorted { $0.count != $1.count ? $0.count > $1.count : $0.lexicographicallyPrecedes($1) }
        var begins = [Bool](repeating: false, count: 256)
        for needle in needles { begins[Int(needle[0])] = true }
        self.begins = begins
    }

    public func clean(_ bytes: [UInt8]) -> [UInt8] {
        guard !isEmpty else { return bytes }
        var rest = bytes
        return clean(&rest, isLast: true)
    }

    public func clean(_ text: String) -> String {
        isEmpty ? text : String(decoding: clean(Array(text.utf8)), as: UTF8.self)
    }

    public func clean(_ diagnostic: Diagnostic) -> Diagnostic {
        guard !isEmpty else { return diagnostic }
        var diagnostic = diagnostic
        diagnostic.message = clean(diagnostic.message)
        diagnostic.hint = diagnostic.hint.map(clean)
        if let place = diagnostic.place {
            diagnostic.place?.file = clean(place.file)
            diagnostic.place?.excerpt = place.excerpt.map(clean)
        }
        return diagnostic
    }

    public func isIn(_ text: String) -> Bool { !isEmpty && clean(text) != text }

    /// Takes bytes off the front of `pending` and returns them cleaned. Bytes that may begin a value stay, unless
    /// nothing follows: a value can arrive in two reads.
    func clean(_ pending: inout [UInt8], isLast: Bool) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(pending.count)
        var at = 0
        scan: while at < pending.count {
            guard begins[Int(pending[at])] else { out.append(pending[at]); at += 1; continue }
            switch match(pending, at, isLast) {
            case .none:
                out.append(pending[at])
                at += 1
            case .perhaps: break scan
            case .upTo(var end):
                // A value that overlaps its end is replaced together with it.
                var inner = at + 1
                while inner < end {
                    switch match(pending, inner, isLast) {
                    case .none: break
                    case .perhaps: break scan
                    case .upTo(let further): end = max(end, further)
                    }
                    inner += 1
                }
                out += Self.mark
                at = end
            }
        }
        pending.removeFirst(at)
        return out
    }

    private enum Match { case none, perhaps, upTo(Int) }

    private func match(_ bytes: [UInt8], _ at: Int, _ isLast: Bool) -> Match {
        let left = bytes.count - at
        for needle in needles where needle[0] == bytes[at] {
            let length = min(left, needle.count)
            var same = 1
            while same < length && bytes[at + same] == needle[same] { same += 1 }
            guard same == length else { continue }
            if length == needle.count { return .upTo(at + length) }
            if !isLast { return .perhaps }
        }
        return .none
    }

    // MARK: Forms

    /// For a value shorter than this only the value itself is replaced: its encodings would match everywhere.
    private static let shortest = 4

    private static func forms(of value: [UInt8]) -> Set<[UInt8]> {
        guard !value.isEmpty else { return [] }
        var plain: Set<[UInt8]> = [value]
        let trimmed = trimmed(value)
        if !trimmed.isEmpty { plain.insert(trimmed) }
        // A key of several lines is often printed line by line.
        for line in value.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) where line.count >= 8 {
            plain.insert(Array(line))
        }
        var forms = plain
        for text in plain where text.count >= shortest {
            forms.formUnion(base64(text))
            forms.formUnion(escaped(text))
            for isLarge in [false, true] { forms.insert(text.flatMap { hex($0, isLarge) }) }
        }
        return forms
    }

    private static func trimmed(_ value: [UInt8]) -> [UInt8] {
        let isSpace = { (byte: UInt8) in byte <= 0x20 }
        guard let first = value.firstIndex(where: { !isSpace($0) }), let last = value.lastIndex(where: { !isSpace($0) })
        else { return [] }
        return Array(value[first...last])
    }

    /// In the encoding of a longer text the value has one of three offsets, and its first and last digits mix with its
    /// neighbours'.
    private static func base64(_ value: [UInt8]) -> [[UInt8]] {
        var all: [[UInt8]] = []
        for ends in ["+/", "-_"] {
            let alphabet =
                Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
                + Array(ends.utf8)
            for offset in 0..<3 {
                let bytes = [UInt8](repeating: 0, count: offset) + value, bits = bytes.count * 8
                var text: [UInt8] = []
                // Digits that hold only bits of the value.
                var sextet = (offset * 8 + 5) / 6
                while (sextet + 1) * 6 <= bits {
                    let bit = sextet * 6, byte = bit / 8, shift = bit % 8
                    let pair = UInt16(bytes[byte]) << 8 | UInt16(byte + 1 < bytes.count ? bytes[byte + 1] : 0)
                    text.append(alphabet[Int((pair >> UInt16(10 - shift)) & 63)])
                    sextet += 1
                }
                if text.count >= shortest { all.append(text) }
                guard offset == 0, bits % 6 != 0 else { continue }
                // Encoded on its own: with its last bits, and padded.
                let last = text + [alphabet[Int((bytes[bytes.count - 1] << UInt8(6 - bits % 6)) & 63)]]
                all.append(last)
                all.append(last + [UInt8](repeating: UInt8(ascii: "="), count: (4 - last.count % 4) % 4))
            }
        }
        return all
    }

    private static func escaped(_ value: [UInt8]) -> [[UInt8]] {
        var all: [[UInt8]] = []
        let word = Set(Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8))
        for kept in ["", "/", "!'()*", "!'()*/:;,?@&=+$#", "*"] {
            let plain = word.union(Array(kept.utf8))
            for isLarge in [false, true] {
                for space in ["%20", "+"] {
                    all.append(
                        value.flatMap { byte -> [UInt8] in
                            if byte == 0x20 { return Array(space.utf8) }
                            return plain.contains(byte) ? [byte] : [UInt8(ascii: "%")] + hex(byte, isLarge)
                        })
                }
            }
        }
        for slash in ["/", "\\/"] {
            all.append(
                value.flatMap { byte -> [UInt8] in
                    switch byte {
                    case UInt8(ascii: "\""): Array("\\\"".utf8)
                    case UInt8(ascii: "\\"): Array("\\\\".utf8)
                    case UInt8(ascii: "/"): Array(slash.utf8)
                    case 0x0A: Array("\\n".utf8)
                    case 0x0D: Array("\\r".utf8)
                    case 0x09: Array("\\t".utf8)
                    default: [byte]
                    }
                })
        }
        // As `set -x` of a shell prints it.
        all.append(value.flatMap { $0 == UInt8(ascii: "'") ? Array("'\\''".utf8) : [$0] })
        return all
    }

    private static func hex(_ byte: UInt8, _ isLarge: Bool) -> [UInt8] {
        let digits = Array((isLarge ? "0123456789ABCDEF" : "0123456789abcdef").utf8)
        return [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
}
