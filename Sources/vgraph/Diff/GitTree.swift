// A folder as it was in a revision of its git repository, written to a scratch folder with git's checkout conversions.
// The work tree and the index stay as they are.
import CSystem
import Diagnostics
import Files
import FoundationEssentials
import Glibc
import Processes
import Store

struct GitTree: ~Copyable {
    /// Full hash.
    let commit: String
    /// First line of its message.
    let subject: String
    /// Absolute path of the workspace's copy.
    let folder: String
    private let scratch: String

    /// - Parameters:
    ///   - scratch: an empty folder; removed with this value.
    ///   - revision: whatever a user typed.
    init(_ revision: String, of workspace: String, in scratch: String) throws(DiffProblem) {
        // git reads a word that begins with '-' as an option in some places and as a name in others.
        guard !revision.isEmpty, !revision.hasPrefix("-"), !revision.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }),
            revision.utf8.count < 1000
        else {
            throw .badRevision(revision)
        }
        let git = try Git(workspace: workspace, index: scratch + "/index", scratch: scratch)
        let found = try git.run(["rev-parse", "--verify", "--end-of-options", revision + "^{commit}"])
        guard found.status == 0, let commit = found.lines.last, commit.utf8.count >= 40, commit.allSatisfy(\.isHexDigit)
        else {
            throw .noSuchSide(revision, reason: found.reason)
        }
        let subject = try git.lines(["log", "-1", "--format=%s", commit], doing: "read the commit").first ?? ""
        let prefix =
            try git.lines(["rev-parse", "--show-prefix"], doing: "find the folder in its repository").first ?? ""
        let tree = scratch + "/tree/"
        let folder = prefix.isEmpty ? scratch + "/tree" : tree + prefix.dropLast(prefix.hasSuffix("/") ? 1 : 0)
        _ = try git.lines(["read-tree", commit], doing: "read the tree of \(commit.prefix(12))")
        // Names go through a file: there may be many, with any bytes.
        let names = scratch + "/names"
        guard try git.run(["ls-files", "-z"], output: names).status == 0 else {
            throw .gitFailed(doing: "list the files of \(commit.prefix(12))", reason: "no answer")
        }
        let written = try git.run(["checkout-index", "-z", "--stdin", "--quiet", "--prefix=" + tree], input: names)
        guard written.status == 0 else {
            throw .gitFailed(doing: "write the files of \(commit.prefix(12))", reason: written.reason)
        }
        do throws(StoreProblem) { try Folder.create(folder) } catch {
            throw .gitFailed(doing: "write the files of \(commit.prefix(12))", reason: error.diagnostic.message)
        }
        // Assigned last: a value that is not complete does not run deinit.
        (self.commit, self.subject, self.folder, self.scratch) = (commit, subject, folder, scratch)
    }

    deinit { Folder.remove(scratch) }
}

/// git as a subprocess, without a shell, in one folder and with an index of its own.
private struct Git {
    struct Answer {
        var status: Int32
        var output: String
        var errors: String
        var lines: [String] { output.split(separator: "\n").map(String.init) }
        var reason: String { errors.split(separator: "\n").first.map(String.init) ?? "it ended with status \(status)" }
    }

    let program: String
    let workspace: String
    let scratch: String
    private var environment: [String] = []

