// Which leaves of a state file this process has just found unchanged. Whether nothing is to do is asked before each
// build, and an edit is only found after thousands of looks; the build that follows at once need not look again. What
// changes in between is seen by the next build: the state keeps the signatures of before.
import Digests
import Glibc
import Synchronization

public struct UnchangedLeaves: Sendable {
    private var file = Digest.zero
    private var count = 0
    /// Of those, the ones that were not sure.
    private var besides: Set<Int> = []
    private var moment: Int64 = 0

    /// What is older counts for nothing: a build sees what was there when it began.
    private static let nanoseconds: Int64 = 50_000_000
    private static let last = Mutex(UnchangedLeaves())

    public init() {}

    private static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// - Parameters:
    ///   - count: the leaves before this one are unchanged.
    ///   - besides: those of them that are not sure.
    ///   - file: checksum of the state file that numbers them.
    static func note(_ count: Int, besides: [Int], in file: Digest) {
        last.withLock {
            ($0.file, $0.count, $0.besides, $0.moment) = (file, count, Set(besides), now())
        }
    }

    /// Those of a state file, for one build.
    static func take(of file: Digest) -> UnchangedLeaves {
        last.withLock {
            let found = $0
            $0 = UnchangedLeaves()
            return found.file == file && now() - found.moment < nanoseconds ? found : UnchangedLeaves()
        }
    }

    public func contains(_ index: Int) -> Bool { index < count && !besides.contains(index) }
}
