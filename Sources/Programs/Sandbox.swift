// Runs a program in a sandbox with bubblewrap, if the machine has it and allows it. Inside are the system's programs,
// read-only, the program's folder and its inputs; no home, no workspace, no network, no other process.
import CSystem
import Diagnostics
import Glibc
import Store

public struct Sandbox: Sendable {
    public enum State: Sendable, Hashable {
        /// The path of a working bubblewrap.
        case bubblewrap(String)
        /// `reason` reads after "programs run without a sandbox: ".
        case none(reason: String)
    }

    /// The path of the program's folder inside.
    static let folder = "/build"
    /// Visible inside: folders of the system, not of a user.
    private static let system = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc", "/opt"]

    /// The number of arguments that bubblewrap takes, less a reserve for `common`.
    static let mostWords = 8500

    let bubblewrap: String
    /// The arguments that every program has.
    private let common: [String]
    private let home: String?
    private let resolver: String?

    init(bubblewrap: String) {
        self.bubblewrap = bubblewrap
        var words = [
            "--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try",
            "--die-with-parent",
            "--new-session", "--cap-drop", "ALL", "--hostname", "build",
        ]
        for path in Self.system {
            var status = stat()
            guard lstat(path, &status) == 0 else { continue }
            // With a merged /usr these are links, so they are links inside too.
            if status.st_mode & S_IFMT == S_IFLNK, let target = Self.target(ofLink: path) {
                words += ["--symlink", target, path]
            } else {
                words += ["--ro-bind", path, path]
            }
        }
        words += [
            "--ro-bind-try", "/var/cache/fontconfig", "/var/cache/fontconfig", "--proc", "/proc", "--dev", "/dev",
        ]
        // As root a program would own root's files in /proc even without capabilities, for example the kernel's
        // settings in /proc/sys.
        words += ["--remount-ro", "/proc"]
        if geteuid() == 0 { words += ["--uid", "65534", "--gid", "65534"] }
        common = words
        home = getenv("HOME").map { String(cString: $0) }
        // Often a link that leads out of /etc.
        let file = Self.real("/etc/resolv.conf")
        resolver = file.flatMap { $0.hasPrefix("/etc/") ? nil : $0 }
    }

    /// The arguments of bubblewrap for one program, each with a NUL at its end.
    func arguments(_ command: Command, scratch: String, binds: [Command.Mount]) -> [UInt8] {
        var bytes: [UInt8] = []
        func add(_ words: String...) {
            for word in words {
                bytes.append(contentsOf: word.utf8)
                bytes.append(0)
            }
        }
        for word in common { add(word) }
        add("--perms", "1777")
        // Its files count as the program's memory, so it needs no higher limit.
        if let memory = command.memory { add("--size", String(max(memory, 1 << 16))) }
        add("--tmpfs", "/dev/shm", "--remount-ro", "/dev")
        if !command.network { add("--unshare-net") } else if let resolver { add("--ro-bind", resolver, resolver) }
        add("--bind", scratch + "/" + Command.temporary, "/tmp", "--bind", scratch, Self.folder)
        for path in programPaths(command.program, scratch) { add("--ro-bind-try", path, path) }
        for path in command.readable where !Self.isSystem(path) { add("--ro-bind", path, path) }
        for bind in binds { add("--ro-bind", bind.source, Self.folder + "/" + bind.at) }
        add("--chdir", Self.folder)
        return bytes
    }

    private static func isSystem(_ path: String) -> Bool {
        system.contains { path.isSameBytes($0) || path.beneath($0) != nil }
    }

    /// Whether the sandbox shows a path, or has its own version of it.
    static func shows(_ path: String) -> Bool {
        (system + ["/proc", "/dev", folder]).contains { path.isSameBytes($0) || path.beneath($0) != nil }
    }

    /// What must also be visible for a program outside the system's folders: its folder, or only the file if the folder
    /// is a home or contains the cache.
    private func programPaths(_ program: String, _ scratch: String) -> [String] {
        guard program.hasPrefix("/") else { return [] }
        var paths: [String] = []
        for file in [program, Self.real(program) ?? program]
        where !Self.system.contains(where: { file.hasPrefix($0 + "/") }) {
            let folder = String(file[..<(file.lastIndex(of: "/") ?? file.startIndex)])
            let isPrivate = folder.isEmpty || folder == home || (scratch + "/").hasPrefix(folder + "/")
            let path = isPrivate ? file : folder
            if !paths.contains(path) { paths.append(path) }
        }
        return paths
    }

    private static func real(_ path: String) -> String? {
        guard let found = realpath(path, nil) else { return nil }
        defer { free(found) }
        return String(cString: found)
    }

    static func target(ofLink path: String) -> String? {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = buffer.withUnsafeMutableBytes {
            readlink(path, $0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count)
        }
        return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
    }
}
