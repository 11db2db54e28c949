// One member's header in POSIX ustar: 512 bytes, numbers in octal digits. Writes nothing that differs between machines,
// and reads only what it writes.

struct ArchiveHeader: Equatable {
    static let block = 512
    /// Eleven octal digits.
    static let largestSize: UInt64 = 0o777_7777_7777

    var name: String
    var size: UInt64

    /// - Precondition: the name has at most 100 bytes, the size is at most `largestSize`.
    func encoded() -> [UInt8] {
        var block = [UInt8](repeating: 0, count: Self.block)
        func put(_ text: String, at offset: Int) {
            block.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
        }
        func octal(_ value: UInt64, digits: Int) -> String {
            let text = String(value, radix: 8)
            return String(repeating: "0", count: max(0, digits - text.count)) + text
        }
        put(name, at: 0)
        put("0000444", at: 100)  // mode
        put("0000000", at: 108)  // uid
        put("0000000", at: 116)  // gid
        put(octal(size, digits: 11), at: 124)
        put("00000000000", at: 136)  // mtime
        put("        ", at: 148)  // the checksum field counts as blanks in the sum
        put("0", at: 156)  // an ordinary file
        put("ustar\u{0}00", at: 257)
        let sum = block.reduce(UInt64(0)) { $0 + UInt64($1) }
        put(octal(sum, digits: 6) + "\u{0} ", at: 148)
        return block
    }

    enum Reading: Equatable {
        case header(ArchiveHeader)
        /// All zeros.
        case end
        case notOurs
        case damaged
        case other(name: String, kind: String)
    }

    static func read(_ block: [UInt8]) -> Reading {
        guard block.count == Self.block else { return .damaged }
        if block.allSatisfy({ $0 == 0 }) { return .end }
        guard block[257..<263].elementsEqual("ustar\u{0}".utf8) || block[257..<263].elementsEqual("ustar ".utf8) else {
            return .notOurs
        }
        var sum = UInt64(8 * 0x20)
        for index in block.indices where !(148..<156).contains(index) { sum += UInt64(block[index]) }
        guard octal(block[148..<156]) == sum else { return .damaged }
        guard let name = String(validating: block[0..<100].prefix { $0 != 0 }, as: UTF8.self), !name.isEmpty else {
            return .damaged
        }
        let kind: String? =
            switch block[156] {
            case 0x30, 0: nil
            case 0x31: "a hard link"
            case 0x32: "a symbolic link"
            case 0x33, 0x34: "a device"
            case 0x35: "a folder"
            case 0x36: "a pipe"
            case 0x67, 0x78: "an extended header"
            case 0x4B, 0x4C: "an oversize name"
            case 0x53: "a sparse file"
            default: "of an unknown kind"
            }
        if let kind { return .other(name: name, kind: kind) }
        // A name continued in the prefix field is longer than any of ours.
        guard block[345] == 0 else { return .other(name: name, kind: "an oversize name") }
        guard let size = octal(block[124..<136]) else { return .damaged }
        return .header(ArchiveHeader(name: name, size: size))
    }

    /// Octal digits, then NULs or blanks; nil for anything else, base-256 numbers included.
    private static func octal(_ field: ArraySlice<UInt8>) -> UInt64? {
        let digits = field.prefix { (0x30...0x37).contains($0) }
        guard !digits.isEmpty, digits.count <= 12,
            field[digits.endIndex...].allSatisfy({ $0 == 0 || $0 == 0x20 })
        else {
            return nil
        }
        return digits.reduce(0) { $0 << 3 | UInt64($1 - 0x30) }
    }
}
