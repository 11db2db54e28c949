// What a remote keeps for a node: signed records, a line each, in the output of an ActionResult that names their blobs.
// So one form serves the HTTP cache, S3 and the Remote Execution API, and servers that know actions keep the blobs
// alive. cache/README.md has the layout. Must not know how entries travel.
import CSystem
import Decisions
import Digests
import FoundationEssentials
import Store
import Work

public struct Entry: Sendable {
    /// A record, and the exact bytes that are signed.
    public struct Line: Sendable {
        public var record: Record
        public var envelope: Envelope
        /// Names of keys whose signatures match; empty: there is none, or none was asked for.
        public var signers: [String]

        /// The record as JSON without a line's end: as it was signed, where it is plain enough to go into another text.
        public var json: [UInt8] {
            let payload = Array(envelope.payload)
            return Self.isPlain(payload) ? payload : jsonLine(record)
        }

        /// Whether it is an object of one line in UTF-8 and not nested deeply: whoever parses what it is put into
        /// parses it alike.
        static func isPlain(_ json: [UInt8]) -> Bool {
            guard json.starts(with: [UInt8(ascii: "{"), UInt8(ascii: "\"")]), json.last == UInt8(ascii: "}") else {
                return false
            }
            var depth = 0, isText = false, isEscaped = false
            for byte in json {
                guard byte >= 0x20 else { return false }
                if isEscaped {
                    isEscaped = false
                } else if isText {
                    if byte == UInt8(ascii: "\\") {
                        isEscaped = true
                    } else if byte == UInt8(ascii: "\"") {
                        isText = false
                    }
                } else {
                    switch byte {
                    case UInt8(ascii: "\""): isText = true
                    case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
                    case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
                    default: break
                    }
                    guard depth <= 100 else { return false }
                }
            }
            return String(validating: json, as: UTF8.self) != nil
        }
    }

    /// Why a line does not count.
    public enum Refusal: Sendable, Equatable {
        /// It is not a record of vgraph.
        case malformed
        case otherNode
        case unsigned
        /// No key that counts signed it.
        case unknownSigner
    }

    static let payloadType = "application/vnd.vgraph.record+json"
    /// The most results of one key, each of another world; beyond it the oldest goes.
    public static let worldsLimit = 8
    /// Of all lines together.
    public static let bytesLimit = 16 << 20
    /// Up to here the lines are within the ActionResult; longer ones are a blob.
    public static let inlineLimit = 512 << 10
    static let blobsLimit = 1_000_000
    /// Of one blob: what no film has, and what can be counted with.
    static let blobLimit: UInt64 = 1 << 45

    public var lines: [Line] = []
    public var refusals: [Refusal] = []

    public init() {}

    /// Judges what a remote sent.
    /// - Parameters:
    ///   - manifest: of the node that was asked for.
    ///   - keys: empty: signatures are not asked for.
    public init(_ bytes: [UInt8], of manifest: Manifest, keys: PublicKeys) {
        guard bytes.count <= Self.bytesLimit else {
            refusals = [.malformed]
            return
        }
        let name = manifest.sha256
        // A few more than are kept, so that one that is refused hides none.
        for line in bytes.split(separator: 10).prefix(4 * Self.worldsLimit) {
            switch Self.judge(Array(line), of: manifest, name, keys) {
            case .success(let line) where !lines.contains { $0.record.world == line.record.world }: lines.append(line)
            case .success: break
            case .failure(let fault): refusals.append(fault.refusal)
            }
        }
        lines = Array(lines.prefix(Self.worldsLimit))
    }

    private struct Fault: Error { var refusal: Refusal }

    private static func judge(_ line: [UInt8], of manifest: Manifest, _ name: String, _ keys: PublicKeys)
        -> Result<Line, Fault>
    {
        guard let envelope = Envelope(line: line), envelope.payloadType == payloadType,
            envelope.signatures.count <= 16
        else { return .failure(Fault(refusal: .malformed)) }
        // What no key that counts has signed is not even decoded.
        let signers = keys.named.isEmpty ? [] : envelope.signers(keys)
        guard keys.named.isEmpty || !signers.isEmpty else {
            return .failure(Fault(refusal: envelope.signatures.isEmpty ? .unsigned : .unknownSigner))
        }
        let read = JSONCursor.decode(envelope.payload) { cursor throws(JSONCursor.Mismatch) in try Record(&cursor) }
        guard let record = read else { return .failure(Fault(refusal: .malformed)) }
        guard record.manifest.sha256 == name, record.key == manifest.key else {
            return .failure(Fault(refusal: .otherNode))
        }
        guard isWhole(record) else { return .failure(Fault(refusal: .malformed)) }
        return .success(Line(record: record, envelope: envelope, signers: signers))
    }

