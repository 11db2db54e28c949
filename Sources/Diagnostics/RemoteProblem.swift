// What can be wrong with remote caches: how they are configured, and what they answer. None of the latter fails a
// build: what a remote does not give is made here.

public enum RemoteProblem: Problem {
    case cannotRead(file: String, error: String)
    case badURL(String, schemes: [String], at: Place)
    case badName(String, at: Place)
    case nameTaken(String, at: Place)
    case secretInFile(String, at: Place)
    case badSigningKey(at: Place)
    case badPublicKey(at: Place)
    case badEndpoint(String, at: Place)
    case fieldOfS3(String, at: Place)
    case halfOfLogin(String, at: Place)
    case notAbsolute(String, at: Place)
    case badVariable(String, reason: String)
    case cannotExecute(String, at: Place?)

    // Work that was sent to a remote.
    /// The node is done here.
    case notDone(node: String, remote: String, reason: String)
    /// Its machines do not have a program as it is here.
    case otherProgram(stage: String, remote: String, reason: String, hint: String?)
    /// So is every other.
    case executorGone(String, reason: String)
    // What a build has to say of them: all warnings.
    case gaveUp(why: String)
    case tooSlow(seconds: Double)
    case wrongBytes(digest: String)
    case notUploaded(count: Int)

    case noProgram(path: String, reason: String)

    // Of a remote, by its name. Each is a warning.
    case variableUnset(String, variable: String)
    case variableUnfit(String, variable: String)
    case authorityUnreadable(String, file: String)
    /// `variable`: with its dollar sign.
    case signingKeyUnset(String, variable: String)
    case signingKeyUnusable(String, reason: String)
    /// It may be written, its records must be signed to count, and there is nothing to sign with.
    case noSigningKey(String)
    case keysUnusable(String, reason: String)
    /// It is not asked again in this build.
    case gone(String, url: String, reason: String)
    case goneForWriting(String, url: String, reason: String)
    case denied(String, url: String, reason: String)
    case notWritable(String, url: String, reason: String)
    case redirects(String, url: String, to: String)
    case foreign(String, url: String, reason: String)
    /// Other bytes than were asked for.
    case wrongAnswer(String, url: String, reason: String)
    case notKept(String, url: String, reason: String)
    case notUsedHere(String, reason: String)
    case recordRefused(String, url: String, reason: String)
    /// A secret that others on the way can read.
    case openSecret(String, url: String)
    /// Whoever can write it decides what is built here.
    case unsignedTrust(String)

