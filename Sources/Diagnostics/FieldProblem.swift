// What can be wrong with a field of any of the user's files: a spec, a pipeline, the configuration. Each cause has its
// id and words here once; other catalogues use them.

public enum FieldProblem: Problem {
    /// `of`: what has the field, with an article: "a layer"; nil: the file name says it.
    case unknown(String, of: String?, known: [String], at: Place)
    case missing(String, of: String?, at: Place)
    /// `name` is empty where the value has none, for example an item of a list.
    case wrongType(String, expected: String, found: String, hint: String?, at: Place)
    case outOfRange(String, String, range: String, at: Place)

    public var diagnostic: Diagnostic {
        let (id, message, hint, place) = words
        return Diagnostic(id, message, hint: hint, at: place)
    }

    var words: (id: String, message: String, hint: String?, place: Place?) {
        switch self {
        case .unknown(let name, let of, let known, let place):
            let meant = didYouMean(name, among: known).map { "did you mean '\($0)'? " } ?? ""
            return (
                "unknown-field", "unknown field '\(name)'" + (of.map { " in \($0)" } ?? ""),
                meant + "fields here: " + known.joined(separator: ", "), place
            )
        case .missing(let name, let of, let place):
            return (
                "missing-field", of.map { "\($0) needs the field '\(name)'" } ?? "the field '\(name)' is missing",
                nil, place
            )
        case .wrongType(let name, let expected, let found, let hint, let place):
            return (
                "wrong-type", (name.isEmpty ? "this" : "'\(name)'") + " takes \(expected), not \(found)", hint, place
            )
        case .outOfRange(let name, let found, let range, let place):
            return ("out-of-range", "'\(name)' is \(found), outside \(range)", nil, place)
        }
    }
}
