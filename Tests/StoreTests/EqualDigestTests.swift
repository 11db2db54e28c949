// Two files of one XXH3-128: who wants to can make them, and what is decided upon is bound by SHA-256.
import CSystem
import Diagnostics
import Files
import Glibc
import Store
import TestSupport
import Testing

@Suite struct EqualDigestTests {
    /// The first 64 bytes of XXH3's secret, as its specification has them.
    private static let secret: [UInt64] = [
        0xbe4ba423396cfeb8, 0x1cad21f72c81017c, 0xdb979083e96dd4de, 0x1f67b3b7a4a44072, 0x78e5c0cc4ee679cb,
        0x2172ffcc7dd05a82,
        0x8e2443f7744608b8, 0x4c263a81e69035e0,
    ]

    private static func words(_ words: [UInt64]) -> [UInt8] {
        words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * UInt64($0))) } }
    }

    private static func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let product = a.multipliedFullWidth(by: b)
        return product.high ^ product.low
    }

    /// Both halves of the sum after the middle 16 bytes of 48.
    private static func middle(_ lo: UInt64, _ hi: UInt64) -> (UInt64, UInt64) {
        let low = 48 &* 0x9E3779B185EBCA87 &+ fold(lo ^ secret[4], hi ^ secret[5])
        let high = fold(lo ^ secret[6], hi ^ secret[7])
        return (low ^ (lo &+ hi), high ^ (lo &+ hi))
    }

    /// 48 bytes whose first and last 16 bytes make the products of XXH3 zero; the free words make up for another
    /// middle.
    private static func file(_ lo: UInt64, _ hi: UInt64, like first: (UInt64, UInt64)) -> [UInt8] {
        let here = middle(lo, hi), there = middle(first.0, first.1)
        // low: there.0 ^ (c + secret[2]), high: there.1 ^ (a + secret[0]).
        let c = (here.0 ^ there.0 ^ (secret[2] &+ 5)) &- secret[2],
            a = (here.1 ^ there.1 ^ (secret[0] &+ 7)) &- secret[0]
        return words([secret[0], a, lo, hi, secret[2], c])
    }

    private static func digest(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 16)
        bytes.withUnsafeBytes { csystem_xxh3_once($0.baseAddress, $0.count, &digest) }
        return digest
    }

    private static let twins = (file(1, 2, like: (1, 2)), file(0xDEADBEEF, 42, like: (1, 2)))

    private func write(_ path: String, _ bytes: [UInt8]) {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        #expect(file >= 0 && bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) } == bytes.count)
        close(file)
    }

    @Test func theyAre() {
        #expect(
            Self.twins.0 != Self.twins.1 && Self.twins.0.count == 48
                && Self.digest(Self.twins.0) == Self.digest(Self.twins.1))
    }

    /// The file at a target that was decided upon.
    @Test func atTheTarget() throws {
        let scratch = TemporaryFolder(), root = Root(scratch.path, links: .inside), path = scratch.path + "/a.mp4"
        write(path, Self.twins.0)
        let files = FileTable(beneath: [root]), first = try files.sha256(of: path, in: root)
        #expect(try files.digest(of: path) != nil)
        var before = stat()
        stat(path, &before)
        write(path, Self.twins.1)
        var times = [before.st_atim, before.st_mtim]
        utimensat(AT_FDCWD, path, &times, 0)
        let second = try files.sha256(of: path, in: root)
        #expect(first != nil && second != nil && first != second)
    }

    /// The bytes that a record names: published, and looked at.
    @Test func inTheCache() throws {
        let scratch = TemporaryFolder(), blobs = Blobs(try scratch.cache())
        func adopt(_ bytes: [UInt8]) throws -> Record.Blob {
            let file = try blobs.cache.makeScratch() + "/f"
            write(file, bytes)
            return try blobs.adopt(file, delivered: true)
        }
        let blob = try adopt(Self.twins.0)
        try blobs.publish(blob, to: scratch.path + "/out")
        let path = blobs.path(blob.digest)
        chmod(path, 0o644)
        write(path, Self.twins.1)
        #expect(blobs.inspectBytes(blob) == .damaged)
        let again = try adopt(Self.twins.0)
        #expect(again.sha256 == blob.sha256 && again.digest == blob.digest)
        chmod(path, 0o644)
        write(path, Self.twins.1)
        #expect(throws: StoreProblem.damagedBlob(digest: blob.digest.hex)) {
            try blobs.publish(blob, to: scratch.path + "/out")
        }
        #expect(scratch.text(scratch.path + "/out") == String(decoding: Self.twins.0, as: UTF8.self))
        // Of two results the one that was delivered last is kept.
        let other = try adopt(Self.twins.1)
        #expect(other.digest == blob.digest && other.sha256 != blob.sha256)
    }
}