    init(workspace: String, index: String, scratch: String) throws(DiffProblem) {
        guard let program = executable("git") else { throw .noGit }
        self.program = program
        self.workspace = workspace
        self.scratch = scratch
        let ours = [
            "GIT_INDEX_FILE=" + index, "GIT_OPTIONAL_LOCKS=0", "GIT_TERMINAL_PROMPT=0", "GIT_PAGER=cat", "LC_ALL=C",
        ]
        let names = Set(
            ours.map { $0.prefix { $0 != "=" } } + [
                "GIT_PREFIX", "GIT_ATTR_SOURCE", "GIT_EXTERNAL_DIFF", "GIT_SSH", "GIT_SSH_COMMAND", "GIT_ASKPASS",
            ])
        let plain =
            ProcessInfo.processInfo.environment.filter {
                !names.contains($0.key[...]) && !$0.key.hasPrefix("GIT_CONFIG")
            }
            .map { "\($0.key)=\($0.value)" } + ours + ["GIT_NO_LAZY_FETCH=1", "GIT_ALLOW_PROTOCOL="]
        environment = plain + Self.settings(Self.harmless)
        // The names of settings tell which filters the configuration defines; listing names runs nothing.
        let answer = try run(["config", "--list", "--name-only", "-z"])
        let filters = Set(
            answer.output.split(separator: "\0").compactMap { key -> Substring? in
                guard key.lowercased().hasPrefix("filter."), let dot = key.lastIndex(of: "."),
                    key.index(after: key.startIndex) < dot
                else { return nil }
                return key[..<dot]
            }.map(String.init))
        environment =
            plain
            + Self.settings(
                Self.harmless
                    + filters.sorted().flatMap { name in
                        [
                            (name + ".smudge", ""), (name + ".clean", ""), (name + ".process", ""),
                            (name + ".required", "false"),
                        ]
                    })
    }

    /// A repository's configuration is untrusted. Nothing that it names may run: no file-system monitor, transport,
    /// signature check or hook.
    private static let harmless = [
        ("core.fsmonitor", "false"), ("core.hooksPath", "/dev/null"), ("core.sshCommand", "false"),
        ("core.gitProxy", ""), ("core.askPass", ""),
        ("core.pager", "cat"), ("core.alternateRefsCommand", "false"), ("diff.external", ""),
        ("log.showSignature", "false"),
        ("gpg.program", "false"), ("credential.helper", ""), ("protocol.allow", "never"),
        ("core.untrackedCache", "false"),
    ]

    /// Settings in git's environment variables, which override every configuration file.
    private static func settings(_ pairs: [(String, String)]) -> [String] {
        ["GIT_CONFIG_COUNT=\(pairs.count)"]
            + pairs.enumerated().flatMap { ["GIT_CONFIG_KEY_\($0)=\($1.0)", "GIT_CONFIG_VALUE_\($0)=\($1.1)"] }
    }

    func lines(_ arguments: [String], doing: String) throws(DiffProblem) -> [String] {
        let answer = try run(arguments)
        guard answer.status == 0 else { throw .gitFailed(doing: doing, reason: answer.reason) }
        return answer.lines
    }

    /// Output goes through files, so that no pipe can fill.
    /// - Parameters:
    ///   - input: a file to read; nil: nothing.
    ///   - output: a file that keeps what git prints; nil: a temporary file, of which at most 1 MiB is returned.
    func run(_ arguments: [String], input: String? = nil, output: String? = nil) throws(DiffProblem) -> Answer {
        let (out, err) = (output ?? scratch + "/out", scratch + "/err")
        let files = [
            open(input ?? "/dev/null", O_RDONLY | O_CLOEXEC),
            open(out, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600),
            open(err, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600),
        ]
        defer { for file in files where file >= 0 { close(file) } }
        let doing = "start"
        guard files.allSatisfy({ $0 >= 0 }) else {
            throw .gitFailed(doing: doing, reason: String(cString: strerror(errno)))
        }
        var argv = ([program] + arguments).map { strdup($0) } + [nil], envp = environment.map { strdup($0) } + [nil]
        defer { for pointer in argv + envp { free(pointer) } }
        let pid = csystem_spawn(program, &argv, &envp, workspace, files[0], files[1], files[2])
        guard pid > 0 else { throw .gitFailed(doing: doing, reason: String(cString: strerror(-pid))) }
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
        return Answer(
            status: status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F),
            output: output == nil ? Self.text(out) : "", errors: Self.text(err))
    }

    private static func text(_ path: String) -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return "" }
        defer { close(file) }
        var buffer = [UInt8](repeating: 0, count: 1 << 20), count = 0
        while count < buffer.count {
            let got = buffer.withUnsafeMutableBytes { read(file, $0.baseAddress! + count, $0.count - count) }
            if got < 0 && errno == EINTR { continue }
            guard got > 0 else { break }
            count += got
        }
        return String(decoding: buffer[..<count], as: UTF8.self)
    }
}
