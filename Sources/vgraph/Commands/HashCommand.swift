import ArgumentParser
import Composition
import Diagnostics
import Graph
import Spec
import Work

struct HashCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hash", abstract: "Print the key that a CI cache of a target is filed under.",
        discussion: """
            32 hex digits that are equal on two machines where everything that goes into the target is equal, and \
            others when any of
            it changes. No node runs. What enters:

              - the bytes of every file that the pipeline gives to a stage: the spec, its props;
              - the bytes of every file below the folders that a program may read from, read or not;
              - the bytes of the programs that stages run, and of the interpreters that scripts name;
              - the bytes of every file that the spec names: pictures, clips, sound, caption files, fonts of the folder;
              - the bytes of the profiles that it is held to, where the folder has its own;
              - the list of its baseline, which says what each approved picture holds;
              - every stage of the pipeline with its version and parameters, --set values among them, and how stages \
            are wired;
              - the versions of the tools that stages use (codecs, text layout).

            What does not: files that the target itself makes, times and owners of files, where the folder is, \
            comments in a pipeline,
            fonts that are installed on the machine. A result made with such fonts is checked against them before it \
            is used, so a cache filed under this key is
            never wrong, at worst of no use. --list prints what entered, a line each.

              key=$(vgraph hash launch.mp4); vgraph cache export --for launch.mp4 $key.tar
            """)

    @OptionGroup var folder: FolderOptions
    @Option(name: .customLong("set"), help: ArgumentHelp("As for build.", valueName: "key=value")) var sets: [String] =
        []
    @Flag(help: "Print what entered, before the key.") var list = false
    @Argument(help: "TARGET or TARGET:STAGE, or several.") var targets: [String]

    func run() throws {
        try exiting(json: folder.json) {
            let place = try Place(folder)
            var inputs = try place.builder.inputs(
                place.request(targets: targets.sorted(), sets: try BuildCommand.table(sets)))
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

    /// Files that a spec names, the folder's own profiles and its baseline are found by reading it, as validate does;
    /// nothing of them is decoded.
    private static func addReferences(to inputs: inout TargetInputs) throws {
        var paths: Set<ByteText> = []
        for file in inputs.given where file.stage == "validate" && file.slot == "spec" {
            let props = inputs.given.first { $0.node == file.node && $0.slot == "props" }
            var set: [String: String] = [:]
            if case .object(let values)? = file.parameters["set"] {
                for case (let name, .string(let text)) in values { set[name] = text }
            }
            let spec = try ValidSpec.read(
                spec: inputs.bytes(of: file.path), specName: file.path,
                props: try props.map { try inputs.bytes(of: $0.path) }, propsName: props?.path ?? "props", set: set)
            let strangers = spec.undeclared(inputs.folders.roots)
            guard strangers.isEmpty else { throw Diagnostics(strangers) }
            paths.formUnion(spec.references.map { ByteText($0.path) })
            paths.formUnion(([Profiles.standard] + spec.profiles.map(\.text)).map { ByteText(Profiles.path(of: $0)) })
            if let baseline = spec.baseline { paths.insert(baseline + "/" + Baseline.fileName) }
        }
        for path in paths.texts where !inputs.made.contains(path) { try inputs.add(file: path) }
    }
}
