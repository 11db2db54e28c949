// `vgraph show`: a result from the cache, printed, copied or opened; with `--frame`, a frame that a worker draws again.
import ArgumentParser
import Composition
import CSystem
import Diagnostics
import Files
import FoundationEssentials
import Glibc
import Graph
import Stages
import Store
import Work

struct ShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", _superCommandName: "vgraph", abstract: "Print, open or copy what a stage made.",
        discussion: """
            TARGET:STAGE[.OUTPUT][[N]] names a result: launch.mp4:plan,
            launch.mp4:plan.mix, launch.mp4:encode[3]. Prints text and JSON, and the
            names in a folder; copies anything else to the folder 'show' of the cache
            and prints the copy's path.

              vgraph show launch.mp4:gate           the gate's decision
              vgraph show launch.mp4:review --open  the page that 'vgraph review' writes
              vgraph show launch.mp4:render --frame 45 -o f.png
                                                    a frame before encoding
            """)

    @OptionGroup var folder: FolderOptions

    @Option(help: ArgumentHelp("Draw this frame of the video (from 0) as PNG; with TARGET:render.", valueName: "n"))
    var frame: Int?

    @Option(
        name: [.customShort("o"), .customLong("output")], help: ArgumentHelp("Copy the result here.", valueName: "file")
    )
    var output: String?

    @Flag(help: "Open the result in the desktop's program for its type.") var open = false

    @Option(name: .customLong("set"), help: ArgumentHelp("As for build.", valueName: "key=value")) var sets: [String] =
        []

    @Argument(help: "TARGET:STAGE, for example launch.mp4:plan.") var result: String

    func run() throws {
        try exiting(json: folder.json) {
            let project = try Project(folder)
            let request = project.request(targets: [], sets: try BuildCommand.table(sets))
            let wanted = Wanted(result)
            if let frame { return try draw(frame, wanted, project, request) }
            let found = try project.builder.artifacts(request, target: wanted.target, stage: wanted.stage)
            guard let first = found.first else {
                throw Refusal(.noArtifact(target: wanted.target, stage: wanted.stage))
            }
            var chosen = found.filter { $0.output == (wanted.output ?? first.output) }
            guard !chosen.isEmpty else {
                throw Refusal(.noSuchOutput(wanted.output ?? "", known: Array(Set(found.map(\.output))).sorted()))
            }
            if let element = wanted.element {
                // The number of a node if the stage has several, else an index into the output's list.
                let ofNode = chosen.filter { $0.node.hasSuffix("[\(element)]") }
                chosen = !ofNode.isEmpty ? ofNode : chosen.indices.contains(element) ? [chosen[element]] : []
                guard !chosen.isEmpty else {
                    throw Refusal(.noArtifact(target: wanted.target, stage: "\(wanted.stage)[\(element)]"))
                }
            }
            if folder.json { return list(chosen) }
            // What the stage collected is shown as the page that is made of it.
            if chosen[0].type == ReviewStage.sheet.declared.type {
                return try page(wanted.target, chosen[0], project)
            }
            if let output {
                guard let tree = chosen[0].tree else { return try copy(chosen[0].path, to: output) }
                return try copy(tree, to: output, project)
            }
            for artifact in chosen {
                if let tree = artifact.tree {
                    for entry in tree.entries { print(entry.path + (entry.blob == nil ? "/" : "")) }
                } else if isText(artifact.fileName), !open {
                    try printFile(artifact.path)
                } else {
                    let copyPath = try copyForPeople(artifact, project)
                    print(copyPath)
                    if open { Desktop.open(copyPath) }
                }
            }
        }
    }

    /// `launch.mp4:plan.segments[2]` taken apart.
    struct Wanted {
        var target: String
        var stage: String
        var output: String?
        var element: Int?

        init(_ text: String) {
            let colon = text.lastIndex(of: ":") ?? text.endIndex
            target = String(text[..<colon])
            var rest = colon < text.endIndex ? String(text[text.index(after: colon)...]) : "mux"
            if rest.hasSuffix("]"), let bracket = rest.lastIndex(of: "["),
                let number = Int(rest[rest.index(after: bracket)...].dropLast())
            {
                element = number
                rest = String(rest[..<bracket])
            }
            let parts = rest.split(separator: ".", maxSplits: 1)
            stage = parts.first.map(String.init) ?? ""
            output = parts.count == 2 ? String(parts[1]) : nil
        }
    }

    private func isText(_ name: String) -> Bool {
        [".json", ".jsonl", ".vtt", ".srt", ".txt"].contains { name.hasSuffix($0) }
    }

    private func list(_ artifacts: [Artifact]) {
        for artifact in artifacts {
            JSONReport.say(
                [
                    "node": .string(artifact.node), "output": .string(artifact.output), "type": .string(artifact.type),
                    "path": .string(artifact.path), "bytes": .int(Int(artifact.size)), "key": .string(artifact.key.hex),
                ]
                .merging(
                    artifact.tree.map {
                        ["files": .array($0.entries.filter { $0.blob != nil }.map { .string($0.path) })]
                    } ?? [:]
                ) { $1 })
        }
    }

    private func printFile(_ path: String) throws {
        guard let text = try? Data(contentsOf: URL(filePath: path)) else {
            throw Refusal(.cannotRead(path: path, reason: String(cString: strerror(errno))))
        }
        // A terminal gets cleaned text; a file or a program gets the bytes.
        if isatty(1) == 1 {
            return print(String(decoding: text, as: UTF8.self), terminator: text.last == 10 ? "" : "\n")
        }
        _ = text.withUnsafeBytes { csystem_print($0.baseAddress, $0.count) }
        if text.last != 10 { printDocument("") }
    }

    private func copy(_ path: String, to destination: String) throws {
        let from = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        let to = Glibc.open(destination, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        defer { close(from); close(to) }
        var status = stat()
        guard from >= 0, to >= 0, fstat(from, &status) == 0 else {
            throw Refusal(.cannotWrite(path: destination, reason: String(cString: strerror(errno))))
        }
        let result = csystem_copy_file(from, to, UInt64(status.st_size))
        guard result == 0 else {
            throw Refusal(.cannotWrite(path: destination, reason: String(cString: strerror(-result))))
        }
    }

    /// Copies into a new folder, so that it holds only the result.
    private func copy(_ tree: Tree, to destination: String, _ project: Project) throws {
        guard mkdir(destination, 0o777) == 0 else {
            throw Refusal(.cannotWrite(path: destination, reason: String(cString: strerror(errno))))
        }
        let blobs = Blobs(try Cache(project.cache, for: .reading))
        for entry in tree.entries {
            let path = destination + "/" + entry.path
            guard let blob = entry.blob else { try Folder.create(path); continue }
            try Folder.create(path.folderPart)
            try copy(blobs.path(blob.digest), to: path)
            if blob.isExecutable == true { chmod(path, 0o755) }
        }
    }

    private func page(_ target: String, _ artifact: Artifact, _ project: Project) throws {
        let sheet = SheetFile(target, project, sets: try BuildCommand.table(sets))
        let path = output ?? pathForPeople(artifact.node + ".html", project)
        try sheet.write(to: path)
        if output == nil { print(path) }
        if open { Desktop.open(path) }
    }

    private func pathForPeople(_ name: String, _ project: Project) -> String {
        mkdir(project.cache + "/show", 0o777)
        var name = name.map { "/:[]".contains($0) ? "." : String($0) }.joined()
        while name.utf8.count > 255 { name.removeFirst() }
        return project.cache + "/show/" + name.replacing("..", with: ".")
    }

    /// A blob's name has no extension that a desktop program would know; the copy in `cache/show` has.
    private func copyForPeople(_ artifact: Artifact, _ project: Project) throws -> String {
        let path = pathForPeople(artifact.node + "." + artifact.fileName, project)
        try copy(artifact.path, to: path)
        return path
    }

    /// Draws one frame again as render drew it.
    private func draw(_ frame: Int, _ wanted: Wanted, _ project: Project, _ request: BuildRequest) throws {
        func artifacts(_ output: String) throws -> [Artifact] {
            try project.builder.artifacts(request, target: wanted.target, stage: "plan", output: output)
        }
        guard let planFile = try artifacts("plan").first, let materials = try artifacts("materials").first,
            let plan = try? JSONDecoder().decode(Plan.self, from: Data(contentsOf: URL(filePath: planFile.path)))
        else {
            throw Refusal(.noArtifact(target: wanted.target, stage: "plan"))
        }
        let segments = try artifacts("segments")
        guard let index = plan.spans.firstIndex(where: { frame >= $0.startFrame && frame < $0.startFrame + $0.frames }),
            index < segments.count
        else {
            throw Refusal(.noSuchFrame(frame, frames: plan.frames))
        }
        let scratch = try JobFolder()
        var job = project.job(StillRequest.request, node: "\(wanted.target):still", scratch: scratch.path)
        job.put(segments[index].path, in: StillRequest.segment)
        job.put(materials.path, in: StillRequest.materials)
        job.set(StillRequest.frame, to: frame - plan.spans[index].startFrame)
        _ = try project.builder.perform(job)
        try copy(job.path(of: StillRequest.still), to: output ?? "frame-\(frame).png")
        if output == nil { print("frame-\(frame).png") }
    }
}
