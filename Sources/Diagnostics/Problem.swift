// What the catalogues of messages have in common.

/// A fault that a catalogue describes. It is thrown as it is: whoever reports it asks for its diagnostic.
public protocol Problem: Error {
    var diagnostic: Diagnostic { get }
}
