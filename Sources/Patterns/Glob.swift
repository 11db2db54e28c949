// A path in the workspace with wildcards: `*` matches any characters but `/`, `?` one character, `[a-z]` one of those,
// `**` any number of folders. Only a part that begins with a dot matches names that begin with one.
// Looks at no file: `GlobSearch` finds what matches.
import Diagnostics

public struct Glob: Sendable {
    public let text: String
    /// The root that it searches; nil: the workspace.
    package let root: String?
    /// The values of `{name}` and `{film}`, matched literally.
    private let name: TargetName?
    package let parts: [GlobPart]

    /// Whether a path has wildcards. The `?` at the end that marks an optional input does not count.
    package static func isGlob(_ text: String) -> Bool { text.utf8.contains { GlobPart.isWild($0) } }

    public init(_ text: String) throws(Pattern.Refusal) { try self.init(text, name: nil) }

    private init(_ text: String, name: TargetName?) throws(Pattern.Refusal) {
        var sample = text
        for hole in TargetName.Hole.allCases {
            sample = sample.replacing(hole.text, with: name?[hole] ?? hole.rawValue)
        }
        let (root, _) = try Pattern.rooted(sample)
        self.text = text
        self.root = Folders.root(of: text) == nil ? nil : root
        self.name = name
        let path = self.root == nil ? try Pattern.rooted(text).path : Folders.root(of: text)!.rest
        var parts: [GlobPart] = []
        for part in path.pathParts { parts += try GlobPart.parts(part, name: name) }
        if parts.last?.isFolders == true { parts.append(.all) }
        self.parts = parts
    }

    /// With its holes filled.
    package func filled(_ name: TargetName) throws(Pattern.Refusal) -> Glob { try Glob(text, name: name) }

    /// Whether a path in the workspace matches, whether it exists or not.
    package func matches(_ path: String) -> Bool { root == nil && states(after: path).contains(parts.count) }

    /// Whether something in a folder, at any depth, can match.
    package func mayMatch(beneath folder: String) -> Bool {
        root == nil && states(after: folder).contains { $0 < parts.count }
    }

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
        a.text.isSameBytes(b.text) && a.name == b.name
    }
    public func hash(into hasher: inout Hasher) {
        hasher.combine(ByteText(text))
        hasher.combine(name)
    }
}