    /// Whether every blob can be asked for by SHA-256, and no name leads elsewhere.
    public static func isWhole(_ record: Record) -> Bool {
        record.isProvisional != true && record.hasPlainNames
            && record.outputs.reduce(0) { $0 + $1.blobs.count } <= blobsLimit
            && record.outputs.allSatisfy { output in
                output.blobs.allSatisfy { blob in
                    blob.size <= blobLimit && blob.sha256.map { hexBytes($0, count: 32) != nil } == true
                }
            }
    }

    /// Adds a record of ours: it replaces one of the same world, and the oldest beyond the limit goes.
    /// - Returns: false: the same result is there already.
    public mutating func add(_ record: Record, by key: PrivateKey?) -> Bool {
        let signer = key?.publicKey
        if let known = lines.first(where: { $0.record.world == record.world }), known.record.outputs == record.outputs,
            known.record.verdict == record.verdict,
            signer == nil || known.envelope.signatures.contains(where: { $0.keyid == signer })
        {
            return false
        }
        let payload = jsonLine(record)
        let envelope =
            key.map { Envelope(payload, type: Self.payloadType, by: $0) }
            ?? Envelope(unsigned: payload, type: Self.payloadType)
        lines.removeAll { $0.record.world == record.world }
        lines.insert(Line(record: record, envelope: envelope, signers: []), at: 0)
        // An oldest world beyond the limit, not whatever stands last.
        while lines.count > Self.worldsLimit {
            let oldest = lines.indices.dropFirst().min {
                (lines[$0].record.origin.seconds ?? 0) < (lines[$1].record.origin.seconds ?? 0)
            }
            lines.remove(at: oldest ?? lines.count - 1)
        }
        return true
    }

    public var bytes: [UInt8] { lines.reduce(into: []) { $0 += $1.envelope.line + [10] } }

    /// Blobs of all records, each once.
    public var blobs: [Record.Blob] {
        var seen: Set<String> = []
        return lines.flatMap { $0.record.outputs.flatMap(\.blobs) }.filter { seen.insert($0.sha256 ?? "").inserted }
    }

    /// The value that a remote keeps, and what it must keep as a blob first.
    public var result: (value: ActionResult, blob: [UInt8]?) {
        var value = ActionResult(), seen: Set<String> = []
        for line in lines {
            for output in line.record.outputs {
                for (index, blob) in output.blobs.enumerated() {
                    // Paths of an ActionResult differ; those here say nothing more.
                    let path = "\(line.record.world.hex)/\(output.name)/\(index)"
                    guard seen.insert(path).inserted, let digest = ContentDigest(blob) else { continue }
                    value.files.append(
                        ActionResult.File(path: path, digest: digest, isExecutable: blob.isExecutable == true))
                }
            }
        }
        let bytes = bytes
        guard bytes.count > Self.inlineLimit else {
            value.output = bytes
            return (value, nil)
        }
        value.outputDigest = ContentDigest(of: bytes)
        return (value, bytes)
    }
}

extension ContentDigest {
    /// nil: the blob's SHA-256 is not known.
    public init?(_ blob: Record.Blob) {
        guard let sum = blob.sha256, let size = Int64(exactly: blob.size) else { return nil }
        self.init(hash: sum, size: size)
    }

    public init(of bytes: [UInt8]) {
        self.init(hash: bytes.withUnsafeBytes { SHA256.of($0) }, size: Int64(bytes.count))
    }

    public static let empty = ContentDigest(of: [])
    public var isEmpty: Bool { size == 0 }
}

/// Where a node's entry is: the digest of an Action that follows from the node's manifest alone.
public enum EntryAddress {
    /// Of the command `vgraph-node SHA256` on an empty folder.
    public static func of(_ manifest: Manifest) -> ContentDigest {
        var command = ProtobufWriter()
        command.add(1, item: Array("vgraph-node".utf8))
        command.add(1, item: Array(manifest.sha256.utf8))
        var action = ProtobufWriter()
        action.add(1, item: ContentDigest(of: command.bytes).bytes)
        // The digest of a Directory without entries is that of no bytes.
        action.add(2, item: ContentDigest.empty.bytes)
        return ContentDigest(of: action.bytes)
    }
}
