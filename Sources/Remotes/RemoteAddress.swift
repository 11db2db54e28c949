// The URL of a remote, taken apart once. What it may look like decides which protocol is spoken.

public struct RemoteAddress: Codable, Sendable, Hashable {
    /// How a remote is spoken to.
    public enum Kind: String, Codable, Sendable {
        /// Bazel's HTTP cache protocol.
        case http
        /// Objects in a bucket.
        case s3
        /// Remote Execution API, version 2.
        case reapi
    }

    public var kind: Kind
    public var isEncrypted: Bool
    /// `host` or `host:port`; of S3, the bucket.
    public var host: String
    /// Without a slash at either end; of REAPI, the instance.
    public var path: String

    public static let schemes = ["http", "https", "s3", "grpc", "grpcs"]

    /// nil: it is not such a URL.
    public init?(_ text: String) {
        guard let mark = text.firstRange(of: "://"), text.utf8.count <= 2000 else { return nil }
        switch text[..<mark.lowerBound] {
        case "http": (kind, isEncrypted) = (.http, false)
        case "https": (kind, isEncrypted) = (.http, true)
        case "s3": (kind, isEncrypted) = (.s3, true)
        case "grpc": (kind, isEncrypted) = (.reapi, false)
        case "grpcs": (kind, isEncrypted) = (.reapi, true)
        default: return nil
        }
        let rest = text[mark.upperBound...]
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        host = String(rest[..<slash])
        var path = rest[slash...]
        while path.first == "/" { path.removeFirst() }
        while path.last == "/" { path.removeLast() }
        self.path = String(path)
        guard Self.isHost(host), Self.isPath(self.path) else { return nil }
    }

    public var text: String {
        let scheme =
            switch kind {
            case .http: isEncrypted ? "https" : "http"
            case .s3: "s3"
            case .reapi: isEncrypted ? "grpcs" : "grpc"
            }
        return scheme + "://" + host + (path.isEmpty ? "" : "/" + path)
    }

    /// Whether bytes on the way stay on this machine.
    public var isLoopback: Bool {
        let name = host.hasPrefix("[") ? host : String(host.prefix { $0 != ":" })
        return name == "localhost" || name.hasPrefix("127.") || name.hasPrefix("[::1]")
    }

    /// A name, an address or `[address]`, and maybe a port. No user and no password: these are not for a file.
    static func isHost(_ text: String) -> Bool {
        var rest = text[...]
        if rest.first == "[" {
            guard let end = rest.firstIndex(of: "]") else { return false }
            guard rest[..<end].dropFirst().allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." }) else { return false }
            rest = rest[rest.index(after: end)...]
        } else {
            let name = rest.prefix { $0 != ":" }
            guard !name.isEmpty, name.first != "-",
                name.utf8.allSatisfy({
                    (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0)
                        || $0 == 0x2d || $0 == 0x2e || $0 == 0x5f
                })
            else { return false }
            rest = rest[name.endIndex...]
        }
        if rest.isEmpty { return true }
        guard rest.first == ":", let port = UInt16(rest.dropFirst()) else { return false }
        return port > 0
    }

    /// Segments of plain characters: none needs an escape, and none leads upwards.
    static func isPath(_ text: String) -> Bool {
        guard !text.isEmpty else { return true }
        return text.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty && part != "." && part != ".."
                && part.utf8.allSatisfy {
                    (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0)
                        || $0 == 0x2d || $0 == 0x2e || $0 == 0x5f || $0 == 0x7e
                }
        }
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let address = RemoteAddress(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not the URL of a remote: \(text)")
        }
        self = address
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
