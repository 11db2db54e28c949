// What can be wrong with a field of any file of the user's: a spec, a pipeline, the configuration. Each cause has its
// id and
// its words here, whichever catalogue meets it.

public enum FieldProblem: Problem {
    /// `of`: what has the field, with an article: "a layer"; nil: the file says it.
    case unknown(String, of: String?, known: [String], at: Place)
    case missing(String, of: String?, at: Place)
    /// `name` is empty where the value has none, as an item of a list.
    case wrongType(String, expected: String, found: String, hint: String?, at: Place)
    case outOfRange(String, String, range: String, at: Place)

    public var diagnostic: Diagnostic {
        switch self {
        case .unknown(let name, let of, let known, let place):
            let meant = didYouMean(name, among: known).map { "did you mean '\($0)'? " } ?? ""
            return Diagnostic("unknown-field", "unknown field '\(name)'" + (of.map { " in \($0)" } ?? ""),
                              hint: meant + "fields here: " + known.joined(separator: ", "), at: place)
        case .missing(let name, let of, let place):
            return Diagnostic("missing-field", of.map { "\($0) needs the field '\(name)'" }
                                  ?? "the field '\(name)' is missing",
                              at: place)
        case .wrongType(let name, let expected, let found, let hint, let place):
            return Diagnostic("wrong-type", (name.isEmpty ? "this" : "'\(name)'") + " takes \(expected), not \(found)",
                              hint: hint, at: place)
        case .outOfRange(let name, let found, let range, let place):
            return Diagnostic("out-of-range", "'\(name)' is \(found), outside \(range)", at: place)
        }
    }
}
