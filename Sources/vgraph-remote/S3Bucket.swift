// Objects in a bucket: PREFIX/ac/HASH and PREFIX/cas/HASH, with signed requests. Blobs are put on
// condition that none is there, and with their checksum, so that a server which knows these keeps nothing else.
import Digests
import Glibc
import Remotes
import Wire

struct S3Bucket: CacheProtocol {
    private let origin: String
    /// `host:port` as the header has it.
    private let host: String
    /// Of all objects.
    private let prefix: String
    /// nil: requests are anonymous.
    private let signature: AWSSignature?
    /// Of temporary credentials.
    private let session: String?

    /// - Parameter endpoint: nil: Amazon's, of the region.
    init(_ address: RemoteAddress, endpoint: String?, _ access: RemoteAccess) {
        let bucket = address.host, path = address.path.isEmpty ? "" : "/" + address.path
        if let endpoint {
            (origin, prefix) = (endpoint, "/\(bucket)\(path)")
        } else if bucket.contains(".") {
            // A certificate for *.s3.… does not hold for a name with dots.
            (origin, prefix) = ("https://s3.\(access.region).amazonaws.com", "/\(bucket)\(path)")
        } else {
            (origin, prefix) = ("https://\(bucket).s3.\(access.region).amazonaws.com", path)
        }
        let isEncrypted = origin.hasPrefix("https:"), usual = isEncrypted ? ":443" : ":80"
        let name = String(origin.dropFirst(isEncrypted ? 8 : 7))
        host = name.hasSuffix(usual) ? String(name.dropLast(usual.count)) : name
        signature = access.bucketKeys.map {
            AWSSignature(accessKey: $0.access, secretKey: $0.secret, region: access.region)
        }
        session = access.token
    }

    private static let noBytes = ContentDigest.empty.hash

    private func call(
        _ method: Call.Method, _ kind: String, _ name: ContentDigest, _ body: Call.Body = .none,
        content: String = noBytes, more: [(name: String, value: String)] = [], plain: [String] = [], limit: Int64,
        use: Use = .reading
    ) -> Call {
        let path = "\(prefix)/\(kind)/\(name.hash)"
        var headers = plain
        if let signature {
            let time = Self.now
            var signed = [("host", host), ("x-amz-content-sha256", content), ("x-amz-date", time)] + more
            if let session { signed.append(("x-amz-security-token", session)) }
            headers += signed.dropFirst().map { "\($0.0): \($0.1)" }
            let authorization = signature.authorization(
                method: method.rawValue, path: path, headers: signed.map { (name: $0.0, value: $0.1) },
                payload: content,
                time: time)
            headers.append("Authorization: " + authorization)
        } else {
            headers += more.map { "\($0.name): \($0.value)" }
        }
        return Call(method: method, url: origin + path, headers: headers, body: body, limit: limit, use: use)
    }

    private static var now: String {
        var seconds = time(nil), parts = tm()
        gmtime_r(&seconds, &parts)
        func two(_ number: Int32) -> String { (number < 10 ? "0" : "") + String(number) }
        return "\(parts.tm_year + 1900)\(two(parts.tm_mon + 1))\(two(parts.tm_mday))T"
            + "\(two(parts.tm_hour))\(two(parts.tm_min))\(two(parts.tm_sec))Z"
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
            call(
                .put, kind, name, body, content: content.hash, more: [("x-amz-checksum-sha256", sum)],
                plain: (isFirst ? ["If-None-Match: *"] : []) + [WebCalls.binary], limit: 64 << 10, use: .writing), line)
    }

    func batchBytes(_ line: Line) -> Int { 256 << 10 }

    func look(_ line: Line) throws(Trouble) -> String? {
        try WebCalls.look(call(.get, "ac", WebCalls.nothing, limit: WebCalls.resultLimit), line)
    }
}
