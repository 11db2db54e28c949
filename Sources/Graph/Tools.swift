// Which tools the worker has, asked once for each build of the worker and of its libraries.
import Diagnostics
import FoundationEssentials
import Glibc
import Store

struct Tools {
    struct Report: Codable {
        var tools: [String: String]
        var libraries: [String]
        /// Folders and files that its searches depend on, whether they are there or not.
        var searched: [String]?
        /// nil: a worker that does not say.
        var version: String?
        var missing: [String]?
        var families: Int?
        var files: [String] { libraries + (searched ?? []) }
    }

    /// Name to version.
    let versions: [String: String]
    /// The worker, its libraries and where it searches: other files, other answer.
    let programs: [String]

    init(worker: String, cache: Cache) throws(BuildProblem) {
        var identity = DigestWriter()
        identity.add(field: "tools")
        identity.add(field: worker)
        for variable in BuildRequest.searchedEnvironment { identity.add(field: variable) }
        let digest = identity.finish()
        let file = cache.root + "/state/" + digest.hex + ".tools"
        if let known = StateFile.upToDate(file, identity: digest, by: cache.temporary), let report = Self.decode(Array(known.text.utf8)) {
            versions = report.tools
            programs = [worker] + report.files
            return
        }
        let answer = try Self.ask(worker)
        guard let report = Self.decode(answer) else { throw .workerTools(path: worker, reason: "its answer is not what it should be") }
        versions = report.tools
        programs = [worker] + report.files
        let files = FileTable()
        for program in programs { try? files.note(program: program) }
        let state = StateFile(identity: digest, leaves: files.leaves,
                              summary: StateFile.Summary(status: .done, nodes: 0, text: String(decoding: answer, as: UTF8.self)))
        // Not being able to remember costs the next build a question.
        try? state.write(to: file, by: cache.temporary)
    }

    /// Asks, whatever is remembered.
    static func report(of worker: String) throws(BuildProblem) -> Report {
        guard let report = decode(try ask(worker)) else { throw .workerTools(path: worker, reason: "its answer is not what it should be") }
        return report
    }

    private static func decode(_ bytes: [UInt8]) -> Report? { try? JSONDecoder().decode(Report.self, from: Data(bytes)) }

    private static func ask(_ worker: String) throws(BuildProblem) -> [UInt8] {
        let process = try WorkerProcess(path: worker, arguments: ["--tools"])
        defer { process.end() }
        var answer: [UInt8] = [], buffer = [UInt8](repeating: 0, count: 1 << 16)
        let deadline = monotonicSeconds() + 20
        while answer.count < 1 << 22 {
            var list = [pollfd(fd: process.output, events: Int16(POLLIN), revents: 0), pollfd(fd: process.errors, events: Int16(POLLIN), revents: 0)]
            let rest = deadline - monotonicSeconds()
            guard rest > 0 else { throw .workerTools(path: worker, reason: "no answer within 20 s") }
            _ = poll(&list, 2, Int32(rest * 1000) + 1)
            process.readErrors()
            let count = read(process.output, &buffer, buffer.count)
            if count < 0 && (errno == EAGAIN || errno == EINTR) { continue }
            if count <= 0 { break }
            answer.append(contentsOf: buffer[..<count])
        }
        // It has said all; on a machine with much to do its end takes a while.
        let how = process.end(patience: 10)
        guard how == "ended with status 0" else {
            throw .workerTools(path: worker, reason: ([how] + process.stderr).joined(separator: ": "))
        }
        return answer
    }
}