    public var diagnostic: Diagnostic {
        switch self {
        case .cannotRead(let file, let error):
            Diagnostic("remotes-file", fault: .environment, "cannot read '\(file)': \(error)")
        case .badURL(let url, let schemes, let place):
            Diagnostic(
                "remote-url", "'\(url)' is not the URL of a remote",
                hint:
                    "write \(schemes.map { $0 + "://" }.joined(separator: ", ")), then a host (of s3, a bucket) and maybe a "
                    + "path of letters, digits, '.', '_', '-' and '~'; user and password are fields",
                at: place)
        case .cannotExecute(let url, let place):
            Diagnostic(
                "remote-execute", "'\(url)' does no work: only servers of the Remote Execution API do",
                hint: "write grpc://HOST:PORT/INSTANCE or grpcs://, or the name of such a remote in remotes.yaml",
                at: place)
        case .notDone(let node, let remote, let reason):
            Diagnostic(
                "remote-not-done", .warning, fault: .environment,
                "the remote '\(remote)' did not do \(node), so it is done here: \(reason)",
                hint: "the result is the same; no other node is reported like this in this build")
        case .otherProgram(let stage, let remote, let reason, let hint):
            Diagnostic(
                "remote-other-program", .warning, fault: .environment,
                "the remote '\(remote)' cannot run the stage '\(stage)', so it runs here: \(reason)", hint: hint)
        case .executorGone(let remote, let reason):
            Diagnostic(
                "remote-executor-gone", .warning, fault: .environment,
                "the remote '\(remote)' gets no more work in this build: \(reason)",
                hint: "everything is done here; look at the server and its log")
        case .badName(let name, let place):
            Diagnostic(
                "remote-name", "'\(name)' cannot name a remote", hint: "use letters, digits, '.', '_' and '-'",
                at: place)
        case .nameTaken(let name, let place):
            Diagnostic("remote-name-taken", "another remote has the name '\(name)' already", at: place)
        case .secretInFile(let field, let place):
            Diagnostic(
                "remote-secret", "'\(field)' takes the name of an environment variable, not the secret",
                hint: "write \(field): $NAME and set NAME where vgraph runs", at: place)
        case .badSigningKey(let place):
            Diagnostic(
                "remote-signing-key", "'signing_key' takes the name of a private key or of an environment variable",
                hint: "make a key with 'vgraph key new NAME' and write its NAME, or write $VARIABLE, which holds the "
                    + "64 hex digits of the key's file",
                at: place)
        case .badPublicKey(let place):
            Diagnostic(
                "remote-public-key", "this is not a public key",
                hint: "write NAME ed25519 and 64 hex digits, as 'vgraph key list' prints it", at: place)
        case .badEndpoint(let text, let place):
            Diagnostic(
                "remote-endpoint", "'\(text)' is not the endpoint of an S3 server",
                hint: "write http://HOST or https://HOST, without a path; the bucket is in 'url'", at: place)
        case .fieldOfS3(let field, let place):
            Diagnostic("remote-not-s3", "only a remote with an s3:// URL takes '\(field)'", at: place)
        case .halfOfLogin(let field, let place):
            Diagnostic("remote-login", "'\(field)' is set alone: a user and a password go together", at: place)
        case .notAbsolute(let field, let place):
            Diagnostic("remote-path", "'\(field)' takes an absolute path", at: place)
        case .badVariable(let name, let reason):
            Diagnostic("remote-variable", fault: .environment, "the environment variable '\(name)' is wrong: \(reason)")
        case .gaveUp(let why):
            Diagnostic(
                "remote-gave-up", .warning, fault: .environment,
                "vgraph goes on without remote caches: \(why)",
                hint: "'vgraph remote status' looks at them; VGRAPH_REMOTE= (empty) builds without any")
        case .tooSlow(let seconds):
            Diagnostic(
                "remote-too-slow", .warning, fault: .environment,
                "a remote cache did not say within \(Int(seconds.rounded(.up))) s whether it has a result, so this build "
                    + "asks for no more")
        case .wrongBytes(let digest):
            Diagnostic(
                "remote-wrong-bytes", .warning, fault: .environment,
                "a remote cache has other bytes for \(digest.prefix(12)) than its record names, so vgraph makes them "
                    + "here")
        case .notUploaded(let count):
            Diagnostic(
                "remote-not-uploaded", .warning, fault: .environment,
                "\(count) \(count == 1 ? "result is" : "results are") not uploaded to the remote caches yet",
                hint: "the next build that asks them uploads \(count == 1 ? "it" : "them")")
        case .noProgram(let path, let reason):
            Diagnostic(
                "remote-program", fault: .environment, "cannot ask '\(path)': \(reason)",
                hint: "it lies beside vgraph: build it with '.ci/build'")
        case .variableUnset(let name, let variable):
            Diagnostic(
                "remote-variable-unset", .warning, fault: .environment,
                "the remote '\(name)' is not used: the environment variable '\(variable)' is not set",
                hint: "set it where vgraph runs, or remove the field that names it from remotes.yaml")
        case .variableUnfit(let name, let variable):
            Diagnostic(
                "remote-variable-unfit", .warning, fault: .environment,
                "the remote '\(name)' is not used: the environment variable '\(variable)' has control characters",
                hint: "set it without a line break at its end")
        case .authorityUnreadable(let name, let file):
            Diagnostic(
                "remote-ca", .warning, fault: .environment,
                "the remote '\(name)' is not used: cannot read the certificates in '\(file)'",
                hint: "'ca' names a file in PEM")
        case .signingKeyUnset(let name, let variable):
            Diagnostic(
                "remote-signing-key-unset", .warning, fault: .environment,
                "nothing is published to the remote '\(name)': '\(variable)' does not hold 64 hex digits of a private key",
                hint: "'vgraph key new NAME' makes a key; its file holds the digits")
        case .signingKeyUnusable(let name, let reason):
            Diagnostic(
                "remote-signing-key-unusable", .warning, fault: .environment,
                "nothing is published to the remote '\(name)': \(reason)",
                hint: "'vgraph key new NAME' makes a key")
        case .noSigningKey(let name):
            Diagnostic(
                "remote-no-signing-key", .warning, fault: .environment,
                "nothing is published to the remote '\(name)': it has 'public_keys', and no 'signing_key' is set",
                hint: "set 'signing_key', or make the remote read-only")
        case .keysUnusable(let name, let reason):
            Diagnostic(
                "remote-keys", .warning, fault: .environment,
                "the remote '\(name)' is not used: its 'public_keys' do not work: \(reason)",
                hint: "names and keys must differ")
        case .gone(let name, let url, let reason):
            Diagnostic(
                "remote-gone", .warning, fault: .environment,
                "the remote '\(name)' (\(url)) is not used any more in this build: \(reason)",
                hint: "'vgraph remote status' tries it again")
        case .goneForWriting(let name, let url, let reason):
            Diagnostic(
                "remote-gone-for-writing", .warning, fault: .environment,
                "the remote '\(name)' (\(url)) is not written any more in this build: \(reason)",
                hint: "'vgraph remote status' tries it again")
        case .denied(let name, let url, let reason):
            Diagnostic(
                "remote-denied", .warning, fault: .environment,
                "the remote '\(name)' (\(url)) refuses to be read: \(reason)",
                hint: "check its 'token', or 'user' and 'password', and the variables that they name")
        case .notWritable(let name, let url, let reason):
            Diagnostic(
                "remote-not-writable", .warning, fault: .environment,
                "the remote '\(name)' (\(url)) refuses to be written: \(reason)",
                hint: "set access: read-only for it, or give it a token that may write")
        case .redirects(let name, let url, let place):
            Diagnostic(
                "remote-redirects", .warning, fault: .environment,
                "the remote '\(name)' (\(url)) is not used any more in this build: it redirects to \(place)",
                hint: "no redirect is followed: write the URL that it leads to, if it is the right one")
        case .foreign(let name, let url, let reason):
            Diagnostic(
                "remote-foreign", .warning, fault: .environment,
                "the remote '\(name)' (\(url)) cannot be used: \(reason)",
                hint:
                    "check the URL: http(s):// is for Bazel's HTTP cache protocol, grpc(s):// for the Remote Execution API"
            )
        case .wrongAnswer(let name, let url, let reason):
            Diagnostic(
                "remote-wrong", .warning, fault: .environment,
                "the remote '\(name)' (\(url)) sent something wrong: \(reason); it is not used",
                hint: "the result is made here; if this happens again, remove what that server keeps")
        case .notKept(let name, let url, let reason):
            Diagnostic(
                "remote-not-kept", .warning, fault: .environment,
                "the remote '\(name)' (\(url)) does not keep a result: \(reason)",
                hint: "check its limits on size and its disk")
        case .notUsedHere(let name, let reason):
            Diagnostic(
                "remote-here", .warning, fault: .environment,
                "a result was not exchanged with the remote '\(name)': \(reason)",
                hint: "check the disk and the memory of this machine")
        case .recordRefused(let name, let url, let reason):
            Diagnostic(
                "remote-record-refused", .warning, fault: .environment,
                "a record of the remote '\(name)' (\(url)) does not count: \(reason)",
                hint: "the result is made here; who can write that remote?")
        case .openSecret(let name, let url):
            Diagnostic(
                "remote-open-secret", .warning, fault: .environment,
                "the remote '\(name)' gets a secret over \(url), which others on the way can read",
                hint: "use https:// or grpcs://")
        case .unsignedTrust(let name):
            Diagnostic(
                "remote-unsigned", .warning, fault: .environment,
                "the remote '\(name)' has no 'public_keys': whoever can write it decides what is built",
                hint: "sign what is published, and list the public keys")
        }
    }
}
