// A sentence that viewers read or hear, or that promises something about the film; with its time and the values that
// it names as the sources of its numbers. The checks of wording compare statements and never see the spec.
import Diagnostics

struct Statement: Codable, Sendable {
    enum Kind: String, Codable, Sendable, CaseIterable {
        case text, caption, narration
        /// The request of the call to action and its button.
        case cta
        /// About the whole film, shown nowhere.
        case title, claim
        /// Of the brief: what must be said, and what must not.
        case mustSay, mustNot

        var name: String { self == .cta ? "call to action" : rawValue }
        /// Whether it is drawn, heard or kept in the file.
        var isPartOfTheFilm: Bool { self != .claim && self != .mustSay && self != .mustNot }
        enum Side { case spoken, shown, film }
        var side: Side {
            switch self {
            case .caption, .narration: .spoken
            case .text, .cta: .shown
            case .title, .claim, .mustSay, .mustNot: .film
            }
        }
        var isShown: Bool { self == .text || self == .cta }
        var isAboutTheFilm: Bool { self == .title || !isPartOfTheFilm }
    }

    var kind: Kind
    /// As it is written, without the capitals of a style.
    var text: String
    var place: Place
    /// Frames of the film, half open.
    var from: Int
    var to: Int
    var sources: [SourceValue] = []

    func meets(_ other: Statement) -> Bool { from < other.to && other.from < to }
}

/// What is asked of the numbers of all statements.
struct BoundNumbers: Codable, Sendable {
    var mustBeBound = false
    var unbound: [String] = []
    var sources: [SourceValue] = []
}
