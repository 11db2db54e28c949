// Has jobs done by a server: a worker to the engine, a client to the server. A job becomes a folder that the server gets
// by digest, so nothing goes there twice; what comes back is verified before it lies in the job's folder. Whatever fails
// is the engine's to do here. Must not know what a stage does.
import CSystem
import Diagnostics
import Digests
import Files
import FoundationEssentials
import Glibc
import Processes
import Remotes
import Synchronization
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
    let current = Mutex<Int?>(nil)
    let watched = Watched(current)
    // The engine ends a worker that is silent; this one waits for another machine.
    do throws(SystemFailure) {
        try startThread {
            while true {
                sleep(2)
                watched.current.withLock { id in
                    if let id {
                        replies.send(Reply(id: id, progress: Reply.Progress(done: 0, total: 0, unit: "remote")))
                    }
                }
            }
        }
    } catch { refuse("no thread can be started: \(error.words)") }
    let executor = Executor(given)
    while let line = readLine() {
        guard let job = try? JSONDecoder().decode(Job.self, from: Data(line.utf8)) else { return 2 }
        watched.current.withLock { $0 = job.id }
        let reply = executor.perform(job) {
            replies.send(Reply(id: job.id, progress: Reply.Progress(done: 0, total: 0, unit: Reply.Progress.sent)))
        }
        watched.current.withLock {
            $0 = nil
            replies.send(reply)
        }
    }
    return 0
}

private final class Watched: Sendable {
    let current: Mutex<Int?>
    init(_ current: consuming Mutex<Int?>) { self.current = current }
}

private final class Executor {
    private let given: ExecutorFile
    private let remote: Remote
    private let server: ExecutionServer?
    private let line: Line
    private let bundle: [String: InputTree.File]
    /// What the server has: asked for once.
    private var sent: Set<ContentDigest> = []

