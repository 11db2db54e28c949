// Who made a cache: a file `OWNER` that says so, with a random number and a uid. Nothing is removed in a cache without
// the mark of whoever asks. Unaware of what is in a cache.
import Diagnostics
import Digests
import Files
import Glibc

enum OwnerMark {
    static let name = "OWNER"

    /// Whether what lies in the cache may be removed by this user.
    static func isOurs(_ cache: String, in folder: Root) -> Bool {
        guard let content = try? FileContent.read(cache + "/" + name, keepBytes: true, in: folder) else { return false }
        return user(content.bytes).map { $0 == geteuid() || geteuid() == 0 } ?? false
    }

    /// Marks a cache that has no mark, being new or older than marks, if its folder is this user's. Where that cannot
    /// be written, nothing is removed.
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
