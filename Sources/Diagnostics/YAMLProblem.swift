// What can be wrong with a YAML file. Must not know what its keys mean.

public enum YAMLProblem: Problem {
    case tooLarge(file: String, bytes: Int, limit: Int)
    case utf16(file: String)
    case notUTF8(at: Place, byte: UInt8)
    case nul(at: Place)
    case outOfMemory(file: String)
    case empty(file: String)
    /// A control character that YAML does not allow; libyaml's words.
    case character(String, at: Place)
    case tab(at: Place)
    /// libyaml's words for what is wrong and what it was doing.
    case syntax(String, context: String?, at: Place)
    case documents(at: Place)
    case tooDeep(limit: Int, at: Place)
    case bomb(limit: Int, at: Place)
    case duplicateKey(String, at: Place, first: Place)
    case keyNotText(at: Place)
    case unknownAlias(String, at: Place)
    case tag(String, at: Place)
    case merge(at: Place)

    public var diagnostic: Diagnostic {
        switch self {
        case .tooLarge(let file, let bytes, let limit):
            Diagnostic(
                "yaml-too-large", "the file has \(bytes) bytes; the limit is \(limit)",
                at: Place(file: file, line: 0, column: 0))
        case .utf16(let file):
            Diagnostic(
                "yaml-utf16", "the file is UTF-16", hint: "save it as UTF-8",
                at: Place(file: file, line: 0, column: 0))
        case .notUTF8(let place, let byte):
            Diagnostic(
                "yaml-encoding", "byte 0x\(Self.hex(byte)) is not UTF-8", hint: "save the file as UTF-8",
                at: place)
        case .nul(let place):
            Diagnostic("yaml-nul", "the file contains a NUL byte", hint: "is this a text file?", at: place)
        case .outOfMemory(let file):
            FileProblem.outOfMemory(doing: "read the file", at: Place(file: file, line: 0, column: 0)).diagnostic
        case .empty(let file):
            Diagnostic("yaml-empty", "the file is empty", at: Place(file: file, line: 0, column: 0))
        case .character(let words, let place):
            Diagnostic(
                "yaml-character", words,
                hint: "write it as an escape in double quotes, for example \"\\u0007\"", at: place)
        case .tab(let place):
            Diagnostic("yaml-tab", "a tab cannot indent", hint: "indent with spaces", at: place)
        case .syntax(let problem, let context, let place):
            Diagnostic("yaml-syntax", (context.map { $0 + ": " } ?? "") + problem, hint: Self.hint(problem), at: place)
        case .documents(let place):
            Diagnostic(
                "yaml-documents", "a second document begins here",
                hint: "remove '---' and what follows: a file contains one document", at: place)
        case .tooDeep(let limit, let place):
            Diagnostic("yaml-too-deep", "nested deeper than \(limit) levels", at: place)
        case .bomb(let limit, let place):
            Diagnostic(
                "yaml-bomb", "the document grows beyond \(limit) values",
                hint: "use fewer aliases: each use of one counts", at: place)
        case .duplicateKey(let name, let place, let first):
            Diagnostic(
                "yaml-duplicate-key", "the key '\(name)' appears twice",
                hint: "remove one; the first is in line \(first.line), column \(first.column)", at: place)
        case .keyNotText(let place):
            Diagnostic("yaml-key", "a key must be a text", at: place)
        case .unknownAlias(let name, let place):
            Diagnostic("yaml-alias", "no anchor '&\(name)' ends before this alias", at: place)
        case .tag(let tag, let place):
            Diagnostic("yaml-tag", "the tag '\(tag)' has no meaning here", hint: "remove it", at: place)
        case .merge(let place):
            Diagnostic("yaml-merge", "'<<' takes a mapping or a list of mappings", at: place)
        }
    }

    private static func hint(_ problem: String) -> String? {
        switch problem {
        case "mapping values are not allowed in this context":
            "put a value that contains ': ' into quotes, or check the indentation"
        case "did not find expected key", "could not find expected ':'":
            "check the indentation here and in the line before"
        case "found character that cannot start any token": "put a value that begins with @, `, % or * into quotes"
        case "did not find expected ',' or ']'", "did not find expected ',' or '}'":
            "a comma or a closing bracket is missing"
        case "found unexpected end of stream": "a quote is not closed"
        default: nil
        }
    }

    private static func hex(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }
}
