// The running jobs of a build, by number, with their folders, the locks on their keys, and users' programs.
import Diagnostics
import Digests
import Files
import Programs
import Store

final class Jobs {
    private let cache: Cache
    private let wantsSandbox: Bool
    private let isFollowed: Bool
    private(set) var running: [Int: Running] = [:]
    private var nextNumber = 1
    /// Jobs to run once more (`request.checksDeterminism`).
    private var repeats: [Int] = []
    private var locks: KeyLocks?
    private var startedPrograms: CommandPool?
    private let scratches: ScratchPool
    private let commandScratches: ScratchPool
    /// Whether programs run in a sandbox here.
    private(set) lazy var sandbox: Sandbox.State =
        wantsSandbox
        ? Sandbox.find(cache: cache)
        : .none(reason: "'--no-sandbox' was given")

    init(_ cache: Cache, wantsSandbox: Bool, isFollowed: Bool) {
        self.cache = cache
        self.wantsSandbox = wantsSandbox
        self.isFollowed = isFollowed
        scratches = ScratchPool(cache, kind: "s")
        commandScratches = ScratchPool(cache, kind: "c", keeping: Command.keptFolders)
    }

    var isEmpty: Bool { running.isEmpty }

    /// The running programs; nil: this build has started none.
    var programs: CommandPool? { startedPrograms }

    func startProgram(_ job: Int, _ command: Command, in scratch: String) throws(ProgramProblem) {
        if startedPrograms == nil { startedPrograms = CommandPool(sandbox: sandbox, isFollowed: isFollowed) }
        try startedPrograms!.start(job: job, command, scratch: scratch)
    }

    // MARK: Numbers

    func add(_ work: Running) -> Int {
        let number = nextNumber
        nextNumber += 1
        running[number] = work
        return number
    }

    subscript(number: Int) -> Running? { running[number] }

    func set(_ number: Int, _ change: (inout Running) -> Void) {
        if var work = running[number] {
            change(&work)
            running[number] = work
        }
    }

    func remove(_ number: Int) -> Running? { running.removeValue(forKey: number) }

    func removeAll() -> [Running] {
        defer { running = [:] }
        return Array(running.values)
    }

    func addRepeat(_ number: Int) { repeats.append(number) }

    func nextRepeat() -> Int? { repeats.popLast() }

    // MARK: Locks and folders

    /// nil: another process is making that key.
    func lock(_ key: Digest) throws(StoreProblem) -> KeyLock? {
        if locks == nil { locks = try KeyLocks(cache) }
        return try locks!.take(key)
    }

    func takeFolder(forProgram: Bool) throws(StoreProblem) -> String {
        try forProgram ? commandScratches.take() : scratches.take()
    }

    /// - Parameter others: how many children this process has that are not programs.
    func leaveFolder(of work: Running, besides others: Int) {
        guard work.command != nil else { return scratches.give(back: work.scratch) }
        // A folder that a program may still write into must not be used again.
        if programs?.mayHaveLeftOthers(besides: others) == true {
            Folder.remove(work.scratch)
        } else {
            commandScratches.give(back: work.scratch)
        }
    }

    /// Leaves folders to later builds and ends what still runs.
    func close() {
        programs?.stop()
        scratches.store()
        commandScratches.store()
    }
}
