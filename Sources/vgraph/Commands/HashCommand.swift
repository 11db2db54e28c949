// `vgraph hash`: the key for a target's CI cache, from everything that goes into the target. Runs no node.
import ArgumentParser
import Composition
import Diagnostics
import Graph
import Spec
import Stages
import Work

struct HashCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hash", _superCommandName: "vgraph", abstract: "Print a key for a target's CI cache.",
        discussion: """
            Prints 32 hex digits. They are equal on two machines if everything that goes
            into the target is equal, and change when any of it changes. No node runs.
            Included are

              - every file that the pipeline gives to a stage: the spec, its props;
              - every file below the folders that a program may read, read or not;
              - the programs that stages run, and the interpreters of scripts;
              - every file that the spec names: pictures, clips, sound, captions, fonts;
              - the profiles that it names, if they are the folder's own;
              - the list of its baseline, which holds the hash of each approved picture;
              - every stage of the pipeline with its version, parameters (also those from
                --set) and wiring;
              - the versions of the tools that stages use (codecs, text layout).

            Left out are files that the target itself makes, times and owners of files, the
            folder's path, comments in a pipeline, and fonts installed on the machine.
            vgraph compares such fonts before it uses a result, so a cache stored under
            this key may be useless but never wrong. --list prints what is included.

              key=$(vgraph hash launch.mp4); vgraph cache export --for launch.mp4 $key.tar
            """)

    @OptionGroup var folder: FolderOptions
    @Option(name: .customLong("set"), help: ArgumentHelp("As for build.", valueName: "key=value")) var sets: [String] =
        []
    @Flag(help: "Print what is included, one line each, before the key.") var list = false
    @Argument(help: "TARGET or TARGET:STAGE, or several.") var targets: [String]

    func run() throws {
        try exiting(json: folder.json) {
            let project = try Project(folder)
            var inputs = try project.builder.inputs(
                project.request(targets: targets.sorted(), sets: try BuildCommand.table(sets)))
            try Self.addReferences(to: &inputs)
            if folder.json {
                return JSONReport.say([
                    "hash": .string(inputs.digest.hex), "targets": .array(targets.map(Value.string)),
                    "parts": .array(
                        inputs.parts.map {
                            .object(["kind": .string($0.kind), "name": .string($0.name), "value": .string($0.value)])
                        }),
                ])
            }
            if list { for part in inputs.parts { print("\(part.kind) \(part.name): \(part.value)") } }
            print(inputs.digest.hex)
        }
    }

    /// Reads the spec as validate does to find the files, profiles and baseline that it names; decodes none of them.
    private static func addReferences(to inputs: inout TargetInputs) throws {
        var paths: Set<ByteText> = []
        for file in inputs.given where file.stage == "validate" && file.slot == "spec" {
            let props = inputs.given.first { $0.node == file.node && $0.slot == "props" }
            var set: [String: String] = [:]
            if case .object(let values)? = file.parameters["set"] {
                for case (let name, .string(let text)) in values { set[name] = text }
            }
            var choice = FilmChoice.own
            if case .string(let text)? = file.parameters["choice"] { choice = FilmChoice(text: text) ?? .own }
            let spec = try ValidSpec.read(
                spec: inputs.bytes(of: file.path), specName: file.path,
                props: try props.map { try inputs.bytes(of: $0.path) }, propsName: props?.path ?? "props", set: set,
                choice: choice)
            let undeclared = spec.undeclared(inputs.folders.roots)
            guard undeclared.isEmpty else { throw Diagnostics(undeclared) }
            paths.formUnion(spec.references.map { ByteText($0.path) })
            paths.formUnion(([Profiles.standard] + spec.profiles.map(\.text)).map { ByteText(Profiles.path(of: $0)) })
            if let baseline = spec.baseline { paths.insert(baseline + "/" + Baseline.fileName) }
        }
        for path in paths.texts where !inputs.made.contains(path) { try inputs.add(file: path) }
    }
}
