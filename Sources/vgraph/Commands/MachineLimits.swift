// Limits of this process and its container, and how the terminal shows text. `doctor` prints them because a build that
// reaches one fails with an error about something else.
import Glibc

enum MachineLimits {
    static var findings: [MachineFinding] { [descriptors, fileSize, memory, processes, locale, terminal] }

    private static func limit(_ which: __rlimit_resource) -> UInt64? {
        var limit = rlimit()
        guard getrlimit(Int32(which.rawValue), &limit) == 0, limit.rlim_cur != ~0 else { return nil }
        return UInt64(limit.rlim_cur)
    }

    private static var descriptors: MachineFinding {
        let most = limit(RLIMIT_NOFILE)
        guard let most, most < 256 else {
            return MachineFinding("open files", most.map { "\($0) at once" } ?? "no limit")
        }
        return MachineFinding(
            "open files", "\(most) at once, which is low", remedy: "ulimit -n 1024", isNeeded: most < 64)
    }

    private static var fileSize: MachineFinding {
        guard let most = limit(RLIMIT_FSIZE), most < 4 << 30 else {
            return MachineFinding("file size", "no limit below 4 GB")
        }
        return MachineFinding(
            "file size", "\(Size.text(most)) at most, and videos may be larger", remedy: "ulimit -f unlimited",
            isNeeded: false)
    }

    /// The lower of the container's limit and the process's.
    private static var memory: MachineFinding {
        let own = [limit(RLIMIT_AS), limit(RLIMIT_DATA)].compactMap { $0 }
        let group = cgroup("memory.max") ?? read("/sys/fs/cgroup/memory/memory.limit_in_bytes")
        // cgroup version 1 reports a number near 2^63 for 'no limit'.
        let limits = own + (group.flatMap { UInt64($0) }.flatMap { $0 < 1 << 62 ? $0 : nil }.map { [$0] } ?? [])
        guard let least = limits.min() else { return MachineFinding("memory", "no limit") }
        return MachineFinding(
            "memory", "\(Size.text(least)) at most",
            remedy: least < 1 << 30
                ? "allow 1 GB or more in the container or with 'ulimit -v', or use 'vgraph build -j 1'" : nil,
            isNeeded: least < 256 << 20)
    }

    private static var processes: MachineFinding {
        let limits = [limit(__RLIMIT_NPROC), cgroup("pids.max").flatMap { UInt64($0) }].compactMap { $0 }
        guard let least = limits.min() else { return MachineFinding("processes", "no limit") }
        return MachineFinding(
            "processes", "\(least) at once",
            remedy: least < 64 ? "allow 256 or more in the container or with 'ulimit -u'" : nil,
            isNeeded: least < 16)
    }

    /// vgraph prints UTF-8 whatever the locale; a terminal with another encoding shows wrong letters.
    private static var locale: MachineFinding {
        let names = ["LC_ALL", "LC_CTYPE", "LANG"]
        let value = names.compactMap { name in getenv(name).map { String(cString: $0) } }.first { !$0.isEmpty } ?? ""
        let isUTF8 = value.lowercased().contains("utf-8") || value.lowercased().contains("utf8")
        return MachineFinding(
            "locale", isUTF8 ? value : (value.isEmpty ? "none" : value) + "; vgraph prints UTF-8 anyway",
            remedy: isUTF8 ? nil : "export LANG=C.UTF-8", isNeeded: false)
    }

    private static var terminal: MachineFinding {
        guard isatty(1) == 1 else { return MachineFinding("terminal", "none: reports are plain lines") }
        let name = getenv("TERM").map { String(cString: $0) } ?? ""
        return MachineFinding(
            "terminal", Terminal.isDumb || name.isEmpty ? "'\(name)': no colours, no progress line" : name)
    }

    /// The lowest limit of this process's cgroup and those above it.
    private static func cgroup(_ name: String) -> String? {
        guard let groups = read("/proc/self/cgroup") else { return nil }
        guard let line = groups.split(separator: "\n").first(where: { $0.hasPrefix("0::") }) else { return nil }
        var path = String(line.dropFirst(3)), least: UInt64?
        while true {
            if let text = read("/sys/fs/cgroup" + (path == "/" ? "" : path) + "/" + name), let number = UInt64(text) {
                least = min(least ?? number, number)
            }
            guard let slash = path.lastIndex(of: "/"), path.utf8.count > 1 else { break }
            path = String(path[..<slash])
        }
        return least.map(String.init)
    }

    /// Without the newline at its end.
    private static func read(_ path: String) -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = Glibc.read(file, &buffer, buffer.count)
        guard count > 0 else { return nil }
        return String(decoding: buffer[..<count].prefix { $0 != 0 }, as: UTF8.self).trimmed
    }
}

extension String {
    fileprivate var trimmed: String {
        var text = self[...]
        while text.last == "\n" { text.removeLast() }
        return String(text)
    }
}
