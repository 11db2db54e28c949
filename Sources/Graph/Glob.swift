// A path in the workspace with wildcards: `*` stands for any characters but `/`, `**` for any number of folders.
// Names that begin with a point are matched only by a pattern that begins with one.
import Diagnostics
import Store

public struct Glob: Sendable, Hashable, Codable {
    public var text: String
    private var parts: [String]

    static func isGlob(_ text: String) -> Bool { text.utf8.contains(UInt8(ascii: "*")) }

    public init(_ text: String) throws(Pattern.Refusal) {
        if let reason = Pattern.fault(ofPath: text) { throw .reason(reason) }
        self.text = text
        parts = text.split(separator: "/").map(String.init)
        if let part = parts.first(where: { $0.contains("**") && $0 != "**" }) { throw .reason("'**' stands alone between two '/', not in '\(part)'") }
        if parts.last == "**" { parts.append("*") }
    }

    /// With `{name}` filled in.
    func filled(_ name: String) throws(Pattern.Refusal) -> Glob { try Glob(text.replacing("{name}", with: name)) }

    /// `paths` in the workspace, in byte order; `folders` that were looked into, absolute: each is a leaf of the build.
    typealias Found = (paths: [String], folders: [String])

    func files(in workspace: String, _ files: FileTable) throws(StoreProblem) -> Found {
        var found: Set<String> = [], folders: [String] = []
        var open: [(folder: String, part: Int)] = [("", 0)], seen: Set<String> = []
        while let (folder, part) = open.popLast() {
            guard seen.insert(folder + "\n\(part)").inserted else { continue }
            guard seen.count <= Self.mostFolders else { throw .cannotRead(path: workspace + "/" + folder, reason: "'\(text)' leads into too many folders") }
            let path = workspace + (folder.isEmpty ? "" : "/" + folder)
            folders.append(path)
            let names = try files.names(in: path) ?? []
            let pattern = parts[part], isLast = part == parts.count - 1
            if pattern == "**" { open.append((folder, part + 1)) }
            for name in names where Self.matches(name, pattern == "**" ? "*" : pattern) {
                let path = folder.isEmpty ? name : folder + "/" + name
                switch FileSignature.look(at: workspace + "/" + path) {
                case .present(let now) where now.isFolder:
                    if pattern == "**" { open.append((path, part)) } else if !isLast { open.append((path, part + 1)) }
                case .present(let now) where now.isFile && isLast && pattern != "**": found.insert(path)
                default: break
                }
            }
        }
        return (found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }, folders)
    }

    /// A link to a folder above leads round in circles; no project has so many.
    private static let mostFolders = 20_000

    /// `*` matches greedily with one step back: linear for one star, and never exponential.
    static func matches(_ name: String, _ pattern: String) -> Bool {
        let name = Array(name.utf8), pattern = Array(pattern.utf8), star = UInt8(ascii: "*"), point = UInt8(ascii: ".")
        if name.first == point && pattern.first != point { return false }
        var n = 0, p = 0, back: (n: Int, p: Int)?
        while n < name.count {
            if p < pattern.count, pattern[p] == star {
                back = (n, p)
                p += 1
            } else if p < pattern.count, pattern[p] == name[n] {
                n += 1
                p += 1
            } else if let (fromN, fromP) = back {
                back = (fromN + 1, fromP)
                n = fromN + 1
                p = fromP + 1
            } else {
                return false
            }
        }
        return pattern[p...].allSatisfy { $0 == star }
    }
}
