// A build as a timeline in Chrome's trace event format, which Perfetto also reads: one lane for each node that runs at
// the same time, and one lane for hits.
import Diagnostics
import Files
import FoundationEssentials
import Glibc
import Graph
import Processes
import Store
import Work

final class TraceReport: BuildObserver {
    private struct Open {
        var lane: Int
        /// Seconds since the build began.
        var start: Double
        var why: [String]
        /// The remote that it was sent to.
        var executor: String?
    }

    private struct Happening {
        var node: NodeName
        var outcome: String
        var lane: Int
        var start: Double
        /// nil: an instant.
        var seconds: Double?
        var why: [String]
        /// The remote cache that the result came from.
        var remote: String?
        /// The remote that did the work.
        var executor: String?
    }

    private let file: String
    private let started: Double
    private var open: [NodeName: Open] = [:]
    /// Lane 0 is for hits.
    private var isBusy: [Bool] = [true]
    private var happenings: [Happening] = []

    /// - Parameter started: monotonic seconds at which the timeline begins.
    init(file: String, started: Double) throws {
        self.file = file
        self.started = started
        // Fails now rather than after an hour of work, and never replaces a device with a file.
        if case .present(let now) = FileSignature.look(at: file), !now.isFile {
            throw Refusal(.cannotWrite(path: file, reason: "it is not a file"))
        }
        let descriptor = Glibc.open(file, O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0o666)
        guard descriptor >= 0 else { throw Refusal(.cannotWrite(path: file, reason: String(cString: strerror(errno)))) }
        close(descriptor)
    }

    private var now: Double { monotonicSeconds() - started }

    func observe(_ event: BuildEvent) {
        switch event {
        case .nodeStarted(let node, let why):
            // The node started again because a file that it read changed.
            if open[node] != nil { end(node, "repeated") }
            let lane = isBusy.firstIndex(of: false) ?? isBusy.count
            if lane == isBusy.count { isBusy.append(true) } else { isBusy[lane] = true }
            open[node] = Open(lane: lane, start: now, why: why)
        case .sent(let node, let remote, _): open[node]?.executor = remote
        case .ran(let node, _): end(node, "ran")
        case .failed(let node, _, _): end(node, "failed")
        case .hit(let node, let remote):
            happenings.append(
                Happening(
                    node: node, outcome: "hit", lane: 0, start: now, seconds: nil, why: [], remote: remote))
        case .finished: for node in open.keys.sorted(by: { $0.id < $1.id }) { end(node, "interrupted") }
        case .started, .grew, .kept, .progress, .skipped, .printed, .published, .diagnostic, .verdict,
            .uploading:
            break
        }
    }

    private func end(_ node: NodeName, _ outcome: String) {
        // A node can fail before it starts.
        guard let begun = open.removeValue(forKey: node) else { return }
        isBusy[begun.lane] = false
        happenings.append(
            Happening(
                node: node, outcome: outcome, lane: begun.lane, start: begun.start, seconds: now - begun.start,
                why: begun.why, executor: begun.executor))
    }

    /// Takes the nodes' keys from the run's log, since events do not carry them.
    func write(_ result: BuildResult, cache: String) throws {
        var keys: [String: String] = [:]
        if let run = result.run, let cache = try? Cache(cache, for: .reading), let log = RunLog.load(run, in: cache) {
            for node in log.nodes { keys[node.id] = node.key?.hex }
        }
        var lines = [
            Self.text([
                "name": .string("process_name"), "ph": .string("M"), "pid": .int(1), "tid": .int(0),
                "args": .object(["name": .string("vgraph build")]),
            ])
        ]
        for lane in isBusy.indices {
            lines.append(
                Self.text([
                    "name": .string("thread_name"), "ph": .string("M"), "pid": .int(1), "tid": .int(lane),
                    "args": .object(["name": .string(lane == 0 ? "hits" : "at work \(lane)")]),
                ]))
        }
        for happening in happenings.sorted(by: { $0.start < $1.start }) {
            lines.append(Self.text(event(happening, keys[happening.node.id])))
        }
        for remote in result.remotes {
            lines.append(
                Self.text([
                    "name": .string("remote " + remote.name), "ph": .string("M"), "pid": .int(1), "tid": .int(0),
                    "args": .object([
                        "hits": .int(remote.hits), "published": .int(remote.published),
                        "bytes_down": .int(Int(clamping: remote.bytesDown)),
                        "bytes_up": .int(Int(clamping: remote.bytesUp)),
                    ]),
                ]))
        }
        let text = "{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n" + lines.joined(separator: ",\n") + "\n]}\n"
        let failure = Array(text.utf8).withUnsafeBytes { bytes -> StoreProblem? in
            let folder = file.lastIndex(of: "/").map { String(file[...$0]) } ?? "."
            do throws(StoreProblem) { try AtomicFile.write(bytes, to: file, by: folder, prefix: ".trace.") } catch {
                return error
            }
            return nil
        }
        if let failure { throw Refusal([failure.diagnostic]) }
    }

    private func event(_ happening: Happening, _ key: String?) -> [String: Value] {
        var event: [String: Value] = [
            "name": .string(happening.node.id), "cat": .string(happening.node.stage), "pid": .int(1),
            "tid": .int(happening.lane),
            "ts": .number(Self.micro(happening.start)),
        ]
        var about: [String: Value] = [
            "outcome": .string(happening.outcome), "key": key.map(Value.string) ?? .null,
            "why": .array(happening.why.map(Value.string)),
        ]
        if let executor = happening.executor { about["executor"] = .string(executor) }
        if let remote = happening.remote { about["remote"] = .string(remote) }
        event["args"] = .object(about)
        if let seconds = happening.seconds {
            event["ph"] = .string("X")
            event["dur"] = .number(Self.micro(seconds))
        } else {
            event["ph"] = .string("i")
            event["s"] = .string("t")
        }
        return event
    }

    private static func micro(_ seconds: Double) -> Double { (seconds * 1e6).rounded() }
    private static func text(_ line: [String: Value]) -> String { JSONReport.text(.object(line), pretty: false) }
}

/// Several reports of one build.
final class Audience: BuildObserver {
    private let reports: [any BuildObserver]
    init(_ reports: [any BuildObserver]) { self.reports = reports }
    func observe(_ event: BuildEvent) { for report in reports { report.observe(event) } }
}
