// Starts threads.
import Glibc

private final class ThreadBody: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

/// No thread can be started; `code` is a value of errno.
public struct ThreadRefused: Error {
    public var code: Int32
}

/// Starts a thread, which the caller joins or detaches.
public func startedThread(_ body: @escaping @Sendable () -> Void) throws(ThreadRefused) -> pthread_t {
    var thread = pthread_t()
    let context = Unmanaged.passRetained(ThreadBody(body))
    let code = pthread_create(
        &thread, nil,
        { context in
            Unmanaged<ThreadBody>.fromOpaque(context!).takeRetainedValue().run()
            return nil
        }, context.toOpaque())
    guard code == 0 else {
        context.release()
        throw ThreadRefused(code: code)
    }
    return thread
}
