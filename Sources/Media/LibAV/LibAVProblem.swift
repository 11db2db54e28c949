// How an error of libav becomes something a user can act on. The wording is in Diagnostics.
import Diagnostics

extension LibAVError {
    public var problem: EncodeProblem {
        if isDiskFull { return .diskFull(doing: doing) }
        if isOutOfMemory { return .outOfMemory(doing: doing) }
        return .media(doing: doing, reason: text)
    }
    public var diagnostic: Diagnostic { problem.diagnostic }
}

/// Runs `body`; whatever it throws leaves as `Diagnostic` (or `Diagnostics`), as stages promise.
public func worded<T>(_ body: () throws -> T) throws -> T {
    do { return try body() }
    catch let error as LibAVError { throw error.diagnostic }
    catch let error as any Problem { throw error.diagnostic }
}
