// What can be wrong with a program of a pipeline before it runs. What goes wrong while it runs is in
// `ProgramProblem.swift`.

public enum CommandStageProblem: Problem, Hashable {
    case programMissing(String, node: String, at: Place?)
    /// A path in the middle of a text must be a single one.
    case notOne(slot: String, count: Int, at: Place)
    case twoFiles(node: String, path: String)
    case commandsUnsandboxed(reason: String, isRoot: Bool)
    case secretMissing(String, stage: String, isEmpty: Bool, at: Place)
    case nameIsOption(String, node: String, at: Place)
    case notListable(String, node: String, at: Place)
    /// On another machine. `reason` reads after the program's path.
    case otherProgram(String, node: String, reason: String)

    public static let otherProgramId = "program-elsewhere"

    public var diagnostic: Diagnostic {
        switch self {
        case .programMissing(let name, let node, let place):
            Diagnostic(
                "program-missing", fault: .environment,
                "'\(node)' runs '\(name)', which this machine does not have",
                hint: name.hasPrefix("/")
                    ? "install it, or write its name alone, so that vgraph searches PATH"
                    : "install it, or add its folder to PATH", at: place)
        case .notOne(let slot, let count, let place):
            Diagnostic(
                "not-one", "'$\(slot)' is \(count) files, but only one file can be part of a text",
                hint: "write it as an argument of its own, which may be any number of files", at: place)
        case .twoFiles(let node, let path):
            Diagnostic("two-files", "'\(node)' has two inputs at the path '\(path)'", hint: "rename one of them")
        case .secretMissing(let name, let stage, let isEmpty, let place):
            Diagnostic(
                "secret-missing",
                "the stage '\(stage)' needs the secret '\(name)', which is \(isEmpty ? "empty" : "not set")",
                hint: "set the environment variable \(name); vgraph ran nothing", at: place)
        case .nameIsOption(let name, let node, let place):
            Diagnostic(
                "name-is-option", "the program of '\(node)' would take '\(name)' for an option",
                hint: "write './{name}' for a file, or put '--' before it", at: place)
        case .notListable(let path, let node, let place):
            Diagnostic(
                "not-listable", "'\(node)' cannot list '\(path)': its name contains a line break",
                hint: "rename the file", at: place)
        case .otherProgram(let path, let node, let reason):
            Diagnostic(
                Self.otherProgramId, fault: .environment, "'\(node)' runs '\(path)', which \(reason)",
                hint: "give the server's machines the same packages as this one, or remove 'travels' from the stage")
        case .commandsUnsandboxed(let reason, isRoot: true):
            Diagnostic(
                "no-sandbox", .warning, fault: .environment,
                "commands run without a sandbox and as root: \(reason)",
                hint: "they can change the whole machine: build as another user, or run 'vgraph doctor' to see what a "
                    + "sandbox needs")
        case .commandsUnsandboxed(let reason, _):
            Diagnostic(
                "no-sandbox", .note, fault: .environment, "commands run without a sandbox: \(reason)",
                hint:
                    "vgraph does not see which undeclared files they read; run 'vgraph doctor' to see what a sandbox "
                    + "needs"
            )
        }
    }
}
