// What the spec's brief asks of the film, for claims, reviewers and the gate.

public struct Brief: Codable, Sendable, Hashable {
    /// One requirement, as a statement about the finished film.
    public struct Requirement: Codable, Sendable, Hashable {
        /// "brief.promise", "brief.say.1", "brief.show.1", "brief.not.1".
        public var id: String
        public var statement: String
        /// Words of which it is enough that they are shown or spoken as they are; nil for other requirements.
        public var words: String?
        public init(id: String, statement: String, words: String? = nil) {
            self.id = id
            self.statement = statement
            self.words = words
        }
    }

    public var audience: String?
    public var tone: String?
    public var sources: [String]?
    /// The names of those who decide; nil: the policy alone says who may.
    public var decides: [String]?
    public var requirements: [Requirement]

    public init(
        audience: String?, tone: String?, sources: [String]?, decides: [String]?, requirements: [Requirement]
    ) {
        self.audience = audience
        self.tone = tone
        self.sources = sources
        self.decides = decides
        self.requirements = requirements
    }
}
