// `vgraph init`: a new folder with the files of `StarterFiles`.
import ArgumentParser
import Diagnostics
import Files
import Glibc
import Spec

struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Create a folder with a spec that builds.",
        discussion: """
            Writes NAME/NAME.video.yaml (8 s, titles, captions and a call to action;
            needs no asset), NAME/pipelines/video.yaml, the spec's JSON Schema for
            editors, and RUNBOOK.md: who decides, and how. Keeps files that exist.

              vgraph init launch
              vgraph init shop --template variants    one spec for formats, languages and a table
            """)

    enum Template: String, ExpressibleByArgument, CaseIterable { case basic, variants }

    @Option(help: "What to begin with.") var template = Template.basic
    @Argument(help: "The folder to create; its name becomes the video's name.") var name: String

    func run() throws {
        try exiting {
            let video = name.split(separator: "/").last.map(String.init) ?? ""
            guard !video.isEmpty, video != ".", video != "..", !video.contains(where: { $0 == ":" || $0.isNewline })
            else {
                throw Refusal(.badName(name))
            }
            if access(name, F_OK) == 0, access("\(name)/\(video).video.yaml", F_OK) == 0 {
                throw Refusal(.exists("\(name)/\(video).video.yaml"))
            }
            try makeFolder(name)
            try makeFolder("\(name)/pipelines")
            let files =
                switch template {
                case .basic: [(file: "\(video).video.yaml", text: StarterFiles.spec(title: video))]
                case .variants: StarterFiles.variants(title: video)
                }
            for (file, text) in files { try write(text, to: "\(name)/\(file)") }
            try write(StarterFiles.pipeline, to: "\(name)/pipelines/video.yaml")
            try write(schemaText(), to: "\(name)/video.schema.json")
            try write(StarterFiles.runbook(video: video), to: "\(name)/RUNBOOK.md")
            try write("/cache/\n*.mp4\n", to: "\(name)/.gitignore")
            print(
                """
                \(name)/\(video).video.yaml is ready. Next:
                  cd \(name)
                  vgraph build\(template == .basic ? " \(video).mp4" : "")
                """)
        }
    }

    private func makeFolder(_ path: String) throws {
        if mkdir(path, 0o777) != 0 && errno != EEXIST {
            throw Refusal(.cannotWrite(path: path, reason: String(cString: strerror(errno))))
        }
    }

    /// Keeps a file that exists.
    private func write(_ text: String, to path: String) throws {
        do throws(SystemFailure) { try WholeFile.write(text.utf8, to: path, mode: 0o666) } catch {
            if error.code == EEXIST { return }
            throw Refusal(.cannotWrite(path: path, reason: String(cString: strerror(error.code))))
        }
    }
}
