// Films side by side as one HTML page: pictures of each scene in columns, and tables of what differs. Loads nothing and
// runs no script; equal values give equal bytes.
import Composition
import Diagnostics

public struct ComparisonPage {
    /// A picture of a scene of one film.
    public struct Poster: Sendable {
        public var scene: String
        /// Base64.
        public var jpeg: String
        public init(scene: String, jpeg: String) { (self.scene, self.jpeg) = (scene, jpeg) }
    }

    private let comparison: FilmComparison
    /// For each film.
    private let posters: [[Poster]]

    public init(_ comparison: FilmComparison, posters: [[Poster]]) {
        self.comparison = comparison
        self.posters = posters
    }

    private var names: [String] { comparison.films.map(\.target) }

    public var html: String {
        let title = "\(counted(names.count, "film")) compared"
        var page = pageHead(by: "compare", title: title, allows: ["img-src data:"], css: Self.css) + "<body>\n"
        page += "<header class=\"top idle\">\n<div><h1>\(title)</h1><p class=\"lead\" dir=\"auto\">"
        page += escaped(names.joined(separator: " · ")) + "</p></div>\n</header>\n<main>\n"
        page += decisionPart + rows("settings", "Asked for", comparison.settings) + picturesPart + stretchesPart
        page += rows("texts", "Texts and captions", comparison.texts) + checksPart
        page += rows("claims", "Claims", comparison.claims)
        return page + "</main>\n<footer>Written by <code>vgraph compare</code>. What all films have alike is left out."
            + "</footer>\n</body>\n</html>\n"
    }

    private static let css = """
        .columns { display: grid; gap: 14px; margin: 0 0 18px;
          grid-template-columns: repeat(auto-fit, minmax(min(160px, 45%), 1fr)); align-items: start; }
        .columns img { max-height: 420px; width: auto; max-width: 100%; }
        h3 { margin: 12px 0 8px; font-size: 15px; }

        """

    /// A table with a column for each film; empty where nothing differs.
    private func rows(_ id: String, _ title: String, _ rows: [FilmComparison.Row]) -> String {
        guard !rows.isEmpty else { return "" }
        return section(
            id, title, count: "\(rows.count)",
            table(
                title, ["what"] + names.map(escaped),
                rows.map { row in ["<b dir=\"auto\">\(escaped(row.name))</b>"] + row.values.map(cell) }))
    }

    private var decisionPart: String {
        let rows = comparison.decisions.map { row in
            ["<b>\(escaped(row.name))</b>"]
                + row.values.map { value in
                    switch (row.name, value) {
                    case ("gate", "pass"?): pill(.pass, "pass")
                    case ("gate", let value?): pill(.fail, value)
                    case ("gate", nil): pill(.off, "not judged")
                    case (_, let value): cell(value)
                    }
                }
        }
        return section("decisions", "Decisions", table("Decisions", ["what"] + names.map(escaped), rows))
    }

    private var picturesPart: String {
        var scenes: [String] = []
        for poster in posters.joined() where !scenes.contains(poster.scene) { scenes.append(poster.scene) }
        guard !scenes.isEmpty else { return "" }
        var body = ""
        for scene in scenes {
            body += "<h3 dir=\"auto\">\(escaped(scene))</h3>\n<div class=\"columns\">\n"
            for (name, film) in zip(names, posters) {
                let shown = film.first { $0.scene == scene }.map {
                    "<img loading=\"lazy\" alt=\"\(escaped("\(scene) in \(name)"))\" src=\"data:image/jpeg;base64,\($0.jpeg)\">"
                }
                body += "<figure>\(shown ?? "<p class=\"blank\">not in this film</p>")"
                body += "<figcaption>\(escaped(name))</figcaption></figure>\n"
            }
            body += "</div>\n"
        }
        return section("pictures", "Pictures", count: "\(scenes.count)", body)
    }

    private var stretchesPart: String {
        let all = comparison.films.count
        let rows = comparison.films.flatMap { film in
            film.stretches.map { stretch in
                let tone: Tone = stretch.films.count == all ? .pass : stretch.films.count == 1 ? .warn : .idle
                return [
                    escaped(film.target), "\(clock(stretch.from))–\(clock(stretch.to))",
                    escaped(stretch.scenes.joined(separator: ", ")), pill(tone, words(stretch, of: film)),
                ]
            }
        }
        let sounds = comparison.films.map { film in
            "<li>\(escaped(film.target)): "
                + escaped(
                    film.sound.map {
                        $0.count == all
                            ? "the sound of all"
                            : $0.count == 1
                                ? "a sound of its own"
                                : "the sound of "
                                    + $0.map { names[$0] }.joined(separator: ", ")
                    } ?? "its sound is not known") + "</li>\n"
        }
        return section(
            "stretches", "What is shared",
            table("Stretches of each film, and who has the same pictures", ["film", "time", "scenes", "shared"], rows)
                + "<ul class=\"found\">\n\(sounds.joined())</ul>\n")
    }

    private func words(_ stretch: FilmComparison.Stretch, of film: FilmComparison.Film) -> String {
        if stretch.films.count == names.count { return "in all" }
        let others = stretch.films.map { names[$0] }.filter { $0 != film.target }
        return others.isEmpty ? "in this film alone" : "also in " + others.joined(separator: ", ")
    }

    private var checksPart: String { rows("checks", "Checks that differ", comparison.checks) }
}
