// A path in the workspace with wildcards: `*` stands for any characters but `/`, `?` for one, `[a-z]` for one of those,
// `**` for any number of folders. Names that begin with a point are matched only by a pattern that begins with one.
// What it finds is the project's: it never enters a cache, and a link that leads to a folder above is not followed.
import Diagnostics
import Glibc
import Store

public struct Glob: Sendable {
    public let text: String
    /// The root that it searches; nil: the workspace.
    let root: String?
    /// What `{name}` is; as it stands, whatever characters are in it.
    private let name: String?
    private let parts: [GlobPart]

    /// Whether a path is a pattern. The `?` at the end that marks an optional input is not a part of it.
    static func isGlob(_ text: String) -> Bool { text.utf8.contains { GlobPart.isWild($0) } }

    public init(_ text: String) throws(Pattern.Refusal) { try self.init(text, name: nil) }

    private init(_ text: String, name: String?) throws(Pattern.Refusal) {
        let (root, _) = try Pattern.rooted(text.replacing("{name}", with: name ?? "name"))
        self.text = text
        self.root = Folders.root(of: text) == nil ? nil : root
        self.name = name
        let path = self.root == nil ? try Pattern.rooted(text).path : Folders.root(of: text)!.rest
        var parts: [GlobPart] = []
        for part in path.pathParts { parts += try GlobPart.parts(part, name: name) }
        if parts.last?.isFolders == true { parts.append(.all) }
        self.parts = parts
    }

    /// With `{name}` filled in.
    func filled(_ name: String) throws(Pattern.Refusal) -> Glob { try Glob(text, name: name) }

    struct Found {
        /// By their names, in byte order.
        var paths: [String] = []
        /// Folders that were looked into, absolute: each is a leaf of the build.
        var folders: [String] = []
        /// Links to folders elsewhere that the search came by and did not follow, by name.
        var passedBy: [String] = []
    }

    private struct Open {
        var folder: String
        var part: Int
        /// The folders that it lies in, itself last.
        var chain: [FileSignature]
    }

    func files(in folders: Folders, _ files: FileTable) throws(StoreProblem) -> Found {
        guard let root else { return try self.files(in: folders.workspace, files) }
        guard let folder = folders.roots[root] else { return Found() }
        let found = try self.files(in: folder, files)
        return Found(paths: found.paths.map { root + ":" + $0 }, folders: found.folders,
                     passedBy: found.passedBy.map { root + ":" + $0 })
    }

    private func files(in workspace: String, _ files: FileTable) throws(StoreProblem) -> Found {
        var found: Set<ByteText> = [], folders: [String] = [], passedBy: Set<ByteText> = []
        var open = [Open(folder: "", part: 0, chain: Self.signature(workspace).map { [$0] } ?? [])],
            seen: Set<ByteText> = []
        while let (folder, part, chain) = open.popLast().map({ ($0.folder, $0.part, $0.chain) }) {
            guard seen.insert(folder + "\n\(part)").inserted else { continue }
            guard seen.count <= Self.mostFolders else { throw .cannotRead(path: workspace + "/" + folder, reason: "'\(text)' leads into too many folders") }
            let path = workspace + (folder.isEmpty ? "" : "/" + folder)
            if Cache.isCache(path) { continue }
            folders.append(path)
            let entries = try files.entries(in: path) ?? []
            let pattern = parts[part], isLast = part == parts.count - 1
            if pattern.isFolders { open.append(Open(folder: folder, part: part + 1, chain: chain)) }
            for entry in entries {
                let name = entry.name
                if let bytes = Folder.bytes(ofUntext: name) {
                    if pattern.matches(bytes) { throw .nameNotText(folder: path, name: String(name.dropLast())) }
                    continue
                }
                guard pattern.matches(Array(name.utf8)) else { continue }
                let path = folder.isEmpty ? name : folder + "/" + name
                switch files.look(at: workspace + "/" + path) {
                // What the pattern names is refused, as is what would match; what a search comes by is passed over, and said.
                case .failed(let code) where (code == EXDEV || code == ELOOP) && (isLast && !pattern.isFolders || !pattern.isWild):
                    throw .leadsOut(path: workspace + "/" + path)
                case .failed(EXDEV):
                    if let target = Self.signature(workspace + "/" + path), target.isFolder { passedBy.insert(path) }
                case .present(let now) where now.isFolder:
                    guard pattern.isFolders || !isLast else { continue }
                    if pattern.isWild && chain.contains(where: { $0.device == now.device && $0.inode == now.inode }) {
                        continue
                    }
                    open.append(Open(folder: path, part: pattern.isFolders ? part : part + 1, chain: chain + [now]))
                case .present(let now) where now.isFile && isLast && !pattern.isFolders: found.insert(path)
                default: break
                }
                // What a link leads to may come, go or become something else, and the folder that holds it stays as it is.
                if entry.kind == .link && !found.contains(path) {
                    try? files.note(program: workspace + "/" + path)
                    folders.append(workspace + "/" + path)
                }
            }
        }
        return Found(paths: found.texts, folders: folders, passedBy: passedBy.texts)
    }

