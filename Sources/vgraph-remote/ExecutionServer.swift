// A cache that speaks the Remote Execution API, version 2: ActionCache, ContentAddressableStorage and ByteStream. Small
// blobs travel together, large ones as streams; what an old server does not know is done the long way.
import CSystem
import Digests
import Files
import Glibc
import Remotes
import Wire

final class ExecutionServer: CacheProtocol {
    private static let results = RemoteExecution.package + "ActionCache/"
    private static let storage = RemoteExecution.package + "ContentAddressableStorage/"
    /// Less than gRPC's limit on a message, with room for digests.
    private static let batchLimit = 3 << 20
    /// Of one message of a stream.
    private static let pieceBytes = 1 << 20

    let calls: GRPCCalls
    let instance: String
    private let version: String
    private let invocation: String

    private struct Known {
        var capabilities: ServerCapabilities?
        var hasBatchRead = true
        var hasBatchUpdate = true
    }
    private let known = Guarded(Known())

    init(_ address: RemoteAddress, _ access: RemoteAccess, version: String, invocation: String) {
        calls = GRPCCalls(
            base: (address.isEncrypted ? "https://" : "http://") + address.host,
            headers: access.token.map { ["authorization: Bearer " + $0] } ?? [])
        instance = address.path
        self.version = version
        self.invocation = invocation
    }

    /// Who asks, for the server's log; some refuse a call without it.
    func metadata(_ action: String = "") -> [String] {
        let bytes = RemoteExecution.metadata(version: version, invocation: invocation, action: action)
        return [RemoteExecution.package + "requestmetadata-bin: " + Base64.text(bytes)]
    }

    /// Parses what a server sent.
    func parsed<Value>(
        _ bytes: ArraySlice<UInt8>, _ parse: (ArraySlice<UInt8>) throws(ProtobufReader.Malformed) -> Value
    ) throws(Trouble) -> Value {
        do throws(ProtobufReader.Malformed) { return try parse(bytes) } catch {
            throw .wrong("a message that is not what the API says")
        }
    }

    /// Of a call that must answer.
    private func unary(_ method: String, _ message: [UInt8], _ line: Line, use: Use, action: String = "")
        throws(Trouble) -> [UInt8]
    {
        switch try calls.unary(method, message, line, use: use, metadata: metadata(action)) {
        case .success(let bytes): return bytes
        case .failure(let failure): throw failure.trouble
        }
    }

    /// Asked for once.
    func capabilities(_ line: Line) throws(Trouble) -> ServerCapabilities {
        if let found = known.withLock({ $0.capabilities }) { return found }
        let method = RemoteExecution.package + "Capabilities/GetCapabilities"
        let found: ServerCapabilities
        switch try calls.unary(
            method, RemoteExecution.instance(instance), line, use: .reading, metadata: metadata())
        {
        case .success(let bytes):
            found = try parsed(bytes[...]) { bytes throws(ProtobufReader.Malformed) in
                try ServerCapabilities(bytes)
            }
        // A server without this service says nothing of itself; what it cannot do shows.
        case .failure(let failure) where failure.code == .unimplemented:
            var assumed = ServerCapabilities()
            assumed.takesSHA256 = true
            assumed.takesResults = true
            found = assumed
        case .failure(let failure): throw failure.trouble
        }
        guard found.takesSHA256 else { throw .foreign("it does not take SHA-256 as the name of a blob") }
        known.withLock { $0.capabilities = found }
        return found
    }

    func result(_ address: ContentDigest, _ line: Line) throws(Trouble) -> ActionResult? {
        let answer = try calls.unary(
            Self.results + "GetActionResult", RemoteExecution.getResult(address, in: instance), line, use: .reading,
            metadata: metadata(address.hash))
        switch answer {
        case .success(let bytes):
            return try parsed(bytes[...]) { bytes throws(ProtobufReader.Malformed) in try ActionResult(bytes) }
        case .failure(let failure):
            if failure.code == .notFound { return nil }
            throw failure.trouble
        }
    }

    func keep(_ result: ActionResult, at address: ContentDigest, _ line: Line) throws(Trouble) {
        guard try capabilities(line).takesResults else { throw .denied("it takes no results from clients") }
        _ = try unary(
            Self.results + "UpdateActionResult", RemoteExecution.updateResult(address, result, in: instance), line,
            use: .writing, action: address.hash)
    }

