// What can be wrong with roots: the folders outside a workspace that the user lets it read.

public enum RootProblem: Problem {
    case undeclared(String, file: String, known: [String], at: Place?)
    /// A value of `--root`.
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
            return Diagnostic(
                "unknown-root", "'\(file)' lies in the root '\(root)', which is not declared here",
                hint: meant + "add --root \(root)=FOLDER, or write 'roots: { \(root): FOLDER }' into "
                    + "~/.config/vgraph/config.yaml; for a file of the workspace write './\(file)'", at: place)
        case .badDeclaration(let text):
            return Diagnostic(
                "bad-root", "'\(text)' does not declare a root",
                hint: "write NAME=FOLDER, for example --root brand=../brand")
        case .badName(let name, let place):
            return Diagnostic(
                "bad-root-name", "'\(name)' cannot be the name of a root",
                hint: "names begin with a letter and hold letters, digits, '-' and '_', up to 64", at: place)
        case .noFolder(let name, let path, let reason):
            return Diagnostic("root-not-there", "cannot open the root '\(name)' at '\(path)': \(reason)")
        case .overlaps(let name, let path):
            return Diagnostic(
                "root-overlaps",
                "the root '\(name)' ('\(path)') overlaps the workspace",
                hint: "declare a folder beside the workspace; name files of the workspace by their paths in it")
        case .twice(let name):
            return Diagnostic("root-twice", "--root declares '\(name)' twice, with two folders")
        case .unsafeConfiguration(let path, let reason):
            return Diagnostic(
                "unsafe-configuration", "vgraph does not use the configuration '\(path)': \(reason)",
                hint:
                    "it declares which folders a build may read, so only you may write it: chown it to yourself, "
                    + "chmod go-w, and keep it outside the workspace")
        case .unknownField(let name, let known, let place):
            return FieldProblem.unknown(name, of: "the configuration", known: known, at: place).diagnostic
        case .wrongType(let field, let expected, let found, let place):
            return FieldProblem.wrongType(field, expected: expected, found: found, hint: nil, at: place).diagnostic
        case .noOutput(let path, let root, let place):
            return Diagnostic(
                "root-output", "'\(path)' lies in the root '\(root)', which vgraph only reads",
                hint: "write into the workspace", at: place)
        }
    }
}
