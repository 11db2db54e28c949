// The machine's hunspell dictionaries of a language. Knows no text and no spec.
internal import CHunspell
import Glibc

/// All dictionaries that a language tag allows; a word is right if one of them has it.
public final class Dictionaries {
    public static let folder = "/usr/share/hunspell"

    /// The files that are opened when they are needed, or looked for, in order.
    public private(set) var files: [String] = []
    private var open: [Dictionary] = []
    /// Those that no word has needed yet: opening one takes 50 ms.
    private var closed: [(affixes: String, words: String)] = []
    /// Films of one table have nearly the same words.
    private var suggested: [String: [String]] = [:]

    /// - Parameter language: a BCP 47 tag. "en" allows American and British spelling, "en-GB" British alone.
    public init(language: String) {
        let parts = language.split(separator: "-").map(String.init)
        let primary = parts.first?.lowercased() ?? "", region = parts.dropFirst().last { $0.count == 2 }?.uppercased()
        for name in region.map({ [primary + "_" + $0] }) ?? Self.usual[primary] ?? [
            primary + "_" + primary.uppercased()
        ] {
            let paths = [".aff", ".dic"].map { Self.folder + "/" + name + $0 }
            files += paths
            if paths.allSatisfy({ access($0, R_OK) == 0 }) { closed.append((paths[0], paths[1])) }
        }
    }

    private static let usual = [
        "en": ["en_US", "en_GB"], "de": ["de_DE"], "pt": ["pt_PT", "pt_BR"], "sv": ["sv_SE"], "da": ["da_DK"],
        "uk": ["uk_UA"], "cs": ["cs_CZ"], "el": ["el_GR"],
    ]

    public var isEmpty: Bool { open.isEmpty && next() == nil }

    public func has(_ word: String) -> Bool {
        if open.contains(where: { $0.has(word) }) { return true }
        while let dictionary = next() { if dictionary.has(word) { return true } }
        return false
    }

    /// Opens the next one that can be read; nil: all are open.
    private func next() -> Dictionary? {
        while !closed.isEmpty {
            let paths = closed.removeFirst()
            guard let dictionary = Dictionary(paths.affixes, paths.words) else { continue }
            open.append(dictionary)
            return dictionary
        }
        return nil
    }

    /// At most five words that may be meant, the likeliest first. Takes 40 to 100 ms for each word, once.
    public func suggestions(for word: String) -> [String] {
        if let known = suggested[word] { return known }
        var all: [String] = []
        while next() != nil {}
        for dictionary in open {
            for suggestion in dictionary.suggestions(for: word) where !all.contains(suggestion) {
                all.append(suggestion)
            }
        }
        all = Array(all.prefix(5))
        suggested[word] = all
        return all
    }
}

/// One dictionary of hunspell.
private final class Dictionary {
    private let handle: OpaquePointer
    /// Whether its words are UTF-8; else ISO 8859-1 or 8859-15.
    private let isUTF8: Bool

    /// nil for an encoding that vgraph does not know.
    init?(_ affixes: String, _ words: String) {
        guard let handle = Hunspell_create(affixes, words) else { return nil }
        let encoding = Hunspell_get_dic_encoding(handle).map { String(cString: $0) }?.uppercased() ?? ""
        isUTF8 = encoding == "UTF-8"
        guard isUTF8 || ["ISO8859-1", "ISO8859-15", "ISO-8859-1", "ISO-8859-15"].contains(encoding) else {
            Hunspell_destroy(handle)
            return nil
        }
        self.handle = handle
    }

    deinit { Hunspell_destroy(handle) }

    func has(_ word: String) -> Bool {
        // A character that the dictionary cannot write is in none of its words.
        guard let bytes = bytes(word) else { return false }
        return Hunspell_spell(handle, bytes) != 0
    }

    func suggestions(for word: String) -> [String] {
        guard let bytes = bytes(word) else { return [] }
        var list: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
        let count = Hunspell_suggest(handle, &list, bytes)
        defer { Hunspell_free_list(handle, &list, count) }
        return (0..<max(0, Int(count))).compactMap { index in list?[index].map(text) }
    }

    private func bytes(_ word: String) -> [CChar]? {
        if isUTF8 { return word.utf8.map { CChar(bitPattern: $0) } + [0] }
        var bytes: [CChar] = []
        for scalar in word.unicodeScalars {
            guard scalar.value < 256 else { return nil }
            bytes.append(CChar(bitPattern: UInt8(scalar.value)))
        }
        return bytes + [0]
    }

    private func text(_ pointer: UnsafeMutablePointer<CChar>) -> String {
        if isUTF8 { return String(cString: pointer) }
        var text = "", at = pointer
        while at.pointee != 0 {
            text.unicodeScalars.append(Unicode.Scalar(UInt8(bitPattern: at.pointee)))
            at += 1
        }
        return text
    }
}
