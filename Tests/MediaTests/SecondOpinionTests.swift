// What other programs say of the same files: ffmpeg's black and freeze detectors.
import Composition
import Media
import TestSupport
import Testing

@Suite struct SecondOpinionTests {
    let folder = TemporaryFolder()

    /// Numbers that a filter of ffmpeg logs after a word.
    private func numbers(_ path: String, _ filter: String, after word: String) throws -> [Double] {
        let log = try shell("ffmpeg -nostdin -hide_banner -i '\(path)' -vf '\(filter)' -an -f null - 2>&1")
        return log.split(separator: word, omittingEmptySubsequences: false).dropFirst().compactMap { part in
            Double(part.drop { $0 == " " }.prefix { $0.isNumber || $0 == "." || $0 == "-" })
        }
    }

    @Test(arguments: [(0.5, 1.4), (1.2, 3.1), (0.0, 0.9)]) func black(from: Double, to: Double) throws {
        let path = Delivered.make(
            "dark.mp4", in: folder,
            encode: ["-vf", "drawbox=color=black:t=fill:enable='between(t,\(from - 0.01),\(to - 0.02))'"])
        let result = try check(path: path, plan: nil)["D08"]
        let start = try numbers(path, "blackdetect=d=0.3:pix_th=0.1", after: "black_start:"),
            end = try numbers(path, "blackdetect=d=0.3:pix_th=0.1", after: "black_end:")
        try #require(start.count == 1 && end.count == 1)
        #expect(
            result.verdict == .warn && abs((result.from ?? -1) - start[0]) < 0.001
                && abs((result.to ?? -1) - end[0]) < 0.035, "\(result) \(start) \(end)")
    }

    @Test func noBlack() throws {
        let path = Delivered.make("good.mp4", in: folder)
        #expect(try numbers(path, "blackdetect=d=0.3:pix_th=0.1", after: "black_start:").isEmpty)
        #expect(try check(path: path, plan: nil)["D08"].measured == "none")
    }

    @Test(arguments: [(30, 60), (10, 45), (60, 30)]) func frozen(first: Int, count: Int) throws {
        let path = Delivered.make(
            "held.mp4", in: folder, pictures: ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=30:duration=4"],
            encode: ["-vf", "loop=loop=\(count):size=1:start=\(first),setpts=N/30/TB", "-t", "4"])
        let start = try numbers(path, "freezedetect=n=-60dB:d=0.5", after: "freeze_start:"),
            length = try numbers(path, "freezedetect=n=-60dB:d=0.5", after: "freeze_duration:")
        try #require(!start.isEmpty && length.count == start.count)
        let longest = try #require(length.indices.max { length[$0] < length[$1] })
        let words = try check(path: path, plan: nil)["D08.frozen"].measured.split(separator: " ")
        let ours = (length: Double(words[2]) ?? -1, start: Double(words[5]) ?? -1)
        // Two decimals, and one picture that either may count to the hold.
        #expect(
            abs(ours.start - start[longest]) < 0.04 && abs(ours.length - length[longest]) < 0.04,
            "\(words) \(start) \(length)")
    }
}
