// A value that a thread of its own makes while the caller goes on.
import Glibc

/// For one thread that starts it and waits for it.
public final class SideThread<Value: Sendable>: @unchecked Sendable {
    private final class Box: @unchecked Sendable {
        var value: Value?
    }
    private let make: @Sendable () -> Value
    private let box = Box()
    /// nil: there is none to wait for.
    private var thread: pthread_t?

    /// Where no thread can be started, `value` makes it.
    public init(_ make: @escaping @Sendable () -> Value) {
        self.make = make
        let box = box
        thread = try? startedThread { box.value = make() }
    }

    deinit { if let thread { pthread_detach(thread) } }

    /// Waits until it is made.
    public func value() -> Value {
        if let thread { pthread_join(thread, nil) }
        thread = nil
        let value = box.value ?? make()
        box.value = value
        return value
    }
}
