// A user's program as a job for another machine: there the worker lays the same folder, runs it and judges it by the
// same rules; here what came back is judged once more, as if it had run here. Must not know how a job travels.
import Diagnostics
import Digests
import Files
import FoundationEssentials
import Glibc
import Processes
import Work

extension Command {
    private static let parameter = "command"

    /// Every file that it reads, in one order here and there.
    private var sources: [Mount] { mounts + folders.flatMap(\.files) }

    /// - Returns: nil: it holds what must not leave this machine, or a file is gone.
    public func job(_ number: Int, key: Digest?, workspace: String, scratch: String) -> Job? {
        guard secrets.isEmpty, readable.isEmpty, !network, depfile == nil, discovered == nil else { return nil }
        var job = Job(id: number, stage: Job.command, node: node, workspace: workspace, scratch: scratch, key: key)
        for source in sources {
            guard case .present(let now) = FileSignature.look(at: source.source), now.isFile else { return nil }
            var input = Job.Input(slot: "file", path: source.source, name: source.at)
            if source.isExecutable || now.isExecutable { input.isExecutable = true }
            job.inputs.append(input)
        }
        var command = self
        // Paths of this machine: a job that does the same is the same.
        for index in command.mounts.indices { command.mounts[index].source = "" }
        for folder in command.folders.indices {
            for index in command.folders[folder].files.indices { command.folders[folder].files[index].source = "" }
        }
        guard let bytes = try? JSONForm.line.bytes(of: command) else { return nil }
        job.parameters = [Self.parameter: .string(String(decoding: bytes, as: UTF8.self))]
        return job
    }

    /// The program of such a job; nil: it is none.
    public init?(_ job: Job) {
        guard job.stage == Job.command, case .string(let text)? = job.parameters[Self.parameter],
            let command = try? JSONDecoder().decode(Command.self, from: Data(text.utf8)),
            command.sources.count == job.inputs.count
        else { return nil }
        self = command
        var files = job.inputs[...]
        for index in mounts.indices { mounts[index].source = files.removeFirst().path }
        for folder in folders.indices {
            for index in folders[folder].files.indices {
                folders[folder].files[index].source = files.removeFirst().path
            }
        }
    }

    // MARK: There

    /// Whether this machine has the programs that it runs.
    public var otherProgram: CommandStageProblem? {
        for wanted in programs {
            func other(_ reason: String) -> CommandStageProblem {
                .otherProgram(wanted.path, node: node, reason: reason)
            }
            guard let digest = try? FileContent.read(wanted.path)?.digest else { return other("is not there") }
            guard digest == wanted.digest else { return other("is another program there") }
            // What is looked for by its name must not be found earlier.
            let folders = (environment["PATH"] ?? "").split(separator: ":").prefix { $0 != wanted.path.folderPart }
            if !wanted.name.hasPrefix("/"), let first = executable(wanted.name, in: folders.joined(separator: ":")) {
                return other("is not the first there: '\(first)' is")
            }
        }
        return nil
    }

    // MARK: Back

    /// What a program made on another machine, judged here.
    /// - Parameters:
    ///   - outcome: names files in the job's folder.
    ///   - scratch: the job's folder; what was made is moved to where the program would have left it.
    public func outcome(of outcome: Outcome, cpu: Double, scratch: String, folders: Folders) throws(Diagnostics)
        -> (outcome: Outcome, log: [UInt8])
    {
        var log: [UInt8] = []
        func unreadable(_ file: String, _ reason: String) -> Diagnostics {
            Diagnostics([ProgramProblem.outputUnreadable(node: node, file: file, reason: reason).diagnostic])
        }
        if let file = outcome.outputs[Self.logOutput]?.first {
            do throws(SystemFailure) { log = try WholeFile.read(scratch + "/" + file) } catch {
                throw unreadable(file, error.words)
            }
        }
        let made = scratch + "/" + JobPlaces.made, names: [String]
        do throws(StoreProblem) { names = try Folder.names(made) ?? [] } catch {
            throw Diagnostics([error.diagnostic])
        }
        for name in names where rename(made + "/" + name, scratch + "/" + name) != 0 {
            throw unreadable(name, message(errno))
        }
        let end = CommandEnd(how: .exit(0), log: log, cpu: cpu, peakMemory: 0, started: .max, wasSandboxed: true)
        var judged = try self.outcome(of: end, scratch: scratch, folders: folders)
        // Files that it should not have left did not come along.
        judged.isIsolated = outcome.isIsolated == true
        judged.diagnostics = outcome.diagnostics.filter { $0.id == ProgramProblem.undeclaredId }
        return (judged, log)
    }
}
