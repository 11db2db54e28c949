// Files that a stage has made and that were never written: most of what the engine's own stages make is in the cache
// already, and to create and remove a file for each costs more than to make its bytes.
import Synchronization

public final class Shelf: Sendable {
    private let files = Mutex<[String: [UInt8]]>([:])

    public init() {}

    /// The bytes of a file by its name; nil: it has none of that name.
    public internal(set) subscript(file: String) -> [UInt8]? {
        get { files.withLock { $0[file] } }
        set { files.withLock { $0[file] = newValue } }
    }
}
