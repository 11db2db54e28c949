// Has jobs done by a server: a worker to the engine, a client to the server. A job becomes a folder that the server
// gets by digest, so nothing goes there twice; what comes back is verified before it lies in the job's folder. Whatever
// fails is the engine's to do here. Must not know what a stage does.
import CSystem
import Diagnostics
import Digests
import Files
import FoundationEssentials
import Glibc
import Remotes
import Travel
import Wire
import Work

/// Takes jobs, a line each, until there are no more.
func serveJobs(_ file: String, _ replies: Replies) -> Int32 {
    guard let bytes = try? WholeFile.read(file),
        let given = try? JSONDecoder().decode(ExecutorFile.self, from: Data(bytes))
    else {
        let text = "vgraph-remote: '\(file)' does not say who does the jobs\n"
        _ = text.withCString { write(2, $0, strlen($0)) }
        return 2
    }
    let executor = Executor(given)
    let current = Current()
    // The engine ends a worker that is silent; this one waits for another machine.
    do throws(SystemFailure) {
        try startThread {
            while true {
                sleep(2)
                current.job.withLock { id in
                    if let id {
                        replies.send(Reply(id: id, progress: Reply.Progress(done: 0, total: 0, unit: "remote")))
                    }
                }
            }
        }
    } catch { refuse("no thread can be started: \(error.words)") }
    while let line = readLine() {
        guard let job = try? JSONDecoder().decode(Job.self, from: Data(line.utf8)) else { return 2 }
        current.job.withLock { $0 = job.id }
        executor.watch.begin()
        // By name, so that equal work is one action, whoever takes the others along.
        let jobs = ([job] + (job.riders ?? [])).sorted { $0.node.precedes($1.node) }
        var answers = executor.perform(jobs) {
            replies.send(Reply(id: job.id, progress: Reply.Progress(done: 0, total: 0, unit: Reply.Progress.sent)))
        }
        executor.watch.end()
        // The answer to the job itself last: then this process is free for another.
        answers.sort { $1.id == job.id && $0.id != job.id }
        current.job.withLock {
            $0 = nil
            for reply in answers { replies.send(reply) }
        }
    }
    return 0
}

private final class Current: Sendable {
    let job = Guarded<Int?>(nil)
}

final class Executor {
    let given: ExecutorFile
    let remote: Remote
    private let server: ExecutionServer?
    let line: Line
    let watch: JobWatch
    private let pulse: Pulse
    private let bundle: [String: InputTree.File]
    /// What the server has: asked for once.
    private var sent: Set<ContentDigest> = []

    /// Bytes that are sent unasked: asking takes as long.
    private static let unasked: Int64 = 128 << 10

    init(_ given: ExecutorFile) {
        self.given = given
        var settings = given.remote
        // Of the cache: they say nothing about work.
        (settings.access, settings.publicKeys, settings.signingKey) = (.readOnly, [], nil)
        var random = [UInt8](repeating: 0, count: 16)
        for index in random.indices { random[index] = .random(in: 0...255) }
        remote = Remote(
            settings, RemoteAccess(settings) { name in getenv(name).map { String(cString: $0) } },
            invocation: random.withUnsafeBytes { hexText($0) }
        ) { _ in }
        server = remote.cache as? ExecutionServer
        line = remote.line()
        let (remote, server, other) = (remote, server, remote.line())
        watch = JobWatch { operation in server?.cancel(operation, remote.line()) }
        pulse = Pulse(every: given.remote.timeout) { server?.answers(other) == true }
        // In a folder of its own: a server may show its machines' /bin, /lib and /etc in their places.
        bundle = Dictionary(uniqueKeysWithValues: given.bundle.nodes.map { (JobPlaces.bundle + "/" + $0, $1) })
    }

    /// Does jobs in one action.
    /// - Parameter isSent: called when the server has all that it needs.
    /// - Returns: a reply for each, in their order.
    func perform(_ jobs: [Job], isSent: () -> Void) -> [Reply] {
        do throws(ExecutionFailure) { return try done(jobs, isSent) } catch {
            return jobs.map { job in
                let problem = RemoteProblem.notDone(node: job.node, remote: given.remote.name, reason: error.words)
                return Reply(id: job.id, failure: [problem.diagnostic])
            }
        }
    }

    /// Where the bytes of a blob are.
    private enum Source {
        case file(String)
        case bytes([UInt8])
    }

