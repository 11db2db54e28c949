// What can be wrong with a command before it runs. What goes wrong while it runs is in `CommandProblem`.

public enum CommandStageProblem: Problem, Sendable, Hashable {
    case programMissing(String, node: String, at: Place?)
    /// A text of which one path is a part.
    case notOne(slot: String, count: Int, at: Place)
    case twoFiles(node: String, path: String)
    case commandsUnsandboxed(reason: String, isRoot: Bool)
    case secretMissing(String, stage: String, isEmpty: Bool, at: Place)
    case nameIsOption(String, node: String, at: Place)
    case notListable(String, node: String, at: Place)

    public var diagnostic: Diagnostic {
        switch self {
        case .programMissing(let name, let node, let place):
            Diagnostic("program-missing", .error, fault: .environment, "'\(node)' runs '\(name)', which is not on this machine",
                       hint: name.hasPrefix("/") ? "install it, or give its name alone to have it looked for" : "install it, or give its folder to PATH", at: place)
        case .notOne(let slot, let count, let place):
            Diagnostic("not-one", .error, "'$\(slot)' is \(count) files, and only one can be part of a text", hint: "as an argument of its own it may be any number", at: place)
        case .twoFiles(let node, let path):
            Diagnostic("two-files", .error, "'\(node)' gets two files as '\(path)'", hint: "rename one of them")
        case .secretMissing(let name, let stage, let isEmpty, let place):
            Diagnostic("secret-missing", .error, "the stage '\(stage)' asks for the secret '\(name)', which is \(isEmpty ? "empty" : "not set")",
                       hint: "set the environment variable \(name); nothing was run", at: place)
        case .nameIsOption(let name, let node, let place):
            Diagnostic("name-is-option", .error, "'\(node)' would get '\(name)' as an option of its program",
                       hint: "write './{name}' for a file, or put '--' before it", at: place)
        case .notListable(let path, let node, let place):
            Diagnostic("not-listable", .error, "'\(node)' cannot list '\(path)': its name holds a line break", hint: "rename the file", at: place)
        case .commandsUnsandboxed(let reason, isRoot: true):
            Diagnostic("no-sandbox", .warning, fault: .environment, "commands run without a sandbox and as root: \(reason)",
                       hint: "what they do they may do to the whole machine: build as another user, or see 'vgraph doctor' for what a sandbox needs")
        case .commandsUnsandboxed(let reason, _):
            Diagnostic("no-sandbox", .note, fault: .environment, "commands run without a sandbox: \(reason)",
                       hint: "what they read without saying so is not seen; 'vgraph doctor' says what a sandbox needs")
        }
    }
}
