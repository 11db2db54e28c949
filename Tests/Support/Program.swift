// A program under way, and what came of it. Its output goes to files, so that a full pipe cannot stop it.
import FoundationEssentials
import Glibc

public final class Program {
    public let id: pid_t
    private var end: Int32?
    private let words: [String]

    /// The variables that the tests have.
    public static var environment: [String: String] { ProcessInfo.processInfo.environment }

    /// Starts a program.
    /// - Parameters:
    ///   - words: its name or path, and its arguments
    ///   - environment: all its variables; nil: those of the tests
    ///   - errors: the file for what it prints to standard error; nil: the file of its output
    public init(
        _ words: [String], in folder: String? = nil, environment: [String: String]? = nil, input: String = "/dev/null",
        output: String = "/dev/null", errors: String? = nil
    ) throws {
        var actions = posix_spawn_file_actions_t(), attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        // Files are opened before env(1) enters the folder: their paths are the caller's.
        let writes = O_WRONLY | O_CREAT | O_TRUNC
        posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, writes, 0o644)
        if let errors {
            posix_spawn_file_actions_addopen(&actions, 2, errors, writes, 0o644)
        } else {
            posix_spawn_file_actions_adddup2(&actions, 1, 2)
        }
        // Whatever the process of the tests blocks or ignores is no concern of its programs.
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        let entered = folder.map { ["/usr/bin/env", "-C", $0] + words } ?? words
        var argv = entered.map { strdup($0) } + [nil]
        var envp = (environment ?? Self.environment).map { strdup($0.key + "=" + $0.value) } + [nil]
        defer { for pointer in argv + envp { free(pointer) } }
        var pid: pid_t = 0
        let code = posix_spawnp(&pid, entered[0], &actions, &attributes, &argv, &envp)
        guard code == 0 else { throw NotStarted(program: words[0], reason: String(cString: strerror(code))) }
        id = pid
        self.words = words
    }

    struct NotStarted: Error { var program, reason: String }

    /// A program that nobody waited for does not outlive its value.
    deinit {
        guard isRunning else { return }
        kill(id, SIGKILL)
        wait()
    }

    public var isRunning: Bool {
        if end == nil { reap(WNOHANG) }
        return end == nil
    }

    /// Its exit status, or -N: signal N killed it.
    @discardableResult
    public func wait() -> Int32 {
        while end == nil { reap(0) }
        return end!
    }

    private func reap(_ options: Int32) {
        var status: Int32 = 0
        let found = waitpid(id, &status, options)
        if found == id {
            end = status & 0x7F == 0 ? (status >> 8) & 0xFF : -(status & 0x7F)
        } else if found < 0 && errno != EINTR {
            end = -1
        }
    }

    public func signal(_ number: Int32) { if isRunning { kill(id, number) } }

    /// Returns as soon as `condition` holds; throws when the program ends before, or when it takes longer than
    /// `seconds`.
    public func until(_ what: String, within seconds: Double = 30, _ condition: () throws -> Bool) throws {
        try TestSupport.until(what, within: seconds) {
            // In this order: what a program did last is seen.
            let isRunning = isRunning
            if try condition() { return true }
            guard isRunning else {
                throw NeverHappened(what: what, why: "\(words.joined(separator: " ")) ended with \(wait())")
            }
            return false
        }
    }

    public struct Run: Sendable {
        /// The exit status, or -N: signal N killed it.
        public var status: Int32
        public var out, err: String

        public init(status: Int32, out: String, err: String) {
            self.status = status
            self.out = out
            self.err = err
        }
    }

    /// Runs a program to its end.
    public static func run(
        _ words: [String], in folder: String? = nil, environment: [String: String]? = nil, input: String = "/dev/null"
    ) throws -> Run {
        let files = TemporaryFolder(), out = files("out"), err = files("err")
        let program = try Program(
            words, in: folder, environment: environment, input: input, output: out, errors: err)
        let status = program.wait()
        return Run(status: status, out: files.text("out") ?? "", err: files.text("err") ?? "")
    }
}
