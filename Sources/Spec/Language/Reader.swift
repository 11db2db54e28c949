// The state of reading a spec: declared names, used files and problems found.
import Composition
import Diagnostics
import YAML

final class Reader {
    /// Problems reported so far, without duplicates from repeated scenes.
    private(set) var problems: [Diagnostic] = []
    private var seen: Set<Diagnostic> = []
    private var counts: [Diagnostic.Severity: Int] = [:]
    /// The field being read, for messages.
    private(set) var field = ""

    /// Declared names, collected before the rest is read, so that uses can be checked.
    var colors: [String: Color] = [:]
    var assets: [String] = []
    var fonts: [String] = []
    var styles: [String] = []
    var formats: [String] = []
    var lists: [String] = []

    struct Use {
        var name: String
        var place: Place
        var kinds: Set<AssetFacts.Kind>
    }
    /// Uses of files, with the allowed kinds.
    var uses: [Use] = []

    /// Files that values of props name.
    var valueAssets: [Use] = []

    /// Number of values so far, after repeating every `each`.
    var values = 0

    func report(_ problem: SpecProblem) { report(problem.diagnostic) }

    func report(_ diagnostic: Diagnostic) {
        // More reports would not help the user.
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