    func blob(_ digest: ContentDigest, _ line: Line, sink: @escaping (UnsafeRawBufferPointer) -> Bool) throws(Trouble)
        -> Bool
    {
        let limit = try batchBytes(line)
        if digest.size <= min(limit, 256 << 10), readsTogether, let found = try readTogether([digest], line) {
            guard let blob = found.first(where: { $0.digest.hash == digest.hash }) else {
                throw .wrong("it answers about another blob")
            }
            if blob.code == GRPC.Code.notFound.rawValue { return false }
            guard blob.code == 0 else {
                throw GRPCCalls.Failure(code: GRPC.Code(rawValue: blob.code) ?? .unknown, words: "").trouble
            }
            guard blob.bytes.count <= Int(digest.size) else {
                throw .wrong("a blob has more than \(digest.size) bytes")
            }
            _ = blob.bytes.withUnsafeBytes { sink($0) }
            return true
        }
        return try stream(digest, line, sink)
    }

    /// Whether several blobs can come in one call.
    var readsTogether: Bool { known.withLock { $0.hasBatchRead } }

    /// Those of the blobs, together less than `batchBytes`, that it has.
    func blobs(_ digests: [ContentDigest], _ line: Line) throws(Trouble) -> [ContentDigest: ArraySlice<UInt8>] {
        var found: [ContentDigest: ArraySlice<UInt8>] = [:]
        for blob in try readTogether(digests, line) ?? [] where blob.code == 0 { found[blob.digest] = blob.bytes }
        return found
    }

    /// nil: the server cannot.
    private func readTogether(_ digests: [ContentDigest], _ line: Line) throws(Trouble) -> [RemoteExecution.ReadBlob]? {
        let answer = try calls.unary(
            Self.storage + "BatchReadBlobs", RemoteExecution.batchRead(digests, in: instance), line, use: .reading,
            metadata: metadata())
        switch answer {
        case .success(let bytes):
            return try parsed(bytes[...]) { bytes throws(ProtobufReader.Malformed) in try RemoteExecution.read(bytes) }
        case .failure(let failure):
            switch failure.code {
            case .unimplemented:
                known.withLock { $0.hasBatchRead = false }
                return nil
            case .notFound:
                return digests.map {
                    var blob = RemoteExecution.ReadBlob()
                    (blob.digest, blob.code) = ($0, failure.code.rawValue)
                    return blob
                }
            default: throw failure.trouble
            }
        }
    }

    /// Whether it is there: asked anew each time.
    func answers(_ line: Line) -> Bool {
        let method = RemoteExecution.package + "Capabilities/GetCapabilities"
        let answer = try? calls.call(
            method, .bytes(GRPC.frame(RemoteExecution.instance(instance))), line, use: .reading, metadata: metadata(),
            patience: 5
        ) { _ in true }
        return answer != nil
    }

    private func stream(_ digest: ContentDigest, _ line: Line, _ sink: @escaping (UnsafeRawBufferPointer) -> Bool)
        throws(Trouble) -> Bool
    {
        final class Progress {
            var taken: Int64 = 0
            var trouble: Trouble?
        }
        let progress = Progress()
        let outcome: GRPCCalls.Outcome
        do throws(Trouble) {
            // Around each piece there is a little, and no server sends pieces of less than a kilobyte for long.
            outcome = try calls.call(
                "google.bytestream.ByteStream/Read",
                .bytes(GRPC.frame(ByteStream.read(ByteStream.readName(digest, in: instance)))), line, use: .reading,
                metadata: metadata(), limit: 2 * digest.size + (64 << 10)
            ) { message in
                do throws(ProtobufReader.Malformed) {
                    let piece = try ByteStream.data(message)
                    progress.taken += Int64(piece.count)
                    guard progress.taken <= digest.size else {
                        progress.trouble = .wrong("a blob has more than \(digest.size) bytes")
                        return false
                    }
                    return piece.withUnsafeBytes { sink($0) }
                } catch {
                    progress.trouble = .wrong("a message that is not what the API says")
                    return false
                }
            }
        } catch {
            throw progress.trouble ?? error
        }
        if let trouble = progress.trouble { throw trouble }
        switch outcome {
        case .done, .stopped: return true
        case .failed(let failure):
            if failure.code == .notFound { return false }
            throw failure.trouble
        }
    }

    func missing(_ digests: [ContentDigest], _ line: Line) throws(Trouble) -> [ContentDigest] {
        var missing: [ContentDigest] = [], rest = digests[...]
        while !rest.isEmpty {
            // Each is some 70 bytes.
            let part = Array(rest.prefix(20_000))
            rest = rest.dropFirst(part.count)
            let bytes = try unary(
                Self.storage + "FindMissingBlobs", RemoteExecution.findMissing(part, in: instance), line, use: .writing)
            let named = try parsed(bytes[...]) { bytes throws(ProtobufReader.Malformed) in
                try RemoteExecution.missing(bytes)
            }
            let lacking = Set(named.map(\.hash))
            missing += part.filter { lacking.contains($0.hash) }
        }
        return missing
    }

