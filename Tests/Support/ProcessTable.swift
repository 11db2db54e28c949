// What /proc tells about processes that a test did not start itself: workers, and children of programs.
import FoundationEssentials
import Glibc

public enum ProcessTable {
    private static var all: [pid_t] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { pid_t($0) }
    }

    /// What stands in `7 (name) S 1 …` behind the name, which may have brackets and spaces in it.
    private static func words(of process: pid_t) -> [Substring] {
        fileText("/proc/\(process)/stat")?.split(separator: ")").last?.split(separator: " ") ?? []
    }

    /// nil: there is no such process, or only its corpse.
    public static func parent(of process: pid_t) -> pid_t? {
        let words = words(of: process)
        return words.count > 1 && words[0] != "Z" ? pid_t(words[1]) : nil
    }

    public static func isStopped(_ process: pid_t) -> Bool { words(of: process).first == "T" }

    public static func children(of process: pid_t) -> Set<pid_t> { Set(all.filter { parent(of: $0) == process }) }

    /// Whether a process, other than this one, has such a text in its command line.
    public static func hasCommand(_ text: String) -> Bool {
        all.contains { process in
            guard process != getpid(), let bytes = fileBytes("/proc/\(process)/cmdline") else { return false }
            let line = bytes.map { $0 == 0 ? UInt8(ascii: " ") : $0 }
            return String(decoding: line, as: UTF8.self).contains(text)
        }
    }
}
