// Where the files lie that a spec or a pipeline names: in the workspace, or in a root, a folder elsewhere that the user
// declared under a name. `brand:logo.svg` is `logo.svg` in the root `brand`, wherever this machine keeps it: keys and
// records hold the name, and only code that opens files uses the path.

public struct Folders: Sendable, Hashable {
    /// Absolute.
    public var workspace: String
    /// By name, absolute.
    public var roots: [String: String]

    public init(workspace: String, roots: [String: String] = [:]) {
        self.workspace = workspace
        self.roots = roots
    }

    /// Nothing can lie beneath it: the path of a root that is not declared.
    public static let nowhere = "/dev/null"

    /// The absolute path of a file by its name.
    public func path(_ name: String) -> String {
        if name.utf8.first == UInt8(ascii: "/") { return name }
        guard let (root, rest) = Self.root(of: name) else { return workspace + "/" + name }
        return (roots[root] ?? Self.nowhere) + "/" + rest
    }

    /// The name of a file by its absolute path; nil: it lies in none of these folders.
    public func name(_ path: String) -> String? {
        if let rest = path.beneath(workspace) { return Self.plain(rest) }
        var found: (root: String, folder: String, rest: String)?
        for (root, folder) in roots {
            guard let rest = path.beneath(folder) else { continue }
            // The deepest folder wins; of two names for one folder, the first.
            if let found, (found.folder.utf8.count, root) > (folder.utf8.count, found.root) { continue }
            found = (root, folder, rest)
        }
        return found.map { $0.root + ":" + $0.rest }
    }

    /// The parts of a name that begins with a root.
    public static func root(of name: String) -> (root: String, rest: String)? {
        var count = 0
        for byte in name.utf8 {
            switch byte {
            case UInt8(ascii: ":") where count > 0:
                let rest = name.utf8.dropFirst(count + 1)
                return (String(decoding: name.utf8.prefix(count), as: UTF8.self), String(decoding: rest, as: UTF8.self))
            case 0x41...0x5A, 0x61...0x7A: break
            case 0x30...0x39, UInt8(ascii: "-"), UInt8(ascii: "_"): if count == 0 { return nil }
            default: return nil
            }
            count += 1
        }
        return nil
    }

    public static func isRootName(_ text: String) -> Bool {
        text.utf8.count <= 64 && root(of: text + ":")?.root == text
    }

    /// The name of a file of the workspace; it begins with './' where it would otherwise read as a file in a root.
    public static func plain(_ path: String) -> String { root(of: path) == nil ? path : "./" + path }

    /// The path at which a program finds the file in its folder: `brand/logo.svg`.
    public static func place(_ name: String) -> String { root(of: name).map { $0.root + "/" + $0.rest } ?? name }
}
