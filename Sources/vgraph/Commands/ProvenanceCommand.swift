// vgraph provenance: one page on where a film comes from.
import ArgumentParser
import Diagnostics
import Files
import FoundationEssentials
import Provenance
import Sheet
import Work

struct ProvenanceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "provenance", abstract: "Print where the film at a target comes from.",
        discussion: """
            Spec and revision, files that went in with their rights and digests, tools and
            their versions, the run, checks, claims, reviewers, decisions, price. The same
            page is in the evidence of a publication.
            """)

    @OptionGroup var folder: FolderOptions
    @Option(help: ArgumentHelp("Write the page as HTML to this file.", valueName: "file")) var html: String?
    @Option(name: .customLong("set"), help: ArgumentHelp("As for build.", valueName: "key=value")) var sets: [String] =
        []
    @Argument(help: "The target, for example launch.mp4.") var target: String

    func run() throws {
        try exiting(json: folder.json) {
            let table = try BuildCommand.table(sets)
            let origin = try FilmOrigin(
                judged: JudgedTarget(target, try Project(folder), sets: table), sets: table
            ).provenance()
            if let html {
                try writeDocument(ProvenancePage(origin).html, to: html)
                if !folder.json { print(html) }
                if !folder.json { return }
            }
            if folder.json {
                printDocument(String(decoding: origin.json, as: UTF8.self).trimmedEnd)
            } else {
                print(origin.text)
            }
        }
    }
}

extension String {
    fileprivate var trimmedEnd: String { hasSuffix("\n") ? String(dropLast()) : self }
}
