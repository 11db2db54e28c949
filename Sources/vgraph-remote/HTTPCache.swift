// Bazel's HTTP cache protocol: GET, HEAD and PUT of /ac/HASH and /cas/HASH. Servers do not check that a body has the hash
// of its name, and some keep the first body for ever.
import Remotes
import Wire

struct HTTPCache: CacheProtocol {
    let base: String
    let headers: [String]

    init(_ address: RemoteAddress, token: String?) {
        base = address.text
        headers = token.map { ["Authorization: Bearer " + $0] } ?? []
    }

    private func url(_ kind: String, _ digest: ContentDigest) -> String { "\(base)/\(kind)/\(digest.hash)" }

    func result(_ address: ContentDigest, _ line: Line) throws(Trouble) -> ActionResult? {
        try WebCalls.result(
            Call(url: url("ac", address), headers: headers, limit: WebCalls.resultLimit), line)
    }

    func keep(_ result: ActionResult, at address: ContentDigest, _ line: Line) throws(Trouble) {
        try WebCalls.put(
            Call(
                method: .put, url: url("ac", address), headers: headers + [WebCalls.binary],
                body: .bytes(result.bytes), limit: 64 << 10, use: .writing), line)
    }

    func blob(_ digest: ContentDigest, _ line: Line, sink: @escaping (UnsafeRawBufferPointer) -> Bool) throws(Trouble)
        -> Bool
    {
        try WebCalls.get(
            Call(url: url("cas", digest), headers: headers, limit: digest.size, sink: sink), line) != nil
    }

    func missing(_ digests: [ContentDigest], _ line: Line) throws(Trouble) -> [ContentDigest] {
        var missing: [ContentDigest] = []
        for digest in digests {
            let call = Call(
                method: .head, url: url("cas", digest), headers: headers, limit: digest.size, use: .writing)
            if try !WebCalls.has(call, size: digest.size, line) { missing.append(digest) }
        }
        return missing
    }

    func upload(_ digest: ContentDigest, from file: Int32, _ line: Line) throws(Trouble) {
        try put(digest, .file(file, size: digest.size), line)
    }

    func upload(_ blobs: [(digest: ContentDigest, bytes: [UInt8])], _ line: Line) throws(Trouble) {
        for blob in blobs { try put(blob.digest, .bytes(blob.bytes), line) }
    }

    private func put(_ digest: ContentDigest, _ body: Call.Body, _ line: Line) throws(Trouble) {
        try WebCalls.put(
            Call(
                method: .put, url: url("cas", digest), headers: headers + [WebCalls.binary], body: body,
                limit: 64 << 10, use: .writing), line)
    }

    /// One by one, each on the connection that is there.
    func batchBytes(_ line: Line) -> Int { 256 << 10 }

    func look(_ line: Line) throws(Trouble) -> String? {
        try WebCalls.look(Call(url: url("ac", WebCalls.nothing), headers: headers, limit: WebCalls.resultLimit), line)
    }
}

/// What GET, HEAD and PUT mean for a cache, whatever the URL and the authentication.
enum WebCalls {
    /// The lines within it are a third longer than records, and names of blobs come on top.
    static let resultLimit: Int64 = 8 << 20
    static let binary = "Content-Type: application/octet-stream"
    /// No action has this digest that a vgraph ever asks for.
    static let nothing = ContentDigest(of: Array("vgraph remote status".utf8))

    /// nil: a miss.
    static func get(_ call: Call, _ line: Line) throws(Trouble) -> Answer? {
        let answer = try line.perform(call)
        switch answer.status {
        case 200: return answer
        case 404, 410: return nil
        default: throw trouble(answer)
        }
    }

    static func result(_ call: Call, _ line: Line) throws(Trouble) -> ActionResult? {
        guard let answer = try get(call, line) else { return nil }
        do throws(ProtobufReader.Malformed) { return try ActionResult(answer.bytes[...]) } catch {
            throw .wrong("what it has of a node is not an ActionResult")
        }
    }

    static func has(_ call: Call, size: Int64, _ line: Line) throws(Trouble) -> Bool {
        guard let answer = try get(call, line) else { return false }
        // What is shorter or longer there is to be replaced.
        return answer.headers["content-length"].flatMap { Int64($0) }.map { $0 == size } ?? true
    }

    static func put(_ call: Call, _ line: Line) throws(Trouble) {
        let answer = try line.perform(call)
        switch answer.status {
        case 200, 201, 202, 204: return
        // It was there already, and is not replaced.
        case 409, 412: return
        case 404, 405, 411, 413, 507: throw .rejected(said(answer))
        default: throw trouble(answer)
        }
    }

    static func look(_ call: Call, _ line: Line) throws(Trouble) -> String? {
        let answer = try line.perform(call)
        guard answer.status == 200 || answer.status == 404 else { throw trouble(answer) }
        return answer.headers["server"]
    }

    private static func said(_ answer: Answer) -> String { "it answers HTTP \(answer.status)" + reason(answer) }

    static func trouble(_ answer: Answer) -> Trouble {
        switch answer.status {
        case 401, 403, 407: .denied(said(answer))
        case 301, 302, 303, 307, 308: .redirect("'\(printed(answer.headers["location"] ?? ""))'")
        case 408, 425, 429, 500..<600: .failing(said(answer))
        default: .foreign(said(answer))
        }
    }

    /// The code in an error of S3.
    private static func reason(_ answer: Answer) -> String {
        let text = String(decoding: answer.bytes, as: UTF8.self)
        guard let start = text.firstRange(of: "<Code>"), let end = text.firstRange(of: "</Code>"),
            start.upperBound < end.lowerBound
        else { return "" }
        return " (\(printed(String(text[start.upperBound..<end.lowerBound].prefix(60)))))"
    }

    /// What a server says, without what a terminal would obey.
    static func printed(_ text: String) -> String {
        String(text.unicodeScalars.prefix(200).map { (0x20..<0x7f).contains($0.value) ? Character($0) : "?" })
    }
}
