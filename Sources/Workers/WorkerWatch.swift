// The limits of a worker: its memory, and how long it may run without progress. Time is processor time, so that a busy
// machine does not make a worker look as if it hangs. Must not know what it works on.
import CSystem
import Glibc
import Processes

struct WorkerWatch {
    /// Bytes of memory that a worker may use: three quarters of the machine's, at least 2 GB, at most 16 GB.
    static let memory: UInt64 = {
        let all = UInt64(max(0, sysconf(Int32(_SC_PHYS_PAGES)))) * UInt64(max(0, sysconf(Int32(_SC_PAGESIZE))))
        return min(16 << 30, max(2 << 30, all / 4 * 3))
    }()
    /// Seconds without any use of the processor, after which it counts as stopped or deadlocked.
    private static let stillness = 12.0
    /// Seconds of processor time without a report of progress, plus a second for each this many bytes that it reads
    /// meanwhile.
    private static let silence = 25.0, bytesPerSecond = 20e6

    private var cpuLimit: Double?
    private var begin = 0.0
    private var looked = 0.0
    /// When it last used the processor, and its total use then.
    private var alive = 0.0, cpu = 0.0
    /// Its processor time and bytes read at its last report of progress.
    private var cpuThen = 0.0, readThen = 0.0

    init() {}

    init(_ pid: Int32, cpu: Double, cpuLimit: Double?) {
        (self.cpu, begin, self.cpuLimit) = (cpu, cpu, cpuLimit)
        alive = monotonicSeconds()
        looked = alive
        gotOn(pid)
    }

    /// It reports progress.
    mutating func gotOn(_ pid: Int32) {
        alive = monotonicSeconds()
        cpuThen = max(cpu, csystem_cpu_seconds(pid))
        readThen = Self.bytesRead(pid)
    }

    mutating func overdue(_ pid: Int32, _ now: Double) -> String? {
        guard now - looked >= 1 else { return nil }
        let used = csystem_cpu_seconds(pid)
        // If we have not looked for long, we were probably stopped ourselves, so the worker gets more time. So does one
        // that is ready to run but has not had its turn.
        if now - looked > 5 || used > cpu + 0.001 || [UInt8(ascii: "D"), UInt8(ascii: "R")].contains(Self.state(pid)) {
            alive = now
        }
        looked = now
        cpu = max(cpu, used)
        if now - alive > Self.stillness { return "did nothing for \(Int(Self.stillness)) s, so vgraph ended it" }
        if let cpuLimit, cpu - begin > cpuLimit {
            let limit = Int(cpuLimit)
            return "used the \(limit) s of processor time that a file of this size may take, so vgraph ended it"
        }
        let silent = cpu - cpuThen
        if silent > Self.silence, silent > Self.silence + (Self.bytesRead(pid) - readThen) / Self.bytesPerSecond {
            return "made no progress in \(Int(silent)) s of processor time, so vgraph ended it"
        }
        return nil
    }

    private static func bytesRead(_ pid: Int32) -> Double {
        let words = text("/proc/\(pid)/io").split { $0 == 0x20 || $0 == 0x0A }
        guard words.count > 1, words[0].elementsEqual("rchar:".utf8) else { return 0 }
        return Double(String(decoding: words[1], as: UTF8.self)) ?? 0
    }

    /// R, S, D, T …: the letter after the name, which may contain anything.
    private static func state(_ pid: Int32) -> UInt8 {
        let bytes = text("/proc/\(pid)/stat")
        guard let end = bytes.lastIndex(of: UInt8(ascii: ")")), end + 2 < bytes.count else { return 0 }
        return bytes[end + 2]
    }

    private static func text(_ path: String) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return [] }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 1024)
        return Array(bytes[..<max(0, read(file, &bytes, bytes.count))])
    }
}
