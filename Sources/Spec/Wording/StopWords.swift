// The language of a text by its most frequent words. Enough for whole sentences in English, German, French and Spanish.

enum StopWords {
    static let all: [String: Set<String>] = [
        "en": words(
            "the and of is are was were you with that this for to it your we our from have has will what when not be"),
        "de": words(
            "der die das und ist sind nicht mit ein eine einen für auf sie wir von den dem zu auch ihr wird werden im"),
        "fr": words(
            "le les et est sont pas pour avec une des dans vous nous qui sur du au aux cette ce votre leur elle"),
        "es": words("el los las y es son con para una por del como más pero su sus este esta lo al usted nuestro se"),
    ]

    private static func words(_ text: String) -> Set<String> { Set(text.split(separator: " ").map(String.init)) }

    /// The other language that a text is written in; nil if it may be the declared one, or if it is too short to tell.
    static func otherLanguage(of keys: [String], declared: String) -> String? {
        guard keys.count >= 6, let own = all[declared] else { return nil }
        let counts = all.filter { $0.key != declared }.map { entry in
            (language: entry.key, count: keys.count { entry.value.contains($0) && !own.contains($0) })
        }
        let mine = keys.count { own.contains($0) }
        guard let best = counts.max(by: { ($0.count, $1.language) < ($1.count, $0.language) }), best.count >= 3,
            best.count * 5 >= keys.count, mine * 4 <= best.count
        else { return nil }
        return best.language
    }
}