    private func done(_ jobs: [Job], _ isSent: () -> Void) throws(ExecutionFailure) -> [Reply] {
        guard let server else { throw .other("its URL is not that of a server of the Remote Execution API") }
        var travelling: [TravellingJob] = []
        for (number, job) in jobs.enumerated() {
            do throws(Diagnostic) { travelling.append(try TravellingJob(job, number: number)) } catch {
                throw .other(error.message)
            }
        }
        var nodes = bundle, sources: [ContentDigest: Source] = [:]
        for file in given.bundle.files {
            let digest = ContentDigest(hash: file.sha256, size: file.size)
            sources[digest] = file.source.map(Source.file) ?? .bytes(Array((file.text ?? "").utf8))
        }
        for job in travelling {
            for (place, path) in job.files where nodes[place] == nil {
                let digest = try Self.digest(of: path)
                nodes[place] = InputTree.File(digest, isExecutable: job.executables.contains(place))
                sources[digest] = .file(path)
            }
            let own = ContentDigest(of: job.job)
            nodes[job.place] = InputTree.File(own)
            sources[own] = .bytes(job.job)
        }
        let tree = InputTree(nodes)
        for (digest, bytes) in tree.folders { sources[digest] = .bytes(bytes) }
        // Properties choose machines, and a server may have none for one that it does not know: the environment's
        // name is the salt, so that a failure that is kept belongs to one bundle.
        let action = Action(
            given.bundle.command(in: JobPlaces.bundle) + ["--job", "."], output: JobPlaces.results, in: tree.root,
            properties: (given.remote.properties ?? [:]).sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
                .map { ($0.key, $0.value) },
            seconds: Int64(given.limit), salt: given.bundle.digest)
        sources[action.command] = .bytes(action.commandBytes)
        sources[action.digest] = .bytes(action.bytes)

        try send(sources, to: server)
        isSent()
        let first = try run(action, sources, server, skipsLookup: false)
        do throws(ExecutionFailure) {
            let replies = try replies(to: jobs, travelling, first.result, server)
            if !first.isCached || replies.allSatisfy({ $0.outcome != nil }) { return replies }
        } catch { if !first.isCached { throw error } }
        // What was kept may be of a machine that has been mended since, or has lost its bytes.
        let second = try run(action, sources, server, skipsLookup: true)
        return try replies(to: jobs, travelling, second.result, server)
    }

    private static func digest(of path: String) throws(ExecutionFailure) -> ContentDigest {
        let file = Descriptor(open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK))
        do throws(SystemFailure) {
            guard file.number >= 0 else { throw SystemFailure(code: errno) }
            let (sum, bytes) = try OpenFile.sha256(of: file.number)
            return ContentDigest(hash: sum, size: Int64(bytes))
        } catch { throw .other("'\(path)' cannot be read here: \(error.words)") }
    }

    // MARK: There

    private func run(
        _ action: Action, _ sources: [ContentDigest: Source], _ server: ExecutionServer, skipsLookup: Bool
    ) throws(ExecutionFailure) -> (result: ActionResult, isCached: Bool) {
        func response() throws(ExecutionFailure) -> ExecuteResponse {
            guard watch.ask() else { throw .other("the build ends") }
            let queue = given.remote.queue ?? RemoteSettings.Remote.usualQueue
            let limits = ExecutionLimits(queue: queue, run: given.limit)
            return try server.execute(
                action.digest, skipsLookup: skipsLookup, limits, line, pulse
            ) { [watch] in watch.note($0) }
        }
        var said: ExecuteResponse
        do throws(ExecutionFailure) { said = try response() } catch .lacksInputs {
            // It dropped something that it had.
            sent = []
            try send(sources, to: server)
            said = try response()
        }
        guard let result = said.result else { throw .other("an action ended without a result") }
        return (result, said.isCached)
    }

    private func send(_ sources: [ContentDigest: Source], to server: ExecutionServer) throws(ExecutionFailure) {
        let asked = sources.keys.filter { !sent.contains($0) && $0.size > 0 }
        guard !asked.isEmpty else { return }
        do throws(Trouble) {
            let isLittle = asked.reduce(0) { $0 + $1.size } <= Self.unasked
            let missing =
                isLittle
                ? asked
                : try remote.attempt(.reading) { () throws(Trouble) -> [ContentDigest] in
                    try server.missing(asked, line)
                }
            let limit = min(try server.batchBytes(line), 2 << 20)
            var batch: [(digest: ContentDigest, bytes: [UInt8])] = [], size: Int64 = 0
            for digest in missing {
                guard digest.size <= 64 << 10 else {
                    try sendLarge(digest, sources[digest], to: server)
                    continue
                }
                if size + digest.size + 200 > limit {
                    try remote.attempt(.reading) { () throws(Trouble) in try server.upload(batch, line) }
                    (batch, size) = ([], 0)
                }
                batch.append((digest, try Self.bytes(sources[digest])))
                size += digest.size + 200
            }
            if !batch.isEmpty { try remote.attempt(.reading) { () throws(Trouble) in try server.upload(batch, line) } }
        } catch { throw .other(error.words) }
        sent.formUnion(asked)
    }

    private func sendLarge(_ digest: ContentDigest, _ source: Source?, to server: ExecutionServer) throws(Trouble) {
        let number: Int32
        switch source {
        case .file(let path): number = open(path, O_RDONLY | O_CLOEXEC)
        case .bytes(let bytes): number = csystem_memory_file(bytes, bytes.count)
        case nil: throw .here("a blob has no source")
        }
        let file = Descriptor(number)
        guard file.number >= 0 else { throw .here(message(errno)) }
        try remote.attempt(.reading) { () throws(Trouble) in try server.upload(digest, from: file.number, line) }
    }

    private static func bytes(_ source: Source?) throws(Trouble) -> [UInt8] {
        switch source {
        case .bytes(let bytes): return bytes
        case .file(let path):
            do throws(SystemFailure) { return try WholeFile.read(path) } catch { throw .here(error.words) }
        case nil: throw .here("a blob has no source")
        }
    }
}
