// A record that is to be published, and its blobs in the local cache. Each is read once to name it by SHA-256 and to
// see that it still is what the record says: what is damaged here must not become what others trust.
import CSystem
import Diagnostics
import Digests
import Files
import Glibc
import Store
import Wire

struct Material: Sendable {
    /// With the SHA-256 of every blob.
    let record: Record
    let digests: [ContentDigest]
    private let names: [String: Digest]
    /// Bytes of small blobs, so that they are read once.
    private let contents: [String: [UInt8]]
    private let cache: Cache

    /// Up to here a blob costs a server no more than a question for it.
    static let small = 16 << 10
    /// Of all small blobs of a record together.
    private static let keptBytes = 256 << 10

    init(_ record: Record, in service: Service, _ root: String) throws(Trouble) {
        let cache: Cache
        do throws(StoreProblem) { cache = try service.cache(root) } catch { throw .here(error.diagnostic.message) }
        self.cache = cache
        var named = record, digests: [ContentDigest] = [], names: [String: Digest] = [:]
        var sums: [Digest: String] = [:], contents: [String: [UInt8]] = [:], kept = 0
        for output in named.outputs.indices {
            for index in named.outputs[output].blobs.indices {
                var blob = named.outputs[output].blobs[index]
                let sum: String
                if let known = sums[blob.digest] {
                    sum = known
                } else {
                    let found = try Self.read(blob, in: cache)
                    sum = found.sum
                    sums[blob.digest] = sum
                    if let bytes = found.bytes, kept + bytes.count <= Self.keptBytes {
                        contents[sum] = bytes
                        kept += bytes.count
                    }
                }
                blob.sha256 = sum
                named.outputs[output].blobs[index] = blob
                if names.updateValue(blob.digest, forKey: sum) == nil, let digest = ContentDigest(blob) {
                    digests.append(digest)
                }
            }
        }
        guard Entry.isWhole(named) else { throw .here("the record is not one that others can use") }
        self.record = named
        self.digests = digests
        self.names = names
        self.contents = contents
    }

    private static func open(_ digest: Digest, in cache: Cache) throws(Trouble) -> Descriptor {
        let file = Descriptor(cache.folder.open(Blobs(cache).path(digest), O_RDONLY | O_NOFOLLOW | O_NONBLOCK))
        guard file.number >= 0 else { throw .here("a blob cannot be read: " + message(-file.number)) }
        return file
    }

    /// - Returns: its SHA-256 and, of a small one, the bytes.
    private static func read(_ blob: Record.Blob, in cache: Cache) throws(Trouble) -> (sum: String, bytes: [UInt8]?) {
        let file = try open(blob.digest, in: cache)
        var shared = SHA256Writer(), own = DigestWriter(), size: UInt64 = 0, kept: [UInt8]?
        do throws(SystemFailure) {
            // A piece that stays in the processor's cache is hashed twice for the price of one reading.
            try OpenFile.pieces(of: file.number, by: blob.size <= small ? small + 1 : 256 << 10) { piece in
                shared.add(piece)
                own.add(piece)
                if size == 0, blob.size <= small { kept = Array(piece) }
                size += UInt64(piece.count)
                return true
            }
        } catch { throw .here("a blob cannot be read: " + error.words) }
        guard size == blob.size, own.finish() == blob.digest else {
            throw .here("a blob in the local cache is damaged: run 'vgraph cache verify'")
        }
        let sum = shared.finish()
        guard blob.sha256 == nil || blob.sha256 == sum else {
            throw .here("a blob in the local cache has another SHA-256 than its record says")
        }
        return (sum, kept?.count == Int(size) ? kept : nil)
    }

    func open(_ digest: ContentDigest) throws(Trouble) -> Descriptor {
        guard let name = names[digest.hash] else { throw .here("a blob is not of this record") }
        return try Self.open(name, in: cache)
    }

    func bytes(_ digest: ContentDigest) throws(Trouble) -> [UInt8] {
        if let kept = contents[digest.hash] { return kept }
        let file = try open(digest)
        let bytes: [UInt8]
        do throws(SystemFailure) { bytes = try OpenFile.read(file.number, limit: Int(digest.size)) } catch {
            throw .here("a blob cannot be read: " + error.words)
        }
        guard bytes.count == Int(digest.size) else { throw .here("a blob changed while it was sent") }
        return bytes
    }

    /// A file with these bytes, for what sends from files.
    func memory(_ bytes: [UInt8]) throws(Trouble) -> Descriptor {
        let file = Descriptor(csystem_memory_file(bytes, bytes.count))
        guard file.number >= 0 else { throw .here(message(-file.number)) }
        return file
    }
}
