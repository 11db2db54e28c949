// `vgraph bundle`: the worker with everything that it needs, as a folder or an archive that runs on another machine.
import ArgumentParser
import Diagnostics
import Files
import Glibc
import Travel
import Work
import Workers

struct BundleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bundle", abstract: "Write the worker and all that it needs as a folder that runs elsewhere.",
        discussion: """
            The folder has the worker, its libraries and their loader, this machine's
            fonts and fontconfig's rules. It runs on any Linux of this processor, also
            one without libraries and fonts, and draws there what it draws here. The
            SHA-256 that is printed names all of it: equal bundles have equal ones.
            Without a folder nothing is written.
            """)

    @Option(help: ArgumentHelp("Write a tar archive instead; '-' writes it to standard output.", valueName: "file"))
    var tar: String?
    @Flag(help: "Print JSON, for programs.") var json = false
    @Argument(help: "A folder that does not exist yet.") var folder: String?

    func validate() throws {
        if tar != nil && folder != nil { throw ValidationError("name a folder or --tar FILE, not both") }
        if tar == "-" && json { throw ValidationError("--json and --tar - would both write to standard output") }
    }

    func run() throws {
        try exiting(json: json) {
            let bundle = try WorkerBundle(try WorkerParts(of: Project.workerPath()))
            if let folder { try bundle.write(folder: folder) }
            if let tar { try write(bundle, tar) }
            if json {
                return JSONReport.say([
                    "sha256": .string(bundle.digest), "bytes": .int(Int(bundle.bytes)),
                    "command": .array(bundle.command(in: "").map(Value.string)),
                    "files": .array(
                        bundle.files.map {
                            .object([
                                "path": .string($0.place), "sha256": .string($0.sha256), "bytes": .int(Int($0.size)),
                                "executable": .bool($0.isExecutable),
                            ])
                        }),
                ])
            }
            guard tar != "-" else { return }
            print("\(bundle.digest)  \(bundle.files.count) files, \(Size.text(UInt64(bundle.bytes)))")
            print("start it in its folder: \(bundle.command(in: "").joined(separator: " ")) --job FOLDER")
        }
    }

    private func write(_ bundle: WorkerBundle, _ path: String) throws {
        if path == "-" { return try bundle.write(tar: 1, "standard output") }
        let (folder, name) = (path.lastIndex(of: "/").map { String(path[...$0]) } ?? ".", path.namePart)
        let place = Descriptor(open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC))
        do {
            guard place.number >= 0 else { throw SystemFailure(code: errno) }
            let file = try AtomicFile(in: place.number, lasts: false, isNameless: true)
            try bundle.write(tar: file.number, path)
            try file.place(at: String(name), in: place.number)
        } catch let failure as SystemFailure { throw Refusal(.cannotWrite(path: path, reason: failure.words)) }
    }
}
