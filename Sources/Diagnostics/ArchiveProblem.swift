// What can be wrong with an archive of a part of a cache. Names in an archive are not trusted: messages show them
// without control characters, and cut.

public enum ArchiveProblem: Problem, Hashable {
    case cannotRead(archive: String, reason: String)
    case notAnArchive(archive: String)
    case damagedHeader(archive: String, offset: UInt64)
    case truncated(archive: String)
    case trailing(archive: String)
    case leaves(archive: String, name: String)
    /// `kind`: "a symbolic link", "a device".
    case notAFile(archive: String, name: String, kind: String)
    case foreign(archive: String, name: String)
    case unordered(archive: String, name: String)
    case tooLarge(archive: String, name: String, size: UInt64, limit: UInt64)
    case newerFormat(archive: String, found: String, known: Int)
    case damagedBlob(archive: String, name: String)
    case damagedRecord(archive: String, name: String)
    /// Not the archive, but the cache it is read into or written from.
    case store(StoreProblem)

    public var diagnostic: Diagnostic {
        let nothingDone = "nothing was imported"
        switch self {
        case .cannotRead(let archive, let reason):
            return Diagnostic(
                "archive-unreadable", fault: .environment,
                "cannot read the archive '\(archive)': \(reason)")
        case .notAnArchive(let archive):
            return Diagnostic(
                "archive-foreign", "'\(archive)' is not an archive that 'vgraph cache export' wrote",
                hint: nothingDone)
        case .damagedHeader(let archive, let offset):
            return Diagnostic(
                "archive-damaged", "the archive '\(archive)' is damaged at byte \(offset)",
                hint: nothingDone)
        case .truncated(let archive):
            return Diagnostic(
                "archive-truncated", "the archive '\(archive)' ends too early",
                hint: nothingDone + "; fetch it again")
        case .trailing(let archive):
            return Diagnostic("archive-trailing", "the archive '\(archive)' goes on after its end", hint: nothingDone)
        case .leaves(let archive, let name):
            return Diagnostic(
                "archive-climbs",
                "the archive '\(archive)' has a name that leads outside the cache: '\(Self.shown(name))'",
                hint: nothingDone)
        case .notAFile(let archive, let name, let kind):
            return Diagnostic(
                "archive-not-a-file",
                "'\(Self.shown(name))' in the archive '\(archive)' is \(kind), not a file", hint: nothingDone)
        case .foreign(let archive, let name):
            return Diagnostic(
                "archive-name",
                "'\(Self.shown(name))' in the archive '\(archive)' does not belong in a cache", hint: nothingDone)
        case .unordered(let archive, let name):
            return Diagnostic(
                "archive-order",
                "'\(Self.shown(name))' is out of order or twice in the archive '\(archive)'", hint: nothingDone)
        case .tooLarge(let archive, let name, let size, let limit):
            return Diagnostic(
                "archive-too-large",
                "'\(Self.shown(name))' is too large for the archive '\(archive)': \(size) bytes, at most \(limit)")
        case .newerFormat(let archive, let found, let known):
            return Diagnostic(
                "archive-format",
                "the archive '\(archive)' has the format '\(Self.shown(found))'; this vgraph reads cache formats up "
                    + "to \(known)",
                hint: nothingDone + "; use the vgraph that wrote it, or a newer one")
        case .damagedBlob(let archive, let name):
            return Diagnostic(
                "archive-blob",
                "'\(Self.shown(name))' in the archive '\(archive)' is damaged: its bytes do not have that digest",
                hint: nothingDone)
        case .damagedRecord(let archive, let name):
            return Diagnostic(
                "archive-record",
                "the record '\(Self.shown(name))' in the archive '\(archive)' is damaged", hint: nothingDone)
        case .store(let problem): return problem.diagnostic
        }
    }

    private static func shown(_ name: String) -> String {
        var text = ""
        for scalar in name.unicodeScalars.prefix(120) {
            text.unicodeScalars.append(scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value) ? "?" : scalar)
        }
        return text
    }
}
