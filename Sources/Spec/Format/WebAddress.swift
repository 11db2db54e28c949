// Whether what a call to action shows as its address is one that viewers can type.

enum WebAddress {
    /// Schemes that lead somewhere on every device.
    private static let schemes: Set<String> = ["http", "https", "mailto", "tel", "sms"]

    /// What is wrong with an address; nil: a browser takes it. An address without a scheme is a host with a path.
    static func fault(of text: String) -> String? {
        if text.contains(where: \.isWhitespace) { return "it has a space" }
        var rest = text[...]
        if let end = text.firstRange(of: "://") {
            let scheme = text[..<end.lowerBound].lowercased()
            guard schemes.contains(scheme) else { return "browsers do not know '\(scheme)://'" }
            rest = text[end.upperBound...]
        } else if let colon = text.firstIndex(of: ":"), schemes.contains(text[..<colon].lowercased()) {
            guard text[..<colon].lowercased().hasPrefix("http") else { return nil }
            return "'//' is missing after '\(text[...colon])'"
        } else if text.hasPrefix("@") || text.hasPrefix("#") {
            // A handle or a hashtag, which people search for.
            return nil
        }
        var host = rest.prefix { !"/?#".contains($0) }
        if let at = host.lastIndex(of: "@") { host = host[host.index(after: at)...] }
        if let colon = host.lastIndex(of: ":") {
            guard host[host.index(after: colon)...].allSatisfy(\.isNumber) else { return "its port must be a number" }
            host = host[..<colon]
        }
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.count > 1 else { return host.isEmpty ? "it names no host" : "'\(host)' has no domain" }
        for label in labels {
            guard !label.isEmpty else { return "'\(host)' has a dot too many" }
            guard label.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "-" }), label.first != "-", label.last != "-"
            else {
                return "'\(label)' cannot be part of a host"
            }
        }
        guard labels.last!.count > 1 || labels.allSatisfy({ $0.allSatisfy(\.isNumber) }) else {
            return "no domain ends with '.\(labels.last!)'"
        }
        return nil
    }
}
