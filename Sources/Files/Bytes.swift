// Access to the memory of an array, for bodies with typed errors.

extension Array where Element == UInt8 {
    /// `withUnsafeBytes` with a typed throw.
    package func withBytes<E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> Void) throws(E) {
        var failure: E?
        withUnsafeBytes { bytes in
            do throws(E) { try body(bytes) } catch { failure = error }
        }
        if let failure { throw failure }
    }
}
