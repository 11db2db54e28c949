// vgraph compare: films of one or several specs side by side. What differs is `FilmComparison`'s to tell.
import ArgumentParser
import Composition
import Diagnostics
import Files
import FoundationEssentials
import Sheet
import Work

struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare", _superCommandName: "vgraph",
        abstract: "Show films side by side: what differs, what they share, how they were judged.",
        discussion: """
            Reads the results of builds and makes nothing: each film must be up to date.
            Pictures are compared by hash, so a stretch is shared if all its frames are
            equal. What all films have alike is left out.

              vgraph compare launch.mp4 launch.tall.mp4 launch.de.mp4
              vgraph compare launch-*.mp4 --html compared.html    pictures in columns

            'vgraph diff' compares versions of one film instead.

            Exit codes: 0 compared, 2 a film is not built or not up to date.
            """)

    @OptionGroup var folder: FolderOptions
    @Option(help: ArgumentHelp("Write one page with pictures of each scene in columns.", valueName: "file"))
    var html: String?
    @Option(name: .customLong("set"), help: ArgumentHelp("As for build.", valueName: "key=value")) var sets: [String] =
        []
    @Argument(help: "The films, for example launch.mp4 launch.tall.mp4.") var targets: [String]

    /// A page has a column for each.
    private static let limit = 100

    func validate() throws {
        guard (2...Self.limit).contains(targets.count) else {
            throw ValidationError("compare takes from 2 to \(Self.limit) films")
        }
    }

    func run() throws {
        try exiting(json: folder.json) {
            let project = try Project(folder), sets = try BuildCommand.table(sets)
            let films = try targets.map { target in
                try ComparedFilm(target.hasPrefix("./") ? String(target.dropFirst(2)) : target, project, sets: sets)
            }
            let comparison = FilmComparison(films.map(\.candidate))
            if let html {
                try writeDocument(ComparisonPage(comparison, posters: films.map(\.posters)).html, to: html)
            }
            if folder.json {
                JSONReport.say(try value(of: comparison))
            } else {
                print(ComparisonText.text(comparison))
                if let html { print(html) }
            }
        }
    }

    private func value(of comparison: FilmComparison) throws -> [String: Value] {
        guard case .object(let object) = try JSONDecoder().decode(Value.self, from: JSONEncoder().encode(comparison))
        else { return [:] }
        return object
    }
}
