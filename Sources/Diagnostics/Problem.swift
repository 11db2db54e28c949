// What all catalogues of this folder share: a problem is a cause with its data that has a diagnostic.

public protocol Problem: Error, Sendable {
    var diagnostic: Diagnostic { get }
}
