// Threads that do what is asked of remotes. What a build waits for goes before what it publishes, and uploads never
// take every thread.
import Files
import Glibc
import Processes

/// What a thread has of its own.
typealias Task = @Sendable (Lines) -> Void

final class Pool: Sendable {
    enum Rank: Sendable { case awaited, beside }

    private struct Queues {
        var awaited: [Task] = []
        var awaitedAt = 0
        var beside: [Task] = []
        var besideAt = 0
        var running = 0
        var runningBeside = 0
    }

    private let queues = Guarded(Queues())
    private let wake = Semaphore(0)
    private let besideLimit: Int

    /// Fewer threads than were asked for do the same work; none is an error.
    init(threads: Int, _ lines: @escaping @Sendable () -> Lines) throws(SystemFailure) {
        besideLimit = max(1, threads - max(1, threads / 4))
        for number in 0..<threads {
            do throws(SystemFailure) { try startThread { [self] in work(lines()) } } catch {
                if number == 0 { throw error }
                break
            }
        }
    }

    func add(_ rank: Rank, _ task: @escaping Task) {
        queues.withLock {
            switch rank {
            case .awaited: $0.awaited.append(task)
            case .beside: $0.beside.append(task)
            }
        }
        wake.post()
    }

    var isIdle: Bool {
        queues.withLock {
            $0.running == 0 && $0.awaitedAt == $0.awaited.count && $0.besideAt == $0.beside.count
        }
    }

    private func work(_ lines: Lines) {
        while true {
            wake.wait()
            var ended: Rank?
            while let (task, rank) = take(after: ended) {
                task(lines)
                ended = rank
            }
        }
    }

    /// - Parameter ended: what the thread has just done.
    private func take(after ended: Rank?) -> (Task, Rank)? {
        queues.withLock { queues in
            if let ended {
                queues.running -= 1
                if ended == .beside { queues.runningBeside -= 1 }
            }
            if let task = Self.first(&queues.awaited, &queues.awaitedAt) {
                queues.running += 1
                return (task, .awaited)
            }
            guard queues.runningBeside < besideLimit, let task = Self.first(&queues.beside, &queues.besideAt) else {
                return nil
            }
            queues.running += 1
            queues.runningBeside += 1
            return (task, .beside)
        }
    }

    /// Takes the first without moving all others.
    private static func first(_ tasks: inout [Task], _ at: inout Int) -> Task? {
        guard at < tasks.count else { return nil }
        let task = tasks[at]
        at += 1
        if at == tasks.count || at > 1000 {
            tasks.removeFirst(at)
            at = 0
        }
        return task
    }
}

final class Semaphore: @unchecked Sendable {
    private let value: UnsafeMutablePointer<sem_t>

    init(_ count: Int) {
        value = .allocate(capacity: 1)
        sem_init(value, 0, UInt32(count))
    }

    deinit {
        sem_destroy(value)
        value.deallocate()
    }

    func wait() { while sem_wait(value) != 0 {} }
    func post() { sem_post(value) }
}

func startThread(_ body: @escaping @Sendable () -> Void) throws(SystemFailure) {
    do throws(ThreadRefused) { pthread_detach(try startedThread(body)) } catch { throw SystemFailure(code: error.code) }
}