    private static func signature(_ path: String) -> FileSignature? {
        if case .present(let now) = FileSignature.look(at: path) { now } else { nil }
    }

    /// Links to folders beside each other lead to each other in many ways; no project has so many.
    private static let mostFolders = 20_000

    /// Whether a path in the workspace matches, whatever is there.
    func matches(_ path: String) -> Bool { root == nil && states(after: path).contains(parts.count) }

    /// Whether something that lies in a folder, however deep, can match.
    func mayMatch(beneath folder: String) -> Bool { root == nil && states(after: folder).contains { $0 < parts.count } }

    /// How many parts of the pattern may be used up by a path.
    private func states(after path: String) -> Set<Int> {
        var states: Set<Int> = [0]
        func withSkipped(_ states: Set<Int>) -> Set<Int> {
            var all = states
            for state in states {
                var at = state; while at < parts.count, parts[at].isFolders { at += 1; all.insert(at) }
            }
            return all
        }
        for part in path.pathParts {
            var next: Set<Int> = []
            for state in withSkipped(states) where state < parts.count && parts[state].matches(Array(part.utf8)) {
                next.insert(parts[state].isFolders ? state : state + 1)
            }
            states = next
        }
        return states
    }
}

extension Glob: Hashable {
    public static func == (a: Glob, b: Glob) -> Bool {
        a.text.isSameBytes(b.text) && a.name.map { ByteText($0) } == b.name.map { ByteText($0) }
    }
    public func hash(into hasher: inout Hasher) {
        hasher.combine(ByteText(text))
        hasher.combine(name.map { ByteText($0) })
    }
}

/// What stands between two slashes of a pattern.
struct GlobPart: Sendable {
    fileprivate enum Token {
        case byte(UInt8)
        /// Any characters.
        case any
        /// One character, one of these or none of these; no ranges: whichever.
        case one([ClosedRange<UnicodeScalar>], isNot: Bool)
    }
    private var tokens: [Token] = []
    /// `**`.
    private(set) var isFolders = false

    static func isWild(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "*") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "[")
    }

    /// `*`.
    static let all: GlobPart = {
        var part = GlobPart()
        part.tokens = [.any]
        return part
    }()

    var isWild: Bool { isFolders || tokens.contains { if case .byte = $0 { false } else { true } } }

    /// One part, or several where the name has slashes.
    static func parts(_ text: String, name: String?) throws(Pattern.Refusal) -> [GlobPart] {
        if text == "**" {
            var part = GlobPart()
            part.isFolders = true
            return [part]
        }
        if text.contains("**") { throw .reason("'**' stands alone between two '/', not in '\(text)'") }
        var parts = [GlobPart()], rest = Substring(text).unicodeScalars
        while let scalar = rest.popFirst() {
            switch scalar {
            case "*": parts[parts.count - 1].tokens.append(.any)
            case "?": parts[parts.count - 1].tokens.append(.one([], isNot: false))
            case "[": parts[parts.count - 1].tokens.append(try set(&rest))
            case "{":
                guard Substring(rest).hasPrefix("name}") else {
                    throw .reason("only '{name}' can stand in braces; write two patterns")
                }
                rest = rest.dropFirst(5)
                for byte in (name ?? "{name}").utf8 {
                    if byte == UInt8(ascii: "/") { parts.append(GlobPart()) } else {
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
        throw .reason("a '[' has no ']'; '[[]' stands for the character itself")
    }

    /// `*` matches greedily with one step back: linear for one star, and never exponential.
    func matches(_ name: [UInt8]) -> Bool {
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
            // A byte that is no character is one.
            guard case .scalarValue(let scalar) = decoder.decode(&bytes) else {
                return ranges.isEmpty || isNot ? 1 : nil
            }
            let isOne = ranges.isEmpty || ranges.contains { $0.contains(scalar) }
            return isOne != isNot || ranges.isEmpty ? UTF8.width(scalar) : nil
        }
    }
}
