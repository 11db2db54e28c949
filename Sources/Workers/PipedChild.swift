// A child process with pipes: its own process group, input and output that never block, its last error output, and how
// it ended. Must not know what is said through the pipes.
import CSystem
import Glibc
import Processes

package final class PipedChild {
    package let pid: Int32
    /// Writable while `wantsToWrite`.
    package let input: Int32
    package let output: Int32
    package let errors: Int32
    package private(set) var isGone = false
    private var outgoing: [UInt8] = []
    private var sent = 0
    private var lastWords: [UInt8] = []

    private static let longestLastWords = 16 << 10

    package struct StartFailure: Error { package var why: String }

    /// How it ended.
    package struct End {
        /// It closed its output and went on, so it was killed.
        package var wasKilled: Bool
        /// 0: it ended by itself.
        package var signal: Int32
        package var status: Int32
        /// Bytes of memory, at most.
        package var peak: UInt64

        package var words: String {
            if wasKilled { return "closed its output but did not end" }
            return signal == 0 ? "ended with status \(status)" : "was killed by \(signalName(signal))"
        }
    }

    /// - Parameters:
    ///   - memory: bytes that it may use; nil: any.
    ///   - isShutOut: reading from a terminal fails instead of stopping it.
    /// - Throws: why it cannot be started.
    package init(_ command: [String], memory: UInt64? = nil, isShutOut: Bool = false) throws(StartFailure) {
        var pipes = [Int32](repeating: -1, count: 6)
        for index in stride(from: 0, to: 6, by: 2) {
            // A socket for its input, so that writing to a dead process is an error and not SIGPIPE.
            let made = pipes.withUnsafeMutableBufferPointer {
                index == 0 ? csystem_socket_pair($0.baseAddress!) : csystem_pipe($0.baseAddress! + index)
            }
            guard made != 0 else { continue }
            for descriptor in pipes where descriptor >= 0 { close(descriptor) }
            throw StartFailure(why: String(cString: strerror(-made)).lowercased())
        }
        pid = Self.spawn(command, pipes, memory, isShutOut)
        for descriptor in [pipes[0], pipes[3], pipes[5]] { close(descriptor) }
        (input, output, errors) = (pipes[1], pipes[2], pipes[4])
        guard pid > 0 else {
            isGone = true
            for descriptor in [input, output, errors] { close(descriptor) }
            throw StartFailure(why: String(cString: strerror(-pid)).lowercased())
        }
        for descriptor in [input, output, errors] {
            _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        }
    }

    deinit { end() }

    private static func spawn(_ command: [String], _ pipes: [Int32], _ memory: UInt64?, _ isShutOut: Bool) -> Int32 {
        var environment = ["SWIFT_BACKTRACE=enable=no"], variable = environ
        while let text = variable.pointee {
            if strncmp(text, "SWIFT_BACKTRACE=", 16) != 0 { environment.append(String(cString: text)) }
            variable += 1
        }
        guard let path = command.first, let argv = CStrings(command), let envp = CStrings(environment) else {
            return -EINVAL
        }
        return path.withCString { path in
            var program = csystem_program()
            program.path = path
            program.argv = UnsafePointer(argv.pointers)
            program.envp = UnsafePointer(envp.pointers)
            (program.in, program.out, program.err) = (pipes[0], pipes[3], pipes[5])
            program.extra = (-1, -1, -1)
            if isShutOut { program.is_shut_out = 1 }
            if let memory { (program.has_limits, program.memory_bytes) = (1, memory) }
            return csystem_start(&program)
        }
    }

    // MARK: Pipes

    /// Bytes that it has not taken yet.
    package var backlog: Int { outgoing.count - sent }

    package func send(_ line: some Sequence<UInt8>) {
        outgoing.append(contentsOf: line)
        outgoing.append(0x0A)
        write()
    }

    package func write() {
        while sent < outgoing.count {
            let count = outgoing[sent...].withUnsafeBytes {
                Glibc.send(input, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0 {
                if errno == EINTR { continue }
                // A process that reads no more is dead, which the end of its output tells.
                if errno != EAGAIN { sent = outgoing.count }
                break
            }
            sent += count
        }
        if sent == outgoing.count || sent > 1 << 20 {
            outgoing.removeFirst(sent)
            sent = 0
        }
    }

    package func readErrors() {
        var buffer = [UInt8](repeating: 0, count: 1 << 14)
        while true {
            let count = read(errors, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return }
            lastWords.append(contentsOf: buffer[..<count])
            if lastWords.count > Self.longestLastWords {
                lastWords.removeFirst(lastWords.count - Self.longestLastWords)
            }
        }
    }

    package func forgetErrors() { lastWords = [] }

    /// The last lines that it wrote to standard error.
    package func lastLines(_ most: Int) -> [String] {
        lastWords.split(separator: 0x0A).suffix(most).map { Self.printable($0.prefix(400)) }
    }

    package static func printable(_ bytes: some Sequence<UInt8>) -> String {
        String(decoding: bytes.map { $0 < 0x20 || $0 == 0x7F ? 0x20 : $0 }, as: UTF8.self)
    }

    // MARK: Its end

    package func signal(_ number: Int32) { if !isGone { kill(-pid, number) } }

    /// Waits for a process that is ending and kills it after `patience` seconds.
    /// - Returns: nil: it is gone already.
    @discardableResult
    package func end(patience: Double = 0) -> End? {
        guard !isGone else { return nil }
        isGone = true
        var status: Int32 = 0, wasKilled = false, used = 0.0, peak: UInt64 = 0, rest = patience
        while csystem_reap(pid, &status, &used, &peak) == 0 {
            if rest <= 0 {
                wasKilled = true
                kill(-pid, SIGKILL)
                while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
                break
            }
            usleep(1000)
            rest -= 0.001
        }
        // Ends its children too.
        kill(-pid, SIGKILL)
        readErrors()
        for descriptor in [input, output, errors] { close(descriptor) }
        return End(wasKilled: wasKilled, signal: status & 0x7F, status: (status >> 8) & 0xFF, peak: peak)
    }
}
