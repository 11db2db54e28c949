// The running users' programs of one build: started, polled and ended together. No thread waits.
import CSystem
import Diagnostics
import Files
import Glibc
import Processes
import Store

public final class CommandPool {
    private let sandbox: Sandbox?
    private var running: [CommandProcess] = []
    private var buffer = [UInt8](repeating: 0, count: 1 << 16)
    private var nothing: Int32 = -1
    /// Whether output of programs is reported live.
    private let isFollowed: Bool
    /// The last command's environment: commands of one stage share it.
    private var environment: (table: [String: String], texts: [String])?
    /// Seconds between asking a program to end and killing it.
    private static let patience = 0.1

    public init(sandbox state: Sandbox.State, isFollowed: Bool = false) {
        self.isFollowed = isFollowed
        switch state {
        case .bubblewrap(let path):
            sandbox = Sandbox(bubblewrap: path)
        case .none: sandbox = nil
        }
        // bubblewrap ends before the first process in its sandbox, which knows what all of them used; without a
        // sandbox, orphans of a program become our children, so we see them. Stays on, since there may be other pools.
        csystem_adopt_orphans()
    }

    deinit {
        stop()
        if nothing >= 0 { close(nothing) }
    }

    public var isEmpty: Bool { running.isEmpty }

    /// Whether a program that ended may have left a process that still writes into its folder. All processes of a
    /// sandbox end with it.
    /// - Parameter others: how many other children the caller's thread has.
    public func mayHaveLeftOthers(besides others: Int) -> Bool {
        sandbox == nil && !(0...running.lazy.filter { !$0.isGone }.count + others).contains(Int(csystem_child_count()))
    }

    /// Prepares an empty folder for a program and starts the program there. The caller counts how many run at once, and
    /// empties or removes the folder.
    public func start(job: Int, _ command: Command, scratch: String) throws(ProgramProblem) {
        if nothing < 0 {
            nothing = open("/dev/null", O_RDONLY | O_CLOEXEC)
            guard nothing >= 0 else {
                throw .cannotStart(node: command.node, program: command.program, reason: message(errno))
            }
        }
        var folder = try CommandFolder(command, at: scratch)
        if let sandbox {
            let binds = try folder.layForSandbox()
            let arguments = sandbox.arguments(command, scratch: scratch, binds: binds)
            var command = command
            if command.arguments.count + 3 * binds.count > Sandbox.mostWords {
                command = try Self.throughShell(command, folder)
            }
            let call = CommandProcess.Call(
                program: sandbox.bubblewrap, environment: texts(command, temporary: "/tmp"),
                sandboxArguments: arguments)
            running.append(
                try CommandProcess(
                    job: job, command, call, folder: scratch, input: nothing,
                    isFollowed: isFollowed))
        } else {
            try folder.lay()
            let call = CommandProcess.Call(
                program: command.program,
                environment: texts(command, temporary: scratch + "/" + Command.temporary),
                sandboxArguments: nil)
            running.append(
                try CommandProcess(
                    job: job, command, call, folder: scratch, input: nothing,
                    isFollowed: isFollowed))
        }
    }

    /// bubblewrap takes at most 9000 arguments, including the program's; a film of five minutes has more frames. So a
    /// shell reads the program's arguments from a file and execs the program.
    private static func throughShell(
        _ command: Command,
        _ folder: borrowing CommandFolder
    ) throws(ProgramProblem) -> Command {
        let program = command.program.utf8.contains(UInt8(ascii: "/")) ? command.program : "./" + command.program
        var script = "exec"
        for word in [program] + command.arguments.dropFirst() {
            script += " '" + word.replacing("'", with: "'\\''") + "'"
        }
        let file = Command.temporary + "/.arguments"
        try folder.write(script + "\n", to: file)
        var shell = command
        (shell.program, shell.arguments) = ("/bin/sh", ["sh", Sandbox.folder + "/" + file])
        return shell
    }

    private func texts(_ command: Command, temporary: String) -> [String] {
        if environment == nil || environment!.table != command.environment {
            let texts = command.environment.sorted { $0.key < $1.key }.map { $0.key + "=" + $0.value }
            environment = (command.environment, texts)
        }
        var texts = environment!.texts
        for name in ["TMPDIR", "HOME"] where command.environment[name] == nil { texts.append(name + "=" + temporary) }
        return texts
    }

    /// Adds the descriptors to poll.
    public func descriptors(into list: inout [pollfd]) {
        for process in running {
            list.append(pollfd(fd: process.output, events: Int16(POLLIN), revents: 0))
            list.append(pollfd(fd: process.pidfd, events: Int16(POLLIN), revents: 0))
        }
    }

    /// Seconds, at most an hour, until something is due without an event on a descriptor: how long `poll` may wait.
    public var nextDeadline: Double? {
        guard let first = running.lazy.compactMap(\.deadline).min() else { return nil }
        return min(3600, max(0, first - monotonicSeconds()))
    }

    /// Turns the results of `poll` for the entries that `descriptors` added into events. Call it also when
    /// `nextDeadline` has passed.
    public func handle(_ list: ArraySlice<pollfd>) -> [CommandEvent] {
        var events: [CommandEvent] = []
        let now = monotonicSeconds()
        for (index, process) in running.enumerated() {
            let at = list.startIndex + index * 2
            let isKnown = at + 1 < list.endIndex
            if isKnown && list[at].revents != 0 { process.readOutput(&buffer) }
            process.advance(now, hasEnded: isKnown && list[at + 1].revents != 0, patience: Self.patience)
            let end = process.conclude(&buffer)
            if isFollowed {
                let news = process.takeNews()
                if !news.isEmpty { events.append(.printed(job: process.job, news)) }
            }
            if let end { events.append(.ended(job: process.job, end)) }
        }
        if !events.isEmpty { running.removeAll(where: \.isGone) }
        return events
    }

    /// Waits for a program's end, where nothing else is to be done meanwhile.
    /// - Parameter progress: called about twice a second.
    public func nextEnd(_ progress: () -> Void = {}) -> CommandEnd {
        while true {
            var list: [pollfd] = []
            descriptors(into: &list)
            _ = poll(&list, nfds_t(list.count), Int32(min(0.5, nextDeadline ?? 0.5) * 1000) + 1)
            for case .ended(_, let end) in handle(list[...]) { return end }
            progress()
        }
    }

    /// Asks all programs to end, and returns at once.
    public func terminate() { for process in running { process.signal(SIGTERM) } }

    /// Ends all programs: asks them first and kills them after `patience` seconds.
    public func stop(patience: Double = 0) {
        if patience > 0 {
            terminate()
            let end = monotonicSeconds() + patience
            while !running.isEmpty && monotonicSeconds() < end {
                var list: [pollfd] = []
                descriptors(into: &list)
                _ = poll(
                    &list, nfds_t(list.count),
                    Int32(max(0, min(end - monotonicSeconds(), nextDeadline ?? 1)) * 1000) + 1)
                _ = handle(list[...])
            }
        }
        for process in running { process.kill() }
        running = []
    }
}
