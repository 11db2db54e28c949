// Which film of a spec: a spec is a matrix of films, by format, language and row of a table. Must not know where the
// choices come from.

public struct FilmChoice: Codable, Sendable, Hashable {
    /// One of the spec's `formats`; nil: the size of the spec itself.
    public var format: String?
    /// One of the spec's `languages`; nil: the language that the spec itself is written in.
    public var language: String?
    /// Values of props, as a row of a table gives them; nil: none.
    public var row: [String: String]?
    /// Props for which the row has no value, though nearly all rows have one; nil: none.
    public var blanks: [String]?

    public init(format: String? = nil, language: String? = nil, row: [String: String]? = nil) {
        self.format = format
        self.language = language
        self.row = row
    }

    /// The film of the spec alone.
    public static let own = FilmChoice()
}
