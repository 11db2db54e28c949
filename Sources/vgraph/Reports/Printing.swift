// What commands print goes through here. Text for people is cleaned, since names and words in it come from files,
// programs and records; documents for programs go out as they are. Whoever could not print says so with an exit code.
import CSystem
import Diagnostics
import Glibc

/// In place of Swift's: what a command says to a person. Invariant: no byte of a file, a program or a record reaches a
/// terminal or a CI machine's log as anything but text.
func print(_ text: String, terminator: String = "\n") { Swift.print(Printable.text(text), terminator: terminator) }

/// JSON, XML, annotations and escapes of our own: their writers have cleaned what is in them.
func printDocument(_ text: String, terminator: String = "\n") { Swift.print(text, terminator: terminator) }

/// Standard error, at once.
func printError(_ text: String) {
    fflush(nil)
    _ = (text + "\n").withCString { write(2, $0, strlen($0)) }
}

enum StandardOutput {
    /// What a full disk, a closed descriptor or a reader that went away kept from being printed, nil if nothing.
    static func failure() -> Int32? {
        let code = csystem_output_failure()
        return code == 0 ? nil : code
    }

    /// The exit status that a command has in the end: a result that is not there is none.
    static func checked(_ status: Int32) -> Int32 {
        guard let code = failure() else { return status }
        // Whoever closed the pipe has read what they wanted.
        if code == EPIPE { return status }
        printError(CommandProblem.cannotPrint(error: String(cString: strerror(code))).diagnostic.text())
        return status == 0 ? ExitStatus.failed.rawValue : status
    }
}
