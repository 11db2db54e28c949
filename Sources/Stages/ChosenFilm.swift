// The parameter that tells a stage which film of a spec it works on: a choice as one canonical text, so that equal
// choices have equal keys.
import Composition
import Diagnostics
import FoundationEssentials
import Work

public enum ChosenFilm {
    public static let parameter = Parameter(
        "choice", default: FilmChoice.own.text, "which film of the spec: its format, language and row, as JSON")
}

extension FilmChoice {
    /// JSON: keys in byte order, absent ones left out; `{}` for the film of the spec alone.
    public var text: String {
        var members: [String: Value] = [:]
        if let format { members["format"] = .string(format) }
        if let language { members["language"] = .string(language) }
        if let blanks { members["blanks"] = .array(blanks.map(Value.string)) }
        if let row { members["row"] = .object(row.mapValues(Value.string)) }
        return Value.object(members).canonical
    }

    /// nil: the text is no choice.
    public init?(text: String) {
        guard let choice = try? JSONDecoder().decode(FilmChoice.self, from: Data(text.utf8)) else { return nil }
        self = choice
    }
}

extension Job {
    /// The film that a job works on.
    /// - Parameter format: the parameter by which a pipeline of the user's own names a format; empty: it does not.
    public func choice(format: String = "") throws -> FilmChoice {
        let text = try self[ChosenFilm.parameter]
        guard var choice = FilmChoice(text: text) else {
            throw StageProblem.badParameter(ChosenFilm.parameter.declared.name, value: text, node: node).diagnostic
        }
        if !format.isEmpty { choice.format = format }
        return choice
    }
}
