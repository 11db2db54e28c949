// From the text of remotes.yaml to settings. Everything that is wrong is reported at its place; nothing is guessed.
import Diagnostics
import YAML

extension RemoteSettings {
    /// - Throws: all faults found.
    public init(_ bytes: [UInt8], file: String) throws(Diagnostics) {
        let root = try YAML.parse(bytes: bytes, file: file)
        var reader = SettingsReader()
        let settings = reader.read(root)
        guard reader.problems.isEmpty else { throw Diagnostics(reader.problems) }
        self = settings
    }
}

struct SettingsReader {
    static let fields = ["download", "remotes"]
    static let remoteFields = [
        "name", "url", "access", "token", "user", "password", "public_keys", "signing_key", "ca", "timeout",
        "concurrency", "endpoint", "region", "execute", "queue", "properties",
    ]
    static let remotesLimit = 16
    static let keysLimit = 64

    var problems: [Diagnostic] = []

    private mutating func report(_ problem: some Problem) { problems.append(problem.diagnostic) }

    mutating func read(_ root: Node) -> RemoteSettings {
        var settings = RemoteSettings()
        guard let pairs = root.pairs else {
            report(
                FieldProblem.wrongType("", expected: "a mapping", found: root.kindName, hint: nil, at: root.place))
            return settings
        }
        look(for: Self.fields, in: pairs, of: nil)
        if let node = root["download"] {
            settings.download = choice(node, "download", RemoteSettings.Download.self) ?? .target
        }
        guard let node = root["remotes"] else { return settings }
        guard let items = node.items else {
            report(
                FieldProblem.wrongType("remotes", expected: "a list", found: node.kindName, hint: nil, at: node.place))
            return settings
        }
        guard items.count <= Self.remotesLimit else {
            report(
                FieldProblem.outOfRange(
                    "remotes", "\(items.count) long", range: "0 to \(Self.remotesLimit)", at: node.place))
            return settings
        }
        var names: Set<String> = []
        for item in items {
            guard let remote = remote(item) else { continue }
            if !names.insert(remote.name).inserted {
                report(RemoteProblem.nameTaken(remote.name, at: item["name"]?.place ?? item.place))
            }
            settings.remotes.append(remote)
        }
        return settings
    }

    private mutating func look(for known: [String], in pairs: [Node.Pair], of owner: String?) {
        for pair in pairs where !known.contains(pair.name) {
            report(FieldProblem.unknown(pair.name, of: owner, known: known, at: pair.key.place))
        }
    }

    private mutating func remote(_ node: Node) -> RemoteSettings.Remote? {
        guard let pairs = node.pairs else {
            report(
                FieldProblem.wrongType("", expected: "a mapping", found: node.kindName, hint: nil, at: node.place))
            return nil
        }
        let before = problems.count
        look(for: Self.remoteFields, in: pairs, of: "a remote")
        for field in ["name", "url"] where node[field] == nil {
            report(FieldProblem.missing(field, of: "a remote", at: pairs.first?.key.place ?? node.place))
        }
        guard let nameNode = node["name"], let urlNode = node["url"], let name = text(nameNode, "name"),
            let url = text(urlNode, "url")
        else { return nil }
        if !isRemoteName(name) { report(RemoteProblem.badName(name, at: nameNode.place)) }
        guard let address = RemoteAddress(url) else {
            report(RemoteProblem.badURL(url, schemes: RemoteAddress.schemes, at: urlNode.place))
            return nil
        }
        var remote = RemoteSettings.Remote(name: name, url: address)
        if let node = node["access"] {
            remote.access = choice(node, "access", RemoteSettings.Access.self) ?? .readOnly
        }
        remote.token = node["token"].flatMap { variable($0, "token") }
        remote.user = node["user"].flatMap { variable($0, "user") }
        remote.password = node["password"].flatMap { variable($0, "password") }
        if let node = node["public_keys"] { remote.publicKeys = publicKeys(node) }
        if let node = node["signing_key"], let text = text(node, "signing_key") {
            if isRemoteName(text) || (text.first == "$" && isVariable(text.dropFirst())) {
                remote.signingKey = text
            } else {
                report(RemoteProblem.badSigningKey(at: withoutExcerpt(node.place)))
            }
        }
        remote.authority = node["ca"].flatMap { path($0, "ca") }
        if let node = node["timeout"] { remote.timeout = number(node, "timeout", 0.1...600) ?? remote.timeout }
        if let node = node["concurrency"] {
            remote.concurrency = number(node, "concurrency", 1...64).map { Int($0) } ?? remote.concurrency
        }
        if let node = node["endpoint"], let text = text(node, "endpoint") {
            if let found = RemoteAddress(text), found.kind == .http, found.path.isEmpty {
                remote.endpoint = found.text
            } else {
                report(RemoteProblem.badEndpoint(text, at: node.place))
            }
        }
        remote.region = node["region"].flatMap { text($0, "region") }
        if let node = node["execute"] {
            if let flag = node.bool {
                remote.executes = flag
            } else {
                report(
                    FieldProblem.wrongType(
                        "execute", expected: "true or false", found: node.kindName, hint: nil, at: node.place))
            }
            if remote.executes, address.kind != .reapi {
                report(RemoteProblem.cannotExecute(url, at: urlNode.place))
            }
        }
        if let node = node["queue"] { remote.queue = number(node, "queue", 1...86_400) ?? remote.queue }
        if let node = node["properties"] { remote.properties = properties(node) }
        for field in ["queue", "properties"] where address.kind != .reapi {
            if let node = node[field] { report(RemoteProblem.cannotExecute(url, at: node.place)) }
        }
        for (field, isThere) in [("endpoint", remote.endpoint != nil), ("region", remote.region != nil)]
        where isThere && address.kind != .s3 {
            report(RemoteProblem.fieldOfS3(field, at: node[field]?.place ?? node.place))
        }
        if (remote.user == nil) != (remote.password == nil) {
            let field = remote.user == nil ? "password" : "user"
            report(RemoteProblem.halfOfLogin(field, at: node[field]?.place ?? node.place))
        }
        return problems.count == before ? remote : nil
    }

