// The lines that vgraph writes to vgraph-remote. `open` is the first; many others may be under way at once.
import Store

public struct RemoteRequest: Codable, Sendable {
    public struct Find: Codable, Sendable {
        public var manifest: Manifest
        public init(manifest: Manifest) { self.manifest = manifest }
    }

    public struct Fetch: Codable, Sendable {
        /// With its SHA-256.
        public var blob: Record.Blob
        /// Absolute; nothing is there, and nothing is unless the answer is `done`.
        public var to: String
        public init(blob: Record.Blob, to: String) {
            self.blob = blob
            self.to = to
        }
    }

    public struct Publish: Codable, Sendable {
        public var record: Record
        /// The local cache's root, absolute, which holds the record's blobs.
        public var cache: String
        public init(record: Record, cache: String) {
            self.record = record
            self.cache = cache
        }
    }

    public struct Probe: Codable, Sendable {
        public init() {}
    }

    public struct Finish: Codable, Sendable {
        /// How long uploads that are under way may still take.
        public var seconds: Double
        public init(seconds: Double) { self.seconds = seconds }
    }

    public enum Call: Sendable {
        case open(RemoteSettings)
        /// Answered by `records`.
        case find(Find)
        /// Answered by `done`, `missing` or `failed`.
        case fetch(Fetch)
        /// Answered by `done` or `failed`: blobs first, then the entry, to every remote that may be written.
        case publish(Publish)
        /// Answered by `standings`: what each remote is like now.
        case probe(Probe)
        /// The last. Answered by `statistics`, and then the program ends.
        case finish(Finish)
    }

    public var id: Int
    public var call: Call

    public init(_ id: Int, _ call: Call) {
        self.id = id
        self.call = call
    }

    private enum Key: String, CodingKey { case id, open, find, fetch, publish, probe, finish }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        id = try container.decodeIfPresent(Int.self, forKey: .id) ?? 0
        if let value = try container.decodeIfPresent(Find.self, forKey: .find) {
            call = .find(value)
        } else if let value = try container.decodeIfPresent(Fetch.self, forKey: .fetch) {
            call = .fetch(value)
        } else if let value = try container.decodeIfPresent(Publish.self, forKey: .publish) {
            call = .publish(value)
        } else if let value = try container.decodeIfPresent(Probe.self, forKey: .probe) {
            call = .probe(value)
        } else if let value = try container.decodeIfPresent(Finish.self, forKey: .finish) {
            call = .finish(value)
        } else {
            call = .open(try container.decode(RemoteSettings.self, forKey: .open))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(id, forKey: .id)
        switch call {
        case .open(let value): try container.encode(value, forKey: .open)
        case .find(let value): try container.encode(value, forKey: .find)
        case .fetch(let value): try container.encode(value, forKey: .fetch)
        case .publish(let value): try container.encode(value, forKey: .publish)
        case .probe(let value): try container.encode(value, forKey: .probe)
        case .finish(let value): try container.encode(value, forKey: .finish)
        }
    }
}
