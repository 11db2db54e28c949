// Errors about the films of a spec: targets of its matrix, and pipelines that make them.

public enum FilmProblem: Problem {
    /// A pipeline with `films` whose target is not named after the film.
    case targetNeedsFilm(String, at: Place)
    /// `films` names no spec by `{name}` in the workspace.
    case badSpecPattern(String, at: Place)
    /// `{choice}` as a part of a text.
    case choiceInText(String, at: Place)
    /// A file that two specs make.
    case twoSpecs(target: String, specs: [String])
    case noFilm(target: String, known: [String])
    /// Rows for a target that is not a film.
    case noFilms(target: String, at: Place)

    public var diagnostic: Diagnostic {
        switch self {
        case .targetNeedsFilm(let target, let place):
            Diagnostic(
                "film-target", "the target '\(target)' of a pipeline with 'films' does not contain '{film}'",
                hint: "write 'target: \"{film}.mp4\"'", at: place)
        case .badSpecPattern(let text, let place):
            Diagnostic(
                "film-spec", "'films' must name the specs of the workspace by '{name}', not '\(text)'",
                hint: "write 'films: \"{name}.video.yaml\"'", at: place)
        case .choiceInText(let text, let place):
            Diagnostic(
                "film-choice", "'{choice}' must be the whole value, not a part of '\(text)'", at: place)
        case .twoSpecs(let target, let specs):
            Diagnostic(
                "film-two-specs", "two specs make '\(target)': \(specs.joined(separator: ", "))",
                hint: "rename one of the specs, or a format, a language or the pattern of the rows in it")
        case .noFilm(let target, let known):
            Diagnostic(
                "film-unknown", "no format, language or row of a spec makes '\(target)'",
                hint: (suggestion(target, among: known, label: "films here").map { $0 + "; " } ?? "")
                    + "'variants' in a spec names a table with a film for each row")
        case .noFilms(let target, let place):
            Diagnostic(
                "film-no-rows", "'\(target)' cannot be made for each row: its pipeline has no 'films'",
                hint: "write 'films: \"{name}.video.yaml\"' and 'target: \"{film}.mp4\"' into the pipeline", at: place)
        }
    }
}