    private mutating func text(_ node: Node, _ field: String) -> String? {
        if let text = node.string, !text.isEmpty { return text }
        report(FieldProblem.wrongType(field, expected: "a text", found: node.kindName, hint: nil, at: node.place))
        return nil
    }

    private mutating func path(_ node: Node, _ field: String) -> String? {
        guard let text = text(node, field) else { return nil }
        if text.hasPrefix("/") { return text }
        report(RemoteProblem.notAbsolute(field, at: node.place))
        return nil
    }

    /// The name of an environment variable, which is written `$NAME`.
    private mutating func variable(_ node: Node, _ field: String) -> String? {
        guard let text = text(node, field) else { return nil }
        if text.first == "$", isVariable(text.dropFirst()) { return String(text.dropFirst()) }
        report(RemoteProblem.secretInFile(field, at: withoutExcerpt(node.place)))
        return nil
    }

    /// For what may be a secret: no message shows it.
    private func withoutExcerpt(_ place: Place) -> Place {
        var place = place
        place.excerpt = nil
        return place
    }

    private mutating func number(_ node: Node, _ field: String, _ range: ClosedRange<Double>) -> Double? {
        let isWhole = field == "concurrency"
        guard let value = isWhole ? node.int.map({ Double($0) }) : node.double else {
            report(
                FieldProblem.wrongType(
                    field, expected: isWhole ? "a whole number" : "a number", found: node.kindName, hint: nil,
                    at: node.place))
            return nil
        }
        if range.contains(value) { return value }
        let shown =
            isWhole
            ? "\(Int(range.lowerBound)) to \(Int(range.upperBound))"
            : "\(decimals(range.lowerBound, 1)) to \(Int(range.upperBound)) seconds"
        report(FieldProblem.outOfRange(field, node.text ?? "", range: shown, at: node.place))
        return nil
    }

    private mutating func properties(_ node: Node) -> [String: String] {
        guard let pairs = node.pairs else {
            report(
                FieldProblem.wrongType(
                    "properties", expected: "a mapping", found: node.kindName, hint: nil, at: node.place))
            return [:]
        }
        var properties: [String: String] = [:]
        for pair in pairs {
            if let text = pair.value.text { properties[pair.name] = text } else { _ = text(pair.value, pair.name) }
        }
        return properties
    }

    private mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ node: Node, _ field: String, _: Choice.Type
    ) -> Choice? {
        if let text = node.text, let choice = Choice(rawValue: text) { return choice }
        let known = Choice.allCases.map(\.rawValue)
        report(
            FieldProblem.wrongType(
                field, expected: known.joined(separator: " or "), found: node.string.map { "'\($0)'" } ?? node.kindName,
                hint: node.string.flatMap { didYouMean($0, among: known) }.map { "did you mean '\($0)'?" },
                at: node.place))
        return nil
    }

    private mutating func publicKeys(_ node: Node) -> [RemoteSettings.PublicKey] {
        guard let items = node.items, !items.isEmpty, items.count <= Self.keysLimit else {
            report(
                FieldProblem.wrongType(
                    "public_keys", expected: "a list of 1 to \(Self.keysLimit) keys",
                    found: node.items.map { "\($0.count)" } ?? node.kindName, hint: nil, at: node.place))
            return []
        }
        return items.compactMap { item in
            if let key = item.text.flatMap({ RemoteSettings.PublicKey(line: $0) }) { return key }
            report(RemoteProblem.badPublicKey(at: item.place))
            return nil
        }
    }
}

extension RemoteSettings.PublicKey {
    /// `NAME ed25519 HEX`, as `vgraph key list` prints it.
    init?(line: some StringProtocol) {
        let words = line.split { $0 == " " || $0 == "\t" }
        guard words.count == 3, words[1] == "ed25519", isRemoteName(words[0]), words[2].utf8.count == 64,
            words[2].utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else { return nil }
        self.init(name: String(words[0]), key: String(words[2]))
    }
}

/// A name that is safe in a message and as a file's.
func isRemoteName(_ name: some StringProtocol) -> Bool {
    guard (1...64).contains(name.utf8.count), let first = name.utf8.first, first != 0x2d, first != 0x2e else {
        return false
    }
    return name.utf8.allSatisfy {
        (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0)
            || $0 == 0x2d || $0 == 0x2e || $0 == 0x5f
    }
}

func isVariable(_ name: some StringProtocol) -> Bool {
    guard (1...128).contains(name.utf8.count), let first = name.utf8.first, !(0x30...0x39).contains(first) else {
        return false
    }
    return name.utf8.allSatisfy {
        (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0) || $0 == 0x5f
    }
}
