// One remote for one build: how it is spoken to, how patient we are with it, what it did, and what was said about it.
import Decisions
import Diagnostics
import Glibc
import Processes
import Remotes
import Synchronization
import Wire
import Work

final class Remote: Sendable {
    let settings: RemoteSettings.Remote
    let cache: any CacheProtocol
    let manner: Line.Manner
    let keys: PublicKeys
    let signingKey: PrivateKey?
    /// Small things for one call together.
    let sendings = Parcels<Sending>()
    let fetches = Parcels<(id: Int, fetch: RemoteRequest.Fetch)>()
    private let gate: Semaphore
    private let warn: @Sendable (RemoteReply.Warning) -> Void

    /// Asked at every step of every call, so they cost no lock: threads would spin on it while its holder waits for a
    /// processor.
    private let isUnreadable = Atomic(false), isUnwritable = Atomic(false)

    private struct State {
        var reading = Patience(), writing = Patience()
        var statistics: RemoteReply.Statistics
        var warned: Set<String> = []
        /// SHA-256 of blobs that are there with other bytes: they are put again, also where one is.
        var damaged: Set<String> = []
        /// Where it had nothing, and when that was asked.
        var misses: [ContentDigest: Double] = [:]
    }
    private let state: Guarded<State>

    init(
        _ settings: RemoteSettings.Remote, _ access: RemoteAccess, invocation: String,
        warn: @escaping @Sendable (RemoteReply.Warning) -> Void
    ) {
        self.settings = settings
        self.warn = warn
        let address = settings.url
        manner = Line.Manner(
            isEncrypted: address.kind == .s3
                ? settings.endpoint.map { $0.hasPrefix("https:") } ?? true : address.isEncrypted,
            timeout: settings.timeout, authority: settings.authority, login: access.login,
            agent: "vgraph/" + vgraphVersion)
        cache =
            switch address.kind {
            case .http: HTTPCache(address, token: access.token)
            case .s3:
                S3Bucket(address, endpoint: settings.endpoint, access)
            case .reapi:
                ExecutionServer(address, access, version: vgraphVersion, invocation: invocation)
            }
        keys = access.keys
        signingKey = access.signingKey
        gate = Semaphore(settings.concurrency)
        state = Guarded(State(statistics: RemoteReply.Statistics(remote: settings.name)))
        for problem in access.problems { say(problem) }
        if access.isUnusable { give(up: .reading) }
        if access.isReadOnly { give(up: .writing) }
    }

    func line() -> Line { Line(manner) { [self] in isOff($0) } }

    // MARK: Patience

    func isOff(_ use: Use) -> Bool {
        isUnreadable.load(ordering: .relaxed) || (use == .writing && isUnwritable.load(ordering: .relaxed))
    }

    /// nil: each blob takes its own call.
    var server: ExecutionServer? { cache as? ExecutionServer }

    var takesRecords: Bool { settings.isWritable && !isOff(.writing) }

    private func give(up use: Use) {
        switch use {
        case .reading: isUnreadable.store(true, ordering: .relaxed)
        case .writing: isUnwritable.store(true, ordering: .relaxed)
        }
    }

    /// Makes a call, a few times where it may do better later, and keeps account of it.
    /// - Parameter forMany: what is wrong with one of its parts is not said here: each is then tried alone.
    func attempt<Value>(_ use: Use, forMany: Bool = false, _ call: () throws(Trouble) -> Value) throws(Trouble) -> Value
    {
        var attempts = 0
        while true {
            guard !isOff(use) else { throw .off }
            gate.wait()
            let start = monotonicSeconds()
            let result: Result<Value, Trouble>
            do throws(Trouble) { result = .success(try call()) } catch { result = .failure(error) }
            gate.post()
            let seconds = monotonicSeconds() - start
            attempts += 1
            switch result {
            case .success(let value):
                state.withLock {
                    $0.statistics.seconds += seconds
                    if use == .reading { $0.reading.succeed() } else { $0.writing.succeed() }
                }
                return value
            case .failure(let trouble):
                count { $0.seconds += seconds }
                if case .off = trouble { throw trouble }
                count { $0.errors += 1 }
                guard trouble.isTransient, attempts < 4, !isOff(use) else {
                    if !forMany || !trouble.isOfOnePart { note(trouble, use) }
                    throw trouble
                }
                // Machines that failed together do not come back together.
                usleep(UInt32(Double(100_000 << (attempts - 1)) * Double.random(in: 0.5...1.5)))
            }
        }
    }

