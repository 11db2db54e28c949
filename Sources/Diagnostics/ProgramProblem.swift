// What can go wrong while a program of a pipeline runs. What is wrong before it runs is in `CommandStageProblem.swift`.

public enum ProgramProblem: Problem, Hashable {
    /// A program that failed, and its output.
    public struct Run: Sendable, Hashable {
        public var node: String
        /// Its command line as a user would type it.
        public var line: String
        /// The last lines it printed.
        public var lastLines: [String]
        /// A likely cause, guessed from the lines.
        public var suspicion: Suspicion?
        public init(node: String, line: String, lastLines: [String], suspicion: Suspicion? = nil) {
            self.node = node
            self.line = line
            self.lastLines = lastLines
            self.suspicion = suspicion
        }
    }

    public enum Suspicion: Sendable, Hashable {
        case undeclaredFile, network
        /// This machine has it, but the program cannot see it.
        case hiddenFile(String)
        /// `limit` and `peak` in bytes.
        case memory(limit: UInt64, peak: UInt64)
        /// nil: the stage sets no limit.
        case disk(limit: UInt64?)
    }

    case failed(Run, status: Int32)
    /// `signal`: "SIGSEGV".
    case killed(Run, signal: String)
    case timedOut(Run, seconds: Double)
    case usedUpCPU(Run, seconds: Double)
    /// In bytes, including its children.
    case usedUpMemory(Run, limit: UInt64, used: UInt64)
    case tooManyProcesses(Run, limit: Int)
    case usedUpDisk(Run, limit: UInt64, used: UInt64)
    case cannotStart(node: String, program: String, reason: String)
    case sandboxRefused(node: String, reason: String)
    case cannotPrepare(node: String, path: String, reason: String)
    /// Two inputs, or an input and an output, have the same path.
    case placeTaken(node: String, path: String)
    case outputMissing(node: String, output: String, file: String)
    case listEmpty(node: String, output: String, pattern: String)
    /// `file` shows bytes that are not UTF-8 as `\xff`.
    case outputNotText(node: String, output: String, file: String)
    case outputEmpty(node: String, output: String, file: String)
    /// `found`: "a folder".
    case outputNotAFile(node: String, file: String, found: String)
    case outputNotAFolder(node: String, file: String, found: String)
    case outputThroughLink(node: String, file: String, link: String)
    case outputUnreadable(node: String, file: String, reason: String)
    case tooManyOutputs(node: String, output: String, limit: Int)
    case undeclared(node: String, files: [String], more: Int)
    case listMissing(node: String, file: String)
    /// A depfile or a list of discovered inputs. `line` 0: the whole file.
    case listMalformed(node: String, file: String, line: Int, column: Int, reason: String)
    case inputUnreadable(node: String, file: String, input: String, reason: String)
    case secretInPath(node: String)

    public static let undeclaredId = "program-undeclared"

