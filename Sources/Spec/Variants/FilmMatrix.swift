// The films of a spec: each of its formats and languages, for itself or for each row of a table. Reads of the spec only
// what decides that, so that a spec with faults still has its films, and stages report the faults.
import Composition
import Diagnostics
import YAML

public struct FilmMatrix {
    public struct Film: Sendable, Hashable {
        /// The spec's name with what the film adds to it.
        public var stem: String
        public var choice: FilmChoice
        /// The stem of the film of which it is a row that the user asked for.
        public var base: String?
        /// Whether a build of everything makes it: not where the rows of the spec stand for it.
        public var isOffered = true
    }

    /// Rows that the user asks for on the command line.
    public struct Rows: Sendable, Hashable {
        /// Path of the table.
        public var table: String
        /// Only rows with these values.
        public var conditions: [Condition]
        /// nil: the spec's name and the first column.
        public var name: String?

        public struct Condition: Sendable, Hashable {
            public var column: String
            public var value: String
            public init(column: String, value: String) {
                self.column = column
                self.value = value
            }
        }

        public init(table: String, conditions: [Condition] = [], name: String? = nil) {
            self.table = table
            self.conditions = conditions
            self.name = name
        }
    }

    /// Films of one spec.
    public static let most = 10_000

    public private(set) var films: [Film] = []
    /// Why there may be more films than could be listed.
    public private(set) var faults: [Diagnostic] = []

    private let name: String
    private let read: (String) throws(Diagnostics) -> [UInt8]?
    private let size: (String) -> Int?
    private var stems: [String: Int] = [:]

    /// - Parameters:
    ///   - spec: path of the spec.
    ///   - name: its path without the ending; films' stems begin with it.
    ///   - read: the bytes of a file; nil: there is none.
    ///   - size: of a file in bytes; nil: there is none.
    public init(
        spec: String, name: String, rows: Rows?, read: @escaping (String) throws(Diagnostics) -> [UInt8]?,
        size: @escaping (String) -> Int?
    ) {
        self.name = name
        self.read = read
        self.size = size
        do throws(Diagnostics) {
            guard let bytes = try read(spec) else {
                films = [Film(stem: name, choice: .own)]
                return
            }
            try list(try YAML.parse(bytes: bytes, file: spec), rows)
        } catch { faults = error.all }
        if stems.isEmpty { films = [Film(stem: name, choice: .own)] }
    }

    private mutating func list(_ root: Node, _ rows: Rows?) throws(Diagnostics) {
        let formats = (root["formats"]?.pairs ?? []).map { ($0.name, $0.key.place) }
        let own = root["languages"]?["default"]?.text
        let languages = (root["languages"]?.pairs ?? []).filter { $0.name != "default" && $0.name != own }.map {
            ($0.name, $0.key.place)
        }
        let declared = Declared(root["props"])
        var bases: [(stem: String, choice: FilmChoice, place: Place)] = []
        for (format, at) in [(nil, root.place)] + formats.map({ ($0.0 as String?, $0.1) }) {
            for (language, place) in [(nil, at)] + languages.map({ ($0.0 as String?, $0.1) }) {
                let stem = [name, format, language].compactMap { $0 }.joined(separator: ".")
                bases.append((stem, FilmChoice(format: format, language: language), place))
            }
        }
        let variants = root["variants"]
        try limit(bases.count, at: formats.last?.1 ?? root.place)
        for base in bases {
            try add(Film(stem: base.stem, choice: base.choice, isOffered: variants == nil), at: base.place)
        }
        if let variants {
            let reader = Reader()
            let given = reader.inField("variants") { VariantsSpec.kind.read(variants, reader) }
            guard let given, let from = given.from, reader.errors.isEmpty else {
                throw Diagnostics(reader.errors)
            }
            let source = Source(
                table: from, name: given.name, ignored: given.ignore, encoding: given.encoding, conditions: [])
            try add(source, to: bases, declared, isAsked: false)
        }
        if let rows {
            let place = Place(file: "--each", line: 1, column: 1, length: max(1, rows.table.count), excerpt: rows.table)
            let pattern = rows.name.map {
                Placed(
                    value: $0, place: Place(file: "--name", line: 1, column: 1, length: max(1, $0.count), excerpt: $0))
            }
            let source = Source(
                table: Placed(value: rows.table, place: place), name: pattern, ignored: [], encoding: nil,
                conditions: rows.conditions)
            try add(source, to: bases, declared, isAsked: true)
        }
    }

    // MARK: Rows

    private struct Source {
        var table: Placed<String>
        var name: Placed<String>?
        var ignored: [Placed<String>]
        var encoding: TextEncoding?
        var conditions: [Rows.Condition]
    }

