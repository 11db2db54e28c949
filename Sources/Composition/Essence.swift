// What of a film survives another name, another container, a cut and another encoding: sums of its coded pictures and
// sounds, packet by packet, and a coarse likeness. Two files are compared by it without either graph.
import Digests

public struct Essence: Codable, Sendable, Hashable {
    public static let schema = "vgraph.essence/1"

    /// One track, in the order of its packets.
    public struct Track: Codable, Sendable, Hashable {
        /// libav's name: h264, aac.
        public var codec: String
        /// SHA-256 over what is coded: of H.264 the slices, of AAC the frames without ADTS. Parameter sets, messages and
        /// what separates units differ between containers and are left out.
        public var sha256: String
        public var packets: PacketSums
        public init(codec: String, sha256: String, packets: PacketSums) {
            (self.codec, self.sha256, self.packets) = (codec, sha256, packets)
        }
    }

    /// Means of brightness, 0 to 255, of 8 by 8 fields, some pictures a second.
    public struct Likeness: Codable, Sendable, Hashable {
        public static let perSecond = 4
        public static let fields = 8
        public var pictures: HexBytes
        public init(pictures: [UInt8]) { self.pictures = HexBytes(pictures) }
        public var count: Int { pictures.bytes.count / (Self.fields * Self.fields) }
    }

    public var schema: String
    /// The file's own SHA-256.
    public var sha256: String
    /// libav's name of the container.
    public var container: String
    /// Seconds.
    public var duration: Double
    public var pictures: Track?
    public var sound: Track?
    /// The graphs that marks in the pictures name, in the order in which they first come.
    public var graphs: [Digest]
    /// The comment among its tags, of at most 200 characters.
    public var comment: String
    /// nil: was not asked for.
    public var likeness: Likeness?

    public init(
        sha256: String, container: String, duration: Double, pictures: Track?, sound: Track?, graphs: [Digest],
        comment: String, likeness: Likeness?
    ) {
        schema = Self.schema
        self.sha256 = sha256
        self.container = container
        self.duration = duration
        self.pictures = pictures
        self.sound = sound
        self.graphs = graphs
        self.comment = comment
        self.likeness = likeness
    }
}

/// The first 64 bits of the SHA-256 of each packet.
public struct PacketSums: Sendable, Hashable {
    public var sums: [UInt64]
    public init(_ sums: [UInt64] = []) { self.sums = sums }
}

extension PacketSums: Codable {
    public init(from decoder: any Decoder) throws {
        let bytes = try HexBytes(from: decoder).bytes
        sums = stride(from: 0, to: bytes.count / 8 * 8, by: 8).map { at in
            bytes[at..<at + 8].reduce(0) { $0 << 8 | UInt64($1) }
        }
    }

    public func encode(to encoder: any Encoder) throws {
        let bytes = sums.flatMap { sum in (0..<8).map { UInt8(truncatingIfNeeded: sum >> (56 - 8 * $0)) } }
        try HexBytes(bytes).encode(to: encoder)
    }
}

/// Many bytes as one text of hex digits.
public struct HexBytes: Codable, Sendable, Hashable {
    public var bytes: [UInt8]
    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer(), text = try container.decode(String.self)
        guard let bytes = hexBytes(text, count: text.utf8.count / 2) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "it is not hex digits")
        }
        self.bytes = bytes
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(bytes.withUnsafeBytes { hexText($0) })
    }
}
