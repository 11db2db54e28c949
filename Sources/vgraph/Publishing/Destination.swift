// Where published files go: a folder of this machine, or a bucket of a server that speaks S3. Both put a file in its place
// whole, and read it back.
import Diagnostics

protocol Destination {
    /// As records name it.
    var name: String { get }

    /// SHA-256 of what is there under a name; nil: nothing.
    /// - Throws: where something else than a file is there, or it cannot be read.
    func sha256(of file: String) throws -> String?

    /// Puts a file in its place, or leaves what was there.
    /// - Parameters:
    ///   - source: an open file, from its beginning.
    ///   - sum: the SHA-256 that its bytes must have: of others, nothing appears.
    func put(_ source: Int32, as file: String, sha256 sum: String) throws
}

extension Destination {
    func place(of file: String) -> String { name + (name.hasSuffix("/") ? "" : "/") + file }

    /// Puts a file there, and reads it back.
    func deliver(_ source: Int32, as file: String, sha256 sum: String) throws {
        if try sha256(of: file) == sum { return }
        try put(source, as: file, sha256: sum)
        let arrived = try sha256(of: file)
        guard arrived == sum else {
            throw PublishProblem.arrivedDamaged(place: place(of: file), expected: sum, found: arrived ?? "nothing")
        }
    }
}
