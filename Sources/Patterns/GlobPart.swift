// One part of a pattern with wildcards, between two slashes, and the names that match it. Looks at no file.

/// One part of a pattern, between two slashes.
package struct GlobPart: Sendable {
    fileprivate enum Token {
        case byte(UInt8)
        /// Any characters.
        case any
        /// One character: one of these, or none of these. Without ranges: any.
        case one([ClosedRange<UnicodeScalar>], isNot: Bool)
    }
    private var tokens: [Token] = []
    /// `**`.
    package private(set) var isFolders = false

    package static func isWild(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "*") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "[")
    }

    /// `*`.
    static let all: GlobPart = {
        var part = GlobPart()
        part.tokens = [.any]
        return part
    }()

    package var isWild: Bool { isFolders || tokens.contains { if case .byte = $0 { false } else { true } } }

    /// One part, or several where the name has slashes.
    package static func parts(_ text: String, name: TargetName?) throws(Pattern.Refusal) -> [GlobPart] {
        if text == "**" {
            var part = GlobPart()
            part.isFolders = true
            return [part]
        }
        if text.contains("**") { throw .reason("'**' must be alone between two '/', not in '\(text)'") }
        var parts = [GlobPart()], rest = Substring(text).unicodeScalars
        while let scalar = rest.popFirst() {
            switch scalar {
            case "*": parts[parts.count - 1].tokens.append(.any)
            case "?": parts[parts.count - 1].tokens.append(.one([], isNot: false))
            case "[": parts[parts.count - 1].tokens.append(try set(&rest))
            case "{":
                guard
                    let hole = TargetName.Hole.allCases.first(where: { Substring(rest).hasPrefix($0.rawValue + "}") })
                else {
                    throw .reason("braces can contain only 'name' or 'film'; write two patterns")
                }
                rest = rest.dropFirst(hole.rawValue.utf8.count + 1)
                for byte in (name?[hole] ?? hole.text).utf8 {
                    if byte == UInt8(ascii: "/") {
                        parts.append(GlobPart())
                    } else {
                        parts[parts.count - 1].tokens.append(.byte(byte))
                    }
                }
            default: for byte in String(scalar).utf8 { parts[parts.count - 1].tokens.append(.byte(byte)) }
            }
        }
        return parts
    }

    /// What follows a `[`: `abc]`, `a-z0-9]`, `!a]`. A `]` that comes first is one of them.
    private static func set(_ rest: inout Substring.UnicodeScalarView) throws(Pattern.Refusal) -> Token {
        var ranges: [ClosedRange<UnicodeScalar>] = [], isNot = false
        if rest.first == "!" || rest.first == "^" {
            isNot = true
            rest.removeFirst()
        }
        while let scalar = rest.popFirst() {
            if scalar == "]" && !ranges.isEmpty { return .one(ranges, isNot: isNot) }
            guard rest.first == "-", let last = rest.dropFirst().first, last != "]" else {
                ranges.append(scalar...scalar)
                continue
            }
            guard scalar <= last else { throw .reason("'\(scalar)-\(last)' runs backwards") }
            ranges.append(scalar...last)
            rest = rest.dropFirst(2)
        }
        throw .reason("a '[' has no ']'; write '[[]' for the character itself")
    }

    /// `*` matches greedily with one step back: linear for one star, and never exponential.
    package func matches(_ name: [UInt8]) -> Bool {
        let point = UInt8(ascii: ".")
        if name.first == point {
            guard case .byte(point)? = tokens.first else { return false }
        }
        if isFolders { return true }
        var n = 0, p = 0, back: (n: Int, p: Int)?
        while n < name.count {
            if p < tokens.count, case .any = tokens[p] {
                back = (n, p)
                p += 1
            } else if p < tokens.count, let length = tokens[p].length(name[n...]) {
                n += length
                p += 1
            } else if let (fromN, fromP) = back {
                back = (fromN + 1, fromP)
                n = fromN + 1
                p = fromP + 1
            } else {
                return false
            }
        }
        return tokens[p...].allSatisfy { if case .any = $0 { true } else { false } }
    }
}

extension GlobPart.Token {
    /// How many bytes it takes off the front; nil: it does not match.
    fileprivate func length(_ name: ArraySlice<UInt8>) -> Int? {
        switch self {
        case .any: return nil
        case .byte(let byte): return name.first == byte ? 1 : nil
        case .one(let ranges, let isNot):
            var decoder = UTF8(), bytes = name.makeIterator()
            // A byte that is not UTF-8 counts as one character.
            guard case .scalarValue(let scalar) = decoder.decode(&bytes) else {
                return ranges.isEmpty || isNot ? 1 : nil
            }
            let isOne = ranges.isEmpty || ranges.contains { $0.contains(scalar) }
            return isOne != isNot || ranges.isEmpty ? UTF8.width(scalar) : nil
        }
    }
}
