// Which languages are written from right to left.

/// By the script of the tag, otherwise by the script in which the language is usually written.
func isRightToLeft(_ language: String) -> Bool {
    let parts = language.lowercased().split(separator: "-")
    if let script = parts.dropFirst().first(where: { $0.count == 4 && $0.allSatisfy(\.isLetter) }) {
        return ["arab", "hebr", "thaa", "syrc", "nkoo", "adlm", "rohg", "mand", "samr"].contains(script)
    }
    let languages: Set = [
        "ar", "arc", "azb", "ckb", "dv", "fa", "he", "iw", "ks", "lrc", "mzn", "nqo", "pnb", "ps", "sd", "skr", "syr",
        "ug", "ur", "yi",
    ]
    return parts.first.map { languages.contains(String($0)) } ?? false
}
