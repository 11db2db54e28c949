// What comes back from a server that did a job: the list of its results, its reply, and of the files those that the
// reply names. Each blob is verified while it comes, and each name before it becomes a path. Must not know how a job is
// sent.
import Diagnostics
import Files
import Glibc
import Travel
import Wire
import Work

extension Executor {
    private static let largest: Int64 = 16 << 30, mostEntries = 1_000_000
    /// Blobs up to this size come together.
    private static let small: Int64 = 1 << 20

    /// The replies to the jobs of an action, whose results lie in the jobs' folders then.
    func replies(
        to jobs: [Job], _ travelling: [TravellingJob], _ result: ActionResult, _ server: ExecutionServer
    ) throws(ExecutionFailure) -> [Reply] {
        guard let tree = result.folders[JobPlaces.results] else {
            throw .other("it left no results\(try said(result, server))")
        }
        let listed = try fetched([tree], server)[tree] ?? [], listing: RemoteExecution.Listing
        do throws(ProtobufReader.Malformed) {
            listing = try RemoteExecution.listing(ofTree: listed, most: Self.mostEntries)
        } catch { throw .other("its list of results is damaged") }
        let answers = jobs.indices.compactMap { listing.files[JobPlaces.prefix($0) + JobPlaces.reply]?.digest }
        guard answers.count == jobs.count else { throw .other("it left no reply\(try said(result, server))") }
        let answered = try fetched(answers, server)
        var replies: [Reply] = []
        for (number, answer) in answers.enumerated() {
            do throws(TravellingJob.Refused) {
                var reply = try travelling[number].reply(
                    answered[answer] ?? [], results: listing.names(below: JobPlaces.prefix(number)),
                    fonts: given.bundle.fonts)
                reply.id = jobs[number].id
                replies.append(reply)
            } catch { throw .other("the reply \(error.reason)") }
        }
        // The worker ends with 1 if it failed at one of them, and did the others.
        let hasFailed = replies.contains { $0.outcome == nil }
        guard result.exitCode == 0 || hasFailed && result.exitCode == 1 || replies.allSatisfy({ $0.outcome == nil })
        else { throw .other("it ended with status \(result.exitCode)") }
        for (number, reply) in replies.enumerated() {
            guard let outcome = reply.outcome else { continue }
            try bring(Set(outcome.files), listing, below: JobPlaces.prefix(number), to: jobs[number].scratch, server)
        }
        return replies
    }

