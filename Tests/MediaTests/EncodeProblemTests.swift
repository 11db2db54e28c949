import Diagnostics
import Media
import Testing

/// Every message of encoding, mixing and joining, word for word.
@Suite struct EncodeProblemTests {
    static let wordings: [(EncodeProblem, String)] = [
        (.media(doing: "write 'v.mp4'", reason: "Input/output error"), "media-failed error environment: cannot write 'v.mp4': Input/output error"),
        (.diskFull(doing: "write 'v.mp4'"), "disk-full error environment: cannot write 'v.mp4': no space left on the disk"
            + " | free some space ('vgraph cache gc' drops what is not needed), then build again"),
        (.outOfMemory(doing: "allocate a frame"), "out-of-memory error environment: cannot allocate a frame: out of memory | build with fewer workers ('-j 1')"),
        (.missingEncoder(name: "libx264", package: "libavcodec59"), "missing-encoder error environment: libavcodec has no encoder 'libx264' | install libavcodec59"),
        (.badFrameSize(width: 321, height: 180), "frame-size error input: cannot encode frames of 321x180: width and height must be even numbers from 16 to 8192"),
        (.badFrameRate(numerator: 0, denominator: 1), "frame-rate error input: cannot encode 0/1 frames per second: must be from 1 to 240"),
        (.badQuality(60), "quality-range error input: crf 60.0 is outside 0...51 | smaller is better and larger: 18 is nearly lossless to the eye, 28 is a draft"),
        (.frameMismatch(frame: 7, expected: "aa", got: "bb"), "frame-mismatch error bug: frame 7 of the segment was drawn differently the second time (bb, not aa)"
            + " | drawing must give the same pixels each time; 'vgraph clean' and build again, and report this"),
        (.frameCount(what: "the joined video", expected: 300, got: 1), "frame-count error bug: the joined video has 1 frame, expected 300"),
        (.unreadableSegment(index: 2, reason: "it is cut off or damaged"), "segment-unreadable error environment: cannot read segment 3: it is cut off or damaged"),
        (.segmentsDiffer(index: 1, what: "the size", first: "2x2", this: "4x4"), "segments-differ error input: segment 2 cannot be joined to segment 1: the size is 4x4, not 2x2"
            + " | all segments of a video need the same size, frame rate, preset and encoder version"),
        (.noSegments, "no-segments error input: there is nothing to join: the video has no segments"),
        (.unreadableSound(file: "a.wav", reason: "Invalid data found when processing input"), "sound-unreadable error input: cannot read sound from 'a.wav': Invalid data found when processing input"),
        (.noSound(file: "a.mp4"), "no-sound error input: 'a.mp4' has no sound | use a file with an audio stream, or remove the track"),
        (.emptySound(file: "a.wav"), "sound-empty error input: 'a.wav' holds an audio stream without a single sample"),
        (.damagedSound(file: "a.mp3", seconds: 1.234), "sound-damaged error input: the sound of 'a.mp3' is damaged at 1.23 s"),
        (.truncatedSound(file: "a.mp3", declared: 8, ends: 3.999), "sound-truncated error input: 'a.mp3' is cut off: it says that it lasts 8.00 s, its sound ends at 4.00 s"
            + " | copy or download the file again"),
        (.trimBeyondEnd(file: "a.mp3", trim: 9, ends: 4.05), "trim-beyond-end error input: nothing is left of 'a.mp3' after a trim of 9.00 s: it ends at 4.05 s"),
        (.badMix("0 samples long"), "bad-mix error bug: the description of the mix is wrong: 0 samples long"),
        (.missingMaterial(digest: "ab12"), "missing-material error bug: no file is known for the asset ab12"),
        (.loudnessMissed(wanted: -9, reached: -12.345), "loudness-missed warning input: loudness is -12.3 LUFS, not -9.0: the true-peak limit leaves no room"
            + " | lower 'loudness.integrated', or use sound with smaller peaks"),
        (.silentMix, "silent-mix warning input: the mix is silent: no gain reaches the wanted loudness"),
        (.badCaptions(line: 3, text: "x --> y"), "bad-captions error input: line 3 of the captions is not WebVTT: 'x --> y'"),
        (.badJob("nothing is in slot 'mix'"), "bad-job error bug: the job is incomplete: nothing is in slot 'mix'"),
    ]

    @Test func everyWordingIsThis() {
        for (problem, text) in Self.wordings {
            let d = problem.diagnostic
            #expect("\(d.id) \(d.severity.rawValue) \(d.fault.rawValue): \(d.message)" + (d.hint.map { " | \($0)" } ?? "") == text)
        }
        #expect(Set(Self.wordings.map(\.0.diagnostic.id)).count == Self.wordings.count)
    }

    @Test func libavErrorsSayWhatWasBeingDone() {
        #expect(LibAVError(code: -5, doing: "read 'a.mp4'").diagnostic.message == "cannot read 'a.mp4': Input/output error")
        #expect(LibAVError(code: -28, doing: "write 'a.mp4'").diagnostic.id == "disk-full")
        #expect(LibAVError(code: -12, doing: "write 'a.mp4'").diagnostic.id == "out-of-memory")
        #expect(throws: Diagnostic.self) { try worded { throw EncodeProblem.noSegments } }
    }
}
