// The parser of MP4 boxes: right on real files, harmless on any bytes.
import Media
import TestSupport
import Testing

@Suite struct InspectBoxesTests {
    let folder = TemporaryFolder()

    @Test func aRealFile() throws {
        let boxes = try Mp4Boxes.read(path: Delivered.make("good.mp4", in: folder))
        #expect(boxes.indexComesFirst && boxes.cut == nil && boxes.faults.isEmpty)
        #expect(boxes.top.first?.type == "ftyp")
        #expect(boxes.tracks.map(\.handler).sorted() == ["soun", "vide"])
        let video = try #require(boxes.tracks.first { $0.handler == "vide" })
        #expect(video.samples == 120 && video.durationRuns == 1 && video.edits.isEmpty)
        let colour = try #require(video.colour)
        #expect([colour.primaries, colour.transfer, colour.matrix] == [1, 1, 1] && !colour.isFull)
        #expect(Double(video.duration) / Double(video.timescale) == 4)
        // The same from memory.
        #expect(Mp4Boxes(bytes: folder.read("good.mp4")) == boxes)
    }

    @Test func editListsAndOrder() throws {
        let boxes = try Mp4Boxes.read(
            path: folder.make("plain.mp4", Delivered.pictures + ["-c:v", "libx264", "-bf", "2"]))
        #expect(!boxes.indexComesFirst)
        let video = try #require(boxes.tracks.first)
        // ffmpeg hides two frames of reordering behind an edit list: 1024 of 15360 a second.
        #expect(video.edits.map(\.mediaTime) == [1024] && video.edits[0].rate == 1)
        #expect(video.firstCompositionOffset == 1024)
    }

    @Test func aCutFile() throws {
        _ = Delivered.make("good.mp4", in: folder)
        let bytes = folder.read("good.mp4")
        let boxes = Mp4Boxes(bytes: Array(bytes[..<(bytes.count * 3 / 4)]))
        #expect(boxes.cut?.type == "mdat" && boxes.hasIndex)
    }

    @Test func randomBytes() {
        var random = Seeded.untried()
        for _ in 0..<1000 {
            let count = Int.random(in: 0...400, using: &random)
            let boxes = Mp4Boxes(bytes: (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) })
            #expect(boxes.top.count <= 400)
        }
    }

    @Test func brokenRealBytes() {
        _ = Delivered.make("good.mp4", in: folder)
        let bytes = folder.read("good.mp4")
        let head = Array(bytes[..<min(bytes.count, 6000)])
        var random = Seeded.untried()
        for _ in 0..<1000 {
            var broken = head
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                // Lengths and counts are where a parser breaks: whole words of extreme values as often as single bytes.
                let at = Int.random(in: 0..<broken.count - 4, using: &random)
                if Bool.random(using: &random) {
                    broken[at] = .random(in: 0...255, using: &random)
                } else {
                    let word: [UInt8] = [
                        [0xff, 0xff, 0xff, 0xff], [0x7f, 0xff, 0xff, 0xff], [0x80, 0, 0, 0], [0, 0, 0, 0],
                        [0, 0, 0, 1],
                    ].randomElement(using: &random)!
                    broken.replaceSubrange(at..<at + 4, with: word)
                }
            }
            let boxes = Mp4Boxes(bytes: broken)
            #expect(boxes.tracks.count <= 1000)
        }
    }
}
