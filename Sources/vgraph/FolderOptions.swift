// The options of every command that works in a folder. Must not know any command.
import ArgumentParser
import Diagnostics
import Files
import Glibc
import Pipelines
import Store

struct FolderOptions: ParsableArguments {
    @Option(
        name: [.customShort("C", allowingJoined: true), .customLong("directory")],
        help: ArgumentHelp("Work in this folder.", valueName: "dir"))
    var directory: String?

    @Option(
        help: ArgumentHelp("Keep the cache here (default: 'cache' in the folder; also VGRAPH_CACHE).", valueName: "dir")
    )
    var cache: String?

    @Option(
        name: .customLong("root"),
        help: ArgumentHelp(
            "Let specs and pipelines read files of a folder outside this one, for example as brand:logo.png; "
                + "repeatable.",
            valueName: "name=dir"))
    var declared: [String] = []

    @Flag(help: "Print JSON, for programs.")
    var json = false

    /// The roots of the command line and of the user's configuration.
    func roots(workspace: String) throws -> [String: String] {
        do throws(Diagnostics) { return try DeclaredRoots.read(declared, workspace: workspace) } catch {
            throw Refusal(error.all)
        }
    }

    /// Absolute path of the folder to work in.
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
            // The user may keep the cache elsewhere by naming it; a link in the workspace may not.
            if case .failed(let code) = Root(workspace, links: .inside).look(at: path), code == EXDEV || code == ELOOP {
                throw Refusal([StoreProblem.linkedCache(path: path).diagnostic])
            }
            return path
        }
        if named.hasPrefix("/") { return named }
        return (Folder.working ?? workspace) + "/" + named
    }
}
