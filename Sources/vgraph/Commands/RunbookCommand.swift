// `vgraph runbook`: what an operator does from draft to publish, and what an id in a message means.
import ArgumentParser
import Diagnostics
import Runbook
import Work

struct RunbookCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runbook", _superCommandName: "vgraph", abstract: "Print the runbook, or what to do about one id.",
        discussion: """
            The ids are those of checks ('vgraph checks'), reasons of the gate, waivers,
            observations of reviewers and rules of policies, in any case.

              vgraph runbook                   from draft to publish, and every entry
              vgraph runbook D08               symptom, cause, remedy, example
              vgraph runbook gate.unanswered
            """)

    @OptionGroup var folder: FolderOptions
    @Flag(help: "List the ids.") var ids = false
    @Argument(help: "An id, for example D08.") var id: String?

    func run() throws {
        try exiting(json: folder.json) {
            guard let id else {
                if folder.json { return Runbook.entries.forEach(sayJSON) }
                return printDocument(
                    ids ? Runbook.entries.map(\.id).joined(separator: "\n") : Runbook.text, terminator: ids ? "\n" : "")
            }
            let found = Runbook.find(id)
            guard !found.isEmpty else {
                throw Refusal(.unknownEntry(id, nearest: didYouMean(id, among: Runbook.entries.map(\.id))))
            }
            if folder.json { return found.forEach(sayJSON) }
            printDocument(found.map(explanation).joined(separator: "\n\n"))
        }
    }

    private func sayJSON(_ entry: RunbookEntry) {
        JSONReport.say([
            "id": .string(entry.id), "title": .string(entry.title), "symptom": .string(entry.symptom),
            "cause": .string(entry.cause), "remedy": .string(entry.remedy), "example": .string(entry.example),
        ])
    }

    private func explanation(_ entry: RunbookEntry) -> String {
        let columns = Columns(margin: 10)
        var lines = [columns.painted(entry.id, .bold) + "  " + columns.painted(entry.title, .bold), ""]
        for (label, text) in [
            ("symptom", entry.symptom), ("cause", entry.cause), ("remedy", entry.remedy), ("example", entry.example),
        ] { lines += columns.lines([(label, 10, .dim)], [(text, .plain)]) }
        return lines.joined(separator: "\n")
    }
}
