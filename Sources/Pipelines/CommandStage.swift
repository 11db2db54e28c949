// A stage that is a program of the user's own, as a pipeline describes it: what is run, what it may see, what it must
// make.
import Diagnostics
import Store
import Work

public struct CommandStage: Sendable {
    /// A text with holes: an argument, or the value of an environment variable.
    public struct Template: Sendable, Hashable {
        public enum Part: Sendable, Hashable {
            case text(String)
            /// What `{name}` stands for in the target.
            case name
            /// The paths of a slot's files.
            case input(String)
            /// The path of a file in which the paths of a slot's files are, a line each.
            case list(String)
            /// The path where an output is to be.
            case output(String)
        }
        public var parts: [Part]
        public var place: Place

        /// As it was written, `{name}` filled in: one text for one meaning, whatever the paths will be.
        package func text(for name: String) -> String {
            parts.map { part in
                switch part {
                case .text(let text): text.replacing("$", with: "$$")
                case .name: name.replacing("$", with: "$$")
                case .input(let slot): "${" + slot + "}"
                case .list(let slot): "${list:" + slot + "}"
                case .output(let output): "${out." + output + "}"
                }
            }.joined()
        }

        /// The slot whose files are this argument's all: then each is an argument.
        package var wholeSlot: String? {
            if parts.count == 1, case .input(let slot) = parts[0] { slot } else { nil }
        }
    }

    public struct Output: Sendable, Hashable {
        public var name: String
        public var type: ArtifactType
        /// Where the program writes it, in its folder; with `*` in its last part where it is a list.
        public var file: String
        public var isList: Bool
        public var isOptional: Bool
        public var mayBeEmpty: Bool
        /// The pipeline does not say where it is: its place is one that no input needs.
        public var mayMove = false
        /// All that is in a folder of that path when the program is done.
        public var isFolder = false

        /// As a key has it.
        package var text: String { isFolder ? file + "/" : file }
    }

    public var arguments: [Template]
    public var environment: [(name: String, value: Template)]
    /// Variables of the caller that the program gets and that stay out of key and record.
    public var secrets: [String]
    /// Programs besides the first argument whose bytes are in the key.
    public var tools: [String]
    public var outputs: [Output]
    /// Folders of the workspace that it may read from; what it did read is told by `depfile` or `discovered`.
    public var reads: [String]
    public var depfile: String?
    public var discovered: String?
    public var network = false
    /// Seconds.
    public var timeout: Double?
    public var cpuTime: Double?
    /// Bytes.
    public var memory: UInt64?
    public var disk: UInt64?
    /// What one run costs.
    public var price: Record.Price?

    /// Everything about it that can change its bytes and is known before it has inputs.
    package func parts(for name: String) -> [(name: String, value: String)] {
        var parts =
            arguments.enumerated().map { ("run[\($0)]", $1.text(for: name)) }
            + environment.map { ("env " + $0.name, $0.value.text(for: name)) }
        parts +=
            outputs.map { ("output " + $0.name, $0.text) } + tools.map { ("tool", $0) }
            + reads.map { ("reads", $0) }
        if network { parts.append(("network", "true")) }
        return parts
    }

    /// With an output that may move where it is in no input's way, neither as a file nor as the folder of one.
    package func clear(of places: some Sequence<String>) -> CommandStage {
        guard let index = outputs.firstIndex(where: \.mayMove) else { return self }
        let taken = Array(places) + reads
        func isTaken(_ file: String) -> Bool { taken.contains { $0.isSameBytes(file) || $0.beneath(file) != nil } }
        let first = outputs[index].file
        guard isTaken(first) else { return self }
        var command = self, number = 2
        // `out.txt`, `out-2.txt`, …: a program may look at the ending.
        while isTaken(command.outputs[index].file) {
            command.outputs[index].file = "out-\(number)" + first.dropFirst(3)
            number += 1
        }
        return command
    }

    /// Whether `{name}` is in what it runs.
    var namesTarget: Bool { (arguments + environment.map(\.value)).contains { $0.parts.contains(.name) } }

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
