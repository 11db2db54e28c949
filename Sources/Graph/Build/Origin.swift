// Who made a result, when and where, as its record holds it.
import Glibc
import Store

enum Origin {
    static func of(node: String, vgraph: String) -> Record.Origin {
        Record.Origin(user: user, host: host, time: now(), vgraph: vgraph, node: node)
    }

    /// From the environment, since name services need libraries that a static executable does not have.
    private static let user: String = {
        for name in ["USER", "LOGNAME"] {
            if let text = getenv(name), text.pointee != 0 { return String(cString: text) }
        }
        return "uid \(getuid())"
    }()

    private static let host: String = {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "unknown" }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }()

    /// Seconds since a moment as `now` writes it; nil: the text has another form.
    static func age(of text: String) -> Int? {
        let parts = text.split { !$0.isASCII || !$0.isNumber }.compactMap { Int32($0) }
        guard parts.count == 6 else { return nil }
        var moment = tm()
        (moment.tm_year, moment.tm_mon, moment.tm_mday) = (parts[0] &- 1900, parts[1] &- 1, parts[2])
        (moment.tm_hour, moment.tm_min, moment.tm_sec) = (parts[3], parts[4], parts[5])
        return time(nil) - timegm(&moment)
    }

    /// ISO 8601, UTC, whole seconds.
    static func now() -> String {
        var seconds = time(nil), parts = tm()
        gmtime_r(&seconds, &parts)
        func two(_ number: Int32) -> String { (number < 10 ? "0" : "") + String(number) }
        let day = "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
        return day + "T\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))Z"
    }
}
