// A program that a command waits for, without a shell. Its output goes through files, so that no pipe can fill.
import CSystem
import Files
import Glibc

struct Subprocess {
    struct Answer {
        var status: Int32
        var output: String
        var errors: String
        var lines: [String] { output.split(separator: "\n").map(String.init) }
        var reason: String { errors.split(separator: "\n").first.map(String.init) ?? "it ended with status \(status)" }
    }

    var program: String
    /// `NAME=value`.
    var environment: [String]
    /// In which it runs.
    var folder: String
    /// For what it prints, where that is taken.
    var scratch = ""

    /// - Parameters:
    ///   - input: an open file.
    ///   - output: a file that keeps what it prints; nil: a temporary file, of which at most 1 MiB is returned.
    func run(_ arguments: [String], input: Int32, output: String? = nil) throws(SystemFailure) -> Answer {
        let (out, err) = (output ?? scratch + "/out", scratch + "/err")
        let files = [
            open(out, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600),
            open(err, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600),
        ]
        let code = errno
        defer { for file in files where file >= 0 { close(file) } }
        guard input >= 0, files.allSatisfy({ $0 >= 0 }) else { throw SystemFailure(code: code) }
        let status = try run(arguments, input: input, output: files[0], errors: files[1])
        return Answer(status: status, output: output == nil ? Self.text(out) : "", errors: Self.text(err))
    }

    /// - Returns: its exit status; more than 128: the number of the signal that ended it, and 128.
    func run(_ arguments: [String], input: Int32, output: Int32, errors: Int32) throws(SystemFailure) -> Int32 {
        var argv = ([program] + arguments).map { strdup($0) } + [nil], envp = environment.map { strdup($0) } + [nil]
        defer { for pointer in argv + envp { free(pointer) } }
        let pid = csystem_spawn(program, &argv, &envp, folder, input, output, errors)
        guard pid > 0 else { throw SystemFailure(code: -pid) }
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
    }

    private static func text(_ path: String) -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return "" }
        defer { close(file) }
        return String(decoding: ((try? OpenFile.read(file, limit: 1 << 20)) ?? []).prefix(1 << 20), as: UTF8.self)
    }
}
