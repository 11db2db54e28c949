// Opens a file in the desktop's program for its type.
import Glibc

enum Desktop {
    static func open(_ path: String) {
        var pid = pid_t()
        let arguments: [UnsafeMutablePointer<CChar>?] = [strdup("xdg-open"), strdup(path), nil]
        defer { arguments.forEach { free($0) } }
        if posix_spawnp(&pid, "xdg-open", nil, nil, arguments, environ) == 0 {
            var status: Int32 = 0
            waitpid(pid, &status, 0)
        }
    }
}
