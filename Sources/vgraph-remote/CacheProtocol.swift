// What every protocol can do for a cache. Nothing here is trusted: what comes is verified by whoever asked for it.
import Wire

protocol CacheProtocol: Sendable {
    /// nil: there is none.
    func result(_ address: ContentDigest, _ line: Line) throws(Trouble) -> ActionResult?
    func keep(_ result: ActionResult, at address: ContentDigest, _ line: Line) throws(Trouble)
    /// - Parameter sink: gets the bytes as they come, never more than the digest says; false: stop.
    /// - Returns: false: there is no such blob.
    func blob(_ digest: ContentDigest, _ line: Line, sink: @escaping (UnsafeRawBufferPointer) -> Bool) throws(Trouble)
        -> Bool
    /// Those that it does not have.
    func missing(_ digests: [ContentDigest], _ line: Line) throws(Trouble) -> [ContentDigest]
    /// - Parameter file: open for reading.
    func upload(_ digest: ContentDigest, from file: Int32, _ line: Line) throws(Trouble)
    /// Small ones together, up to `batchBytes`.
    func upload(_ blobs: [(digest: ContentDigest, bytes: [UInt8])], _ line: Line) throws(Trouble)
    /// The most bytes of one call of `upload(_:_:)`; larger blobs go one by one from their files.
    func batchBytes(_ line: Line) throws(Trouble) -> Int
    /// What the server says it is; nil: nothing. Throws where it cannot be a cache.
    func look(_ line: Line) throws(Trouble) -> String?
}