    private static let largest: Int64 = 16 << 30, mostFiles = 1000

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
        bundle = given.bundle.nodes
    }

    /// - Parameter isSent: called when the server has all that it needs.
    func perform(_ job: Job, isSent: () -> Void) -> Reply {
        do throws(ExecutionFailure) { return try done(job, isSent) } catch {
            let problem = RemoteProblem.notDone(node: job.node, remote: given.remote.name, reason: error.words)
            return Reply(id: job.id, failure: [problem.diagnostic])
        }
    }

    /// Where the bytes of a blob are.
    private enum Source {
        case file(String)
        case bytes([UInt8])
    }

    private func done(_ job: Job, _ isSent: () -> Void) throws(ExecutionFailure) -> Reply {
        guard let server else { throw .other("its URL is not that of a server of the Remote Execution API") }
        let travelling: TravellingJob
        do throws(Diagnostic) { travelling = try TravellingJob(job) } catch { throw .other(error.message) }
        var nodes = bundle, sources: [ContentDigest: Source] = [:]
        for file in given.bundle.files {
            let digest = ContentDigest(hash: file.sha256, size: file.size)
            sources[digest] = file.source.map(Source.file) ?? .bytes(Array((file.text ?? "").utf8))
        }
        for (place, path) in travelling.files {
            let digest = try Self.digest(of: path)
            nodes[place] = InputTree.File(digest)
            sources[digest] = .file(path)
        }
        let own = ContentDigest(of: travelling.job)
        nodes[JobPlaces.job] = InputTree.File(own)
        sources[own] = .bytes(travelling.job)
        let tree = InputTree(nodes)
        for (digest, bytes) in tree.folders { sources[digest] = .bytes(bytes) }
        // Properties choose machines, and a server may have none for one that it does not know: the environment's
        // name is the salt, so that a failure that is kept belongs to one bundle.
        let action = Action(
            given.bundle.command + ["--job"], output: JobPlaces.results, in: tree.root,
            properties: given.properties.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
                .map { ($0.key, $0.value) },
            seconds: Int64(given.limit), salt: given.bundle.digest)
        sources[action.command] = .bytes(action.commandBytes)
        sources[action.digest] = .bytes(action.bytes)

        try send(sources, to: server)
        isSent()
        let result = try run(action, sources, server)
        return try reply(to: job, travelling, result, server)
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

    private func run(_ action: Action, _ sources: [ContentDigest: Source], _ server: ExecutionServer)
        throws(ExecutionFailure) -> ActionResult
    {
        let limits = ExecutionLimits(queue: given.queue, run: given.limit)
        var response: ExecuteResponse
        do throws(ExecutionFailure) {
            response = try server.execute(action.digest, skipsLookup: false, limits, line)
        } catch .lacksInputs {
            // It dropped something that it had.
            sent = []
            try send(sources, to: server)
            response = try server.execute(action.digest, skipsLookup: false, limits, line)
        }
        // A failure that was kept may be of a machine that has been mended since.
        if response.isCached, response.result?.exitCode != 0 {
            response = try server.execute(action.digest, skipsLookup: true, limits, line)
        }
        guard let result = response.result else { throw .other("an action ended without a result") }
        return result
    }

    private func send(_ sources: [ContentDigest: Source], to server: ExecutionServer) throws(ExecutionFailure) {
        let asked = sources.keys.filter { !sent.contains($0) && $0.size > 0 }
        guard !asked.isEmpty else { return }
        do throws(Trouble) {
            let missing = try remote.attempt(.reading) { () throws(Trouble) -> [ContentDigest] in
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

    // MARK: Back

    private func reply(
        to job: Job, _ travelling: TravellingJob, _ result: ActionResult, _ server: ExecutionServer
    ) throws(ExecutionFailure) -> Reply {
        guard let tree = result.folders[JobPlaces.results] else {
            throw .other("it left no results\(try said(result, server))")
        }
        let files: [String: InputTree.File]
        let listed = try fetched(tree, server)
        do throws(ProtobufReader.Malformed) { files = try RemoteExecution.files(inTree: listed) } catch {
            throw .other("its list of results is damaged")
        }
        guard let answer = files[JobPlaces.reply] else {
            throw .other("it left no reply\(try said(result, server))")
        }
        guard files.count <= Self.mostFiles else { throw .other("it left \(files.count) results") }
        let reply: Reply
        let bytes = try fetched(answer.digest, server)
        do throws(TravellingJob.Refused) {
            reply = try travelling.reply(bytes, results: Set(files.keys), fonts: given.bundle.fonts)
        } catch { throw .other("the reply \(error.reason)") }
        var numbered = reply
        numbered.id = job.id
        guard let outcome = reply.outcome else { return numbered }
        guard result.exitCode == 0 else { throw .other("it ended with status \(result.exitCode)") }
        let named = Set(outcome.outputs.values.joined())
            .union(outcome.companion?.outputs.values.joined().map(\.path) ?? [])
        for name in named { if let file = files[name] { try fetch(file.digest, to: job.scratch + "/" + name, server) } }
        return numbered
    }

    /// The end of what the command printed, after ": "; empty: nothing.
    private func said(_ result: ActionResult, _ server: ExecutionServer) throws(ExecutionFailure) -> String {
        var bytes = result.errors
        if bytes.isEmpty, let digest = result.errorsDigest, digest.size > 0, digest.size <= 1 << 20 {
            bytes = try fetched(digest, server)
        }
        let text = String(decoding: bytes.suffix(2000), as: UTF8.self)
        let status = result.exitCode == 0 ? "" : " and ended with status \(result.exitCode)"
        let last = text.split(separator: "\n").last { !$0.isEmpty }
        return status + (last.map { ": " + WebCalls.printed(String($0)) } ?? "")
    }

    /// A small blob.
    private func fetched(_ digest: ContentDigest, _ server: ExecutionServer) throws(ExecutionFailure) -> [UInt8] {
        guard digest.size > 0 else { return [] }
        guard digest.size <= 64 << 20 else { throw .other("its reply has \(digest.size) bytes") }
        do throws(Trouble) {
            let bytes = try remote.attempt(.reading) { () throws(Trouble) -> [UInt8]? in
                var bytes: [UInt8] = []
                let isThere = try server.blob(digest, line) {
                    bytes.append(contentsOf: $0)
                    return true
                }
                return isThere ? bytes : nil
            }
            guard let bytes else { throw Trouble.wrong("a result that it names is not there") }
            guard ContentDigest(of: bytes) == digest else {
                throw Trouble.wrong("a result has other bytes than its name")
            }
            return bytes
        } catch { throw .other(error.words) }
    }

    /// Verified while it comes.
    private func fetch(_ digest: ContentDigest, to path: String, _ server: ExecutionServer) throws(ExecutionFailure) {
        guard digest.size <= Self.largest else { throw .other("a result has \(digest.size) bytes") }
        let file = Descriptor(open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o644))
        guard file.number >= 0 else { throw .other("a result cannot be written here: \(message(errno))") }
        if digest == .empty { return }
        do throws(Trouble) {
            try remote.attempt(.reading) { () throws(Trouble) in
                guard ftruncate(file.number, 0) == 0, lseek(file.number, 0, SEEK_SET) == 0 else {
                    throw .here(message(errno))
                }
                let content = ContentCheck(file.number)
                let isThere = try server.blob(digest, line) { content.take($0) }
                if let failure = content.failure { throw .here(failure.words) }
                guard isThere else { throw .wrong("a result that it names is not there") }
                guard content.size == digest.size, content.finish() == digest.hash else {
                    throw .wrong("a result has other bytes than its name")
                }
            }
        } catch {
            unlink(path)
            throw .other(error.words)
        }
    }
}
