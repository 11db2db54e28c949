// Numbers in the notation of another language: 1.299,00 in an English text is read as another number, or not at all.

enum Notation {
    /// Languages that write 1,234.5, and those that write 1.234,5 or 1 234,5. Where both are in use, as in Spanish, it
    /// is neither.
    private static let points: Set<String> = ["en", "zh", "ja", "ko", "th", "he"]
    private static let commas: Set<String> = [
        "de", "fr", "it", "nl", "pt", "pl", "cs", "sk", "da", "sv", "nb", "no", "fi", "ru", "uk", "tr", "ro", "hu",
        "el",
    ]
    /// Regions that write as the others do.
    private static let others: Set<String> = ["ch", "li", "za", "na"]

    /// The first number of a text that is written as the other half of the world writes it; nil also where both may be
    /// meant.
    /// - Parameter language: a whole tag.
    static func foreign(in text: String, language: String) -> Substring? {
        let tag = primaryLanguage(language)
        guard text.utf8.contains(where: { (48...57).contains($0) }),
            !language.lowercased().split(separator: "-").dropFirst().contains(where: { others.contains(String($0)) })
        else { return nil }
        // Both separators leave no doubt, and neither do two decimals of an amount of money.
        let found: Substring? =
            if points.contains(tag) {
                text.firstMatch(of: /(?:^|[^0-9.,A-Za-z])([0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+)(?![0-9.,])/)?.output.1
                    ?? text.firstMatch(of: /([$€£]\s?[0-9]+,[0-9]{2})(?![0-9,])/)?.output.1
                    ?? text.firstMatch(of: /(?:^|[^0-9.,A-Za-z])([0-9]+,[0-9]{2}\s?(?:€|EUR\b))/)?.output.1
            } else if commas.contains(tag) {
                text.firstMatch(of: /(?:^|[^0-9.,A-Za-z])([0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+)(?![0-9.,])/)?.output.1
                    ?? text.firstMatch(of: /(€\s?[0-9]+\.[0-9]{2})(?![0-9.])/)?.output.1
                    ?? text.firstMatch(of: /(?:^|[^0-9.,A-Za-z])([0-9]+\.[0-9]{2}\s?(?:€|EUR\b|Euro\b))/)?.output.1
            } else {
                nil
            }
        return found
    }

    /// A number as the language writes it.
    static func example(_ language: String) -> String {
        let tag = primaryLanguage(language)
        return points.contains(tag) ? "1,234.50" : spaces.contains(tag) ? "1 234,50" : "1.234,50"
    }

    private static let spaces: Set<String> = ["fr", "pl", "cs", "sk", "sv", "nb", "no", "fi", "ru", "uk", "hu"]
}
