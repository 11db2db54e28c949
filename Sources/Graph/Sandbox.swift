// A sandbox around a program: bubblewrap, where the machine has it and lets it work. In it there are the system's
// programs, read-only, the program's own folder, and its inputs; no home, no workspace, no network, no other process.
import CSystem
import Diagnostics
import Glibc
import Store

public struct Sandbox: Sendable {
    public enum State: Sendable, Hashable {
        /// Path of a bubblewrap that works.
        case bubblewrap(String)
        /// `reason` reads after "programs run without a sandbox: ".
        case none(reason: String)
    }

    /// Where the folder a program is started in is seen in there.
    static let folder = "/build"
    /// Seen from everywhere in there; of the machine, not of a user.
    private static let system = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc", "/opt"]

    /// Words that bubblewrap takes, less what is in `common`.
    static let mostWords = 8500

    let bubblewrap: String
    /// Arguments that are the same for every program.
    private let common: [String]
    private let home: String?
    private let resolver: String?

    init(bubblewrap: String) {
        self.bubblewrap = bubblewrap
        var words = ["--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try", "--die-with-parent",
                     "--new-session", "--cap-drop", "ALL", "--hostname", "build"]
        for path in Self.system {
            var status = stat()
            guard lstat(path, &status) == 0 else { continue }
            // In a merged /usr these are links, and are links in there.
            if status.st_mode & S_IFMT == S_IFLNK, let target = Self.target(ofLink: path) { words += ["--symlink", target, path] }
            else { words += ["--ro-bind", path, path] }
        }
        words += ["--ro-bind-try", "/var/cache/fontconfig", "/var/cache/fontconfig", "--proc", "/proc", "--dev", "/dev"]
        // As root a program would own what is root's in /proc, capabilities or none: the machine's switches in /proc/sys among it.
        words += ["--remount-ro", "/proc"]
        if geteuid() == 0 { words += ["--uid", "65534", "--gid", "65534"] }
        common = words
        home = getenv("HOME").map { String(cString: $0) }
        // Often a link out of /etc.
        let file = Self.real("/etc/resolv.conf")
        resolver = file.flatMap { $0.hasPrefix("/etc/") ? nil : $0 }
    }

