// A person's key: a file of the person's own configuration, readable by them alone. Never in a workspace, a record, a
// cache or a message.
import CSystem
import Diagnostics
import Digests
import Files
import Glibc

public struct PrivateKey: Sendable {
    public let name: String
    /// 64 hex digits.
    public let publicKey: String
    private let seed: [UInt8]

    /// The folder of a person's keys: `$XDG_CONFIG_HOME/vgraph/keys`, or `~/.config/vgraph/keys`.
    public static var folder: String {
        let config = getenv("XDG_CONFIG_HOME").map { String(cString: $0) } ?? ""
        if config.hasPrefix("/") { return config + "/vgraph/keys" }
        return (getenv("HOME").map { String(cString: $0) } ?? "") + "/.config/vgraph/keys"
    }

    public static func path(of name: String, in folder: String = folder) -> String { "\(folder)/\(name).key" }

    package init?(name: String, seed: [UInt8]) {
        var key = [UInt8](repeating: 0, count: 32)
        guard seed.count == 32, csystem_ed25519_public(seed, &key) == 1 else { return nil }
        self.name = name
        self.seed = seed
        publicKey = key.withUnsafeBytes { hexText($0) }
    }

    /// Makes a key and its file, which is never replaced.
    public static func make(_ name: String, in folder: String = folder) throws(DecisionProblem) -> PrivateKey {
        guard isKeyName(name) else { throw .badWords(option: "NAME", reason: "has letters, digits, '.', '_' and '-'") }
        var seed = [UInt8](repeating: 0, count: 32)
        guard csystem_random(&seed, 32) == 1, let key = PrivateKey(name: name, seed: seed) else {
            throw .cannotUse(file: folder, error: "the system gives no random bytes")
        }
        if let failed = Folder.failure(creating: folder, mode: 0o700) {
            throw .cannotUse(file: failed.path, error: message(failed.code))
        }
        let file = Self.path(of: name, in: folder)
        do throws(SystemFailure) {
            try WholeFile.write(Array((seed.withUnsafeBytes { hexText($0) } + "\n").utf8), to: file, mode: 0o600)
        } catch {
            if error.code == EEXIST { throw .keyExists(name: name, path: file) }
            throw .cannotUse(file: file, error: error.words)
        }
        return key
    }

    public static func read(_ name: String, in folder: String = folder) throws(DecisionProblem) -> PrivateKey {
        let path = Self.path(of: name, in: folder)
        guard isKeyName(name) else { throw .noKey(name: name, path: path) }
        let file = Descriptor(open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW))
        guard file.number >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { throw .noKey(name: name, path: path) }
            throw .cannotUse(file: path, error: message(errno))
        }
        var status = stat()
        guard fstat(file.number, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { throw .badKey(path: path) }
        guard status.st_mode & 0o077 == 0, status.st_uid == geteuid() else { throw .keyReadable(path: path) }
        var text: [UInt8]
        do throws(SystemFailure) { text = try OpenFile.read(file.number, limit: 1000) } catch {
            throw .cannotUse(file: path, error: error.words)
        }
        if text.last == 10 { text.removeLast() }
        guard let seed = hexBytes(String(decoding: text, as: UTF8.self), count: 32),
            let key = PrivateKey(name: name, seed: seed)
        else { throw .badKey(path: path) }
        return key
    }

    /// 128 hex digits.
    package func sign(_ bytes: [UInt8]) -> String {
        var signature = [UInt8](repeating: 0, count: 64)
        // An empty signature never verifies.
        guard csystem_ed25519_sign(seed, bytes, bytes.count, &signature) == 1 else { return "" }
        return signature.withUnsafeBytes { hexText($0) }
    }
}

extension PrivateKey {
    /// Of the person's keys.
    public static func names(in folder: String = folder) -> [String] {
        guard let found = try? Root(folder, links: .none).names(folder) else { return [] }
        return found.filter { $0.hasSuffix(".key") }.map { String($0.dropLast(4)) }.sorted()
    }
}