    public var diagnostic: Diagnostic {
        switch self {
        case .failed(let run, let status):
            Diagnostic(
                "program-failed", fault: fault(run), "\(run.node): '\(run.line)' ended with status \(status)",
                hint: hint(run))
        case .killed(let run, let signal):
            Diagnostic(
                "program-killed", fault: fault(run), "\(run.node): '\(run.line)' was killed by \(signal)",
                hint: hint(run))
        case .timedOut(let run, let seconds):
            Diagnostic(
                "program-timeout", fault: .program,
                "\(run.node): '\(run.line)' reached its timeout of \(text(seconds)) s",
                hint: hint(run, first: "if it needs longer, raise the stage's 'timeout'"))
        case .usedUpCPU(let run, let seconds):
            Diagnostic(
                "program-cpu-limit", fault: .program,
                "\(run.node): '\(run.line)' reached its limit of \(text(seconds)) s of processor time",
                hint: hint(run, first: "if it needs more, raise the stage's limit"))
        case .usedUpMemory(let run, let limit, let used):
            Diagnostic(
                "program-memory-limit", fault: .program,
                "\(run.node): '\(run.line)' and its children used \(megabytes(used)) MB of memory; "
                    + "the limit is \(megabytes(limit)) MB",
                hint: hint(run, first: "if they need more, raise the stage's 'memory'; files in /dev/shm count"))
        case .tooManyProcesses(let run, let limit):
            Diagnostic(
                "program-process-limit", fault: .program,
                "\(run.node): '\(run.line)' started more than \(limit) processes at once", hint: hint(run))
        case .usedUpDisk(let run, let limit, let used):
            Diagnostic(
                "program-disk-limit", fault: .program,
                "\(run.node): '\(run.line)' and its children wrote "
                    + (used == .max ? "folders deeper than any limit" : "\(megabytes(used)) MB")
                    + "; the limit is \(megabytes(limit)) MB",
                hint: hint(
                    run,
                    first: "if they need more, give the stage 'disk: 50GB'; temporary files and "
                        + "files in /dev/shm count"))
        case .cannotStart(let node, let program, let reason):
            Diagnostic(
                "program-start", fault: .environment, "\(node): cannot start '\(program)': \(reason)",
                hint: reason == "argument list too long"
                    ? "put the arguments in a file that the program reads"
                    : nil)
        case .sandboxRefused(let node, let reason):
            Diagnostic(
                "sandbox-failed", fault: .environment, "\(node): cannot set up the sandbox: \(reason)",
                hint: "run 'vgraph doctor' to see what is missing")
        case .cannotPrepare(let node, let path, let reason):
            Diagnostic(
                "program-prepare", fault: .environment,
                "\(node): cannot place '\(path)' in the program's folder: \(reason)")
        case .placeTaken(let node, let path):
            Diagnostic(
                "place-taken", "\(node): two of its inputs and outputs have the same path, '\(path)'",
                hint: "give one of them another path")
        case .outputMissing(let node, let output, let file):
            Diagnostic(
                "program-output-missing", fault: .program,
                "\(node): the program succeeded but did not write '\(file)', its output '\(output)'",
                hint: "write to that path, relative to the folder that the program starts in")
        case .listEmpty(let node, let output, let pattern):
            Diagnostic(
                "program-output-no-match", fault: .program,
                "\(node): the program succeeded but wrote no file that matches '\(pattern)', its output '\(output)'",
                hint: "write to such paths, relative to the folder that the program starts in")
        case .outputNotText(let node, let output, let file):
            Diagnostic(
                "program-output-not-text",
                "\(node): the name '\(file)' in its output '\(output)' is not UTF-8 text",
                hint: "let the program name its files in UTF-8")
        case .outputEmpty(let node, let output, let file):
            Diagnostic(
                "program-output-empty", fault: .program, "\(node): '\(file)', its output '\(output)', is empty",
                hint: "if it may be empty, write 'empty: true' for the output")
        case .outputNotAFile(let node, let file, let found):
            Diagnostic(
                "program-output-not-a-file", fault: .program,
                "\(node): its output '\(file)' is \(found), not a file",
                hint: found == "a link" ? "copy the link's target" : nil)
        case .outputNotAFolder(let node, let file, let found):
            Diagnostic(
                "program-output-not-a-folder", fault: .program,
                "\(node): its output '\(file)' is \(found), not a folder",
                hint: "write the files into that folder, which exists when the program starts")
        case .outputThroughLink(let node, let file, let link):
            Diagnostic(
                "program-output-outside", fault: .program,
                "\(node): its output '\(file)' lies behind the link '\(link)'",
                hint: "write outputs into the folder that the program starts in, not through links")
        case .outputUnreadable(let node, let file, let reason):
            Diagnostic(
                "program-output-unreadable", fault: .environment,
                "\(node): cannot read its output '\(file)': \(reason)")
        case .tooManyOutputs(let node, let output, let limit):
            Diagnostic(
                "program-output-too-many", fault: .program,
                "\(node): its output '\(output)' has more than \(limit) files")
        case .undeclared(let node, let files, let more):
            Diagnostic(
                Self.undeclaredId, .warning,
                "\(node): the program left files that are not outputs: \(files.joined(separator: ", "))"
                    + (more > 0 ? " and \(more) more" : ""),
                hint: "vgraph drops them; declare them as outputs, or write them to $TMPDIR")
        case .listMissing(let node, let file):
            Diagnostic(
                "program-inputs-missing", fault: .program,
                "\(node): the program succeeded but did not write '\(file)', the list of files that it read",
                hint: "without that list, vgraph cannot tell when the result is stale")
        case .listMalformed(let node, let file, let line, let column, let reason):
            Diagnostic(
                "program-inputs-malformed", fault: .program,
                "\(node): '\(file)' is not a list of the files that the program read: \(reason)",
                hint: "write a depfile as 'gcc -MD' does, 'output: input input', or JSON: {\"inputs\": [\"path\"]}",
                at: line > 0 ? Place(file: file, line: line, column: column) : nil)
        case .secretInPath(let node):
            Diagnostic(
                "program-secret-path", fault: .program,
                "\(node): the program read a file whose name contains one of its secrets",
                hint: "rename the file: records keep the names of files")
        case .inputUnreadable(let node, let file, let input, let reason):
            Diagnostic(
                "program-input-unreadable", fault: .environment,
                "\(node): cannot read '\(input)', which '\(file)' lists: \(reason)")
        }
    }

    /// If the pipeline does not declare a file that the program needs, the pipeline is at fault.
    private func fault(_ run: Run) -> Diagnostic.Fault {
        if case .hiddenFile = run.suspicion { .input } else { .program }
    }

    private func hint(_ run: Run, first: String? = nil) -> String? {
        var parts = first.map { [$0] } ?? []
        if !run.lastLines.isEmpty { parts.append("last output: \(run.lastLines.joined(separator: " | "))") }
        switch run.suspicion {
        case .undeclaredFile: parts.append("if it needs an undeclared file, add it to the stage's inputs")
        case .hiddenFile(let path): parts.append("'\(path)' exists, but is not among the stage's inputs")
        case .network: parts.append("if it needs the network, write 'network: true'")
        case .memory(
            let limit,
            let peak):
            parts.append("memory limit \(megabytes(limit)) MB; peak use \(megabytes(peak)) MB")
        case .disk(let limit):
            parts.append(
                limit.map { "disk limit \(megabytes($0)) MB ('disk')" }
                    ?? "if it writes much, write 'disk: 50GB'")
        case nil: break
        }
        return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }

    private func megabytes(_ bytes: UInt64) -> UInt64 { bytes >> 20 }

    /// Whole numbers without a decimal point. The value may be anything that a pipeline contains.
    private func text(_ seconds: Double) -> String {
        Int(exactly: seconds).map(String.init) ?? "\(seconds)"
    }
}
