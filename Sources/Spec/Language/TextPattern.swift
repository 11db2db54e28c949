// A regular expression that is matched against a whole text, in time that grows with the product of their lengths: all
// states are followed at once, so that no pattern backtracks.
import Diagnostics

struct TextPattern: Sendable {
    let text: String
    private let program: [Step]

    /// The most steps of a pattern, after repeating what {2,4} repeats.
    private static let limit = 2000

    private enum Step: Sendable {
        case one(Scalars)
        case split(Int, Int)
        case jump(Int)
        case match
    }

    /// A set of characters.
    private struct Scalars: Sendable {
        var ranges: [ClosedRange<Unicode.Scalar>] = []
        var letters = false, digits = false, spaces = false
        var isInverted = false

        func contains(_ scalar: Unicode.Scalar) -> Bool {
            let isIn =
                ranges.contains { $0.contains(scalar) } || (letters && scalar.properties.isAlphabetic)
                || (digits && scalar.properties.numericType != nil) || (spaces && scalar.properties.isWhitespace)
            return isIn != isInverted
        }

        static let any = Scalars(isInverted: true)
        static let word = Scalars(ranges: ["a"..."z", "A"..."Z", "0"..."9", "_"..."_"])
    }

    private indirect enum Tree {
        case one(Scalars)
        case sequence([Tree])
        case choice([Tree])
        case times(Tree, least: Int, most: Int?)
    }

    /// What is wrong with a pattern.
    struct Fault: Error {
        var words: String
    }

    init(_ text: String) throws(Fault) {
        self.text = text
        var parser = Parser(text)
        let tree = try parser.whole()
        var program: [Step] = []
        try Self.emit(tree, &program)
        program.append(.match)
        self.program = program
    }

    func matches(_ text: String) -> Bool {
        var states: [Int] = [], marks = [Int](repeating: -1, count: program.count)
        func add(_ first: Int, _ states: inout [Int], _ mark: Int) {
            var open = [first]
            while let state = open.popLast() {
                guard marks[state] != mark else { continue }
                marks[state] = mark
                switch program[state] {
                case .jump(let to): open.append(to)
                case .split(let a, let b):
                    open.append(b)
                    open.append(a)
                case .one, .match: states.append(state)
                }
            }
        }
        add(0, &states, 0)
        for (index, scalar) in text.unicodeScalars.enumerated() {
            var next: [Int] = []
            for state in states {
                if case .one(let set) = program[state], set.contains(scalar) { add(state + 1, &next, index + 1) }
            }
            if next.isEmpty { return false }
            states = next
        }
        return states.contains { if case .match = program[$0] { true } else { false } }
    }

    private static func emit(_ tree: Tree, _ program: inout [Step]) throws(Fault) {
        guard program.count < limit else { throw Fault(words: "it repeats too much") }
        switch tree {
        case .one(let set): program.append(.one(set))
        case .sequence(let parts): for part in parts { try emit(part, &program) }
        case .choice(let parts):
            var ends: [Int] = []
            for (index, part) in parts.enumerated() {
                guard index + 1 < parts.count else { try emit(part, &program); break }
                let split = program.count
                program.append(.split(split + 1, 0))
                try emit(part, &program)
                ends.append(program.count)
                program.append(.jump(0))
                program[split] = .split(split + 1, program.count)
            }
            for end in ends { program[end] = .jump(program.count) }
        case .times(let part, let least, let most):
            for _ in 0..<least { try emit(part, &program) }
            guard let most else {
                let split = program.count
                program.append(.split(split + 1, 0))
                try emit(part, &program)
                program.append(.jump(split))
                program[split] = .split(split + 1, program.count)
                return
            }
            var splits: [Int] = []
            for _ in 0..<max(0, most - least) {
                splits.append(program.count)
                program.append(.split(program.count + 1, 0))
                try emit(part, &program)
            }
            for split in splits { program[split] = .split(split + 1, program.count) }
        }
    }

    private struct Parser {
        private let all: [Unicode.Scalar]
        private var at = 0
        private var depth = 0

        init(_ text: String) { all = Array(text.unicodeScalars) }

        private var next: Unicode.Scalar? { at < all.count ? all[at] : nil }

        private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
            guard next == scalar else { return false }
            at += 1
            return true
        }

        mutating func whole() throws(Fault) -> Tree {
            // The whole text is matched, with or without these.
            _ = take("^")
            let tree = try choice()
            guard next == nil else { throw Fault(words: "')' closes nothing") }
            return tree
        }

        private mutating func choice() throws(Fault) -> Tree {
            depth += 1
            defer { depth -= 1 }
            guard depth <= 50 else { throw Fault(words: "its groups are nested too deeply") }
            var parts = [try sequence()]
            while take("|") { parts.append(try sequence()) }
            return parts.count == 1 ? parts[0] : .choice(parts)
        }

