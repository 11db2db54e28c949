// Films side by side as lines for people. Films that agree share a line.
import Composition
import Diagnostics

enum ComparisonText {
    static func text(_ comparison: FilmComparison) -> String {
        let names = comparison.films.map(\.target)
        var lines: [String] = []
        for (index, film) in comparison.films.enumerated() {
            let said = comparison.decisions.compactMap { row in row.values[index].map { "\(row.name) \($0)" } }
            lines.append("\(film.target): \(decimals(film.seconds, 2)) s, \(said.joined(separator: ", "))")
            if !film.sha256.isEmpty { lines.append("  SHA-256 \(film.sha256)") }
        }
        guard !comparison.isSame else {
            return text(lines + ["pictures and sound: the same in all"] + tables(comparison, names))
        }
        lines.append("pictures")
        for film in comparison.films {
            for stretch in film.stretches {
                let scenes = stretch.scenes.isEmpty ? "" : " (\(stretch.scenes.joined(separator: ", ")))"
                lines.append(
                    "  \(film.target) \(decimals(stretch.from, 2))–\(decimals(stretch.to, 2)) s\(scenes): "
                        + who(stretch.films, names, but: film.target))
            }
        }
        lines.append("sound")
        for film in comparison.films {
            lines.append("  \(film.target): \(film.sound.map { who($0, names, but: film.target) } ?? "not known")")
        }
        return text(lines + tables(comparison, names))
    }

    private static func text(_ lines: [String]) -> String { lines.map(Diagnostic.printable).joined(separator: "\n") }

    private static func who(_ films: [Int], _ names: [String], but own: String) -> String {
        if films.count == names.count { return "in all" }
        let others = films.map { names[$0] }.filter { $0 != own }
        return others.isEmpty ? "alone" : "also in \(others.joined(separator: ", "))"
    }

    private static func tables(_ comparison: FilmComparison, _ names: [String]) -> [String] {
        let tables = [
            ("asked for", comparison.settings), ("texts", comparison.texts), ("checks", comparison.checks),
            ("claims", comparison.claims),
        ]
        return tables.filter { !$0.1.isEmpty }.flatMap { title, rows in
            [title] + rows.flatMap { row in ["  " + oneLine(row.name)] + values(row, names).map { "    " + $0 } }
        }
    }

    private static func values(_ row: FilmComparison.Row, _ names: [String]) -> [String] {
        var groups: [(value: String?, films: [String])] = []
        for (name, value) in zip(names, row.values) {
            if let index = groups.firstIndex(where: { $0.value == value }) {
                groups[index].films.append(name)
            } else {
                groups.append((value, [name]))
            }
        }
        return groups.map { "\($0.films.joined(separator: ", ")): \($0.value.map(oneLine) ?? "none")" }
    }

    private static func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}
