// AWS's signature, version 4: who asks a server of S3, for what and when, without sending the secret. By hand, since
// those of libcurl differ from version to version. Pure: the time is given.
import Digests

public struct AWSSignature: Sendable {
    public var accessKey: String
    private let secretKey: String
    public var region: String
    public var service: String

    public init(accessKey: String, secretKey: String, region: String, service: String = "s3") {
        self.accessKey = accessKey
        self.secretKey = secretKey
        self.region = region
        self.service = service
    }

    /// The value of the header `Authorization`.
    /// - Parameters:
    ///   - path: beginning with a slash; of characters that need no escape.
    ///   - headers: lower-case names; all that are signed, `host` and `x-amz-date` among them.
    ///   - payload: SHA-256 of the body.
    ///   - time: `20150830T123600Z`.
    public func authorization(
        method: String, path: String, headers: [(name: String, value: String)], payload: String, time: String
    ) -> String {
        let headers = headers.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        let names = headers.map(\.name).joined(separator: ";")
        let request =
            "\(method)\n\(path)\n\n" + headers.map { "\($0.name):\($0.value)\n" }.joined() + "\n\(names)\n\(payload)"
        let day = String(time.prefix(8)), scope = "\(day)/\(region)/\(service)/aws4_request"
        let text = "AWS4-HMAC-SHA256\n\(time)\n\(scope)\n" + Self.hex(Array(request.utf8))
        var key = Array("AWS4\(secretKey)".utf8)
        for part in [day, region, service, "aws4_request", text] { key = Self.hmac(key, Array(part.utf8)) }
        let signature = key.withUnsafeBytes { hexText($0) }
        return "AWS4-HMAC-SHA256 Credential=\(accessKey)/\(scope), SignedHeaders=\(names), Signature=\(signature)"
    }

    private static func hex(_ bytes: [UInt8]) -> String { bytes.withUnsafeBytes { SHA256.of($0) } }

    private static func hash(_ bytes: [UInt8]) -> [UInt8] { hexBytes(hex(bytes), count: 32) ?? [] }

    /// RFC 2104, with SHA-256.
    static func hmac(_ key: [UInt8], _ text: [UInt8]) -> [UInt8] {
        let short = key.count > 64 ? hash(key) : key
        let block = short + [UInt8](repeating: 0, count: 64 - short.count)
        return hash(block.map { $0 ^ 0x5c } + hash(block.map { $0 ^ 0x36 } + text))
    }
}
