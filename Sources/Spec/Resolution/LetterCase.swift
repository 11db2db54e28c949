// Changes the case of letters by the rules of a language: Turkish has two i, Greek capitals drop accents.

/// In capitals, by the rules of `language` (a tag such as tr or el-GR), otherwise by those of Unicode.
func uppercased(_ text: String, language: String) -> String {
    switch primaryLanguage(language) {
    case "tr", "az": mapped(text, [("i", "İ"), ("ı", "I")]).uppercased()
    case "el": greekCapitals(text)
    case "lt": withoutSoftDots(text).uppercased()
    case "hy": mapped(text, [("և", "ԵՎ")]).uppercased()
    default: text.uppercased()
    }
}

/// In small letters, by the rules of `language` and of Unicode; a sigma at the end of a word becomes ς.
func lowercased(_ text: String, language: String) -> String {
    let mapped = ["tr", "az"].contains(primaryLanguage(language)) ? mapped(text, [("İ", "i"), ("I", "ı")]) : text
    let letters = Array(mapped.unicodeScalars)
    var out = String.UnicodeScalarView()
    for (index, scalar) in letters.enumerated() {
        if scalar == "Σ" {
            func isLetter(_ at: Int) -> Bool { letters.indices.contains(at) && letters[at].properties.isCased }
            out.append(isLetter(index - 1) && !isLetter(index + 1) ? "ς" : "σ")
        } else {
            out.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
        }
    }
    return String(out)
}

private func mapped(_ text: String, _ pairs: [(Unicode.Scalar, String)]) -> String {
    var out = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
        if let pair = pairs.first(where: { $0.0 == scalar }) {
            out.append(contentsOf: pair.1.unicodeScalars)
        } else {
            out.append(scalar)
        }
    }
    return String(out)
}

/// Lithuanian keeps the dot of i and j under an accent; capitals have no dot.
private func withoutSoftDots(_ text: String) -> String {
    var out = String.UnicodeScalarView(), isSoft = false
    for scalar in text.unicodeScalars {
        if isSoft, scalar == "\u{307}" { continue }
        isSoft = scalar.properties.isSoftDotted
        out.append(scalar)
    }
    return String(out)
}

/// Greek capitals have no accents (CLDR, Greek-Upper): Ά becomes Α, but a single ή becomes Ή. If an accent separated
/// two vowels, a dialytika replaces it: Μάιος, ΜΑΪΟΣ.
private func greekCapitals(_ text: String) -> String {
    let letters = Array(text.unicodeScalars)
    var out = String.UnicodeScalarView(), afterAccent = false
    func isLetter(_ at: Int) -> Bool { letters.indices.contains(at) && letters[at].properties.isAlphabetic }
    for (index, scalar) in letters.enumerated() {
        // Combining accents and breathings after a Greek letter.
        if [0x300, 0x301, 0x342, 0x313, 0x314].contains(scalar.value), let last = out.last,
            (0x370...0x3FF).contains(last.value)
        {
            afterAccent = true
            continue
        }
        if scalar == "ή" || scalar == "Ή", !isLetter(index - 1), !isLetter(index + 1) {
            out.append("Ή")
            afterAccent = false
            continue
        }
        guard let plain = withoutAccent(scalar) else {
            let upper = scalar.properties.uppercaseMapping.unicodeScalars
            if afterAccent, upper.first == "Ι" || upper.first == "Υ" {
                out.append(upper.first == "Ι" ? "Ϊ" : "Ϋ")
            } else {
                out.append(contentsOf: upper)
            }
            afterAccent = false
            continue
        }
        out.append(contentsOf: plain.unicodeScalars)
        afterAccent = scalar.value < 0x1F80 || !plain.hasSuffix("Ι")
    }
    return String(out)
}

/// The capital of an accented Greek letter; nil for any other character.
private func withoutAccent(_ scalar: Unicode.Scalar) -> String? {
    switch scalar.value {
    case 0x386, 0x3AC, 0x1F00...0x1F0F, 0x1F70...0x1F71, 0x1FB0...0x1FB1, 0x1FB6, 0x1FB8...0x1FBB: "Α"
    case 0x388, 0x3AD, 0x1F10...0x1F1D, 0x1F72...0x1F73, 0x1FC8...0x1FC9: "Ε"
    case 0x389, 0x3AE, 0x1F20...0x1F2F, 0x1F74...0x1F75, 0x1FC6, 0x1FCA...0x1FCB: "Η"
    case 0x38A, 0x3AF, 0x1F30...0x1F3F, 0x1F76...0x1F77, 0x1FD0...0x1FD1, 0x1FD6, 0x1FD8...0x1FDB: "Ι"
    case 0x38C, 0x3CC, 0x1F40...0x1F4D, 0x1F78...0x1F79, 0x1FF8...0x1FF9: "Ο"
    case 0x38E, 0x3CD, 0x1F50...0x1F5F, 0x1F7A...0x1F7B, 0x1FE0...0x1FE1, 0x1FE6, 0x1FE8...0x1FEB: "Υ"
    case 0x38F, 0x3CE, 0x1F60...0x1F6F, 0x1F7C...0x1F7D, 0x1FF6, 0x1FFA...0x1FFB: "Ω"
    case 0x390, 0x1FD2...0x1FD3, 0x1FD7: "Ϊ"
    case 0x3B0, 0x1FE2...0x1FE3, 0x1FE7: "Ϋ"
    case 0x1FE4...0x1FE5, 0x1FEC: "Ρ"
    case 0x1F80...0x1F8F, 0x1FB2...0x1FB4, 0x1FB7, 0x1FBC: "ΑΙ"
    case 0x1F90...0x1F9F, 0x1FC2...0x1FC4, 0x1FC7, 0x1FCC: "ΗΙ"
    case 0x1FA0...0x1FAF, 0x1FF2...0x1FF4, 0x1FF7, 0x1FFC: "ΩΙ"
    default: nil
    }
}
