// JSON whose members keep their order, for the printed schema.
import YAML

indirect enum JSON: Sendable, Equatable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([JSON])
    case object([(String, JSON)])

    static func == (a: JSON, b: JSON) -> Bool { a.text() == b.text() }

    func text(indent: Int = 0) -> String {
        let inner = String(repeating: "  ", count: indent + 1), outer = String(repeating: "  ", count: indent)
        switch self {
        case .null: return "null"
        case .bool(let value): return value ? "true" : "false"
        case .number(let value): return plainNumber(value)
        case .string(let value): return Self.quoted(value)
        case .array(let items):
            if items.isEmpty { return "[]" }
            let texts = items.map { $0.text(indent: indent + 1) }
            if texts.allSatisfy({ !$0.contains("\n") }), texts.reduce(0, { $0 + $1.utf8.count + 2 }) < 100 {
                return "[" + texts.joined(separator: ", ") + "]"
            }
            return "[\n" + texts.map { inner + $0 }.joined(separator: ",\n") + "\n" + outer + "]"
        case .object(let members):
            if members.isEmpty { return "{}" }
            return "{\n"
                + members.map { inner + Self.quoted($0.0) + ": " + $0.1.text(indent: indent + 1) }.joined(
                    separator: ",\n")
                + "\n" + outer + "}"
        }
    }

    private static func quoted(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            default:
                if scalar.value < 0x20 {
                    let hex = String(scalar.value, radix: 16)
                    out += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
                } else {
                    out.unicodeScalars.append(scalar)
                }
            }
        }
        return out + "\""
    }
}

extension JSON {
    init(_ node: Node) {
        switch node.content {
        case .sequence(let items): self = .array(items.map(JSON.init))
        case .mapping(let pairs): self = .object(pairs.map { ($0.name, JSON($0.value)) })
        case .scalar(let text, _):
            self = node.isNull ? .null : node.bool.map(JSON.bool) ?? node.double.map(JSON.number) ?? .string(text)
        }
    }

    /// As YAML on one line, as people write it.
    var flow: String {
        switch self {
        case .array(let items): return "[" + items.map(\.flow).joined(separator: ", ") + "]"
        case .object(let members):
            return members.isEmpty
                ? "{}" : "{ " + members.map { $0.0 + ": " + $0.1.flow }.joined(separator: ", ") + " }"
        case .string(let text):
            let isPlain =
                text.utf8.allSatisfy {
                    ($0 | 0x20) >= 97 && ($0 | 0x20) <= 122 || (48...57).contains($0) || " _./-%:".utf8.contains($0)
                }
                && text.utf8.first.map { $0 != 0x2D && $0 != 0x25 && $0 != 0x20 && $0 != 0x3A } == true
                && !text.contains(": ")
            return isPlain && !["true", "false", "null"].contains(text) && Double(text) == nil ? text : self.text()
        default: return self.text()
        }
    }
}

/// A number as people write it: whole numbers without a decimal point.
func plainNumber(_ value: Double) -> String {
    if value.rounded() == value, abs(value) < 1e15 { return String(Int(value)) }
    return String(value)
}
