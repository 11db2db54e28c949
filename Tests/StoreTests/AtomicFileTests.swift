// A file is in its place whole, or what was there before still is, and nothing else is left in the folder.
import Diagnostics
import Digests
import Files
import Glibc
import TestSupport
import Testing

@Suite struct AtomicFileTests {
    private func names(_ scratch: TemporaryFolder) throws -> [String] { try #require(try Folder.names(scratch.path)) }

    /// - Returns: whether it was put in its place.
    private func write(_ text: String, in scratch: TemporaryFolder, isNameless: Bool, place: Bool) throws -> Bool {
        let folder = Descriptor(open(scratch.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC))
        let file = try AtomicFile("temporary", in: folder.number, lasts: true, isNameless: isNameless)
        try Array(text.utf8).withBytes { bytes throws(SystemFailure) in try file.write(bytes) }
        if place { try file.place(at: "file", in: folder.number) }
        return place
    }

    @Test(arguments: [false, true]) func wholeOrNotAtAll(_ isNameless: Bool) throws {
        let scratch = TemporaryFolder(), path = scratch.path + "/file"
        #expect(try !write("one", in: scratch, isNameless: isNameless, place: false))
        #expect(try names(scratch) == [], "what was not put in its place is removed")
        #expect(try write("two", in: scratch, isNameless: isNameless, place: true))
        #expect(try names(scratch) == ["file"] && WholeFile.read(path) == Array("two".utf8))
        #expect(try write("three", in: scratch, isNameless: isNameless, place: true))
        #expect(try names(scratch) == ["file"] && WholeFile.read(path) == Array("three".utf8))
    }

    @Test func aPlaceThatIsTakenByAFolder() throws {
        let scratch = TemporaryFolder()
        mkdir(scratch.path + "/file", 0o777)
        #expect(throws: StoreProblem.cannotWrite(path: scratch.path + "/file", reason: "is a directory")) {
            try AtomicFile.write(Array("x".utf8), to: scratch.path + "/file", by: scratch.path)
        }
        #expect(try names(scratch) == ["file"])
        #expect(throws: StoreProblem.cannotWrite(path: scratch.path + "/no/file", reason: "no such file or directory"))
        {
            try AtomicFile.write(Array("x".utf8), to: scratch.path + "/no/file", by: scratch.path)
        }
    }

    @Test func allOfTheBytes() throws {
        let scratch = TemporaryFolder(), bytes = (0..<3_000_001).map { UInt8(truncatingIfNeeded: $0) }
        try AtomicFile.write(bytes, to: scratch.path + "/file", by: scratch.path)
        #expect(try WholeFile.read(scratch.path + "/file") == bytes)
        let file = Descriptor(open(scratch.path + "/file", O_RDWR | O_CLOEXEC))
        #expect(
            try OpenFile.digest(of: file.number) == .of(bytes) && OpenFile.sha256(of: file.number).bytes == bytes.count)
        #expect(try OpenFile.read(file.number, limit: 100).count > 100)
        try [1, 2, 3].withBytes { three throws(SystemFailure) in
            try OpenFile.write(three, to: file.number, at: 2_999_999)
        }
        #expect(try WholeFile.read(scratch.path + "/file").suffix(4) == [bytes[2_999_998], 1, 2, 3])
    }
}
