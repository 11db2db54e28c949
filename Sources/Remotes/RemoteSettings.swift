// Which remote caches there are, and what may be done with them. Secrets are named by environment variable and are
// never in here, so that these values can be logged and sent. Must not know how a remote is spoken to.

public struct RemoteSettings: Codable, Sendable, Hashable {
    /// What comes down when a build finds results in a remote.
    public enum Download: String, Codable, Sendable, CaseIterable {
        /// Every result that a remote has.
        case all
        /// What is published, and what a node that runs here asks for.
        case target
        /// What a node that runs here asks for.
        case none
    }

    public enum Access: String, Codable, Sendable, CaseIterable {
        case readOnly = "read-only"
        case readWrite = "read-write"
    }

    /// A key whose signature makes records count.
    public struct PublicKey: Codable, Sendable, Hashable {
        public var name: String
        /// Ed25519, 64 hex digits.
        public var key: String
        public init(name: String, key: String) {
            self.name = name
            self.key = key
        }
    }

    public struct Remote: Codable, Sendable, Hashable {
        /// In messages.
        public var name: String
        public var url: RemoteAddress
        public var access = Access.readOnly
        /// The environment variable with a bearer token; of S3, with a session token.
        public var token: String?
        /// The environment variables with a user's name and password; of S3, with the access key and the secret key.
        public var user: String?
        public var password: String?
        /// Where it is not empty, records count only with a signature of one of these.
        public var publicKeys: [PublicKey] = []
        /// What signs records that are published: the name of a private key, or `$VARIABLE` with its 64 hex digits.
        public var signingKey: String?
        /// A file with the certificates of authorities that count for this remote, in PEM; nil: the system's.
        public var authority: String?
        /// Seconds without a byte after which a call has failed.
        public var timeout = 20.0
        /// Calls at once.
        public var concurrency = 16
        /// S3 without a host in the URL.
        public var endpoint: String?
        public var region: String?

        /// Whether it also does work for builds. REAPI only.
        public var executes = false
        /// Seconds that a job may wait there for a machine; nil: `usualQueue`.
        public var queue: Double?
        public static let usualQueue = 60.0
        /// What its machines must have, and what names their environment, in the server's own words. nil: nothing.
        public var properties: [String: String]?

        public init(name: String, url: RemoteAddress) {
            self.name = name
            self.url = url
        }

        public var isWritable: Bool { access == .readWrite }
    }

    /// Asked in this order.
    public var remotes: [Remote] = []
    public var download = Download.target

    public init() {}

    public var isWritable: Bool { remotes.contains { $0.isWritable } }
}
