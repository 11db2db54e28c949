// Turns the end of a program and the files it left into an outcome or an error.
import Diagnostics
import Files
import Glibc
import Patterns
import Processes
import Store
import Work

extension Command {
    /// The output with what a program printed; it has no file if the program printed nothing.
    public static let logOutput = "log"

    /// The outcome of a run: its outputs, its output `log`, and the files it read beyond its inputs. Throws if the run
    /// does not count.
    /// - Parameters:
    ///   - scratch: the folder it started in, as the program left it.
    ///   - folders: files in them are recorded by name.
    public func outcome(of end: CommandEnd, scratch: String, folders: Folders) throws(Diagnostics) -> Outcome {
        do throws(Diagnostics) {
            var outcome = try judged(end, scratch, folders)
            outcome.diagnostics = outcome.diagnostics.map(secrets.clean)
            if outcome.discovered.contains(where: { secrets.isIn($0.path) }) {
                throw Diagnostics([ProgramProblem.secretInPath(node: node).diagnostic])
            }
            return outcome
        } catch { throw Diagnostics(error.all.map(secrets.clean)) }
    }

    private func judged(_ end: CommandEnd, _ scratch: String, _ folders: Folders) throws(Diagnostics) -> Outcome {
        if let problem = fault(of: end, folders.workspace) { throw Diagnostics([problem.diagnostic]) }
        var made = CommandOutputs(self, scratch: scratch)
        made.collect()
        var inputs = CommandInputs(self, end, scratch: scratch, folders: folders)
        var problems = made.problems
        do throws(ProgramProblem) { try inputs.read() } catch { problems.append(error) }
        if !problems.isEmpty {
            var all = problems.map(\.diagnostic)
            // The program's output may tell why.
            if !end.log.isEmpty && all[0].hint != nil {
                all[0].hint! += "; last output: " + Self.lastLines(end.log).joined(separator: " | ")
            }
            throw Diagnostics(all)
        }
        var outcome = Outcome(outputs: made.files, discovered: inputs.all)
        let others = made.undeclared()
        if !others.files.isEmpty {
            outcome.diagnostics.append(
                ProgramProblem.undeclared(
                    node: node, files: others.files,
                    more: others.more
                ).diagnostic)
        }
        outcome.outputs[Self.logOutput] = []
        if !end.log.isEmpty {
            if let code = Self.write(end.log, to: scratch + "/" + Self.log) {
                throw Diagnostics([
                    ProgramProblem.outputUnreadable(
                        node: node, file: Self.log,
                        reason: message(code)
                    ).diagnostic
                ])
            }
            outcome.outputs[Self.logOutput] = [Self.log]
        }
        return outcome
    }

    /// nil: it succeeded.
    private func fault(of end: CommandEnd, _ workspace: String) -> ProgramProblem? {
        if end.how == .exit(0) { return nil }
        let lines = Self.lastLines(end.log)
        // A message of bubblewrap itself: the program prints nothing until the sandbox is set up.
        if end.wasSandboxed, case .exit(1) = end.how, let first = lines.first, first.hasPrefix("bwrap: ") {
            let reason = String(first.dropFirst(7)), start = "execvp "
            if reason.hasPrefix(start), let colon = reason.lastIndex(of: ":") {
                let text = reason[reason.index(after: colon)...].drop { $0 == " " }
                return .cannotStart(
                    node: node, program: program,
                    reason: text.prefix(1).lowercased() + text.dropFirst())
            }
            return .sandboxRefused(node: node, reason: reason)
        }
        let run = ProgramProblem.Run(node: node, line: line, lastLines: lines, suspicion: suspicion(end, workspace))
        return switch end.how {
        case .exit(let status): .failed(run, status: status)
        case .signal(let number): .killed(run, signal: signalName(number))
        case .timedOut: .timedOut(run, seconds: timeout ?? 0)
        case .usedUpCPU: .usedUpCPU(run, seconds: cpuTime ?? 0)
        case .usedUpMemory(let bytes): .usedUpMemory(run, limit: memory ?? 0, used: bytes)
        case .usedUpDisk(let bytes, let limit): .usedUpDisk(run, limit: limit, used: bytes)
        case .tooManyProcesses: .tooManyProcesses(run, limit: ProcessTree.mostProcesses)
        }
    }

    /// Guesses from common messages whether the stage's declaration is the cause.
    private func suspicion(_ end: CommandEnd, _ workspace: String) -> ProgramProblem.Suspicion? {
        switch end.how {
        case .timedOut, .usedUpCPU, .usedUpMemory, .usedUpDisk, .tooManyProcesses: return nil
        default: break
        }
        let text = String(decoding: end.log.suffix(4096), as: UTF8.self).lowercased()
        func says(_ words: String...) -> Bool { words.contains { text.contains($0) } }
        if let memory,
            says("memoryerror", "cannot allocate", "out of memory", "bad_alloc", "memory exhausted")
                || end.peakMemory >= memory / 10 * 9
        {
            return .memory(limit: memory, peak: end.peakMemory)
        }
        if says("file too large", "filesize limit") { return .disk(limit: disk) }
        if !network && end.wasSandboxed
            && says("name resolution", "could not resolve", "network is unreachable", "unable to resolve")
        {
            return .network
        }
        guard says("no such file", "cannot open", "can't open", "modulenotfounderror", "not found", "nonexistent")
        else { return nil }
        return hiddenFile(end, workspace).map { .hiddenFile($0) } ?? .undeclaredFile
    }

    /// A file that the program's output names and that exists on this machine, but that the program could not see: the
    /// pipeline does not declare it.
    private func hiddenFile(_ end: CommandEnd, _ workspace: String) -> String? {
        let text = String(decoding: end.log.suffix(4096), as: UTF8.self)
        let places = Set(mounts.map(\.at))
        for word in text.split(whereSeparator: { $0.isWhitespace || "'\"`‘’“”:;,()".contains($0) }) {
            var path = String(word)
            if path.hasPrefix("/") {
                guard end.wasSandboxed, !Sandbox.shows(path) else { continue }
                if path.hasPrefix(workspace + "/") { path.removeFirst(workspace.utf8.count + 1) }
            } else {
                if path.hasPrefix("./") { path.removeFirst(2) }
                guard path.utf8.contains(UInt8(ascii: ".")) || path.utf8.contains(UInt8(ascii: "/")) else { continue }
                guard Pattern.fault(ofPath: path) == nil, !places.contains(path) else { continue }
            }
            var status = stat()
            if stat(path.hasPrefix("/") ? path : workspace + "/" + path, &status) == 0,
                status.st_mode & S_IFMT == S_IFREG
            {
                return path
            }
        }
        return nil
    }

    /// The last five lines that are not empty, safe to print.
    private static func lastLines(_ log: [UInt8]) -> [String] {
        log.suffix(16 << 10).split { $0 == 0x0A || $0 == 0x0D }.suffix(20).map { line in
            String(decoding: line.prefix(400).map { $0 < 0x20 || $0 == 0x7F ? 0x20 : $0 }, as: UTF8.self)
        }.filter { !$0.allSatisfy { $0 == " " } }.suffix(5)
    }

    /// Replaces whatever the program put at that path. Returns an error number on failure.
    private static func write(_ log: [UInt8], to path: String) -> Int32? {
        Folder.remove(path)
        do throws(SystemFailure) { try WholeFile.write(log, to: path) } catch { return error.code }
        return nil
    }
}