    /// Puts results into the job's folder; if one does not come, none is left there.
    /// - Parameter prefix: of the job's results in the list.
    private func bring(
        _ names: Set<String>, _ listing: RemoteExecution.Listing, below prefix: String, to scratch: String,
        _ server: ExecutionServer
    ) throws(ExecutionFailure) {
        var placed: [String] = []
        do throws(ExecutionFailure) {
            var together: [(name: String, file: InputTree.File)] = [], size: Int64 = 0
            func place() throws(ExecutionFailure) {
                let blobs = try fetched(together.map(\.file.digest), server)
                for (name, file) in together {
                    let target = try create(scratch + "/" + name, file)
                    placed.append(scratch + "/" + name)
                    do throws(SystemFailure) {
                        try (blobs[file.digest] ?? []).withBytes { bytes throws(SystemFailure) in
                            try OpenFile.write(bytes, to: target.number)
                        }
                    } catch { throw .other("a result cannot be written here: \(error.words)") }
                }
                (together, size) = ([], 0)
            }
            for name in names.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
                guard let file = listing.files[prefix + name] else {
                    // An empty folder of a result that is one.
                    try makeFolder(scratch + "/" + name)
                    continue
                }
                if file.digest.size > Self.small {
                    placed.append(scratch + "/" + name)
                    try fetch(file, to: scratch + "/" + name, server)
                } else {
                    if size + file.digest.size > 2 << 20 || together.count == 1000 { try place() }
                    together.append((name, file))
                    size += file.digest.size + 100
                }
            }
            try place()
        } catch {
            for path in placed { unlink(path) }
            throw error
        }
    }

    private func makeFolder(_ path: String) throws(ExecutionFailure) {
        if let failed = Folder.failure(creating: path) {
            throw .other("a result cannot be written here: \(message(failed.code))")
        }
    }

    /// A new file.
    private func create(_ path: String, _ file: InputTree.File) throws(ExecutionFailure) -> Descriptor {
        if let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) { try makeFolder(String(path[..<slash])) }
        let mode: mode_t = file.isExecutable ? 0o755 : 0o644
        let target = Descriptor(open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode))
        guard target.number >= 0 else { throw .other("a result cannot be written here: \(message(errno))") }
        return target
    }

    /// The end of what the command printed, after ": "; empty: nothing.
    private func said(_ result: ActionResult, _ server: ExecutionServer) throws(ExecutionFailure) -> String {
        var bytes = result.errors
        if bytes.isEmpty, let digest = result.errorsDigest, digest.size > 0, digest.size <= 1 << 20 {
            bytes = try fetched([digest], server)[digest] ?? []
        }
        let text = String(decoding: bytes.suffix(2000), as: UTF8.self)
        let status = result.exitCode == 0 ? "" : " and ended with status \(result.exitCode)"
        let last = text.split(separator: "\n").last { !$0.isEmpty }
        return status + (last.map { ": " + WebCalls.printed(String($0)) } ?? "")
    }

    /// Small blobs, all of them and verified.
    private func fetched(_ digests: [ContentDigest], _ server: ExecutionServer) throws(ExecutionFailure)
        -> [ContentDigest: [UInt8]]
    {
        let wanted = Set(digests).subtracting([.empty])
        if let long = wanted.first(where: { $0.size > 64 << 20 }) { throw .other("its reply has \(long.size) bytes") }
        var found: [ContentDigest: [UInt8]] = [.empty: []]
        do throws(Trouble) {
            if wanted.count > 1, server.readsTogether {
                let blobs = try remote.attempt(.reading) { () throws(Trouble) -> [ContentDigest: ArraySlice<UInt8>] in
                    try server.blobs(Array(wanted), line)
                }
                for digest in wanted { found[digest] = blobs[digest].map { Array($0) } }
            }
            for digest in wanted where found[digest] == nil {
                let bytes = try remote.attempt(.reading) { () throws(Trouble) -> [UInt8]? in
                    var bytes: [UInt8] = []
                    let isThere = try server.blob(digest, line) {
                        bytes.append(contentsOf: $0)
                        return true
                    }
                    return isThere ? bytes : nil
                }
                guard let bytes else { throw Trouble.wrong("a result that it names is not there") }
                found[digest] = bytes
            }
            for digest in wanted where ContentDigest(of: found[digest] ?? []) != digest {
                throw Trouble.wrong("a result has other bytes than its name")
            }
        } catch { throw .other(error.words) }
        return found
    }

    /// Verified while it comes.
    private func fetch(_ result: InputTree.File, to path: String, _ server: ExecutionServer) throws(ExecutionFailure) {
        let digest = result.digest
        guard digest.size <= Self.largest else { throw .other("a result has \(digest.size) bytes") }
        let file = try create(path, result)
        do throws(Trouble) {
            try remote.attempt(.reading) { () throws(Trouble) in
                guard ftruncate(file.number, 0) == 0, lseek(file.number, 0, SEEK_SET) == 0 else {
                    throw .here(message(errno))
                }
                let content = ContentCheck(file.number, size: digest.size)
                let isThere = try server.blob(digest, line) { content.take($0) }
                if let failure = content.failure { throw .here(failure.words) }
                guard isThere else { throw .wrong("a result that it names is not there") }
                guard content.size == digest.size, content.finish() == digest.hash else {
                    throw .wrong("a result has other bytes than its name")
                }
            }
        } catch { throw .other(error.words) }
    }
}
