// BCP 47 tags of languages.

/// "pt" of "pt-BR", in small letters.
func primaryLanguage(_ tag: String) -> String { tag.prefix { $0 != "-" }.lowercased() }
