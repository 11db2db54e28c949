// Options that build a target once for each row of a table, and the films of specs as the engine asks for them.
import ArgumentParser
import Diagnostics
import Graph
import Patterns
import Pipelines
import Spec
import Stages

struct RowOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Build each target once for every row of this table (.csv, .tsv, .json, .yaml); a column is a prop of the spec.
            """,
            valueName: "table"))
    var each: String?

    @Option(
        name: .customLong("where"),
        help: ArgumentHelp("With --each: only rows with this value; repeatable.", valueName: "column=value"))
    var conditions: [String] = []

    @Option(
        help: ArgumentHelp(
            """
            With --each: the name of each row's film, for example launch-{sku} (default: the spec's name and the first \
            column).
            """,
            valueName: "pattern"))
    var name: String?

    static let needsTarget = "--each needs a target, for example launch.mp4: it is built once for each row"

    func validate() throws {
        guard each == nil else { return }
        if !conditions.isEmpty { throw ValidationError("--where needs --each: it selects rows of that table") }
        if name != nil { throw ValidationError("--name needs --each: it names the films of that table's rows") }
    }

    /// As they enter a request's identity; `answerIfNothingToDo` makes the same.
    var words: [String] {
        guard let each else { return [] }
        return ["each " + each] + conditions.map { "where " + $0 } + (name.map { ["name " + $0] } ?? [])
    }

    func rows(workspace: String) throws -> FilmMatrix.Rows? {
        guard var table = each else { return nil }
        while let rest = table.beneath(".") { table = rest }
        if let rest = table.beneath(workspace) { table = rest }
        if let reason = Pattern.fault(ofPath: Folders.root(of: table)?.rest ?? table) {
            throw Refusal(.badTable(table, reason: reason))
        }
        let selected = try conditions.map { text in
            guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
                throw Refusal(.badCondition(text))
            }
            return FilmMatrix.Rows.Condition(
                column: String(text[..<equals]), value: String(text[text.index(after: equals)...]))
        }
        return FilmMatrix.Rows(table: table, conditions: selected, name: name)
    }

    /// Makes a request build rows instead of the targets themselves.
    func apply(to request: inout BuildRequest) {
        request.isForEachRow = each != nil
        request.filmOptions = words
    }

    /// What tells the engine, which knows no specs, which films a spec has.
    static func lister(_ rows: FilmMatrix.Rows?) -> FilmLister {
        { question in
            let matrix = FilmMatrix(
                spec: question.spec, name: question.name, rows: rows, read: question.read, size: question.size)
            return FilmList(
                matrix.films.map {
                    Film(stem: $0.stem, choice: $0.choice.text, base: $0.base, isOffered: $0.isOffered)
                }, faults: matrix.faults)
        }
    }
}
