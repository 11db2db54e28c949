// SHA-256 of files that were read before, kept from build to build: the worker and its libraries are hundreds of
// megabytes, and change with an update of the machine. Whatever is wrong with what was kept, files are read again.
import Diagnostics
import Files
import FoundationEssentials
import Glibc
import Work

public final class KnownSums {
    private struct Known: Codable {
        var signature: FileSignature
        var sum: String
        var bytes: Int
    }
    /// Nanoseconds, more than any file system's clock needs to tick.
    private static let slack: Int64 = 4_000_000_000
    private let file: String
    private let folder: String
    private let before: [String: Known]
    /// Of the files that were asked about: what nobody asks for any more is not kept.
    private var known: [String: Known] = [:]

    /// - Parameter folder: on its file system, for temporary files.
    public init(_ file: String, by folder: String) {
        self.file = file
        self.folder = folder
        before =
            (try? WholeFile.read(file)).flatMap { try? JSONDecoder().decode([String: Known].self, from: Data($0)) }
            ?? [:]
    }

    func sum(of number: Int32, _ path: String) throws(SystemFailure) -> (sum: String, bytes: Int) {
        let moment = StampClock.now(), now = try FileSignature(of: number)
        if let known = before[path], known.signature == now, known.sum.utf8.count == 64 {
            self.known[path] = known
            return (known.sum, known.bytes)
        }
        let (sum, bytes) = try OpenFile.sha256(of: number)
        if try FileSignature(of: number) == now, !now.isRacy(at: moment, slack: Self.slack) {
            known[path] = Known(signature: now, sum: sum, bytes: bytes)
        }
        return (sum, bytes)
    }

    /// A failure costs the next build the reading.
    public func write() {
        guard known.count != before.count || known.contains(where: { before[$0.key]?.signature != $0.value.signature }),
            let bytes = try? JSONForm.line.bytes(of: known)
        else { return }
        try? AtomicFile.write(Array(bytes), to: file, by: folder)
    }
}
