// The frames in which gRPC puts messages on a stream, and the words of its trailers. Must not know HTTP.

public enum GRPC {
    /// One message, uncompressed, as a frame.
    public static func frame(_ message: some Collection<UInt8>) -> [UInt8] {
        let size = UInt32(message.count).bigEndian
        return [0] + withUnsafeBytes(of: size) { Array($0) } + message
    }

    /// `grpc-message` has all but printable ASCII percent-encoded; what is not is kept as it is.
    public static func words(_ text: String) -> String {
        var bytes: [UInt8] = [], rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The codes of google.rpc.Code.
    public enum Code: Int, Sendable {
        case ok = 0, cancelled, unknown, invalidArgument, deadlineExceeded, notFound, alreadyExists, permissionDenied,
            resourceExhausted, failedPrecondition, aborted, outOfRange, unimplemented, internalError, unavailable,
            dataLoss, unauthenticated

        /// What a status of HTTP means where a server or something before it sends no status of gRPC.
        public init(http status: Int) {
            self =
                switch status {
                case 400: .internalError
                case 401: .unauthenticated
                case 403: .permissionDenied
                case 404: .unimplemented
                case 429, 502, 503, 504: .unavailable
                default: .unknown
                }
        }

        /// Whether the same call may do better a little later.
        public var isTransient: Bool {
            switch self {
            case .unavailable, .internalError, .resourceExhausted, .aborted, .unknown: true
            default: false
            }
        }
    }
}

/// Takes a stream apart as its pieces come. It keeps one message at most.
public struct GRPCFrames {
    public enum Fault: Error, Equatable {
        /// A message of so many bytes, more than the limit.
        case tooLong(Int)
        /// It was not asked for.
        case compressed
    }

    private var buffer: [UInt8] = []
    private let limit: Int

    public init(limit: Int) { self.limit = limit }

    /// Whether the stream ended within a message.
    public var isWithinMessage: Bool { !buffer.isEmpty }

    /// - Parameter message: gets each message that is complete now; false: stop.
    /// - Returns: false: `message` said stop.
    public mutating func add(_ piece: UnsafeRawBufferPointer, _ message: (ArraySlice<UInt8>) -> Bool) throws(Fault)
        -> Bool
    {
        buffer.append(contentsOf: piece)
        var at = 0
        defer { buffer.removeFirst(at) }
        while buffer.count - at >= 5 {
            guard buffer[at] == 0 else { throw .compressed }
            let size = buffer[(at + 1)..<(at + 5)].reduce(0) { $0 << 8 | Int($1) }
            guard size <= limit else { throw .tooLong(size) }
            guard buffer.count - at >= 5 + size else { break }
            let isWanted = message(buffer[(at + 5)..<(at + 5 + size)])
            at += 5 + size
            guard isWanted else { return false }
        }
        return true
    }
}
