// Signals by their names, for messages.
import Glibc

package func signalName(_ number: Int32) -> String { signalNames[number] ?? "signal \(number)" }

private let signalNames: [Int32: String] = [
    SIGSEGV: "SIGSEGV", SIGABRT: "SIGABRT", SIGKILL: "SIGKILL", SIGTERM: "SIGTERM", SIGBUS: "SIGBUS", SIGILL: "SIGILL",
    SIGFPE: "SIGFPE", SIGTRAP: "SIGTRAP", SIGINT: "SIGINT", SIGXCPU: "SIGXCPU", SIGXFSZ: "SIGXFSZ", SIGSYS: "SIGSYS",
    SIGPIPE: "SIGPIPE", SIGHUP: "SIGHUP",
]
