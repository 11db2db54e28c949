// Every message of encoding, mixing and joining, word for word.
import Diagnostics
import Media
import Testing

@Suite struct EncodeProblemTests {
    static let wordings: [(any Problem, String)] = [
        (
            EncodeProblem.media(doing: "write 'v.mp4'", reason: "Input/output error"),
            "media-failed error environment: cannot write 'v.mp4': Input/output error"
        ),
        (
            EncodeProblem.diskFull(doing: "write 'v.mp4'"),
            "disk-full error environment: cannot write 'v.mp4': no space left on the disk"
                + " | free some space, for example with 'vgraph cache gc --max-size 1G', then build again"
        ),
        (
            EncodeProblem.outOfMemory(doing: "allocate a frame"),
            "out-of-memory error environment: cannot allocate a frame: out of memory | build with fewer workers ('-j "
                + "1')"
        ),
        (
            EncodeProblem.missingEncoder(name: "libx264", package: "libavcodec59"),
            "missing-encoder error environment: libavcodec has no encoder 'libx264' | install libavcodec59"
        ),
        (
            EncodeProblem.badFrameSize(width: 321, height: 180),
            "frame-size error input: cannot encode frames of 321x180 | use even numbers from 16 to 8192 for width and "
                + "height"
        ),
        (
            EncodeProblem.badFrameRate(numerator: 0, denominator: 1),
            "frame-rate error input: cannot encode 0/1 frames per second | use a rate from 1 to 240"
        ),
        (
            EncodeProblem.badQuality(60),
            "quality-range error input: crf 60.0 is outside 0 to 51 | smaller is better and larger: 18 is nearly "
                + "lossless to the eye, 28 is a draft"
        ),
        (
            EncodeProblem.frameMismatch(frame: 7, expected: "aa", got: "bb"),
            "frame-mismatch error bug: frame 7 of the segment was drawn differently the second time (bb, not aa)"
                + " | run 'vgraph clean' and build again"
        ),
        (
            EncodeProblem.frameCount(what: "the joined video", expected: 300, got: 1),
            "frame-count error bug: the joined video has 1 frame, expected 300"
        ),
        (
            MuxProblem.unreadableSegment(index: 2, reason: "it is truncated or damaged"),
            "segment-unreadable error environment: cannot read segment 3: it is truncated or damaged"
        ),
        (
            MuxProblem.segmentsDiffer(index: 1, what: "the size", first: "2x2", this: "4x4"),
            "segments-differ error input: cannot join segment 2 to segment 1: the size is 4x4, not 2x2"
                + " | encode all segments with the same size, frame rate, preset and encoder version"
        ),
        (MuxProblem.noSegments, "no-segments error input: the video has no segments to join"),
        (
            SoundProblem.unreadableSound(file: "a.wav", reason: "Invalid data found when processing input"),
            "sound-unreadable error input: cannot read sound from 'a.wav': Invalid data found when processing input"
        ),
        (
            SoundProblem.noSound(file: "a.mp4"),
            "no-sound error input: 'a.mp4' has no sound | use a file with an audio stream, or remove the track"
        ),
        (SoundProblem.emptySound(file: "a.wav"), "sound-empty error input: the audio stream of 'a.wav' has no samples"),
        (
            SoundProblem.damagedSound(file: "a.mp3", seconds: 1.234),
            "sound-damaged error input: the sound of 'a.mp3' is damaged at 1.23 s | copy or download the file again"
        ),
        (
            SoundProblem.truncatedSound(file: "a.mp3", declared: 8, ends: 3.999),
            "sound-truncated error input: 'a.mp3' is cut off: it declares 8.00 s, its sound ends at 4.00 s"
                + " | copy or download the file again"
        ),
        (
            SoundProblem.trimBeyondEnd(file: "a.mp3", trim: 9, ends: 4.05),
            "trim-beyond-end error input: a trim of 9.00 s leaves nothing of 'a.mp3', which ends at 4.05 s | trim less"
        ),
        (
            SoundProblem.badMix("0 samples long"),
            "bad-mix error bug: the description of the mix is wrong: 0 samples long"
        ),
        (
            SoundProblem.missingMaterial(digest: "ab12"),
            "missing-material error bug: the materials name no file for the asset ab12"
        ),
        (
            SoundProblem.loudnessMissed(wanted: -9, reached: -12.345),
            "loudness-missed warning input: the loudness is -12.3 LUFS instead of -9.0: the true-peak limit allows no "
                + "more"
                + " | lower 'loudness.integrated', or use sound with smaller peaks"
        ),
        (SoundProblem.silentMix, "silent-mix warning input: the mix is silent: no gain reaches the wanted loudness"),
        (
            MuxProblem.badCaptions(line: 3, text: "x --> y"),
            "bad-captions error input: line 3 of the captions is not WebVTT: 'x --> y'"
        ),
        (
            JobProblem.badJob("nothing is in slot 'mix'"),
            "bad-job error bug: the job is incomplete: nothing is in slot 'mix'"
        ),
    ]

    @Test func everyWordingIsThis() {
        for (problem, text) in Self.wordings {
            let d = problem.diagnostic
            #expect(
                "\(d.id) \(d.severity.rawValue) \(d.fault.rawValue): \(d.message)" + (d.hint.map { " | \($0)" } ?? "")
                    == text)
        }
        #expect(Set(Self.wordings.map(\.0.diagnostic.id)).count == Self.wordings.count)
    }

    @Test func libavErrorsSayWhatWasBeingDone() {
        #expect(
            LibAVError(code: -5, doing: "read 'a.mp4'").diagnostic.message == "cannot read 'a.mp4': Input/output error")
        #expect(LibAVError(code: -28, doing: "write 'a.mp4'").diagnostic.id == "disk-full")
        #expect(LibAVError(code: -12, doing: "write 'a.mp4'").diagnostic.id == "out-of-memory")
        // Whoever reports asks for the diagnostic of a problem, whichever it is.
        for error in [LibAVError(code: -5, doing: "read 'a.mp4'"), MuxProblem.noSegments] as [any Error] {
            #expect(error is any Problem)
        }
    }
}
