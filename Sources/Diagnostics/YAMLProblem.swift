// What can be wrong with a file before any of its keys means something.

public enum YAMLProblem: Sendable {
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
            Diagnostic("yaml-too-large", .error, "the file has \(bytes) bytes, more than the \(limit) that are read",
                       at: Place(file: file, line: 0, column: 0))
        case .utf16(let file):
            Diagnostic("yaml-encoding", .error, "the file is UTF-16", hint: "save it as UTF-8", at: Place(file: file, line: 0, column: 0))
        case .notUTF8(let place, let byte):
            Diagnostic("yaml-encoding", .error, "byte 0x\(Self.hex(byte)) is not UTF-8", hint: "save the file as UTF-8", at: place)
        case .nul(let place):
            Diagnostic("yaml-encoding", .error, "the file holds a NUL byte", hint: "is this a text file?", at: place)
        case .outOfMemory(let file):
            Diagnostic("out-of-memory", .error, fault: .environment, "no memory left to read the file", at: Place(file: file, line: 0, column: 0))
        case .empty(let file):
            Diagnostic("yaml-empty", .error, "the file is empty", at: Place(file: file, line: 0, column: 0))
        case .character(let words, let place):
            Diagnostic("yaml-character", .error, words, hint: "write it as an escape in double quotes, for example \"\\u0007\"", at: place)
        case .tab(let place):
            Diagnostic("yaml-tab", .error, "a tab cannot indent", hint: "indent with spaces", at: place)
        case .syntax(let problem, let context, let place):
            Diagnostic("yaml-syntax", .error, (context.map { $0 + ": " } ?? "") + problem, hint: Self.hint(problem), at: place)
        case .documents(let place):
            Diagnostic("yaml-documents", .error, "a second document begins here", hint: "one file holds one document: remove '---' and what follows", at: place)
        case .tooDeep(let limit, let place):
            Diagnostic("yaml-too-deep", .error, "nested deeper than \(limit) levels", at: place)
        case .bomb(let limit, let place):
            Diagnostic("yaml-bomb", .error, "the document grows beyond \(limit) values", hint: "aliases count as often as they are used", at: place)
        case .duplicateKey(let name, let place, let first):
            Diagnostic("yaml-duplicate-key", .error, "'\(name)' is given twice", hint: "it was given first in line \(first.line), column \(first.column)", at: place)
        case .keyNotText(let place):
            Diagnostic("yaml-key", .error, "a key must be a text", at: place)
        case .unknownAlias(let name, let place):
            Diagnostic("yaml-alias", .error, "no anchor '&\(name)' ends before this alias", at: place)
        case .tag(let tag, let place):
            Diagnostic("yaml-tag", .error, "the tag '\(tag)' means nothing here", hint: "remove it", at: place)
        case .merge(let place):
            Diagnostic("yaml-merge", .error, "'<<' takes a mapping or a list of mappings", at: place)
        }
    }

    private static func hint(_ problem: String) -> String? {
        switch problem {
        case "mapping values are not allowed in this context": "put a value that contains ': ' into quotes, or check the indentation"
        case "did not find expected key", "could not find expected ':'": "check the indentation here and in the line before"
        case "found character that cannot start any token": "put a value that begins with @, `, % or * into quotes"
        case "did not find expected ',' or ']'", "did not find expected ',' or '}'": "a comma or a closing bracket is missing"
        case "found unexpected end of stream": "a quote is not closed"
        default: nil
        }
    }

    private static func hex(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }
}
