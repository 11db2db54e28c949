// One worker: its own process group, lines of JSON in and out, and its last error output. Must not know what it works
// on.
import CSystem
import Diagnostics
import FoundationEssentials
import Glibc
import Processes
import Work

package enum WorkerEvent {
    case progress(job: Int, Reply.Progress)
    /// `wall`: seconds, where the work was done on another machine.
    case outcome(job: Int, Outcome, cpu: Double, wall: Double?)
    case failure(job: Int, [Diagnostic], cpu: Double)
    /// It is gone: it ended, or we ended it. `how` reads after "the worker".
    case died(job: Int, how: String, stderr: [String])
    /// It answered with `line`, which is not a reply, and was killed.
    case garbage(job: Int, line: String)
}

final class WorkerProcess {
    private let child: PipedChild
    /// -1: this kernel has no pidfd; then the end of its output tells.
    let pidfd: Int32
    private(set) var job: Int?
    /// Those of the job's riders that it has not answered; it answers them before the job.
    private var riders: Set<Int> = []
    /// The last job that it got.
    private(set) var lastJob: Int?
    /// Its program and arguments.
    let command: [String]
    private var cpuBefore = 0.0
    private var incoming: [UInt8] = []
    private var scanned = 0
    private var watch = WorkerWatch()

    /// A longer line is not accepted as a reply.
    static let longestLine = 64 << 20

    init(path: String, arguments: [String] = []) throws(BuildProblem) {
        command = [path] + arguments
        do throws(PipedChild.StartFailure) { child = try PipedChild(command, memory: WorkerWatch.memory) } catch {
            throw .workerMissing(path: path, reason: error.why)
        }
        pidfd = csystem_pidfd(child.pid)
    }

    deinit { end() }

    var pid: Int32 { child.pid }
    var input: Int32 { child.input }
    var output: Int32 { child.output }
    var errors: Int32 { child.errors }
    var isGone: Bool { child.isGone }
    var wantsToWrite: Bool { child.backlog > 0 }

    func start(_ work: Job) throws(BuildProblem) {
        guard let line = try? JSONForm.line.bytes(of: work) else {
            throw .stageThrew(node: work.node, error: "cannot write its job as JSON")
        }
        job = work.id
        riders = Set((work.riders ?? []).map(\.id))
        lastJob = work.id
        child.forgetErrors()
        cpuBefore = max(0, csystem_cpu_seconds(pid))
        watch = WorkerWatch(pid, cpu: cpuBefore, cpuLimit: work.cpuLimit)
        child.send(line)
    }

    func write() { child.write() }

    func readErrors() { child.readErrors() }

    /// Reads its output and turns whole lines into events. `isEnd`: the process has closed its output.
    func readOutput() -> (events: [WorkerEvent], isEnd: Bool) {
        var events: [WorkerEvent] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(output, &buffer, buffer.count)
            if count < 0 {
                if errno == EINTR { continue }
                return (events, errno != EAGAIN)
            }
            if count == 0 { return (events, true) }
            incoming.append(contentsOf: buffer[..<count])
            while let end = incoming[scanned...].firstIndex(of: 0x0A) {
                if let event = event(incoming[..<end]) { events.append(event) }
                incoming.removeSubrange(...end)
                scanned = 0
                if case .garbage = events.last { return (events, false) }
            }
            scanned = incoming.count
            if incoming.count > Self.longestLine, let event = garbage(incoming[...]) {
                return (events + [event], false)
            }
        }
    }

    private func event(_ line: ArraySlice<UInt8>) -> WorkerEvent? {
        guard let job else { return nil }
        guard let reply = try? JSONDecoder().decode(Reply.self, from: Data(line)),
            reply.id == job ? reply.progress != nil || riders.isEmpty : riders.contains(reply.id)
        else { return garbage(line) }
        // Whoever has a job done elsewhere hands on what that took.
        func told(_ seconds: Double?) -> Double? { seconds.flatMap { $0.isFinite && $0 >= 0 ? $0 : nil } }
        let cpu = told(reply.cpu) ?? max(0, csystem_cpu_seconds(pid) - cpuBefore)
        switch (reply.progress, reply.outcome, reply.failure) {
        case (let progress?, nil, nil):
            watch.gotOn(pid)
            return .progress(job: reply.id, progress)
        case (nil, let outcome?, nil):
            hasAnswered(reply.id)
            return .outcome(job: reply.id, outcome, cpu: cpu, wall: told(reply.wall))
        case (nil, nil, let failure?):
            hasAnswered(reply.id)
            return .failure(job: reply.id, failure, cpu: cpu)
        default: return garbage(line)
        }
    }

    private func hasAnswered(_ id: Int) {
        if id == job { job = nil } else { riders.remove(id) }
    }

    /// Jobs that it will never answer, now that it is gone.
    var unanswered: [Int] { (job.map { [$0] } ?? []) + riders.sorted() }

    private func garbage(_ line: ArraySlice<UInt8>) -> WorkerEvent? {
        guard let job else { return nil }
        self.job = nil
        return .garbage(job: job, line: PipedChild.printable(line.prefix(200)))
    }

    /// The last lines it wrote to standard error.
    var stderr: [String] { child.lastLines(5) }

    func signal(_ number: Int32) { child.signal(number) }

    /// Why a busy worker must be ended, reading after "the worker"; nil: it makes progress.
    func overdue(_ now: Double) -> String? { job == nil || isGone ? nil : watch.overdue(pid, now) }

    /// Waits for a process that is ending and kills it after `patience` seconds. Returns how it ended.
    @discardableResult
    func end(patience: Double = 0) -> String {
        guard let end = child.end(patience: patience) else { return "ended" }
        if pidfd >= 0 { close(pidfd) }
        // A failed allocation ends a Swift process like any other trap, so its peak memory must tell.
        let isFull = !end.wasKilled && end.signal != 0 && end.peak > WorkerWatch.memory / 2
        let most = WorkerWatch.memory >> 20
        return end.words
            + (isFull ? "; it used \(end.peak >> 20) MB of the \(most) MB of memory that a worker may use" : "")
    }
}
