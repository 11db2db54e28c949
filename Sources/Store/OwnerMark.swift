// The file `OWNER` of a cache, with a random number and the uid of its creator. vgraph removes nothing in a cache
// without the mark of its user. Must not know what is in a cache.
import Diagnostics
import Digests
import Files
import Glibc

enum OwnerMark {
    static let name = "OWNER"

    /// Whether this user may remove files in the cache.
    static func isOurs(_ cache: String, in folder: Root) -> Bool {
        guard let content = try? FileContent.read(cache + "/" + name, keepBytes: true, in: folder) else { return false }
        return user(content.bytes).map { $0 == geteuid() || geteuid() == 0 } ?? false
    }

    /// Marks a cache without a mark, which is new or older than marks, if its folder belongs to this user. If that
    /// fails, the cache stays unmarked and nothing in it is removed.
    static func make(_ cache: String, in folder: Root) {
        var status = stat()
        guard case .absent = folder.look(at: cache + "/" + name), lstat(cache, &status) == 0, status.st_uid == geteuid()
        else { return }
        let number = withUnsafeBytes(of: SIMD2<UInt64>.random(in: .min ... .max)) { hexText($0) }
        _ = try? Array("vgraph cache owner \(number) uid \(geteuid())\n".utf8).withBytes { bytes throws(StoreProblem) in
            try AtomicFile.write(bytes, to: cache + "/" + name, by: cache, prefix: name + ".")
        }
    }

    private static func user(_ bytes: [UInt8]) -> UInt32? {
        let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: { $0 == " " || $0 == "\n" })
        guard words.count == 6, words[..<3] == ["vgraph", "cache", "owner"], words[3].utf8.count == 32,
            words[3].allSatisfy(\.isHexDigit), words[4] == "uid"
        else { return nil }
        return UInt32(words[5])
    }
}