    func upload(_ blobs: [(digest: ContentDigest, bytes: [UInt8])], _ line: Line) throws(Trouble) {
        guard known.withLock({ $0.hasBatchUpdate }) else {
            for blob in blobs { try write(blob.digest, line) { at, count in Array(blob.bytes[at...].prefix(count)) } }
            return
        }
        let answer = try calls.unary(
            Self.storage + "BatchUpdateBlobs", RemoteExecution.batchUpdate(blobs, in: instance), line, use: .writing,
            metadata: metadata())
        switch answer {
        case .success(let bytes):
            let refused = try parsed(bytes[...]) { bytes throws(ProtobufReader.Malformed) in
                try RemoteExecution.refused(bytes)
            }
            if let first = refused.first {
                let code = GRPC.Code(rawValue: first.status.code) ?? .unknown
                throw GRPCCalls.Failure(code: code, words: first.status.message).trouble
            }
        case .failure(let failure) where failure.code == .unimplemented:
            known.withLock { $0.hasBatchUpdate = false }
            try upload(blobs, line)
        case .failure(let failure): throw failure.trouble
        }
    }

    func upload(_ digest: ContentDigest, from file: Int32, _ line: Line) throws(Trouble) {
        try write(digest, line) { at, count in
            var buffer = [UInt8](repeating: 0, count: count)
            let found = buffer.withUnsafeMutableBytes { pread(file, $0.baseAddress, count, off_t(at)) }
            return found == count ? buffer : nil
        }
    }

    /// - Parameter bytes: so many from a place on; nil: they cannot be read.
    private func write(_ digest: ContentDigest, _ line: Line, _ bytes: @escaping (Int, Int) -> [UInt8]?) throws(Trouble)
    {
        final class Progress {
            var at: Int64 = 0
            var isShort = false
            var committed: Int64?
        }
        let name = ByteStream.writeName(digest, upload: uuid(), in: instance), progress = Progress()
        // libcurl wants to know the size first: each message has the same form, so that it follows from the offsets.
        var size: Int64 = 0, at: Int64 = 0
        repeat {
            let count = min(Int64(Self.pieceBytes), digest.size - at)
            let frame = ByteStream.write([], name: at == 0 ? name : nil, at: at, isLast: at + count == digest.size)
            size += 5 + Int64(frame.count) + (count == 0 ? 0 : 1 + Int64(lengthOfVarint(UInt64(count))) + count)
            at += count
        } while at < digest.size
        let body = Call.Body.pieces(size: size) {
            guard progress.at < digest.size, !progress.isShort else { return [] }
            let count = min(Int64(Self.pieceBytes), digest.size - progress.at)
            guard let piece = bytes(Int(progress.at), Int(count)) else {
                progress.isShort = true
                return []
            }
            let message = ByteStream.write(
                piece, name: progress.at == 0 ? name : nil, at: progress.at,
                isLast: progress.at + count == digest.size)
            progress.at += count
            return GRPC.frame(message)
        }
        let outcome: GRPCCalls.Outcome
        do throws(Trouble) {
            outcome = try calls.call(
                "google.bytestream.ByteStream/Write", body, line, use: .writing, metadata: metadata()
            ) { message in
                progress.committed = try? ByteStream.committed(message)
                return true
            }
        } catch {
            if progress.isShort { throw .here("a file became shorter while it was sent") }
            throw error
        }
        switch outcome {
        case .failed(let failure):
            if failure.code == .alreadyExists { return }
            throw failure.trouble
        case .done, .stopped:
            // -1: a compressed blob was there already.
            guard let committed = progress.committed, committed == digest.size || committed == -1 else {
                throw .wrong("it kept \(progress.committed ?? 0) of a blob's \(digest.size) bytes")
            }
        }
    }

    private func uuid() -> String {
        var bytes = [UInt8](repeating: 0, count: 16)
        _ = csystem_random(&bytes, 16)
        (bytes[6], bytes[8]) = (bytes[6] & 0x0f | 0x40, bytes[8] & 0x3f | 0x80)
        let text = bytes.withUnsafeBytes { hexText($0) }
        var parts: [Substring] = [], rest = text[...]
        for count in [8, 4, 4, 4, 12] {
            parts.append(rest.prefix(count))
            rest = rest.dropFirst(count)
        }
        return parts.joined(separator: "-")
    }

    func batchBytes(_ line: Line) throws(Trouble) -> Int {
        let stated = try capabilities(line).batchLimit
        return stated > 0 ? min(Int(clamping: stated), Self.batchLimit) : Self.batchLimit
    }

    func look(_ line: Line) throws(Trouble) -> String? {
        let found = try capabilities(line)
        // A second one shows whether results are answered at all.
        _ = try result(WebCalls.nothing, line)
        if found.highest.isEmpty { return "REAPI" }
        return found.lowest == found.highest
            ? "REAPI \(found.highest)" : "REAPI \(found.lowest) to \(found.highest)"
    }
}

private func lengthOfVarint(_ value: UInt64) -> Int { max(1, (70 - value.leadingZeroBitCount) / 7) }
