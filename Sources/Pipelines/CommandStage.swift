// A stage that runs a user's program, as a pipeline describes it: the command, what it may see, what it must make.
import Diagnostics
import Patterns
import Store
import Work

public struct CommandStage: Sendable {
    /// A text with holes: an argument, or the value of an environment variable.
    public struct Template: Sendable, Hashable {
        public enum Part: Sendable, Hashable {
            case text(String)
            /// The part of the target that `{name}` matches.
            case name
            /// The stem of the film that the target is.
            case film
            /// The paths of a slot's files.
            case input(String)
            /// The path of a file that lists the paths of a slot's files, one per line.
            case list(String)
            /// The path of an output.
            case output(String)
        }
        public var parts: [Part]
        public var place: Place

        /// The text as written, with its holes filled. It does not depend on the paths in the program's folder.
        package func text(for target: TargetName) -> String {
            parts.map { part in
                switch part {
                case .text(let text): text.replacing("$", with: "$$")
                case .name: target.name.replacing("$", with: "$$")
                case .film: target.film.replacing("$", with: "$$")
                case .input(let slot): "${" + slot + "}"
                case .list(let slot): "${list:" + slot + "}"
                case .output(let output): "${out." + output + "}"
                }
            }.joined()
        }

        /// The slot that is this whole argument: then each of its files becomes an argument.
        package var wholeSlot: String? {
            if parts.count == 1, case .input(let slot) = parts[0] { slot } else { nil }
        }
    }

    public struct Output: Sendable, Hashable {
        public var name: String
        public var type: ArtifactType
        /// Its path in the program's folder; a list has `*` in its last part.
        public var file: String
        public var isList: Bool
        public var isOptional: Bool
        public var mayBeEmpty: Bool
        /// The pipeline gives no path, so the output may move out of the way of an input.
        public var mayMove = false
        /// The output is everything in the folder of that path when the program ends.
        public var isFolder = false

        /// The text that keys hold.
        package var text: String { isFolder ? file + "/" : file }
    }

    public var arguments: [Template]
    public var environment: [(name: String, value: Template)]
    /// Variables of the caller that the program gets; keys and records do not hold their values.
    public var secrets: [String]
    /// Programs other than the first argument whose bytes are in the key.
    public var tools: [String]
    public var outputs: [Output]
    /// Folders of the workspace that it may read; `depfile` or `discovered` lists what it did read.
    public var reads: [String]
    public var depfile: String?
    public var discovered: String?
    public var network = false
    /// It may run on another machine that has the same programs: all else that it needs is among its inputs.
    public var travels = false
    /// Seconds.
    public var timeout: Double?
    public var cpuTime: Double?
    /// Bytes.
    public var memory: UInt64?
    public var disk: UInt64?
    /// What one run costs.
    public var price: Record.Price?

    /// Everything that can change its result and is known before its inputs are.
    package func parts(for name: TargetName) -> [(name: String, value: String)] {
        var parts =
            arguments.enumerated().map { ("run[\($0)]", $1.text(for: name)) }
            + environment.map { ("env " + $0.name, $0.value.text(for: name)) }
        parts +=
            outputs.map { ("output " + $0.name, $0.text) } + tools.map { ("tool", $0) }
            + reads.map { ("reads", $0) }
        if network { parts.append(("network", "true")) }
        return parts
    }

    /// Moves an output that may move to a path that no input uses, neither as a file nor as its folder.
    package func clear(of places: some Sequence<String>) -> CommandStage {
        guard let index = outputs.firstIndex(where: \.mayMove) else { return self }
        let taken = Array(places) + reads
        func isTaken(_ file: String) -> Bool { taken.contains { $0.isSameBytes(file) || $0.beneath(file) != nil } }
        let first = outputs[index].file
        guard isTaken(first) else { return self }
        var command = self, number = 2
        // `out.txt`, `out-2.txt`, …: keeps the extension, which the program may depend on.
        while isTaken(command.outputs[index].file) {
            command.outputs[index].file = "out-\(number)" + first.dropFirst(3)
            number += 1
        }
        return command
    }

    /// Whether its arguments or environment contain `{name}` or `{film}`.
    func names(_ part: Template.Part) -> Bool {
        (arguments + environment.map(\.value)).contains { $0.parts.contains(part) }
    }

    /// What the rest of the engine sees of its outputs.
    var descriptorOutputs: [StageDescriptor.Output] {
        outputs.map {
            .init(
                $0.name, type: $0.type, fileName: $0.file.namePart, isList: $0.isList || $0.isOptional,
                isFolder: $0.isFolder)
        } + [Self.log]
    }

    /// Name of the list output that keeps what the program printed.
    package static let log = StageDescriptor.Output("log", type: "log", fileName: "log.txt", isList: true)
}
