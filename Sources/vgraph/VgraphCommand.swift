// The root of the command line, and what all commands share.
import ArgumentParser
import Diagnostics
import Files
import Glibc
import Graph
import Pipelines
import Store
import Work

struct VgraphCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vgraph",
        abstract: "make for video: builds an MP4 from a typed spec and runs only what is stale",
        discussion: """
            A spec NAME.video.yaml becomes NAME.mp4 through a graph of nodes. Each is
            named by the hash of what goes into it: validate, resolve, plan, render,
            encode, measure, audio, captions, mux, baseline, check, review, gate.

              vgraph init my-video && cd my-video
              vgraph build my-video.mp4        build it; a second build does nothing
              vgraph watch my-video.mp4        build it whenever a file changes
              vgraph why my-video.mp4:render   why nodes ran, or would run
              vgraph review my-video.mp4       the page to decide by
              vgraph check any.mp4             what is wrong with any video file
              vgraph gate my-video.mp4         whether it passes, and why not
              vgraph publish my-video.mp4 --to DIR --by NAME    copy what is approved
              vgraph trace any.mp4             which film a file is, and who decided
              vgraph runbook                   from draft to publish; what an id means

            Exit codes:
            \(ExitStatus.table)
            """,
        version: vgraphVersion,
        subcommands: commands)

    private static let commands: [ParsableCommand.Type] = [
        BuildCommand.self, WatchCommand.self, InitCommand.self, ShowCommand.self, WhyCommand.self, LogCommand.self,
        DiffCommand.self, CompareCommand.self, GraphCommand.self,
        CheckCommand.self, ChecksCommand.self, BaselineCommand.self, ReviewCommand.self, GateCommand.self,
        ApproveCommand.self, ReviseCommand.self, AnswerCommand.self, WaiveCommand.self, PublishCommand.self,
        TraceCommand.self, ProvenanceCommand.self, LedgerCommand.self, RecheckCommand.self, KeyCommand.self,
        PolicyCommand.self, RunbookCommand.self, HashCommand.self, SchemaCommand.self, TextsCommand.self,
        CacheCommand.self, RemoteCommand.self,
        CleanCommand.self,
        BundleCommand.self, DoctorCommand.self, ReviewersCommand.self, VersionCommand.self, PerformCommand.self,
    ]
}

extension VgraphCommand {
    /// Like `main`, but bad usage ends with 2, like every other error in a request.
    static func start(_ arguments: [String]) -> Never {
        do {
            var command = try known(arguments) ?? parseAsRoot(arguments)
            try command.run()
            Glibc.exit(StandardOutput.checked(0))
        } catch {
            let code = exitCode(for: error)
            // Help and versions are not errors: they go to standard output.
            if let status = error as? ExitCode { Glibc.exit(StandardOutput.checked(status.rawValue)) }
            let text = Printable.text(fullMessage(for: error))
            if code == .success {
                printDocument(text)
                Glibc.exit(StandardOutput.checked(0))
            }
            printError(text + (code == .validationFailure ? Self.hint(arguments) : ""))
            Glibc.exit(
                StandardOutput.checked(code == .validationFailure ? ExitStatus.badInput.rawValue : code.rawValue))
        }
    }

    /// What the grammar of one command makes of the arguments, which takes a third of the time that all commands'
    /// together take. nil: these are for the root to read, as a command's name that is none, a question for help or a
    /// version, or a mistake. (A command with `_superCommandName` does not look for completion scripts, which only the
    /// root writes.)
    private static func known(_ arguments: [String]) -> ParsableCommand? {
        guard let name = arguments.first,
            let command = commands.first(where: { $0.configuration.commandName == name }),
            command.configuration.subcommands.isEmpty
        else { return nil }
        let found = try? command.parseAsRoot(Array(arguments.dropFirst()))
        // Help is a command too.
        return found.flatMap { type(of: $0) == command ? $0 : nil }
    }

    /// Explains a file name that was read as an option.
    private static func hint(_ arguments: [String]) -> String {
        let file = arguments.prefix { $0 != "--" }.first {
            $0.hasPrefix("-") && !$0.hasPrefix("--") && $0.contains(".") && !$0.contains("=")
        }
        return file.map { "\n  hint: write a target that begins with '-' as ./\(Printable.line($0))" } ?? ""
    }
}

/// `vgraph -C dir build x` means `vgraph build -C dir x`, as in make and git.
func globalOptionsMovedBehindCommand(_ arguments: [String]) -> [String] {
    var index = 0
    loop: while index < arguments.count {
        // No set: the first in a process takes longer than all of this.
        switch arguments[index] {
        case "-C", "--directory", "--cache", "-j", "--jobs", "--trace", "--root": index += 2
        case "-k", "--keep-going", "-n", "--dry-run", "-q", "--quiet", "-v", "--verbose", "--json": index += 1
        case let word where word.hasPrefix("-j") || word.hasPrefix("--cache=") || word.hasPrefix("--root="): index += 1
        default: break loop
        }
    }
    guard index > 0, index < arguments.count, !arguments[index].hasPrefix("-") else { return arguments }
    return [arguments[index]] + arguments[..<index] + arguments[(index + 1)...]
}
