// The remote caches of one command: what was asked and is not answered yet, blobs under way, records to publish, and
// what came of it. Starts vgraph-remote at the first question; whatever happens to that process costs one warning. What
// a remote says is a claim: bytes count once `Blobs` has hashed them, and whether a record counts only `Build.find`
// says.
import Diagnostics
import Digests
import Files
import Glibc
import Processes
import Remotes
import Store
import Workers

final class RemoteCaches {
    /// How long a build waits for remotes, in seconds.
    struct Limits: Sendable {
        /// For a process that stands still.
        var silence = 60.0
        /// For the answer whether there is a record; a slower remote is not asked again.
        var answer = 10.0
        /// For a blob: this long, and a second for each this many bytes.
        var bytesPerSecond = 50_000.0
        /// For uploads after the build.
        var upload = 30.0
    }

    let settings: RemoteSettings
    private let command: [String]
    private let cache: Cache
    private let limits: Limits
    private let blobs: Blobs

    private var process: RemoteProcess?
    /// It is gone, or there is nothing to start.
    private(set) var isOff = false
    /// Answers are too slow to wait for.
    private var isSlow = false
    private var lastId = 0
    /// What is not answered yet, by id, with the time from which on it is late.
    private var open: [Int: (question: Question, due: Double)] = [:]
    private var counts = Counts()
    private var finds = Queue<Digest>()
    private var questions: [Digest: Wanted] = [:]
    private var fetches = Queue<Digest>()
    private var uploads = Queue<Unsent>()
    private var arrivals: [Digest: Arrival] = [:]
    /// Blobs that no remote gave, or that were other bytes than their record says.
    private var lost: Set<Digest> = []
    /// Keys that were answered in this build, and from which remote records were taken.
    private var answered: Set<Digest> = []
    private(set) var taken: [Digest: String] = [:]
    private(set) var statistics: [RemoteReply.Statistics] = []
    /// Records that this command could not upload.
    private(set) var unsent = 0
    private var warnings: [Diagnostic] = []
    private var listener: ((Diagnostic) -> Void)?
    /// A stage of this build reads a published file, so none may stay away.
    var deliversAll = false

    private enum Question {
        case find(Digest)
        case fetch(Digest)
        case publish(Unsent)
    }

    private struct Wanted {
        var manifest: Manifest
        /// Making it costs money, so its answer is worth waiting for.
        var isPaid: Bool
        var waiters: [(RemoteReply?) -> Void]
    }

    private struct Counts { var finds = 0, fetches = 0, publishes = 0 }
    /// The program limits its connections itself; these limit what it has to remember.
    private static let most = Counts(finds: 256, fetches: 256, publishes: 128)

    private struct Arrival {
        var blob: Record.Blob
        var path: String
        var waiters: [() -> Void]
    }

    /// A record that a writable remote does not have yet.
    struct Unsent: Hashable {
        var key: Digest
        var world: Digest
    }

    /// nil: no remote is configured.
    init?(_ settings: RemoteSettings, command: [String], cache: Cache, limits: Limits) {
        guard !settings.remotes.isEmpty, !command.isEmpty, cache.readOnlyReason == nil else { return nil }
        self.settings = settings
        self.command = command
        self.cache = cache
        self.limits = limits
        blobs = Blobs(cache)
    }

    deinit { stop() }

    // MARK: Records

    /// For a build, which may ask for each key once.
    /// - Parameter listener: hears of warnings, also of those that came before.
    func serve(_ listener: @escaping (Diagnostic) -> Void) {
        answered = []
        self.listener = listener
        for warning in warnings { listener(warning) }
    }

    func mayAsk(_ key: Digest, isPaid: Bool) -> Bool { !isOff && (!isSlow || isPaid) && !answered.contains(key) }

    /// - Parameter then: gets the answer; nil: there is none.
    func find(_ manifest: Manifest, _ key: Digest, isPaid: Bool, then: @escaping (RemoteReply?) -> Void) {
        if questions[key] != nil {
            questions[key]!.waiters.append(then)
            return
        }
        questions[key] = Wanted(manifest: manifest, isPaid: isPaid, waiters: [then])
        finds.append(key)
        pump()
    }

    private func answer(_ key: Digest, _ reply: RemoteReply?) {
        answered.insert(key)
        for waiter in questions.removeValue(forKey: key)?.waiters ?? [] { waiter(reply) }
    }

    func note(_ key: Digest, from remote: String) { taken[key] = remote }

    // MARK: Blobs

    func mayBring(_ blob: Record.Blob) -> Bool { !isOff && blob.sha256 != nil && !lost.contains(blob.digest) }

