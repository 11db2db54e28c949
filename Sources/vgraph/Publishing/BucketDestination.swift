// A bucket of a server that speaks S3 as a place to publish to, through the program curl, which signs requests (AWS
// Signature Version 4). A server puts an object in its place whole; what arrived is fetched again and hashed.
import Diagnostics
import Digests
import Files
import FoundationEssentials
import Glibc
import Processes

struct BucketDestination: Destination {
    let name: String
    private let base: String
    private let region: String
    private let user: String
    private let session: String?
    private let curl: String

    /// - Parameter place: `s3://BUCKET` or `s3://BUCKET/PREFIX`.
    init(_ place: String) throws {
        let parts = place.dropFirst("s3://".count).split(separator: "/", omittingEmptySubsequences: true)
        guard place.hasPrefix("s3://"), let bucket = parts.first,
            bucket.utf8.allSatisfy({
                (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d || $0 == 0x2e
            }),
            !parts.contains(".."), !parts.contains(".")
        else { throw PublishProblem.badPlace(place, reason: "a bucket has lower-case letters, digits, '-' and '.'") }
        name = "s3://" + parts.joined(separator: "/")
        func variable(_ names: String...) -> String? {
            names.lazy.compactMap { getenv($0) }.map { String(cString: $0) }.first { !$0.isEmpty }
        }
        guard let id = variable("AWS_ACCESS_KEY_ID"), let secret = variable("AWS_SECRET_ACCESS_KEY") else {
            throw PublishProblem.noCredentials(place: name)
        }
        user = id + ":" + secret
        session = variable("AWS_SESSION_TOKEN")
        region = variable("AWS_REGION", "AWS_DEFAULT_REGION") ?? "us-east-1"
        let server = variable("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL") ?? "https://s3.\(region).amazonaws.com"
        guard server.hasPrefix("https://") || server.hasPrefix("http://") else {
            throw PublishProblem.badPlace(place, reason: "the server's address begins with https://")
        }
        // Signature Version 4 asks for this form of a path.
        base = ([server.hasSuffix("/") ? String(server.dropLast()) : server] + parts.map { $0.percentEncoded() })
            .joined(separator: "/")
        guard let found = executable("curl") else {
            throw PublishProblem.cannotReach(place: name, reason: "the program 'curl' is not installed")
        }
        curl = found
    }

    func sha256(of file: String) throws -> String? {
        let scratch = try JobFolder(), path = scratch.path + "/object"
        let (status, reason) = try ask(file, scratch, ["--output", path], [])
        if status == 404 { return nil }
        guard status == 200 else { throw PublishProblem.cannotReach(place: place(of: file), reason: reason) }
        let object = Descriptor(open(path, O_RDONLY | O_CLOEXEC))
        // An empty object leaves no file.
        guard object.number >= 0 else { return [UInt8]().withUnsafeBytes { SHA256.of($0) } }
        return try OpenFile.sha256(of: object.number).sum
    }

    func put(_ source: Int32, as file: String, sha256 sum: String) throws {
        let scratch = try JobFolder(), path = scratch.path + "/object"
        // A copy of its own: what is sent is what was hashed.
        let copied: String
        do throws(SystemFailure) {
            let copy = Descriptor(open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600))
            guard copy.number >= 0 else { throw SystemFailure(code: errno) }
            copied = try OpenFile.copy(source, to: copy.number)
        } catch { throw PublishProblem.cannotWrite(place: scratch.path, reason: error.words) }
        guard copied == sum else { throw PublishProblem.changedMeanwhile(target: file) }
        let kind = file.hasSuffix(".mp4") ? "video/mp4" : "application/octet-stream"
        let (status, reason) = try ask(
            file, scratch, ["--upload-file", path, "--output", scratch.path + "/said"],
            ["x-amz-content-sha256: \(sum)", "Content-Type: \(kind)"])
        guard (200..<300).contains(status) else {
            throw PublishProblem.cannotWrite(place: place(of: file), reason: reason)
        }
    }

    /// - Returns: the status of HTTP, and words for one that is not wanted.
    private func ask(_ file: String, _ scratch: borrowing JobFolder, _ options: [String], _ headers: [String]) throws
        -> (status: Int, reason: String)
    {
        // On its standard input, since anybody may read the arguments of a process.
        var settings = "user = \(Self.quoted(user))\n"
        for header in headers + (session.map { ["x-amz-security-token: \($0)"] } ?? []) {
            settings += "header = \(Self.quoted(header))\n"
        }
        // A pipe holds more than these few lines.
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw PublishProblem.cannotReach(place: name, reason: SystemFailure(code: errno).words)
        }
        let input = Descriptor(ends[0])
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { withExtendedLifetime(input) {} }
        do {
            let writing = Descriptor(ends[1])
            try Array(settings.utf8).withUnsafeBytes { try OpenFile.write($0, to: writing.number) }
        }
        let keep = [
            "HOME", "PATH", "HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy", "SSL_CERT_FILE", "CURL_CA_BUNDLE",
        ]
        let program = Subprocess(
            program: curl,
            environment: keep.compactMap { name in getenv(name).map { "\(name)=\(String(cString: $0))" } } + [
                "LC_ALL=C"
            ],
            folder: scratch.path, scratch: scratch.path)
        let answer = try program.run(
            [
                "--disable", "--config", "-", "--silent", "--show-error", "--proto", "=http,https", "--max-redirs", "0",
                "--connect-timeout", "15", "--speed-limit", "1000", "--speed-time", "60", "--retry", "3",
                "--retry-delay", "1", "--aws-sigv4", "aws:amz:\(region):s3", "--write-out", "%{http_code}",
            ] + options + ["--", base + "/" + file.percentEncoded()], input: input.number)
        let status = Int(answer.output.suffix(3)) ?? 0
        guard answer.status == 0 else {
            throw PublishProblem.cannotReach(place: place(of: file), reason: answer.reason)
        }
        return (status, "the server answers \(status)")
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
