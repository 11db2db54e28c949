// A record that is to be published, and its blobs in the local cache. Each is read once to name it by SHA-256 and to see
// that it still is what the record says: what is damaged here must not become what others trust.
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
    private let cache: Cache

    init(_ record: Record, in service: Service, _ root: String) throws(Trouble) {
        let cache: Cache
        do throws(StoreProblem) { cache = try service.cache(root) } catch { throw .here(error.diagnostic.message) }
        self.cache = cache
        var named = record, digests: [ContentDigest] = [], names: [String: Digest] = [:]
        var sums: [Digest: String] = [:]
        for output in named.outputs.indices {
            for index in named.outputs[output].blobs.indices {
                var blob = named.outputs[output].blobs[index]
                let sum: String
                if let known = sums[blob.digest] {
                    sum = known
                } else {
                    sum = try Self.sum(of: blob, in: cache)
                    sums[blob.digest] = sum
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
    }

    private static func open(_ digest: Digest, in cache: Cache) throws(Trouble) -> Descriptor {
        let file = Descriptor(cache.folder.open(Blobs(cache).path(digest), O_RDONLY | O_NOFOLLOW | O_NONBLOCK))
        guard file.number >= 0 else { throw .here("a blob cannot be read: " + message(-file.number)) }
        return file
    }

    private static func sum(of blob: Record.Blob, in cache: Cache) throws(Trouble) -> String {
        let file = try open(blob.digest, in: cache)
        var shared = SHA256Writer(), own = DigestWriter(), size: UInt64 = 0
        do throws(SystemFailure) {
            try OpenFile.pieces(of: file.number) { piece in
                shared.add(piece)
                own.add(piece)
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
        return sum
    }

    func open(_ digest: ContentDigest) throws(Trouble) -> Descriptor {
        guard let name = names[digest.hash] else { throw .here("a blob is not of this record") }
        return try Self.open(name, in: cache)
    }

    func bytes(_ digest: ContentDigest) throws(Trouble) -> [UInt8] {
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
