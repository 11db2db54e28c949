// vgraph review: writes the page by which a person decides. Must not know what is on it.
import ArgumentParser
import Diagnostics
import Work

struct ReviewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "review", abstract: "Write the page by which a person decides, beside the film.",
        discussion: """
            launch.review.html shows what the gate says of launch.mp4 and why, plays the
            film at each finding, and has the commands to answer, approve or send it
            back. It works without a network. A film of up to 8 MB is in the page;
            a greater one plays from beside it.

            As long as the page lies there, build, watch, answer, approve and revise
            write it anew.
            """)

    @OptionGroup var folder: FolderOptions
    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: ArgumentHelp("Write it here instead.", valueName: "file")
    )
    var output: String?
    @Flag(help: "Open it in the desktop's browser.") var open = false
    @Option(name: .customLong("set"), help: ArgumentHelp("As for build.", valueName: "key=value")) var sets: [String] =
        []
    @Argument(help: "The target, for example launch.mp4.") var target: String

    func run() throws {
        try exiting(json: folder.json) {
            let project = try Project(folder)
            let sheet = SheetFile(target, project, sets: try BuildCommand.table(sets))
            if let output { try sheet.write(to: output) } else { try sheet.write() }
            let path = output ?? sheet.name
            if folder.json {
                JSONReport.say([
                    "event": .string("review"), "target": .string(sheet.target), "file": .string(path),
                ])
            } else {
                print(path)
            }
            if open { Desktop.open(output ?? project.workspace + "/" + path) }
        }
    }
}
