// Frames kept between render and encode: they come back the same, and a damaged file is refused.
import Composition
import Diagnostics
import Digests
import Glibc
import Media
import Render
import TestSupport
import Testing

struct PixelFileTests {
    @Test func framesComeBackAndEqualOnesAreStoredOnce() throws {
        let folder = TemporaryFolder(), path = folder("whole")
        let size = PixelSize(width: 320, height: 180), writer = try PixelFileWriter(path: path, size: size)
        let renderer = try SegmentRenderer(
            segment([layer(.text(text("kept")), x: ramp(50, 250, frames: 4))], frames: 5), sources: sources())
        var written: [Digest] = []
        for index in [0, 1, 2, 1, 4, 0] {
            let frame = try renderer.frame(index)
            written.append(frame.hash)
            try writer.append(frame, hash: frame.hash)
        }
        try writer.finish()
        let file = try PixelFile(path: path)
        #expect(file.size == size && file.pictures == 6)
        for index in [5, 0, 3, 1, 2, 4] { #expect(try file.picture(index).hash == written[index]) }
        #expect { try file.picture(6) } throws: { ($0 as? Diagnostic)?.id == "bad-pixels" }
    }

    @Test func damagedFilesAreRefused() throws {
        let folder = TemporaryFolder(), path = folder("damaged")
        let writer = try PixelFileWriter(path: path, size: PixelSize(width: 320, height: 180))
        let frame = try lone(.text(text("soon damaged")))
        try writer.append(frame, hash: frame.hash)
        try writer.finish()
        let bytes = folder.read("damaged")
        func open(_ bytes: [UInt8]) throws {
            let file = try PixelFile(path: folder.write("damaged", bytes))
            for index in 0..<file.pictures { _ = try file.picture(index) }
        }
        var noise = Seeded(seed: 7)
        for cut in [0, 7, 23, 30, bytes.count / 2, bytes.count - 1] {
            #expect { try open(Array(bytes[..<cut])) } throws: { ($0 as? Diagnostic)?.id == "bad-pixels" }
        }
        // Any byte of the header, of the table or of the packed picture: refused, or read without harm.
        for _ in 0..<300 {
            var damaged = bytes
            damaged[
                Bool.random(using: &noise)
                    ? Int.random(in: 0..<24, using: &noise)
                    : Int.random(in: bytes.count - 40..<bytes.count, using: &noise)] = UInt8.random(
                    in: 0...255, using: &noise)
            do { try open(damaged) } catch let error as Diagnostic { #expect(error.id == "bad-pixels") }
        }
        #expect { try PixelFile(path: path + ".none") } throws: { ($0 as? Diagnostic)?.id == "bad-pixels" }
        #expect { try PixelFileWriter(path: "/nowhere/at/all", size: PixelSize(width: 2, height: 2)) } throws: {
            ($0 as? Diagnostic)?.id == "unwritable-output"
        }
    }
}
