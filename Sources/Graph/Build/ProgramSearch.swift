// A search for a program, and what it found.
import Digests
import Store

/// A program on this machine.
struct Program {
    /// Absolute.
    var path: String
    var digest: Digest
}

/// A search for a program: everything that its answer depends on.
struct ProgramSearch: Hashable {
    var name: String
    var folders: String
}