    /// - Parameter then: called when it is in the cache or lost.
    func bring(_ blob: Record.Blob, then: @escaping () -> Void) {
        if arrivals[blob.digest] != nil {
            arrivals[blob.digest]!.waiters.append(then)
            return
        }
        let path = cache.temporary + "/" + Unique.name()
        arrivals[blob.digest] = Arrival(blob: blob, path: path, waiters: [then])
        fetches.append(blob.digest)
        pump()
    }

    private func end(_ digest: Digest, _ reply: RemoteReply?) {
        guard let arrival = arrivals.removeValue(forKey: digest) else { return }
        var isThere = false
        if reply?.done == true {
            isThere = (try? blobs.adopt(arrival.path, as: arrival.blob)) == true
            if !isThere { warn(.wrongBytes(digest: digest.hex)) }
        }
        if !isThere {
            _ = cache.folder.unlink(arrival.path)
            lost.insert(digest)
        }
        for waiter in arrival.waiters { waiter() }
    }

    // MARK: Uploads

    /// For a record that this build made.
    func publish(_ record: Record) {
        guard settings.isWritable, !isOff else { return }
        uploads.append(Unsent(key: record.key, world: record.world))
        pump()
    }

    private var uploadsLeft: Int { uploads.count + counts.publishes }

    // MARK: The process

    /// Whether nodes wait for records.
    var isAsking: Bool { counts.finds > 0 || !finds.isEmpty }

    /// Whether nodes wait for records or bytes.
    var isAwaited: Bool { isAsking || counts.fetches > 0 || !fetches.isEmpty }

    private var isOwing: Bool { !open.isEmpty }

    private func start() -> RemoteProcess? {
        if let process { return process }
        do throws(PipedChild.StartFailure) {
            let process = try RemoteProcess(command)
            process.send(RemoteRequest(0, .open(settings)))
            self.process = process
            if settings.isWritable { for item in UnsentFile(cache).take() { uploads.append(item) } }
            return process
        } catch {
            give(up: "cannot start '\(command[0])': \(error.why)")
            return nil
        }
    }

    /// Hands over as much as it may have at once.
    private func pump() {
        guard !isOff else { return drop() }
        guard !finds.isEmpty || !fetches.isEmpty || !uploads.isEmpty, let process = start() else { return }
        if !isOwing { process.watch() }
        while counts.finds < Self.most.finds, process.backlog < 4 << 20, let key = finds.popFirst() {
            guard let wanted = questions[key] else { continue }
            counts.finds += 1
            let seconds = wanted.isPaid ? max(limits.answer, limits.silence) : limits.answer
            ask(process, .find(.init(manifest: wanted.manifest)), .find(key), within: seconds)
        }
        while counts.fetches < Self.most.fetches, process.backlog < 4 << 20, let digest = fetches.popFirst() {
            guard let arrival = arrivals[digest] else { continue }
            counts.fetches += 1
            let seconds = limits.silence + Double(arrival.blob.size) / limits.bytesPerSecond
            ask(process, .fetch(.init(blob: arrival.blob, to: arrival.path)), .fetch(digest), within: seconds)
        }
        while counts.publishes < Self.most.publishes, process.backlog < 1 << 20, let item = uploads.popFirst() {
            guard var record = cache.peek(item.key, world: item.world.hex) else { continue }
            record.origin.remote = nil
            counts.publishes += 1
            ask(process, .publish(.init(record: record, cache: cache.root)), .publish(item), within: .infinity)
        }
    }

    private func ask(_ process: RemoteProcess, _ call: RemoteRequest.Call, _ question: Question, within: Double) {
        lastId += 1
        open[lastId] = (question, monotonicSeconds() + within)
        process.send(RemoteRequest(lastId, call))
    }

    func descriptors(into list: inout [pollfd]) { process?.descriptors(into: &list) }

    /// Takes what it said, and ends it if it is of no more use.
    func handle(_ list: ArraySlice<pollfd>) {
        guard let process else { return }
        let (replies, fault) = process.handle(list)
        for reply in replies { take(reply) }
        if let fault { return give(up: "vgraph-remote " + fault) }
        if isOwing, let why = process.overdue(limits.silence) {
            return give(up: "vgraph-remote \(why), so it was ended")
        }
        loseLate()
        pump()
    }

    private func take(_ reply: RemoteReply) {
        if let warning = reply.warning {
            var diagnostic = warning.diagnostic
            if diagnostic.severity == .error { diagnostic.severity = .warning }
            return warn(diagnostic)
        }
        if let found = reply.statistics { statistics = found }
        guard let (question, _) = open.removeValue(forKey: reply.id) else { return }
        settle(question, reply)
    }

