// git as a subprocess, without a shell, in one folder: what a repository configures may not run anything.
import Diagnostics
import Files
import FoundationEssentials
import Glibc
import Processes

struct Git {
    let program: String
    let workspace: String
    let scratch: String
    private var environment: [String] = []

    /// - Parameter index: a file of its own; nil: the repository's, which is only read.
    init(workspace: String, index: String?, scratch: String) throws(DiffProblem) {
        guard let program = executable("git") else { throw .noGit }
        self.program = program
        self.workspace = workspace
        self.scratch = scratch
        let ours =
            (index.map { ["GIT_INDEX_FILE=" + $0] } ?? []) + [
                "GIT_OPTIONAL_LOCKS=0", "GIT_TERMINAL_PROMPT=0", "GIT_PAGER=cat", "LC_ALL=C",
            ]
        let names = Set(
            ours.map { $0.prefix { $0 != "=" } } + [
                "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_ATTR_SOURCE", "GIT_EXTERNAL_DIFF", "GIT_SSH", "GIT_SSH_COMMAND",
                "GIT_ASKPASS",
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

    func run(_ arguments: [String], input: String? = nil, output: String? = nil) throws(DiffProblem)
        -> Subprocess.Answer
    {
        let answer = Subprocess(program: program, environment: environment, folder: workspace, scratch: scratch)
        let from = Descriptor(open(input ?? "/dev/null", O_RDONLY | O_CLOEXEC))
        do throws(SystemFailure) { return try answer.run(arguments, input: from.number, output: output) } catch {
            throw .gitFailed(doing: "start", reason: error.words)
        }
    }
}
