// A problem of any catalogue of this folder: a cause with its data, and its words.

public protocol Problem: Error, Sendable {
    var diagnostic: Diagnostic { get }
}
