// Limits of a worker: its memory, and how long it is waited for. Time is what it spends of the processor, so that a machine with
// much to do is not taken for a worker that hangs. Unaware of what it works on.
import CSystem
import Glibc
import Processes

struct WorkerWatch {
    /// Bytes that a worker may have written to: three quarters of the machine, at least 2 GB, at most 16.
    static let memory: UInt64 = {
        let all = UInt64(max(0, sysconf(Int32(_SC_PHYS_PAGES)))) * UInt64(max(0, sysconf(Int32(_SC_PAGESIZE))))
        return min(16 << 30, max(2 << 30, all / 4 * 3))
    }()
    /// Seconds without any use of the processor: it was stopped, or waits for what never comes.
    private static let stillness = 12.0
    /// Seconds of the processor without a word that it gets on, and a second more for so many bytes that it reads meanwhile.
    private static let silence = 25.0, bytesPerSecond = 20e6

    private var cpuLimit: Double?
    private var begin = 0.0
    private var looked = 0.0
    /// When it last used the processor, and how much it had used then.
    private var alive = 0.0, cpu = 0.0
    /// What it had used and read when it last said that it gets on.
    private var cpuThen = 0.0, readThen = 0.0

    init() {}

    init(_ pid: Int32, cpu: Double, cpuLimit: Double?) {
        (self.cpu, begin, self.cpuLimit) = (cpu, cpu, cpuLimit)
        alive = monotonicSeconds()
        looked = alive
        gotOn(pid)
    }

    /// It says that it gets on.
    mutating func gotOn(_ pid: Int32) {
        alive = monotonicSeconds()
        cpuThen = max(cpu, csystem_cpu_seconds(pid))
        readThen = Self.bytesRead(pid)
    }

    mutating func overdue(_ pid: Int32, _ now: Double) -> String? {
        guard now - looked >= 1 else { return nil }
        let used = csystem_cpu_seconds(pid)
        // A worker that we did not look at for long may have had no chance to say anything: we were stopped ourselves.
        // One that could run has not had its turn.
        if now - looked > 5 || used > cpu + 0.001 || [UInt8(ascii: "D"), UInt8(ascii: "R")].contains(Self.state(pid)) { alive = now }
        looked = now
        cpu = max(cpu, used)
        if now - alive > Self.stillness { return "was ended: it did nothing for \(Int(Self.stillness)) s" }
        if let cpuLimit, cpu - begin > cpuLimit {
            return "was ended: it took the \(Int(cpuLimit)) s of processor time that work on a file of this size may take"
        }
        let silent = cpu - cpuThen
        if silent > Self.silence, silent > Self.silence + (Self.bytesRead(pid) - readThen) / Self.bytesPerSecond {
            return "was ended: it did not get on in \(Int(silent)) s of processor time"
        }
        return nil
    }

    private static func bytesRead(_ pid: Int32) -> Double {
        let words = text("/proc/\(pid)/io").split { $0 == 0x20 || $0 == 0x0A }
        guard words.count > 1, words[0].elementsEqual("rchar:".utf8) else { return 0 }
        return Double(String(decoding: words[1], as: UTF8.self)) ?? 0
    }

    /// R, S, D, T ...: what follows the name, which may hold anything.
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