        private mutating func sequence() throws(Fault) -> Tree {
            var parts: [Tree] = []
            while let scalar = next, scalar != "|", scalar != ")" {
                if scalar == "$", at + 1 == all.count { at += 1; break }
                parts.append(try repeated(try atom()))
            }
            return .sequence(parts)
        }

        private mutating func repeated(_ tree: Tree) throws(Fault) -> Tree {
            let found: Tree
            if take("*") {
                found = .times(tree, least: 0, most: nil)
            } else if take("+") {
                found = .times(tree, least: 1, most: nil)
            } else if take("?") {
                found = .times(tree, least: 0, most: 1)
            } else if take("{") {
                let least = try number()
                var most: Int? = least
                if take(",") { most = next == "}" ? nil : try number() }
                guard take("}") else { throw Fault(words: "'{' is not closed") }
                if let most, most < least { throw Fault(words: "{\(least),\(most)} is backwards") }
                found = .times(tree, least: least, most: most)
            } else {
                return tree
            }
            if let scalar = next, "*+?{".unicodeScalars.contains(scalar) {
                throw Fault(words: "'\(scalar)' follows another repetition")
            }
            return found
        }

        private mutating func number() throws(Fault) -> Int {
            var digits = ""
            while let scalar = next, ("0"..."9").contains(scalar), digits.utf8.count < 4 {
                digits.unicodeScalars.append(scalar)
                at += 1
            }
            guard let number = Int(digits), number <= TextPattern.limit else {
                throw Fault(words: "'{' needs a number up to \(TextPattern.limit)")
            }
            return number
        }

        private mutating func atom() throws(Fault) -> Tree {
            guard let scalar = next else { throw Fault(words: "it ends too early") }
            at += 1
            switch scalar {
            case "(":
                if take("?"), !take(":") { throw Fault(words: "'(?' is not known but as '(?:'") }
                let tree = try choice()
                guard take(")") else { throw Fault(words: "'(' is not closed") }
                return tree
            case "[": return .one(try set())
            case ".": return .one(.any)
            case "\\": return .one(try escaped())
            case "*", "+", "?", "{": throw Fault(words: "'\(scalar)' repeats nothing")
            case "^", "$": throw Fault(words: "'\(scalar)' is not at the edge; write \\\(scalar) for the character")
            default: return .one(Scalars(ranges: [scalar...scalar]))
            }
        }

        private mutating func escaped() throws(Fault) -> Scalars {
            guard let scalar = next else { throw Fault(words: "it ends in '\\'") }
            at += 1
            switch scalar {
            case "d": return Scalars(ranges: ["0"..."9"])
            case "w": return .word
            case "s": return Scalars(spaces: true)
            case "D": return Scalars(ranges: ["0"..."9"], isInverted: true)
            case "W": return Scalars(ranges: Scalars.word.ranges, isInverted: true)
            case "S": return Scalars(spaces: true, isInverted: true)
            case "p":
                for (name, set) in [("{L}", Scalars(letters: true)), ("{N}", Scalars(digits: true))] {
                    let end = at + name.unicodeScalars.count
                    if end <= all.count, all[at..<end].elementsEqual(name.unicodeScalars) {
                        at = end
                        return set
                    }
                }
                throw Fault(words: "'\\p' is known as \\p{L} and \\p{N}")
            default:
                guard !("a"..."z").contains(scalar), !("A"..."Z").contains(scalar), !("0"..."9").contains(scalar) else {
                    throw Fault(words: "'\\\(scalar)' is not known")
                }
                return Scalars(ranges: [scalar...scalar])
            }
        }

        private mutating func set() throws(Fault) -> Scalars {
            var set = Scalars()
            let isInverted = take("^")
            var isFirst = true
            while let scalar = next {
                if scalar == "]", !isFirst {
                    at += 1
                    set.isInverted = isInverted
                    return set
                }
                isFirst = false
                at += 1
                guard scalar != "\\" else {
                    let part = try escaped()
                    guard !part.isInverted else { throw Fault(words: "a class cannot contain \\D, \\W or \\S") }
                    set.ranges += part.ranges
                    set.letters = set.letters || part.letters
                    set.digits = set.digits || part.digits
                    set.spaces = set.spaces || part.spaces
                    continue
                }
                if next == "-", at + 1 < all.count, all[at + 1] != "]" {
                    let end = all[at + 1]
                    guard end != "\\", end >= scalar else {
                        throw Fault(words: "'\(scalar)-\(end)' is not a range of characters")
                    }
                    at += 2
                    set.ranges.append(scalar...end)
                } else {
                    set.ranges.append(scalar...scalar)
                }
            }
            throw Fault(words: "'[' is not closed")
        }
    }
}

extension TextPattern {
    static let kind = Kind<TextPattern>(.type("string")) { node, reader in
        guard let text = node.text, !node.isNull, text.utf8.count <= 500 else {
            reader.wrongType(node, expected: "a regular expression of up to 500 bytes")
            return nil
        }
        do throws(Fault) { return try TextPattern(text) } catch {
            reader.report(.badPattern(text, reason: error.words, at: node.place))
            return nil
        }
    }
}