    private func settle(_ question: Question, _ reply: RemoteReply?) {
        switch question {
        case .find(let key):
            counts.finds -= 1
            answer(key, reply)
        case .fetch(let digest):
            counts.fetches -= 1
            end(digest, reply)
        case .publish:
            counts.publishes -= 1
            // Why is a warning of its own.
            if reply?.done != true { unsent += 1 }
        }
    }

    /// Goes on without what takes too long. A late answer is not heard.
    private func loseLate() {
        let now = monotonicSeconds(), late = open.filter { $0.value.due < now }
        guard !late.isEmpty else { return }
        for id in late.keys.sorted() {
            guard let (question, _) = open.removeValue(forKey: id) else { continue }
            if case .find = question, !isSlow {
                isSlow = true
                warn(.tooSlow(seconds: limits.answer))
            }
            settle(question, nil)
        }
        guard isSlow else { return }
        var paid: [Digest] = []
        while let key = finds.popFirst() {
            if questions[key]?.isPaid == true { paid.append(key) } else { answer(key, nil) }
        }
        for key in paid { finds.append(key) }
    }

    // MARK: Its end

    private func warn(_ problem: RemoteProblem) { warn(problem.diagnostic) }

    private func warn(_ diagnostic: Diagnostic) {
        guard warnings.count < 64, !warnings.contains(diagnostic) else { return }
        warnings.append(diagnostic)
        listener?(diagnostic)
    }

    private func give(up why: String) {
        guard !isOff else { return }
        isOff = true
        warn(.gaveUp(why: why))
        process?.end()
        process = nil
        drop()
    }

    /// Answers everything with "there is none".
    private func drop() {
        let left = open
        open = [:]
        for id in left.keys.sorted() { settle(left[id]!.question, nil) }
        while let key = finds.popFirst() { answer(key, nil) }
        while let digest = fetches.popFirst() { end(digest, nil) }
        while uploads.popFirst() != nil { unsent += 1 }
    }

    /// Lets uploads that are left take their time, asks for figures, and ends it.
    /// - Parameter progress: called with the number of records that are left.
    func finish(_ interruption: Interruption?, progress: (Int) -> Void) {
        guard let running = process else { return }
        // What no node waits for any more.
        while finds.popFirst() != nil {}
        while fetches.popFirst() != nil {}
        var end = monotonicSeconds() + limits.upload, isAsked = false, told = (left: 0, time: 0.0)
        while let process, process === running, statistics.isEmpty {
            if !isAsked {
                let isOver = interruption?.isRaised == true || monotonicSeconds() >= end
                if uploadsLeft == 0 || isOver {
                    isAsked = true
                    // The program then ends what is under way.
                    process.send(RemoteRequest(0, .finish(.init(seconds: isOver ? 0 : 1))))
                    end = monotonicSeconds() + 3
                } else if uploadsLeft != told.left, monotonicSeconds() - told.time > 0.25 {
                    told = (uploadsLeft, monotonicSeconds())
                    progress(told.left)
                }
            } else if monotonicSeconds() >= end {
                break
            }
            var list = [pollfd(fd: interruption?.readable ?? -1, events: Int16(POLLIN), revents: 0)]
            process.descriptors(into: &list)
            let rest = min(0.2, max(0, end - monotonicSeconds()))
            if isAsked { list[0].fd = -1 }
            guard poll(&list, nfds_t(list.count), Int32(rest * 1000) + 1) >= 0 || errno == EINTR else { break }
            let (replies, fault) = process.handle(list[1...])
            for reply in replies { take(reply) }
            if let fault {
                if statistics.isEmpty { give(up: "vgraph-remote " + fault) }
                break
            }
            if !isAsked {
                if let why = process.overdue(limits.silence) { give(up: "vgraph-remote \(why), so it was ended") }
                pump()
            }
        }
        leave()
        stop()
    }

    /// Remembers what was not uploaded: the next build that asks a remote sends it.
    private func leave() {
        var left: [Unsent] = []
        for (_, (question, _)) in open.sorted(by: { $0.key < $1.key }) {
            if case .publish(let item) = question { left.append(item) }
        }
        while let item = uploads.popFirst() { left.append(item) }
        guard !left.isEmpty else { return }
        UnsentFile(cache).put(left)
        unsent += left.count
        warn(.notUploaded(count: left.count))
    }

    /// Ends it at once. Remembers what was not uploaded.
    func stop() {
        guard let process else { return }
        process.end(patience: 0.05)
        self.process = nil
        for arrival in arrivals.values { _ = cache.folder.unlink(arrival.path) }
        arrivals = [:]
        isOff = true
    }

    /// Ends it in the middle of a build that was interrupted.
    func interrupt() {
        guard process != nil else { return }
        leave()
        stop()
    }
}
