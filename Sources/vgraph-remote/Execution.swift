// Asks a server of the Remote Execution API to run an action and waits for it. A connection that breaks on the way is
// made again while the server knows the operation; one that is waited for no more is cancelled, since servers go on
// with what nobody listens to.
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

/// An action on the way, as far as the server tells.
private final class Course {
    let limits: ExecutionLimits
    var operation = ""
    var response: ExecuteResponse?
    var failure: ExecutionFailure?
    private let begun = monotonicSeconds()
    /// Since when it waits for a machine; nil: it does not, or the server does not say.
    private var queued: Double?
    private var running: Double?

    init(_ limits: ExecutionLimits) { self.limits = limits }

    /// - Returns: false: it has ended.
    func take(_ message: ArraySlice<UInt8>) -> Bool {
        do throws(ProtobufReader.Malformed) {
            let said = try Operation(message)
            if !said.name.isEmpty { operation = said.name }
            if let metadata = said.metadata, metadata.type.hasSuffix("ExecuteOperationMetadata") {
                note(try ExecutionStage(metadata.bytes))
            }
            guard said.isDone else { return true }
            if let error = said.error, error.code != 0 {
                failure = Self.failure(error)
            } else if let packed = said.response {
                let answer = try ExecuteResponse(packed.bytes)
                if let status = answer.status, status.code != 0 {
                    failure = Self.failure(status)
                } else {
                    response = answer
                }
            } else {
                failure = .other("an operation ended without an answer")
            }
        } catch { failure = .other("it sent a message that is not what the API says") }
        return false
    }

    private func note(_ stage: ExecutionStage) {
        switch stage {
        // A job whose machine was lost waits again.
        case .queued: (queued, running) = (queued ?? monotonicSeconds(), nil)
        case .executing: (queued, running) = (nil, running ?? monotonicSeconds())
        default: break
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

    /// Why it is waited for no more; nil: it is. A server that says nothing of its queue gets the time for both.
    var lateness: String? {
        let now = monotonicSeconds()
        if let queued { return now - queued > limits.queue ? "no machine took it within \(Int(limits.queue)) s" : nil }
        if let running {
            return now - running > limits.run + Self.slack ? "it did not end within \(Int(limits.run)) s" : nil
        }
        let both = limits.queue + limits.run
        return now - begun > both ? "it did not end within \(Int(both)) s" : nil
    }

    /// Seconds in which the server itself ends what has run for too long.
    private static let slack = 30.0
}

extension ExecutionServer {
    /// - Parameter named: called with the operation's name as soon as the server has given one.
    /// - Returns: what the server says of an action that ended.
    func execute(
        _ action: ContentDigest, skipsLookup: Bool, _ limits: ExecutionLimits, _ line: Line, _ pulse: Pulse,
        named: @escaping (String) -> Void
    ) throws(ExecutionFailure) -> ExecuteResponse {
        let course = Course(limits)
        func take(_ message: ArraySlice<UInt8>) -> Bool {
            let goesOn = course.take(message)
            if !course.operation.isEmpty { named(course.operation) }
            pulse.isFelt()
            return goesOn
        }
        var breaks = 0
        while true {
            let isAgain = breaks > 0 && !course.operation.isEmpty
            let method = "Execution/" + (isAgain ? "WaitExecution" : "Execute")
            let message =
                isAgain
                ? RemoteExecution.operation(course.operation)
                : RemoteExecution.execute(action, skipsLookup: skipsLookup, in: instance)
            var broken = "it ended the call without an answer"
            pulse.isFelt()
            do throws(Trouble) {
                let outcome = try calls.call(
                    RemoteExecution.package + method, .bytes(GRPC.frame(message)), line, use: .reading,
                    metadata: metadata(action.hash), limit: 64 << 20, patience: limits.queue + limits.run,
                    stop: { course.lateness != nil || pulse.isGone }, take)
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
                if let late = course.lateness {
                    if !course.operation.isEmpty { cancel(course.operation, line) }
                    throw .other(late)
                }
                if pulse.isGone { throw .other("it does not answer any more") }
                broken = error.words
                if !error.isTransient { breaks = 3 }
            }
            if let response = course.response { return response }
            if let failure = course.failure { throw failure }
            breaks += 1
            guard breaks < 3 else { throw .other(broken) }
            usleep(UInt32(Double(200_000 << breaks) * Double.random(in: 0.5...1.5)))
        }
    }

    /// A server may go on with an action that nobody listens to, so it is told. What it answers makes no difference.
    func cancel(_ operation: String, _ line: Line) {
        _ = try? calls.call(
            "google.longrunning.Operations/CancelOperation", .bytes(GRPC.frame(RemoteExecution.operation(operation))),
            line, use: .reading, metadata: metadata(), patience: 2
        ) { _ in true }
    }
}

/// Whether a server that says nothing for long is still there: an action may run for half an hour without a word, and a
/// machine that was switched off says as little.
final class Pulse {
    private let feel: () -> Bool
    private let interval: Double
    private var last = monotonicSeconds()
    private var missed = 0

    /// - Parameters:
    ///   - interval: seconds.
    ///   - feel: asks the server anything; false: no answer.
    init(every interval: Double, _ feel: @escaping () -> Bool) {
        self.feel = feel
        self.interval = interval
    }

    func isFelt() { (last, missed) = (monotonicSeconds(), 0) }

    /// Asked about once a second.
    var isGone: Bool {
        guard missed < 2 else { return true }
        guard monotonicSeconds() - last > interval else { return false }
        if feel() { isFelt() } else { (last, missed) = (monotonicSeconds(), missed + 1) }
        return missed >= 2
    }
}
