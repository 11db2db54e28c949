// What is known and what was found wrong while a spec is read.
import Composition
import Diagnostics
import YAML

final class Reader {
    /// Reported so far; a scene that is repeated says the same thing only once.
    private(set) var problems: [Diagnostic] = []
    private var seen: Set<Diagnostic> = []
    private var counts: [Diagnostic.Severity: Int] = [:]
    /// The field being read, for messages.
    private(set) var field = ""

    /// What the spec declares; collected before the rest is read, so that a name is checked where it is used.
    var colors: [String: Color] = [:]
    var assets: [String] = []
    var fonts: [String] = []
    var styles: [String] = []
    var lists: [String] = []

    struct Use {
        var name: String
        var place: Place
        var kinds: Set<AssetFacts.Kind>
    }
    /// Where files are used, and as what.
    var uses: [Use] = []

    /// Values of the spec after every `each` has been repeated, so far.
    var values = 0

    func report(_ problem: SpecProblem) { report(problem.diagnostic) }

    func report(_ diagnostic: Diagnostic) {
        // A spec of a thousand wrong scenes is as wrong as one of a hundred.
        guard counts[diagnostic.severity, default: 0] < 200, seen.insert(diagnostic).inserted else { return }
        counts[diagnostic.severity, default: 0] += 1
        problems.append(diagnostic)
    }

    func inField<Result>(_ name: String, _ body: () -> Result) -> Result {
        let outer = field
        field = name
        defer { field = outer }
        return body()
    }

    func wrongType(_ node: Node, expected: String, hint: String? = nil) {
        let found = node.text.map { node.isNull ? "nothing" : "'" + $0.prefix(60) + "'" } ?? node.kindName
        report(.wrongType(field, expected: expected, found: found, hint: hint, at: node.place))
    }

    var errors: [Diagnostic] { problems.filter { $0.severity == .error } }
}
