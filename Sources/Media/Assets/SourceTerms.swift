// Finds digital source types in metadata, which is XML (XMP) or CBOR (C2PA): both hold texts as they are.

enum SourceTerms {
    private static let word = Array("digitalsourcetype".utf8)
    /// Far more than there are.
    private static let most = 32

    /// The last parts of the URIs, or bare terms; sorted, each once.
    static func found(in bytes: [UInt8]) -> [String] {
        var terms: Set<String> = []
        var index = 0
        while index + word.count < bytes.count, terms.count < most {
            guard bytes[index] | 0x20 == word[0], isWord(bytes, index) else {
                index += 1
                continue
            }
            index += word.count
            if let term = term(bytes, index) { terms.insert(term) }
        }
        return terms.sorted()
    }

    private static func isWord(_ bytes: [UInt8], _ index: Int) -> Bool {
        zip(bytes[index...], word).allSatisfy { $0 | 0x20 == $1 }
    }

    /// What follows the word: "/term" in a URI, `="…"` or ">…<" in XML.
    private static func term(_ bytes: [UInt8], _ start: Int) -> String? {
        var rest = bytes[start..<min(bytes.count, start + 256)]
        if rest.first == UInt8(ascii: "/") {
            rest.removeFirst()
            return name(rest.prefix(while: isLetter))
        }
        let gap = rest.prefix { " \t\r\n=\"'>".utf8.contains($0) }
        guard gap.contains(UInt8(ascii: "=")) || gap.contains(UInt8(ascii: ">")) else { return nil }
        let value = rest.dropFirst(gap.count).prefix { isLetter($0) || "0123456789:/._-".utf8.contains($0) }
        return value.split { ":/".utf8.contains($0) }.last.flatMap(name)
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

    private static func name(_ bytes: ArraySlice<UInt8>) -> String? {
        (1...64).contains(bytes.count) && bytes.allSatisfy(isLetter) ? String(decoding: bytes, as: UTF8.self) : nil
    }
}
