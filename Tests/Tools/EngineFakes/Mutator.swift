// Damages bytes in the ways that files are damaged and that parsers dislike; the same way for the same seed.

import TestSupport

public struct Mutator: RandomNumberGenerator {
    private var numbers: Seeded

    public init(seed: UInt64) { numbers = Seeded(seed: seed) }

    public mutating func next() -> UInt64 { numbers.next() }

    mutating func below(_ count: Int) -> Int { Int(next() % UInt64(max(1, count))) }

    private static let words = [
        "{", "}", "[", "]", ":", ": ", "- ", "\n", "\n  ", "\t", "\"", "'", "&a ", "*a", "<<: *a", "? ", "| ", "> ",
        "!!int ", "%YAML 1.1\n", "---\n", "...\n", "#",
        "$", "$$", "${", "{{", "}}", "{name}", "$split", "~", "null", "true", "1e400", "-1", "0x7fffffffffffffff",
        "9223372036854775808", "NaN", ".inf", "\\", "\\\n",
        "\u{0}", "\u{FEFF}", "\u{2028}", "e\u{301}", "../../etc/passwd", "/", "%", "s", "ms", "px", "1920x1080",
        "#ffffff", "\r\n",
    ].map { Array($0.utf8) }

    /// One to eight changes.
    public mutating func mutate(_ bytes: [UInt8], with other: [UInt8] = []) -> [UInt8] {
        var bytes = bytes
        for _ in 0...below(8) { change(&bytes, other) }
        return bytes
    }

    private mutating func change(_ bytes: inout [UInt8], _ other: [UInt8]) {
        let at = below(bytes.count + 1), length = min(bytes.count - at, below(10) == 0 ? below(bytes.count) : below(16))
        switch below(10) {
        case 0 where at < bytes.count: bytes[at] ^= 1 << UInt8(below(8))
        case 1 where at < bytes.count: bytes[at] = UInt8(truncatingIfNeeded: next())
        case 2: bytes.removeSubrange(at..<at + length)
        case 3: bytes.insert(contentsOf: bytes[at..<at + length], at: below(bytes.count + 1))
        case 4, 5: bytes.insert(contentsOf: Self.words[below(Self.words.count)], at: at)
        case 6: bytes.removeSubrange(at...)
        case 7 where at + 8 <= bytes.count:
            // A number, as large or as small as it gets.
            let value: UInt64 = [0, 1, .max, 1 << 31, 1 << 32, 1 << 63, UInt64(bytes.count), next()][below(8)]
            for index in 0..<8 { bytes[at + index] = UInt8(truncatingIfNeeded: value >> (8 * UInt64(index))) }
        case 8 where !other.isEmpty:
            let from = below(other.count), count = min(other.count - from, below(200))
            bytes.insert(contentsOf: other[from..<from + count], at: at)
        case 9 where length > 0:
            let count = min(1 << below(12), 4096)
            bytes.insert(contentsOf: (0..<count).flatMap { _ in bytes[at..<min(at + length, at + 4)] }, at: at)
        default: bytes.append(UInt8(truncatingIfNeeded: next()))
        }
    }
}
