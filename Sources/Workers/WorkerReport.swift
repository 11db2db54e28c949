// What a worker reports about itself (`vgraph-worker --tools`).
import Diagnostics
import FoundationEssentials
import Glibc
import Processes
import Work

public struct WorkerReport: Codable, Sendable {
    /// The versions of its libraries, by name.
    public var tools: [String: String]
    var libraries: [String]
    /// Folders and files that its searches depend on, whether they exist or not.
    var searched: [String]?
    /// Its own version; nil: it did not report one.
    public var version: String?
    /// Encoders that its libraries lack.
    public var missing: [String]?
    /// How many font families it finds.
    public var families: Int?

    var files: [String] { libraries + (searched ?? []) }

    /// Asks the worker, ignoring remembered answers.
    public init(of worker: String) throws(BuildProblem) {
        guard let report = Self(try Self.ask(worker)) else {
            throw .workerTools(path: worker, reason: "its answer is not a report")
        }
        self = report
    }

    /// nil: the bytes are not a report.
    init?(_ bytes: [UInt8]) {
        guard let report = try? JSONDecoder().decode(Self.self, from: Data(bytes)) else { return nil }
        self = report
    }

    static func ask(_ worker: String, _ question: String = "--tools") throws(BuildProblem) -> [UInt8] {
        let process = try WorkerProcess(path: worker, arguments: [question])
        defer { process.end() }
        var answer: [UInt8] = [], buffer = [UInt8](repeating: 0, count: 1 << 16)
        let deadline = monotonicSeconds() + 20
        while answer.count < 1 << 22 {
            var list = [
                pollfd(fd: process.output, events: Int16(POLLIN), revents: 0),
                pollfd(fd: process.errors, events: Int16(POLLIN), revents: 0),
            ]
            let rest = deadline - monotonicSeconds()
            guard rest > 0 else { throw .workerTools(path: worker, reason: "no answer within 20 s") }
            _ = poll(&list, 2, Int32(rest * 1000) + 1)
            process.readErrors()
            let count = read(process.output, &buffer, buffer.count)
            if count < 0 && (errno == EAGAIN || errno == EINTR) { continue }
            if count <= 0 { break }
            answer.append(contentsOf: buffer[..<count])
        }
        // The report is complete; on a busy machine the process takes a while to end.
        let how = process.end(patience: 10)
        guard how == "ended with status 0" else {
            throw .workerTools(path: worker, reason: ([how] + process.stderr).joined(separator: ": "))
        }
        return answer
    }
}

extension WorkerParts {
    /// Asks the worker what it needs on another machine.
    public init(of worker: String) throws(BuildProblem) {
        let bytes = try WorkerReport.ask(worker, "--parts")
        guard let parts = try? JSONDecoder().decode(Self.self, from: Data(bytes)) else {
            throw .workerTools(path: worker, reason: "its answer does not list what it needs")
        }
        self = parts
    }
}
