// A search for a program, and what it found.
import Digests
import Programs
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

/// The programs that a command is known to run.
struct FoundPrograms {
    /// For a manifest: digests, by what each is to the command.
    private(set) var tools: [String: String] = [:]
    /// For another machine, which must have the same.
    private(set) var all: [Command.Program] = []

    /// - Parameter searched: absolute, or a name for PATH.
    mutating func add(_ program: Program?, searched: String, as name: String) {
        tools[name] = program?.digest.hex ?? "not there"
        guard let program else { return }
        let one = Command.Program(name: searched, path: program.path, digest: program.digest)
        if !all.contains(one) { all.append(one) }
    }
}
