// Asks a server of the Remote Execution API to run an action and waits for it. A connection that breaks on the way is
// made again while the server knows the operation.
import Glibc
import Processes
import Wire

/// How long an action may wait and run.
struct ExecutionLimits {
    var queue: Double
    var run: Double
}

enum ExecutionFailure: Error {
    /// The server lacks a blob that it was given, or has lost it.
    case lacksInputs
    case other(String)

    var words: String {
        switch self {
        case .lacksInputs: "it says that it does not have what was sent"
        case .other(let words): words
        }
    }
}

extension ExecutionServer {
    /// - Returns: what the server says of an action that ended.
    func execute(_ action: ContentDigest, skipsLookup: Bool, _ limits: ExecutionLimits, _ line: Line)
        throws(ExecutionFailure) -> ExecuteResponse
    {
        final class Stream {
            var operation = ""
            var stage = ExecutionStage.unknown
            var response: ExecuteResponse?
            var failure: ExecutionFailure?
            let begun = monotonicSeconds()
            var running = 0.0
        }
        let stream = Stream()
        func take(_ message: ArraySlice<UInt8>) -> Bool {
            do throws(ProtobufReader.Malformed) {
                let operation = try Operation(message)
                if !operation.name.isEmpty { stream.operation = operation.name }
                if let metadata = operation.metadata, metadata.type.hasSuffix("ExecuteOperationMetadata") {
                    stream.stage = try ExecutionStage(metadata.bytes)
                    if stream.stage == .executing, stream.running == 0 { stream.running = monotonicSeconds() }
                }
                guard operation.isDone else { return true }
                if let error = operation.error, error.code != 0 {
                    stream.failure = Self.failure(error)
                } else if let response = operation.response {
                    let said = try ExecuteResponse(response.bytes)
                    if let status = said.status, status.code != 0 {
                        stream.failure = Self.failure(status)
                    } else {
                        stream.response = said
                    }
                } else {
                    stream.failure = .other("an operation ended without an answer")
                }
                return false
            } catch {
                stream.failure = .other("it sent a message that is not what the API says")
                return false
            }
        }
        // Servers that say nothing of the queue get the whole time.
        var isLate: Bool {
            let now = monotonicSeconds()
            if stream.stage == .queued { return now - stream.begun > limits.queue }
            return now - stream.begun > limits.queue + limits.run
        }
        var breaks = 0
        while true {
            let isAgain = breaks > 0 && !stream.operation.isEmpty
            let method = "Execution/" + (isAgain ? "WaitExecution" : "Execute")
            let message =
                isAgain
                ? RemoteExecution.wait(for: stream.operation)
                : RemoteExecution.execute(action, skipsLookup: skipsLookup, in: instance)
            var broken = "it ended the call without an answer"
            do throws(Trouble) {
                let outcome = try calls.call(
                    RemoteExecution.package + method, .bytes(GRPC.frame(message)), line, use: .reading,
                    metadata: metadata(action.hash), limit: 64 << 20, patience: limits.queue + limits.run,
                    stop: { isLate }, take)
                if case .failed(let failure) = outcome {
                    switch failure.code {
                    case .notFound where isAgain: breaks = 3
                    case .notFound, .failedPrecondition: throw Trouble.rejected("")
                    default: broken = failure.trouble.words
                    }
                    if !failure.code.isTransient { breaks = 3 }
                }
            } catch {
                if case .rejected("") = error { throw .lacksInputs }
                if isLate {
                    throw .other(
                        stream.stage == .queued
                            ? "no machine took it within \(Int(limits.queue)) s"
                            : "it did not end within \(Int(limits.queue + limits.run)) s")
                }
                broken = error.words
                if !error.isTransient { breaks = 3 }
            }
            if let response = stream.response { return response }
            if let failure = stream.failure { throw failure }
            breaks += 1
            guard breaks < 3 else { throw .other(broken) }
            usleep(UInt32(Double(200_000 << breaks) * Double.random(in: 0.5...1.5)))
        }
    }

    private static func failure(_ status: RPCStatus) -> ExecutionFailure {
        switch GRPC.Code(rawValue: status.code) {
        case .notFound?, .failedPrecondition?: .lacksInputs
        case .deadlineExceeded?: .other("it ran longer than it may")
        case let code:
            .other("it answers \(code.map { "\($0)" } ?? String(status.code)): \(WebCalls.printed(status.message))")
        }
    }
}
