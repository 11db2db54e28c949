// A file descriptor that closes itself.
import Glibc

public struct Descriptor: ~Copyable, Sendable {
    /// Negative: the file could not be opened.
    public let number: Int32
    public init(_ number: Int32) { self.number = number }
    deinit { if number >= 0 { close(number) } }
}
