// One HTTP call, and what came of it, as values. Must not know libcurl.
import Digests

struct Call {
    enum Method: String { case get = "GET", head = "HEAD", put = "PUT", post = "POST" }

    enum Body {
        case none
        case bytes([UInt8])
        /// An open regular file, from its beginning.
        case file(Int32, size: Int64)
        /// So many bytes in all; each piece on request, empty after the last.
        case pieces(size: Int64, next: () -> [UInt8])

        var size: Int64 {
            switch self {
            case .none: 0
            case .bytes(let bytes): Int64(bytes.count)
            case .file(_, let size), .pieces(let size, _): size
            }
        }
    }

    var method = Method.get
    var url: String
    /// `Name: value`.
    var headers: [String] = []
    var body = Body.none
    /// The most bytes of an answer.
    var limit: Int64
    /// Gets the bytes of an answer with status 200 as they come; false: stop. nil: the answer has them.
    var sink: ((UnsafeRawBufferPointer) -> Bool)?
    var isGRPC = false
    var use = Use.reading
    /// Seconds without a byte after which it has failed; nil: those of the remote.
    var patience: Double?
    /// Whether it can be made twice: pieces are handed out once.
    var isRepeatable: Bool { if case .pieces = body { false } else { true } }
    /// Asked about once a second: whether to give up.
    var stop: (() -> Bool)?
}

/// What a remote is used for. It may refuse to be written and still be read.
enum Use: Sendable { case reading, writing }

struct Answer {
    var status = 0
    /// By lower-case name; of several with one name the last. Trailers are among them.
    var headers: [String: String] = [:]
    var bytes: [UInt8] = []
}
