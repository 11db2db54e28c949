// A document as a tree in which every value has its place in the file. Does not know what any key means.
import Diagnostics

public struct Node: Sendable {
    public enum Content: Sendable {
        /// `isPlain`: written without quotes, so that the core schema may read it as a number, a boolean or null.
        case scalar(String, isPlain: Bool)
        case sequence([Node])
        /// In file order; keys are scalars and unique.
        case mapping([Pair])
    }

    public struct Pair: Sendable {
        public var key: Node
        public var value: Node
        public init(key: Node, value: Node) {
            self.key = key
            self.value = value
        }
        public var name: String { key.text ?? "" }
    }

    public var content: Content
    public var place: Place

    public init(_ content: Content, at place: Place) {
        self.content = content
        self.place = place
    }
}

extension Node {
    /// The text of a scalar, however it is written.
    public var text: String? {
        if case .scalar(let text, _) = content { return text }
        return nil
    }

    public var items: [Node]? {
        if case .sequence(let items) = content { return items }
        return nil
    }

    public var pairs: [Pair]? {
        if case .mapping(let pairs) = content { return pairs }
        return nil
    }

    public subscript(key: String) -> Node? { pairs?.first { $0.name == key }?.value }

    private var plain: String? {
        if case .scalar(let text, isPlain: true) = content { return text }
        return nil
    }

    public var isNull: Bool {
        switch plain {
        case "", "~", "null", "Null", "NULL": true
        default: false
        }
    }

    public var bool: Bool? {
        switch plain {
        case "true", "True", "TRUE": true
        case "false", "False", "FALSE": false
        default: nil
        }
    }

    /// Decimal, `0o` octal or `0x` hexadecimal; nil also if it does not fit into 64 bits.
    public var int: Int? {
        guard let plain else { return nil }
        if plain.hasPrefix("0x") { return Int(plain.dropFirst(2), radix: 16) }
        if plain.hasPrefix("0o") { return Int(plain.dropFirst(2), radix: 8) }
        return Int(plain)
    }

    /// Any number, including integers, `.inf` and `.nan`.
    public var double: Double? {
        if let int { return Double(int) }
        guard let plain, let first = plain.utf8.first else { return nil }
        switch plain {
        case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .infinity
        case "-.inf", "-.Inf", "-.INF": return -.infinity
        case ".nan", ".NaN", ".NAN": return .nan
        default: break
        }
        // Double() also accepts "inf", "nan", "infinity" and hexadecimal floats, which are strings in YAML.
        let isNumeric = plain.utf8.allSatisfy { (48...57).contains($0) || [43, 45, 46, 69, 101].contains($0) }
        guard isNumeric, (48...57).contains(first) || [43, 45, 46].contains(first) else { return nil }
        return Double(plain)
    }

    /// A scalar other than a number, a boolean or null.
    public var string: String? {
        guard let text else { return nil }
        if isNull || bool != nil || double != nil { return nil }
        return text
    }

    /// For messages: "a list", "a number" ...
    public var kindName: String {
        switch content {
        case .sequence: "a list"
        case .mapping: "a mapping"
        case .scalar:
            if isNull {
                "nothing"
            } else if bool != nil {
                "a boolean"
            } else if double != nil {
                "a number"
            } else {
                "a text"
            }
        }
    }
}
