// vgraph remote: what the remote caches of this person are like now, and how they are configured.
import ArgumentParser
import CSystem
import Diagnostics
import Files
import FoundationEssentials
import Glibc
import Remotes
import Work

struct RemoteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remote", abstract: "Try the remote caches, or print how to configure them.",
        discussion: """
            Remote caches are yours, not a workspace's: they are in
            ~/.config/vgraph/remotes.yaml, or in the environment (VGRAPH_REMOTE=URL).
            """,
        subcommands: [RemoteStatusCommand.self, RemoteExampleCommand.self])
}

struct RemoteExampleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "example", abstract: "Print a remotes.yaml that explains each field.")

    func run() throws { printDocument(RemotesExample.text) }
}

struct RemoteStatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Try each remote: can it be reached, read and, where it may be, written?")

    @OptionGroup var folder: FolderOptions

    func run() throws {
        try exiting(json: folder.json) {
            let settings: RemoteSettings
            do throws(Diagnostics) { settings = try RemoteSettings.read() } catch { throw Refusal(error.all) }
            guard !settings.remotes.isEmpty else {
                if !folder.json { print("no remote is configured: 'vgraph remote example' shows how") }
                return
            }
            let (standings, warnings) = try Self.ask(settings)
            for remote in settings.remotes {
                guard var standing = standings.first(where: { $0.remote == remote.name }) else { continue }
                standing.problems = warnings.filter { $0.remote == remote.name }.map(\.diagnostic) + standing.problems
                say(standing, of: remote)
            }
            if standings.contains(where: { !$0.isGood }) { throw ExitStatus.failed.code }
        }
    }

    private func say(_ standing: RemoteReply.Standing, of remote: RemoteSettings.Remote) {
        if folder.json {
            return JSONReport.say([
                "event": .string("remote"), "name": .string(remote.name), "url": .string(remote.url.text),
                "access": .string(remote.access.rawValue), "ok": .bool(standing.isGood),
                "milliseconds": standing.milliseconds.map(Value.number) ?? .null,
                "server": standing.server.map(Value.string) ?? .null,
                "problems": .array(standing.problems.map(JSONReport.value)),
            ])
        }
        let state =
            standing.isGood
            ? "answers in \(decimals(standing.milliseconds ?? 0, 1)) ms" : "cannot be used"
        let server = standing.server.map { " (\(Printable.line($0)))" } ?? ""
        print("\(remote.name)  \(remote.url.text)  \(remote.access.rawValue)  \(state)\(server)")
        printDiagnostics(standing.problems, json: false)
    }

    /// Starts vgraph-remote with one question.
    private static func ask(_ settings: RemoteSettings) throws -> (
        standings: [RemoteReply.Standing], warnings: [RemoteReply.Warning]
    ) {
        let encoder = JSONEncoder(), path = Project.remotePath()
        var lines: [UInt8] = []
        for request in [
            RemoteRequest(0, .open(settings)), RemoteRequest(1, .probe(RemoteRequest.Probe())),
            RemoteRequest(0, .finish(RemoteRequest.Finish(seconds: 3600))),
        ] { lines += try encoder.encode(request) + [10] }
        let input = Descriptor(csystem_memory_file(lines, lines.count))
        let output = Descriptor(csystem_memory_file(nil, 0)), errors = Descriptor(csystem_memory_file(nil, 0))
        var environment: [String] = [], variable = environ
        while let text = variable.pointee {
            environment.append(String(cString: text))
            variable += 1
        }
        let program = Subprocess(program: path, environment: environment, folder: "/")
        let status: Int32
        do throws(SystemFailure) {
            status = try program.run(
                [], input: input.number, output: output.number, errors: errors.number)
        } catch { throw RemoteProblem.noProgram(path: path, reason: error.words) }
        let replies = text(of: output.number).split(separator: 10).compactMap {
            try? JSONDecoder().decode(RemoteReply.self, from: Data($0))
        }
        guard let standings = replies.compactMap(\.standings).first else {
            let said = String(decoding: text(of: errors.number), as: UTF8.self).split(separator: "\n").first.map {
                Printable.line(String($0))
            }
            throw RemoteProblem.noProgram(path: path, reason: said ?? "it ended with status \(status)")
        }
        return (standings, replies.compactMap(\.warning))
    }

    private static func text(of file: Int32) -> [UInt8] {
        lseek(file, 0, SEEK_SET)
        return (try? OpenFile.read(file, limit: 1 << 20)) ?? []
    }
}
