// Finds out whether this machine allows a sandbox, by running one, and remembers the answer.
import Diagnostics
import Digests
import Files
import Glibc
import Processes
import Store

extension Sandbox {
    /// Whether programs can run in a sandbox here. Runs one to find out, and remembers the answer in the cache for this
    /// boot, this bubblewrap and the kernel's settings for this user.
    /// - Parameter path: folders to search for bubblewrap, in the form of PATH.
    public static func find(cache: Cache, path: String = getenv("PATH").map { String(cString: $0) } ?? "") -> State {
        guard let program = executable("bwrap", in: path + ":/usr/bin") else {
            return .none(reason: "'bwrap' is not on PATH (Debian's package 'bubblewrap')")
        }
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
        let state = StateFile(
            identity: identity, leaves: files.leaves,
            summary: StateFile.Summary(status: reason == nil ? .done : .failed, nodes: 0, text: reason ?? ""))
        // A failure costs the next build a run of `true`.
        try? state.write(to: file, by: cache.temporary)
        return reason.map { .none(reason: $0) } ?? .bubblewrap(program)
    }

    /// What decides whether the user may create namespaces: the user, the container and the kernel's settings.
    private static func circumstances() -> [String] {
        var texts = [
            String(geteuid()), target(ofLink: "/proc/self/ns/user") ?? "",
            target(ofLink: "/proc/self/ns/mnt") ?? "",
        ]
        for name in [
            "user/max_user_namespaces", "kernel/unprivileged_userns_clone",
            "kernel/apparmor_restrict_unprivileged_userns",
        ] {
            let file = open("/proc/sys/" + name, O_RDONLY | O_CLOEXEC)
            var buffer = [UInt8](repeating: 0, count: 64)
            let count = file < 0 ? 0 : max(0, read(file, &buffer, buffer.count))
            if file >= 0 { close(file) }
            texts.append(String(decoding: buffer[..<count], as: UTF8.self))
        }
        return texts
    }

    /// The kernel setting that keeps users from creating namespaces, and the command that changes it.
    private static var closed: (text: String, remedy: String)? {
        func value(_ name: String) -> String? {
            let file = open("/proc/sys/" + name, O_RDONLY | O_CLOEXEC)
            guard file >= 0 else { return nil }
            defer { close(file) }
            var buffer = [UInt8](repeating: 0, count: 32)
            let count = max(0, read(file, &buffer, buffer.count))
            return String(decoding: buffer[..<count].prefix { $0 != 0x0A }, as: UTF8.self)
        }
        for (name, bad, good) in [
            ("kernel.unprivileged_userns_clone", "0", "1"),
            ("user.max_user_namespaces", "0", "15000"),
            ("kernel.apparmor_restrict_unprivileged_userns", "1", "0"),
        ]
        where value(name.replacing(".", with: "/")) == bad {
            return ("'\(name)' is \(bad)", "sysctl -w \(name)=\(good)")
        }
        return nil
    }

    /// Reads after the reason why there is no sandbox.
    public static var namespaces: String { closed.map { "; the kernel forbids user namespaces: \($0.text)" } ?? "" }
    public static var remedy: String {
        closed?.remedy ?? "allow user namespaces; start a container with '--security-opt seccomp=unconfined'"
    }

    /// The same where there is no cache to remember it in: it is tried, which takes some milliseconds.
    /// - Parameter scratch: an empty folder.
    public static func tried(in scratch: String) -> State {
        let path = getenv("PATH").map { String(cString: $0) } ?? ""
        guard let program = executable("bwrap", in: path + ":/usr/bin") else {
            return .none(reason: "there is no 'bwrap'")
        }
        return fault(of: program, in: scratch).map { .none(reason: $0) } ?? .bubblewrap(program)
    }

    /// nil: it works.
    private static func fault(of program: String, in cache: Cache) -> String? {
        guard let scratch = try? cache.makeScratch() else { return "cannot create a folder to try it in" }
        defer { Folder.remove(scratch) }
        return fault(of: program, in: scratch)
    }

    private static func fault(of program: String, in scratch: String) -> String? {
        let pool = CommandPool(sandbox: .bubblewrap(program))
        defer { pool.stop() }
        let command = Command(node: "sandbox", program: "/usr/bin/true", arguments: ["true"], timeout: 10)
        do throws(ProgramProblem) { try pool.start(job: 0, command, scratch: scratch) } catch {
            return error.diagnostic.message
        }
        while true {
            var list: [pollfd] = []
            pool.descriptors(into: &list)
            _ = poll(&list, nfds_t(list.count), Int32((pool.nextDeadline ?? 10) * 1000) + 1)
            guard case .ended(_, let end)? = pool.handle(list[...]).first else { continue }
            if end.how == .exit(0) { return nil }
            let words = String(
                decoding: end.log.prefix(400),
                as: UTF8.self
            ).split(separator: "\n").first.map(String.init)
            return "'\(program)' does not work here: \(words ?? "it failed without a message")" + namespaces
        }
    }
}