    /// What a call came to that is not tried again.
    private func note(_ trouble: Trouble, _ use: Use) {
        let isEnd = state.withLock { state in
            let isEnd = use == .reading ? state.reading.fail(trouble) : state.writing.fail(trouble)
            if use == .reading, isEnd { state.statistics.isOff = true }
            return isEnd
        }
        if isEnd { give(up: use) }
        let name = settings.name, url = settings.url.text
        let problem: RemoteProblem? =
            switch trouble {
            case .off: nil
            case .here(let reason): .notUsedHere(name, reason: reason)
            case .wrong(let reason): .wrongAnswer(name, url: url, reason: reason)
            case .rejected(let reason): .notKept(name, url: url, reason: reason)
            case .denied(let reason) where use == .writing: .notWritable(name, url: url, reason: reason)
            case .denied(let reason): .denied(name, url: url, reason: reason)
            case .redirect(let place): .redirects(name, url: url, to: place)
            case .foreign(let reason): .foreign(name, url: url, reason: reason)
            case .down, .failing, .stalled:
                !isEnd
                    ? nil
                    : use == .writing
                        ? .goneForWriting(name, url: url, reason: trouble.words)
                        : .gone(name, url: url, reason: trouble.words)
            }
        if let problem { say(problem) }
    }

    /// Once a remote and kind; what keeps it from being read and written alike is said once.
    func say(_ problem: RemoteProblem) {
        let diagnostic = problem.diagnostic
        let twins: [String: String] = [
            "remote-gone": "remote-gone-for-writing", "remote-gone-for-writing": "remote-gone",
            "remote-denied": "remote-not-writable", "remote-not-writable": "remote-denied",
        ]
        let isNew = state.withLock { state in
            if let twin = twins[diagnostic.id], state.warned.contains(twin) { return false }
            return state.warned.insert(diagnostic.id).inserted
        }
        guard isNew else { return }
        warn(RemoteReply.Warning(remote: settings.name, diagnostic: diagnostic))
    }

    /// Whether calls carry a secret as it is.
    var sendsSecret: Bool {
        settings.url.kind != .s3 && (settings.token != nil || settings.password != nil)
    }

    // MARK: Account

    var statistics: RemoteReply.Statistics { state.withLock { $0.statistics } }

    func count(_ change: (inout RemoteReply.Statistics) -> Void) { state.withLock { change(&$0.statistics) } }

    func noteDamaged(_ sum: String) { _ = state.withLock { $0.damaged.insert(sum) } }

    func isDamaged(_ sum: String) -> Bool { state.withLock { $0.damaged.contains(sum) } }

    /// It had nothing when it was asked, so what is put there need not be added to something.
    func noteMiss(_ address: ContentDigest) {
        let now = monotonicSeconds()
        state.withLock {
            if $0.misses.count < 100_000 { $0.misses[address] = now }
        }
    }

    /// Whether it had nothing a moment ago; says so once, since the next to ask has a part in what is there then.
    func hadNothing(at address: ContentDigest) -> Bool {
        state.withLock { $0.misses.removeValue(forKey: address) }.map { monotonicSeconds() - $0 < 60 } ?? false
    }

    /// What kinds of lines a remote sent that do not count.
    func note(_ refusals: [Entry.Refusal]) {
        guard let first = refusals.first else { return }
        count { $0.refused += refusals.count }
        let reason =
            switch first {
            case .malformed: "it is not a record of vgraph"
            case .otherNode: "it is the record of another node"
            case .unsigned: "it is not signed"
            case .unknownSigner: "no key in 'public_keys' signed it"
            }
        say(.recordRefused(settings.name, url: settings.url.text, reason: reason))
    }
}

/// What each thread has: a line to every remote, made when it is first used.
final class Lines {
    private let remotes: [Remote]
    private var lines: [Int: Line] = [:]

    init(_ remotes: [Remote]) { self.remotes = remotes }

    func line(to index: Int) -> Line {
        if let line = lines[index] { return line }
        let line = remotes[index].line()
        lines[index] = line
        return line
    }
}
