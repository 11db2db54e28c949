// Objects in a bucket: PREFIX/ac/HASH and PREFIX/cas/HASH, signed with AWS's signature, version 4. Blobs are put on
// condition that none is there, and with their checksum, so that a server which knows these keeps nothing else.
import Digests
import Remotes
import Wire

struct S3Bucket: CacheProtocol {
    /// What the environment says.
    struct Identity: Sendable {
        var isAnonymous: Bool
        /// Of temporary credentials.
        var session: String?
    }

    private let base: String
    private let signature: String?
    private let headers: [String]

    /// - Parameter endpoint: nil: Amazon's, of the region.
    init(_ address: RemoteAddress, endpoint: String?, region: String, _ identity: Identity) {
        let bucket = address.host, prefix = address.path.isEmpty ? "" : "/" + address.path
        if let endpoint {
            base = "\(endpoint)/\(bucket)\(prefix)"
        } else {
            // A certificate for *.s3.… does not hold for a name with dots.
            base =
                bucket.contains(".")
                ? "https://s3.\(region).amazonaws.com/\(bucket)\(prefix)"
                : "https://\(bucket).s3.\(region).amazonaws.com\(prefix)"
        }
        signature = identity.isAnonymous ? nil : "aws:amz:\(region):s3"
        headers = identity.session.map { ["x-amz-security-token: " + $0] } ?? []
    }

    private static let noBytes = ContentDigest.empty.hash

    private func url(_ kind: String, _ digest: ContentDigest) -> String { "\(base)/\(kind)/\(digest.hash)" }

    private func call(
        _ method: Call.Method, _ kind: String, _ digest: ContentDigest, limit: Int64, use: Use = .reading
    ) -> Call {
        Call(
            method: method, url: url(kind, digest), headers: headers + ["x-amz-content-sha256: " + Self.noBytes],
            limit: limit, signature: signature, use: use)
    }

    func result(_ address: ContentDigest, _ line: Line) throws(Trouble) -> ActionResult? {
        try WebCalls.result(call(.get, "ac", address, limit: WebCalls.resultLimit), line)
    }

    func keep(_ result: ActionResult, at address: ContentDigest, _ line: Line) throws(Trouble) {
        let bytes = result.bytes
        try put("ac", address, ContentDigest(of: bytes), .bytes(bytes), isFirst: false, line)
    }

    func blob(_ digest: ContentDigest, _ line: Line, sink: @escaping (UnsafeRawBufferPointer) -> Bool) throws(Trouble)
        -> Bool
    {
        var call = call(.get, "cas", digest, limit: digest.size)
        call.sink = sink
        return try WebCalls.get(call, line) != nil
    }

    func missing(_ digests: [ContentDigest], _ line: Line) throws(Trouble) -> [ContentDigest] {
        var missing: [ContentDigest] = []
        for digest in digests {
            let call = call(.head, "cas", digest, limit: digest.size, use: .writing)
            if try !WebCalls.has(call, size: digest.size, line) { missing.append(digest) }
        }
        return missing
    }

    func upload(_ digest: ContentDigest, from file: Int32, _ line: Line) throws(Trouble) {
        try put("cas", digest, digest, .file(file, size: digest.size), isFirst: true, line)
    }

    func upload(_ blobs: [(digest: ContentDigest, bytes: [UInt8])], _ line: Line) throws(Trouble) {
        for blob in blobs { try put("cas", blob.digest, blob.digest, .bytes(blob.bytes), isFirst: true, line) }
    }

    private func put(
        _ kind: String, _ name: ContentDigest, _ content: ContentDigest, _ body: Call.Body, isFirst: Bool, _ line: Line
    ) throws(Trouble) {
        let sum = Base64.text(hexBytes(content.hash, count: 32) ?? [])
        try WebCalls.put(
            Call(
                method: .put, url: url(kind, name),
                headers: headers
                    + (isFirst ? ["If-None-Match: *"] : []) + [
                        WebCalls.binary, "x-amz-checksum-sha256: " + sum, "x-amz-content-sha256: " + content.hash,
                    ],
                body: body, limit: 64 << 10, signature: signature, use: .writing), line)
    }

    func batchBytes(_ line: Line) -> Int { 256 << 10 }

    func look(_ line: Line) throws(Trouble) -> String? {
        try WebCalls.look(call(.get, "ac", WebCalls.nothing, limit: WebCalls.resultLimit), line)
    }
}
