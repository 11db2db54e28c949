// Where settings come from: a file of the person's own configuration, and the environment. Never from a workspace: a
// clone must not name servers.
import Diagnostics
import Files
import Glibc

extension RemoteSettings {
    /// `$XDG_CONFIG_HOME/vgraph/remotes.yaml`, or `~/.config/vgraph/remotes.yaml`.
    public static func path(_ environment: (String) -> String?) -> String {
        if let config = environment("XDG_CONFIG_HOME"), config.hasPrefix("/") {
            return config + "/vgraph/remotes.yaml"
        }
        return (environment("HOME") ?? "") + "/.config/vgraph/remotes.yaml"
    }

    /// What holds for this run. Without remotes, there is nothing to start.
    /// - Parameter environment: the value of a variable; nil: it is not set.
    public static func read(
        _ environment: (String) -> String? = { name in getenv(name).map { String(cString: $0) } }
    ) throws(Diagnostics) -> RemoteSettings {
        var settings = RemoteSettings()
        if let url = environment("VGRAPH_REMOTE") {
            // Empty: none, whatever the file says.
            if !url.isEmpty { settings.remotes = [try remote(url, environment)] }
        } else if let bytes = try bytes(of: path(environment)) {
            settings = try RemoteSettings(bytes, file: path(environment))
        }
        if let access = try choice("VGRAPH_REMOTE_ACCESS", Access.self, environment) {
            for index in settings.remotes.indices { settings.remotes[index].access = access }
        }
        if let download = try choice("VGRAPH_REMOTE_DOWNLOAD", Download.self, environment) {
            settings.download = download
        }
        return settings
    }

    private static func bytes(of path: String) throws(Diagnostics) -> [UInt8]? {
        let file = Descriptor(open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK))
        guard file.number >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw Diagnostics([RemoteProblem.cannotRead(file: path, error: message(errno)).diagnostic])
        }
        do throws(SystemFailure) { return try OpenFile.read(file.number, limit: 5 << 20) } catch {
            throw Diagnostics([RemoteProblem.cannotRead(file: path, error: error.words).diagnostic])
        }
    }

    /// The one that the environment names, with what else it says about it.
    private static func remote(_ url: String, _ environment: (String) -> String?) throws(Diagnostics) -> Remote {
        func bad(_ variable: String, _ reason: String) -> Diagnostics {
            Diagnostics([RemoteProblem.badVariable(variable, reason: reason).diagnostic])
        }
        func value(_ name: String) -> String? { environment(name).flatMap { $0.isEmpty ? nil : $0 } }
        guard let address = RemoteAddress(url) else {
            throw bad(
                "VGRAPH_REMOTE",
                "it is not a URL like \(RemoteAddress.schemes.map { $0 + "://" }.joined(separator: ", ")) of a remote, "
                    + "without user and password")
        }
        var remote = Remote(name: "remote", url: address)
        func named(_ name: String) -> String? { value(name) == nil ? nil : name }
        remote.token = named("VGRAPH_REMOTE_TOKEN")
        remote.user = named("VGRAPH_REMOTE_USER")
        remote.password = named("VGRAPH_REMOTE_PASSWORD")
        if (remote.user == nil) != (remote.password == nil) {
            throw bad(
                remote.user == nil ? "VGRAPH_REMOTE_USER" : "VGRAPH_REMOTE_PASSWORD",
                "a user and a password are set together, or neither is")
        }
        if let keys = value("VGRAPH_REMOTE_PUBLIC_KEYS") {
            for line in keys.split(whereSeparator: { $0 == "," || $0.isNewline }) {
                guard let key = PublicKey(line: line) else {
                    throw bad(
                        "VGRAPH_REMOTE_PUBLIC_KEYS",
                        "it is not NAME ed25519 and 64 hex digits, with a comma between two keys")
                }
                remote.publicKeys.append(key)
            }
        }
        if value("VGRAPH_REMOTE_SIGNING_KEY") != nil { remote.signingKey = "$VGRAPH_REMOTE_SIGNING_KEY" }
        if let file = value("VGRAPH_REMOTE_CA") {
            guard file.hasPrefix("/") else { throw bad("VGRAPH_REMOTE_CA", "it is not an absolute path") }
            remote.authority = file
        }
        if let endpoint = value("VGRAPH_REMOTE_ENDPOINT") {
            guard let found = RemoteAddress(endpoint), found.kind == .http, found.path.isEmpty else {
                throw bad("VGRAPH_REMOTE_ENDPOINT", "it is not http://HOST or https://HOST")
            }
            remote.endpoint = found.text
        }
        remote.region = value("VGRAPH_REMOTE_REGION")
        return remote
    }

    private static func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ variable: String, _: Choice.Type, _ environment: (String) -> String?
    ) throws(Diagnostics) -> Choice? {
        guard let text = environment(variable), !text.isEmpty else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        let known = Choice.allCases.map(\.rawValue).joined(separator: " or ")
        throw Diagnostics([RemoteProblem.badVariable(variable, reason: "it is '\(text)', not \(known)").diagnostic])
    }
}
