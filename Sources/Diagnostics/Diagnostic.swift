// One error, warning or note, as data. Its words are in the `…Problem` files of this folder; `DiagnosticText.swift`
// prints it.

public struct Diagnostic: Codable, Sendable, Hashable, Error {
    public enum Severity: String, Codable, Sendable, Hashable { case error, warning, note }

    /// Where the fault lies. Decides the exit code (`ExitStatus`) and, for `.bug`, how the text ends. `.program`: in a
    /// program that a pipeline runs. `.cache`: in the bytes that the cache holds. `.result`: in the file that was made
    /// and does not pass.
    public enum Fault: String, Codable, Sendable, Hashable { case input, environment, program, bug, cache, result }

    /// Stable id in kebab case, for example `unknown-asset`.
    public var id: String
    public var severity: Severity
    public var fault: Fault
    /// Lower case, no full stop, the user's own words in single quotes.
    public var message: String
    /// What to do; nil where the message says enough.
    public var hint: String?
    public var place: Place?

    /// An error.
    public init(_ id: String, fault: Fault = .input, _ message: String, hint: String? = nil, at place: Place? = nil) {
        self.init(id, .error, fault: fault, message, hint: hint, at: place)
    }

    public init(
        _ id: String, _ severity: Severity, fault: Fault = .input, _ message: String,
        hint: String? = nil, at place: Place? = nil
    ) {
        self.id = id
        self.severity = severity
        self.fault = fault
        self.message = message
        self.hint = hint
        self.place = place
    }
}

/// Several diagnostics thrown as one error: a parser reports everything it found, not only the first fault.
public struct Diagnostics: Error, Sendable {
    public var all: [Diagnostic]
    public init(_ all: [Diagnostic]) { self.all = all }
}
