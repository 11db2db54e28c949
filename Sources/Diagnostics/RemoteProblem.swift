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
        }
    }
}
