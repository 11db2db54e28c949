// Whose decisions count: the file `vgraph.keys` of a workspace, one key a line. It is kept in version control, so who
// may decide is decided there.
import Diagnostics
import Digests

public struct PublicKeys: Sendable {
    public static let fileName = "vgraph.keys"
    static let limit = 1 << 20

    /// Public key, 64 hex digits, by name.
    public private(set) var named: [(name: String, key: String)] = []

    public init() {}

    /// `NAME ed25519 HEX`; empty lines, and those that begin with '#', say nothing.
    public init(_ bytes: [UInt8], file: String = fileName) throws(Diagnostics) {
        guard bytes.count <= Self.limit else {
            throw Diagnostics([DecisionProblem.tooLarge(file: file, limit: Self.limit).diagnostic])
        }
        var problems: [Diagnostic] = []
        for (index, line) in bytes.split(separator: 10, omittingEmptySubsequences: false).enumerated() {
            let words = String(decoding: line, as: UTF8.self).split { $0 == " " || $0 == "\t" || $0 == "\r" }
            guard let first = words.first, !first.hasPrefix("#") else { continue }
            func refuse(_ reason: String) {
                problems.append(DecisionProblem.badKeyLine(file: file, line: index + 1, reason: reason).diagnostic)
            }
            guard words.count == 3, words[1] == "ed25519", hexBytes(String(words[2]), count: 32) != nil else {
                refuse("it is not NAME ed25519 and 64 hex digits")
                continue
            }
            guard isKeyName(String(first)) else { refuse("a name has letters, digits, '.', '_' and '-'"); continue }
            if named.contains(where: { $0.name == first }) { refuse("the name '\(first)' is taken"); continue }
            if named.contains(where: { $0.key == words[2] }) { refuse("the key has another name already"); continue }
            named.append((String(first), String(words[2])))
        }
        guard problems.isEmpty else { throw Diagnostics(problems) }
    }

    public func holds(_ name: String, _ key: String) -> Bool { named.contains { $0.name == name && $0.key == key } }

    /// A line of the file.
    public static func line(_ name: String, _ key: String) -> String { "\(name) ed25519 \(key)" }
}

/// A name that is safe as a file's, on a command line and in a list.
func isKeyName(_ name: String) -> Bool {
    let bytes = Array(name.utf8)
    guard (1...64).contains(bytes.count), bytes[0] != 0x2d, bytes[0] != 0x2e else { return false }
    return bytes.allSatisfy {
        switch $0 {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f: true
        default: false
        }
    }
}
