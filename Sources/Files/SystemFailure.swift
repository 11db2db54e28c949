// A system call that failed, by its errno.
import Glibc

public struct SystemFailure: Error, Hashable {
    public var code: Int32
    public init(code: Int32) { self.code = code }

    /// The C library's text without its capital: "no such file or directory".
    public var words: String {
        let text = String(cString: strerror(code))
        return text.prefix(1).lowercased() + text.dropFirst()
    }
}

/// The text of an errno, for the reason in a message.
package func message(_ code: Int32) -> String { SystemFailure(code: code).words }
