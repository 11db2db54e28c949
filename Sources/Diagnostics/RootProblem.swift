// What can be wrong with roots: the folders outside a workspace that a person lets it read.

public enum RootProblem: Problem, Sendable {
    case undeclared(String, file: String, known: [String], at: Place?)
    /// Of an option.
    case badDeclaration(String)
    case badName(String, at: Place?)
    case noFolder(String, path: String, reason: String)
    case overlaps(String, path: String)
    case twice(String)
    case unsafeConfiguration(path: String, reason: String)
    case unknownField(String, known: [String], at: Place)
    case wrongType(String, expected: String, found: String, at: Place)
    case noOutput(String, root: String, at: Place)

    public var diagnostic: Diagnostic {
        switch self {
        case .undeclared(let root, let file, let known, let place):
            let meant = didYouMean(root, among: known).map { "did you mean '\($0)'? " } ?? ""
            return Diagnostic("unknown-root", .error, "'\(file)' lies in the root '\(root)', which is not declared here",
                hint: meant + "give --root \(root)=FOLDER, or write 'roots: { \(root): FOLDER }' into ~/.config/vgraph/config.yaml; "
                    + "a file of the workspace with that name is written './\(file)'", at: place)
        case .badDeclaration(let text):
            return Diagnostic("bad-root", .error, "'\(text)' declares no root", hint: "--root takes NAME=FOLDER, for example brand=../brand")
        case .badName(let name, let place):
            return Diagnostic("bad-root-name", .error, "'\(name)' cannot be the name of a root",
                hint: "names begin with a letter and hold letters, digits, '-' and '_', up to 64", at: place)
        case .noFolder(let name, let path, let reason):
            return Diagnostic("root-not-there", .error, "the root '\(name)' cannot be opened: '\(path)': \(reason)")
        case .overlaps(let name, let path):
            return Diagnostic("root-overlaps", .error, "the root '\(name)' ('\(path)') and the workspace lie in one another",
                hint: "files of the workspace are named by their paths in it; declare a folder beside it")
        case .twice(let name):
            return Diagnostic("root-twice", .error, "--root declares '\(name)' twice, with two folders")
        case .unsafeConfiguration(let path, let reason):
            return Diagnostic("unsafe-configuration", .error, "the configuration '\(path)' is not used: \(reason)",
                hint: "it says which folders a build may read, so it must be yours alone: chown it to yourself, chmod go-w, and keep it outside the workspace")
        case .unknownField(let name, let known, let place):
            let meant = didYouMean(name, among: known).map { "did you mean '\($0)'? " } ?? ""
            return Diagnostic("unknown-field", .error, "unknown field '\(name)' in the configuration", hint: meant + "fields here: " + known.joined(separator: ", "), at: place)
        case .wrongType(let field, let expected, let found, let place):
            return Diagnostic("wrong-type", .error, "'\(field)' takes \(expected), not \(found)", at: place)
        case .noOutput(let path, let root, let place):
            return Diagnostic("root-output", .error, "'\(path)' lies in the root '\(root)', and nothing is written there",
                hint: "a root is read only; write into the workspace", at: place)
        }
    }
}
