// What lets us use a remote: secrets from the environment, keys, and whether all of it is there. Secrets stay in here
// and in what is sent; no message shows one.
import Decisions
import Diagnostics
import Digests
import Glibc
import Remotes

struct RemoteAccess {
    var token: String?
    /// `user:password`.
    var login: String?
    /// Of S3; nil: requests are anonymous.
    var bucketKeys: (access: String, secret: String)?
    var region = ""
    var keys = PublicKeys()
    var signingKey: PrivateKey?
    var problems: [RemoteProblem] = []
    /// Something is missing without which it cannot be read.
    var isUnusable = false
    /// Something is missing without which it must not be written.
    var isReadOnly = false

    init(_ remote: RemoteSettings.Remote, _ environment: (String) -> String?) {
        func value(_ name: String) -> String? { environment(name).flatMap { $0.isEmpty ? nil : $0 } }
        var problems: [RemoteProblem] = []
        func secret(_ variable: String?) -> String? {
            guard let variable else { return nil }
            guard let found = value(variable) else {
                problems.append(.variableUnset(remote.name, variable: variable))
                return nil
            }
            // It becomes a header's line.
            guard !found.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) else {
                problems.append(.variableUnfit(remote.name, variable: variable))
                return nil
            }
            return found
        }
        token = secret(remote.token)
        let user = secret(remote.user), password = secret(remote.password)
        if remote.url.kind == .s3 {
            region = remote.region ?? value("AWS_REGION") ?? value("AWS_DEFAULT_REGION") ?? "us-east-1"
            if let user, let password {
                bucketKeys = (user, password)
            } else if remote.user == nil, let id = value("AWS_ACCESS_KEY_ID"), let key = value("AWS_SECRET_ACCESS_KEY")
            {
                bucketKeys = (id, key)
                if remote.token == nil { token = value("AWS_SESSION_TOKEN") }
            }
        } else if let user, let password {
            login = user + ":" + password
        }
        if let authority = remote.authority, access(authority, R_OK) != 0 {
            problems.append(.authorityUnreadable(remote.name, file: authority))
        }
        isUnusable = !problems.isEmpty

        if let name = remote.signingKey {
            do throws(DecisionProblem) {
                if name.first == "$" {
                    let seed = value(String(name.dropFirst())).flatMap { hexBytes($0, count: 32) }
                    signingKey = seed.flatMap { PrivateKey(name: "remote", seed: $0) }
                    if signingKey == nil { problems.append(.signingKeyUnset(remote.name, variable: name)) }
                } else {
                    signingKey = try PrivateKey.read(name)
                }
            } catch {
                problems.append(.signingKeyUnusable(remote.name, reason: error.diagnostic.message))
            }
            isReadOnly = signingKey == nil
        } else if remote.isWritable, !remote.publicKeys.isEmpty {
            problems.append(.noSigningKey(remote.name))
            isReadOnly = true
        }
        if !remote.publicKeys.isEmpty {
            var lines = remote.publicKeys.map { PublicKeys.line($0.name, $0.key) }
            // What we signed ourselves counts for us.
            if let own = signingKey, !remote.publicKeys.contains(where: { $0.key == own.publicKey }) {
                lines.append(PublicKeys.line("our-own-signing-key", own.publicKey))
            }
            do throws(Diagnostics) { keys = try PublicKeys(Array(lines.joined(separator: "\n").utf8)) } catch {
                // Without a key that counts, no record may.
                problems.append(.keysUnusable(remote.name, reason: error.all.first?.message ?? ""))
                isUnusable = true
            }
        }
        self.problems = problems
    }
}
