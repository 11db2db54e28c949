// Everything that commands print goes through here. Text for people is cleaned, since names and words in it come from
// files, programs and records; documents for programs are printed unchanged. A command that could not print its output
// ends with an error.
import CSystem
import Diagnostics
import Files
import Glibc

/// Replaces Swift's `print` for text to people. Invariant: no byte of a file, a program or a record reaches a terminal
/// or a CI log as anything but text.
func print(_ text: String, terminator: String = "\n") { Swift.print(Printable.text(text), terminator: terminator) }

/// For JSON, XML, annotations and our own escapes: their writers have cleaned the content.
func printDocument(_ text: String, terminator: String = "\n") { Swift.print(text, terminator: terminator) }

/// Writes to standard error without buffering.
func printError(_ text: String) {
    fflush(nil)
    _ = (text + "\n").withCString { write(2, $0, strlen($0)) }
}

enum StandardOutput {
    /// The error that kept output from being printed, for example a full disk or a closed pipe; nil: none.
    static func failure() -> Int32? {
        let code = csystem_output_failure()
        return code == 0 ? nil : code
    }

    /// The command's final exit status: a command whose output is lost has failed.
    static func checked(_ status: Int32) -> Int32 {
        guard let code = failure() else { return status }
        // The reader closed the pipe because it has read enough.
        if code == EPIPE { return status }
        printError(CommandProblem.cannotPrint(error: String(cString: strerror(code))).diagnostic.text())
        return status == 0 ? ExitStatus.failed.rawValue : status
    }
}

/// Writes a document where a person wants it; what lies there is replaced.
func writeDocument(_ text: String, to path: String) throws {
    do throws(SystemFailure) { try WholeFile.overwrite(path, with: text.utf8) } catch {
        throw Refusal(.cannotWrite(path: path, reason: error.words))
    }
}
