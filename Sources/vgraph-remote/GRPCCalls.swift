// Calls of gRPC over libcurl: one message, or many, to a method; messages back as they come. Must not know what they
// mean.
import Wire

struct GRPCCalls: Sendable {
    /// gRPC's own limit on a message, which servers keep to, and a little for what is around the bytes.
    static let messageLimit = (4 << 20) + (256 << 10)

    /// `https://host`.
    let base: String
    let headers: [String]

    /// A call that did not end with `ok`.
    struct Failure: Error {
        var code: GRPC.Code
        var words: String

        var trouble: Trouble {
            let said = "it answers \(code): \(WebCalls.printed(words))"
            return switch code {
            case .unauthenticated, .permissionDenied: .denied(said)
            case .deadlineExceeded: .failing(said)
            case .resourceExhausted, .outOfRange, .invalidArgument, .failedPrecondition, .alreadyExists: .rejected(said)
            case .unimplemented: .foreign(said)
            case .dataLoss: .wrong(said)
            default: code.isTransient ? .failing(said) : .rejected(said)
            }
        }
    }

    enum Outcome {
        case done
        /// The receiver wants no more.
        case stopped
        case failed(Failure)
    }

    /// - Parameters:
    ///   - method: `package.Service/Method`.
    ///   - body: frames.
    ///   - limit: of the bytes of all answers.
    ///   - receive: gets each message; false: stop.
    func call(
        _ method: String, _ body: Call.Body, _ line: Line, use: Use, metadata: [String] = [],
        limit: Int64 = Int64(messageLimit), patience: Double? = nil, stop: (() -> Bool)? = nil,
        _ receive: @escaping (ArraySlice<UInt8>) -> Bool
    ) throws(Trouble) -> Outcome {
        final class Stream {
            var frames = GRPCFrames(limit: GRPCCalls.messageLimit)
            var fault: GRPCFrames.Fault?
            var isStopped = false
        }
        let stream = Stream()
        var call = Call(
            method: .post, url: "\(base)/\(method)",
            headers: headers + metadata + ["te: trailers", "content-type: application/grpc"], body: body, limit: limit,
            isGRPC: true, use: use, patience: patience, stop: stop)
        call.sink = { bytes in
            do throws(GRPCFrames.Fault) {
                if try stream.frames.add(bytes, receive) { return true }
                stream.isStopped = true
            } catch { stream.fault = error }
            return false
        }
        let answer: Answer
        do throws(Trouble) { answer = try line.perform(call) } catch {
            if stream.isStopped { return .stopped }
            if let fault = stream.fault { throw Self.wrong(fault) }
            throw error
        }
        if stream.isStopped { return .stopped }
        if let fault = stream.fault { throw Self.wrong(fault) }
        if let text = answer.headers["grpc-status"] {
            let code = Int(text).flatMap { GRPC.Code(rawValue: $0) } ?? .unknown
            guard code == .ok else {
                return .failed(Failure(code: code, words: GRPC.words(answer.headers["grpc-message"] ?? "")))
            }
            guard !stream.frames.isWithinMessage else { throw .down("the answer is cut off") }
            return .done
        }
        // Something before the server answered, for example a proxy.
        guard answer.status == 200 else {
            if (300..<400).contains(answer.status) || answer.status >= 500 || answer.status == 429 {
                throw WebCalls.trouble(answer)
            }
            return .failed(Failure(code: GRPC.Code(http: answer.status), words: "HTTP \(answer.status)"))
        }
        throw .down("the answer has no status of gRPC")
    }

    private static func wrong(_ fault: GRPCFrames.Fault) -> Trouble {
        switch fault {
        case .tooLong(let size): .wrong("a message has \(size) bytes")
        case .compressed: .wrong("a message is compressed, which was not asked for")
        }
    }

    /// One message there, one back.
    func unary(
        _ method: String, _ message: [UInt8], _ line: Line, use: Use, metadata: [String] = []
    ) throws(Trouble) -> Result<[UInt8], Failure> {
        final class Box { var message: [UInt8]? }
        let box = Box()
        let outcome = try call(method, .bytes(GRPC.frame(message)), line, use: use, metadata: metadata) {
            box.message = Array($0)
            return true
        }
        switch outcome {
        case .failed(let failure): return .failure(failure)
        case .stopped: throw .off
        case .done:
            guard let message = box.message else { throw .wrong("an answer without a message") }
            return .success(message)
        }
    }
}
