// The root of the command line, and what all commands share.
import ArgumentParser
import Diagnostics
import Glibc
import Graph
import Pipelines
import Store
import Work

/// The version of vgraph itself; in every record.

struct VgraphCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vgraph",
        abstract: "make for video: builds an MP4 from a typed spec, and only what is stale of it",
        discussion: """
            A spec NAME.video.yaml becomes NAME.mp4 through a graph of nodes named by
            the hash of what goes into them: validate, resolve, plan, render, encode,
            measure, audio, captions, mux, baseline, check, review, gate.

              vgraph init my-video && cd my-video
              vgraph build my-video.mp4        build it; again, and nothing happens
              vgraph watch my-video.mp4        build it whenever a file changes
              vgraph why my-video.mp4:render   why nodes ran, or would run
              vgraph show my-video.mp4:review  the sheet to say pass or revise from
              vgraph check any.mp4             what is wrong with a file, whoever made it

            Exit codes: 0 built or up to date, 1 a stage failed, 2 bad usage or spec,
            3 the gate says revise, 4 the cache is damaged, 130 interrupted.
            """,
        version: vgraphVersion,
        subcommands: [BuildCommand.self, WatchCommand.self, InitCommand.self, ShowCommand.self, WhyCommand.self, LogCommand.self, DiffCommand.self, GraphCommand.self,
                      CheckCommand.self, ChecksCommand.self, BaselineCommand.self, HashCommand.self, SchemaCommand.self, CacheCommand.self, CleanCommand.self,
                      DoctorCommand.self, VersionCommand.self, PerformCommand.self])
}

extension VgraphCommand {
    /// As `main`, but bad usage ends with 2, like every other mistake in what was asked.
    static func start(_ arguments: [String]) -> Never {
        do {
            var command = try parseAsRoot(arguments)
            try command.run()
            Glibc.exit(StandardOutput.checked(0))
        } catch {
            let code = exitCode(for: error)
            // Help and versions are no errors; they go to standard output.
            if let status = error as? ExitCode { Glibc.exit(StandardOutput.checked(status.rawValue)) }
            let text = Printable.text(fullMessage(for: error))
            if code == .success {
                printDocument(text)
                Glibc.exit(StandardOutput.checked(0))
            }
            printError(text + (code == .validationFailure ? Self.hint(arguments) : ""))
            Glibc.exit(StandardOutput.checked(code == .validationFailure ? ExitStatus.badInput.rawValue : code.rawValue))
        }
    }

    /// A file's name that was taken for an option.
    private static func hint(_ arguments: [String]) -> String {
        let file = arguments.prefix { $0 != "--" }.first { $0.hasPrefix("-") && !$0.hasPrefix("--") && $0.contains(".") && !$0.contains("=") }
        return file.map { "\n  hint: a target that begins with '-' is written ./\(Printable.line($0))" } ?? ""
    }
}

/// Options of every command that works on a folder.
struct FolderOptions: ParsableArguments {
    @Option(name: [.customShort("C", allowingJoined: true), .customLong("directory")], help: ArgumentHelp("Work in this folder.", valueName: "dir"))
    var directory: String?

    @Option(help: ArgumentHelp("Keep the cache here (default: 'cache' in the folder; also VGRAPH_CACHE).", valueName: "dir"))
    var cache: String?

    @Option(name: .customLong("root"), help: ArgumentHelp("A folder outside that specs and pipelines may name files in, read only, as brand:logo.png; may be given several times.", valueName: "name=dir"))
    var declared: [String] = []

    @Flag(help: "Answer as JSON, for programs.")
    var json = false

    /// Those of the command line, and of the person's configuration.
    func roots(workspace: String) throws -> [String: String] {
        do throws(Diagnostics) { return try DeclaredRoots.read(declared, workspace: workspace) } catch { throw Refusal(error.all) }
    }

    /// Absolute path of the folder that is worked in.
    func workspace() throws -> String {
        guard let path = realpath(directory ?? ".", nil) else {
            throw Refusal(.noFolder(directory ?? ".", error: String(cString: strerror(errno))))
        }
        defer { free(path) }
        return String(cString: path)
    }

    func cachePath(workspace: String) throws -> String {
        guard let named = cache ?? getenv("VGRAPH_CACHE").map({ String(cString: $0) }) else {
            let path = workspace + "/cache"
            // A person may keep the cache elsewhere by naming it; a workspace may not.
            if case .failed(let code) = Root(workspace, links: .inside).look(at: path), code == EXDEV || code == ELOOP {
                throw Refusal([StoreProblem.linkedCache(path: path).diagnostic])
            }
            return path
        }
        if named.hasPrefix("/") { return named }
        return (getcwd(nil, 0).map { pointer in defer { free(pointer) }; return String(cString: pointer) } ?? workspace) + "/" + named
    }
}

/// `vgraph -C dir build x` and `vgraph build -C dir x` mean the same, as people know it from make and git.
func globalOptionsMovedBehindCommand(_ arguments: [String]) -> [String] {
    let withValue: Set = ["-C", "--directory", "--cache", "-j", "--jobs", "--trace", "--root"]
    let flags: Set = ["-k", "--keep-going", "-n", "--dry-run", "-q", "--quiet", "-v", "--verbose", "--json"]
    var index = 0
    while index < arguments.count {
        if withValue.contains(arguments[index]) { index += 2 }
        else if flags.contains(arguments[index]) || arguments[index].hasPrefix("-j") || arguments[index].hasPrefix("--cache=") || arguments[index].hasPrefix("--root=") { index += 1 }
        else { break }
    }
    guard index > 0, index < arguments.count, !arguments[index].hasPrefix("-") else { return arguments }
    return [arguments[index]] + arguments[..<index] + arguments[(index + 1)...]
}
