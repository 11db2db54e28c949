// A system call that failed, by its errno.
import Glibc

public struct SystemFailure: Error, Hashable {
    public var code: Int32
    public init(code: Int32) { self.code = code }

    /// As the C library says it, without the capital: "no such file or directory".
    public var words: String {
        let text = String(cString: strerror(code))
        return text.prefix(1).lowercased() + text.dropFirst()
    }
}