    /// The arguments of bubblewrap for one program, each ended by NUL.
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
        // No more than all of the program's memory; what is in it counts as that.
        if let memory = command.memory { add("--size", String(max(memory, 1 << 16))) }
        add("--tmpfs", "/dev/shm", "--remount-ro", "/dev")
        if !command.network { add("--unshare-net") }
        else if let resolver { add("--ro-bind", resolver, resolver) }
        add("--bind", scratch + "/" + Command.temporary, "/tmp", "--bind", scratch, Self.folder)
        for path in programPaths(command.program, scratch) { add("--ro-bind-try", path, path) }
        for bind in binds { add("--ro-bind", bind.source, Self.folder + "/" + bind.at) }
        add("--chdir", Self.folder)
        return bytes
    }

    /// Whether a path can be seen in there, or is another one there than outside.
    static func shows(_ path: String) -> Bool {
        (system + ["/proc", "/dev", folder]).contains { path == $0 || path.hasPrefix($0 + "/") }
    }

    /// What must be seen besides for a program that is not the system's: its folder, unless that is somebody's home or
    /// holds the cache; then the file alone.
    private func programPaths(_ program: String, _ scratch: String) -> [String] {
        guard program.hasPrefix("/") else { return [] }
        var paths: [String] = []
        for file in [program, Self.real(program) ?? program] where !Self.system.contains(where: { file.hasPrefix($0 + "/") }) {
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

    private static func target(ofLink path: String) -> String? {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = buffer.withUnsafeMutableBytes { readlink(path, $0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count) }
        return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
    }
}

extension Sandbox {
    /// Whether programs can be put into a sandbox here. The answer is found by running one, and remembered in the cache
    /// for this start of the machine, this bubblewrap and what the kernel allows this user.
    /// - Parameter path: folders to look for bubblewrap in, as PATH has them.
    public static func find(cache: Cache, path: String = getenv("PATH").map { String(cString: $0) } ?? "") -> State {
        guard let program = locate("bwrap", in: path + ":/usr/bin") else { return .none(reason: "there is no 'bwrap' on PATH (Debian's package 'bubblewrap')") }
        var writer = DigestWriter()
        writer.add(field: "sandbox 2")
        writer.add(field: program)
        for text in circumstances() { writer.add(field: text) }
        let identity = writer.finish(), file = cache.root + "/state/" + identity.hex + ".sandbox"
        if let known = StateFile.upToDate(file, identity: identity, by: cache.temporary) {
            return known.status == .done ? .bubblewrap(program) : .none(reason: known.text)
        }
        let reason = fault(of: program, in: cache)
        let files = FileTable()
        try? files.note(program: program)
        let state = StateFile(identity: identity, leaves: files.leaves,
                              summary: StateFile.Summary(status: reason == nil ? .done : .failed, nodes: 0, text: reason ?? ""))
        // Not being able to remember costs the next build a run of `true`.
        try? state.write(to: file, by: cache.temporary)
        return reason.map { .none(reason: $0) } ?? .bubblewrap(program)
    }

    private static func locate(_ name: String, in path: String) -> String? {
        path.split(separator: ":").map { $0 + "/" + name }.first { $0.hasPrefix("/") && access($0, X_OK) == 0 }
    }

    /// What decides whether a user may make namespaces: who, in which container, and the kernel's switches.
    private static func circumstances() -> [String] {
        var texts = [String(geteuid()), target(ofLink: "/proc/self/ns/user") ?? "", target(ofLink: "/proc/self/ns/mnt") ?? ""]
        for name in ["user/max_user_namespaces", "kernel/unprivileged_userns_clone", "kernel/apparmor_restrict_unprivileged_userns"] {
            let file = open("/proc/sys/" + name, O_RDONLY | O_CLOEXEC)
            var buffer = [UInt8](repeating: 0, count: 64)
            let count = file < 0 ? 0 : max(0, read(file, &buffer, buffer.count))
            if file >= 0 { close(file) }
            texts.append(String(decoding: buffer[..<count], as: UTF8.self))
        }
        return texts
    }

    /// Which of the kernel's switches keeps users from making namespaces, and the command that turns it.
    private static var closed: (text: String, remedy: String)? {
        func value(_ name: String) -> String? {
            let file = open("/proc/sys/" + name, O_RDONLY | O_CLOEXEC)
            guard file >= 0 else { return nil }
            defer { close(file) }
            var buffer = [UInt8](repeating: 0, count: 32)
            let count = max(0, read(file, &buffer, buffer.count))
            return String(decoding: buffer[..<count].prefix { $0 != 0x0A }, as: UTF8.self)
        }
        for (name, bad, good) in [("kernel.unprivileged_userns_clone", "0", "1"), ("user.max_user_namespaces", "0", "15000"),
                                  ("kernel.apparmor_restrict_unprivileged_userns", "1", "0")]
        where value(name.replacing(".", with: "/")) == bad {
            return ("'\(name)' is \(bad)", "sysctl -w \(name)=\(good)")
        }
        return nil
    }

    /// Reads on after why there is no sandbox.
    public static var namespaces: String { closed.map { "; user namespaces are not allowed: \($0.text)" } ?? "" }
    public static var remedy: String { closed?.remedy ?? "allow user namespaces; in a container: run it with '--security-opt seccomp=unconfined'" }

    /// nil: it works.
    private static func fault(of program: String, in cache: Cache) -> String? {
        guard let scratch = try? cache.makeScratch() else { return "there is no place to try it" }
        defer { Folder.remove(scratch) }
        let pool = CommandPool(sandbox: .bubblewrap(program))
        defer { pool.stop() }
        let command = Command(node: "sandbox", program: "/usr/bin/true", arguments: ["true"], timeout: 10)
        do throws(ProgramProblem) { try pool.start(job: 0, command, scratch: scratch) } catch { return error.diagnostic.message }
        while true {
            var list: [pollfd] = []
            pool.descriptors(into: &list)
            _ = poll(&list, nfds_t(list.count), Int32((pool.nextDeadline ?? 10) * 1000) + 1)
            guard case .ended(_, let end)? = pool.handle(list[...]).first else { continue }
            if end.how == .exit(0) { return nil }
            let words = String(decoding: end.log.prefix(400), as: UTF8.self).split(separator: "\n").first.map(String.init)
            return "'\(program)' is there but may not work here: \(words ?? "it ended without a word")" + namespaces
        }
    }
}
