// What a program and its children use together. Kernel limits hold for each process, so children would each get the
// whole limit.
import Glibc

struct ProcessTree {
    /// No real program needs more at once.
    static let mostProcesses = 2000

    private(set) var processes: [Int32] = []
    /// Processor seconds of the present processes and of those that they waited for.
    private(set) var cpu = 0.0

    /// All descendants of a process, itself first, and orphans of its session that have become our children.
    init(of root: Int32, session: Bool) {
        var left = [root]
        if session {
            for task in Self.names("/proc/self/task") {
                let children = Self.numbers("/proc/self/task/\(task)/children")
                left += children.filter { $0 != root && Self.fields($0)?.session == root }
            }
        }
        while let next = left.popLast(), processes.count <= Self.mostProcesses {
            guard let fields = Self.fields(next) else { continue }
            processes.append(next)
            cpu += fields.cpu
            for task in Self.names("/proc/\(next)/task") { left += Self.numbers("/proc/\(next)/task/\(task)/children") }
        }
    }

    /// Bytes of their private memory, with what they share counted once, and files in their sandbox's memory.
    /// - Parameter limit: use far below it is only estimated.
    func memory(limit: UInt64, isSandboxed: Bool) -> UInt64 {
        let page = UInt64(max(1, sysconf(Int32(_SC_PAGESIZE))))
        let files: UInt64 = isSandboxed ? sharedFiles : 0
        // Resident memory without file pages; counts memory that forks share twice.
        let rough = processes.reduce(files) { sum, process in
            let words = Self.text("/proc/\(process)/statm").split(separator: 0x20).prefix(3).compactMap {
                UInt64(String(decoding: $0, as: UTF8.self))
            }
            return words.count == 3 ? sum &+ (words[1] &- min(words[1], words[2])) &* page : sum
        }
        guard rough > limit else { return rough }
        return processes.reduce(files) { $0 &+ Self.share(of: $1) }
    }

    /// Bytes of their open files on a device that are deleted, so that no folder shows them.
    func nameless(on device: dev_t) -> UInt64 {
        var seen: Set<ino_t> = [], total: UInt64 = 0
        for process in processes {
            for name in Self.names("/proc/\(process)/fd") {
                var status = stat()
                guard stat("/proc/\(process)/fd/\(name)", &status) == 0, status.st_dev == device, status.st_nlink == 0,
                    status.st_mode & S_IFMT == S_IFREG, seen.insert(status.st_ino).inserted
                else { continue }
                total &+= UInt64(max(0, status.st_blocks)) &* 512
            }
        }
        return total
    }

    /// Bytes of files in a sandbox's memory.
    var sharedFiles: UInt64 {
        var status = statvfs()
        guard let last = processes.last, statvfs("/proc/\(last)/root/dev/shm", &status) == 0 else { return 0 }
        return UInt64(status.f_blocks &- status.f_bfree) &* UInt64(status.f_frsize)
    }

    /// A process's share of memory that no file backs.
    private static func share(of process: Int32) -> UInt64 {
        for line in text("/proc/\(process)/smaps_rollup", most: 4096).split(separator: 0x0A)
        where line.starts(with: "Pss_Anon:".utf8) {
            return (UInt64(String(decoding: line.filter { (0x30...0x39).contains($0) }, as: UTF8.self)) ?? 0) << 10
        }
        return 0
    }

    private static func fields(_ process: Int32) -> (session: Int32, cpu: Double)? {
        let bytes = text("/proc/\(process)/stat")
        // The name may contain anything, even brackets and blanks.
        guard let end = bytes.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let words = bytes[(end + 1)...].split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) }
        guard words.count > 14, let session = Int32(words[3]) else { return nil }
        let ticks = words[11...14].reduce(0.0) { $0 + (Double($1) ?? 0) }
        return (session, ticks / Double(max(1, sysconf(Int32(_SC_CLK_TCK)))))
    }

    private static func numbers(_ path: String) -> [Int32] {
        text(path, most: 1 << 16).split(separator: 0x20).compactMap { Int32(String(decoding: $0, as: UTF8.self)) }
    }

    private static func names(_ path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder), names.count < 4096 {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.first?.isNumber == true { names.append(name) }
        }
        return names
    }

    private static func text(_ path: String, most: Int = 1024) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return [] }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: most)
        return Array(bytes[..<max(0, read(file, &bytes, bytes.count))])
    }
}