    private mutating func add(
        _ source: Source, to bases: [(stem: String, choice: FilmChoice, place: Place)], _ declared: Declared,
        isAsked: Bool
    ) throws(Diagnostics) {
        let path = source.table.value, place = source.table.place
        func problem(_ problem: VariantProblem) -> Diagnostics { Diagnostics([problem.diagnostic]) }
        guard VariantTable.endings.contains(VariantTable.ending(of: path)) else {
            throw problem(.kind(path, at: place))
        }
        guard let bytes = size(path) else { throw problem(.missing(path, at: place)) }
        guard bytes <= VariantTable.largest else { throw problem(.tooLarge(path, limit: "8 MB", at: place)) }
        guard let content = try read(path) else { throw problem(.missing(path, at: place)) }
        let table = try VariantTable(content, file: path, encoding: source.encoding, at: place)
        let columns = table.columns.map(\.name)
        for condition in source.conditions where !columns.contains(condition.column) {
            let text = condition.column + "=" + condition.value
            throw problem(
                .unknownColumn(
                    condition.column, known: columns,
                    at: Place(file: "--where", line: 1, column: 1, length: max(1, text.count), excerpt: text)))
        }
        let rows = table.rows.filter { row in
            source.conditions.allSatisfy { (row.values[$0.column]?.text ?? "") == $0.value }
        }
        guard let first = table.columns.first, !rows.isEmpty else {
            throw problem(.noRows(path, isFiltered: !source.conditions.isEmpty, at: place))
        }
        try limit(films.count + rows.count * bases.count, at: rows[0].place)

        let folder = name.folderPart, own = name.namePart
        let pattern: FilmName
        do throws(VariantProblem) {
            let text = source.name ?? Placed(value: own + "-{" + first.name + "}", place: first.place)
            pattern = try FilmName(text.value, name: own, columns: columns, at: text.place)
        } catch { throw problem(error) }
        let named = Set(pattern.columns), ignored = Set(source.ignored.map(\.value))
        for ignored in source.ignored where !columns.contains(ignored.value) {
            throw problem(.unknownColumn(ignored.value, known: columns, at: ignored.place))
        }
        let unused = table.columns.filter {
            declared.props[$0.name] == nil && !named.contains($0.name) && !ignored.contains($0.name)
        }
        guard unused.isEmpty else {
            throw Diagnostics(
                unused.prefix(20).map {
                    VariantProblem.unusedColumn($0.name, known: declared.names, at: $0.place).diagnostic
                })
        }
        let props = columns.filter { declared.props[$0] != nil && !ignored.contains($0) }
        // A column with few values is there for the exceptions; in one that is nearly full an empty cell is a gap.
        let full = props.filter { column in
            table.rows.count { $0.values[column] != nil } * 4 >= table.rows.count * 3
        }.sorted()
        // A table with a fault makes no film: of two rows with one name neither is the right one.
        var found: [Diagnostic] = [], lines: [String: Place] = [:], made: [(film: Film, place: Place)] = []
        for row in rows {
            guard found.count < 20 else { break }
            let stem: String
            do throws(VariantProblem) {
                stem = (folder.isEmpty ? "" : folder + "/") + (try pattern.text(of: row))
                if let first = lines[stem] { throw .sameName(stem.namePart, first: first, at: row.place) }
                if stem.namePart.utf8.count > FilmName.longest {
                    throw .longName(stem.namePart, limit: FilmName.longest, at: row.place)
                }
            } catch {
                found.append(error.diagnostic)
                continue
            }
            lines[stem] = row.place
            var values: [String: String] = [:]
            for column in props {
                guard let value = row.values[column] else { continue }
                values[column] = value.text
                found += declared.faults(of: value, as: column)
            }
            for base in bases {
                var choice = base.choice
                choice.row = values
                let blanks = full.filter { values[$0] == nil }
                choice.blanks = blanks.isEmpty ? nil : blanks
                let film = Film(
                    stem: stem + base.stem.dropFirst(name.count), choice: choice, base: isAsked ? base.stem : nil,
                    isOffered: !isAsked)
                made.append((film, row.place))
            }
        }
        guard found.isEmpty else { throw Diagnostics(found) }
        let before = (films, stems)
        do throws(Diagnostics) { for (film, place) in made { try add(film, at: place) } } catch {
            (films, stems) = before
            throw error
        }
    }

    private mutating func add(_ film: Film, at place: Place) throws(Diagnostics) {
        if let other = stems[film.stem] {
            // The same film, named by the spec and on the command line.
            if films[other].choice == film.choice {
                films[other].base = films[other].base ?? film.base
                return
            }
            throw Diagnostics([VariantProblem.sameFilm(film.stem.namePart, at: place).diagnostic])
        }
        guard film.stem.namePart.utf8.count <= FilmName.longest || film.choice == .own else {
            throw Diagnostics([
                VariantProblem.longName(film.stem.namePart, limit: FilmName.longest, at: place).diagnostic
            ])
        }
        stems[film.stem] = films.count
        films.append(film)
    }

    private func limit(_ count: Int, at place: Place) throws(Diagnostics) {
        guard count > Self.most else { return }
        throw Diagnostics([VariantProblem.tooMany(count, limit: Self.most, at: place).diagnostic])
    }
}

/// The props that a spec declares and their fields, as far as they can be read.
private struct Declared {
    var props: [String: PropDeclaration] = [:]
    /// In the order of the spec.
    var names: [String] = []

    init(_ node: Node?) {
        let read = node.flatMap {
            Kind<[Entry<PropDeclaration>]>.table(PropDeclaration.kind, limit: 200).read($0, Reader())
        }
        for entry in read ?? [] {
            props[entry.name] = entry.value
            names.append(entry.name)
            // A column may set a field of an object: `product.price`.
            for field in entry.value.type == .object ? entry.value.fields ?? [] : [] {
                props[entry.name + "." + field.name] = field.value
                names.append(entry.name + "." + field.name)
            }
        }
    }

    /// What is wrong with a value of a table, at its place there.
    func faults(of value: VariantTable.Value, as name: String) -> [Diagnostic] {
        // A value that names another prop is filled in later.
        guard let declaration = props[name], !value.text.contains("{{") else { return [] }
        let reader = Reader()
        _ = PropValues.value(
            of: PropValues.node(value.text, declaration, at: value.place), name, declaration, reader)
        return reader.errors
    }
}
