// Every text of the catalogue of the module Media, word for word.
import Diagnostics
import Testing

@Suite struct InspectWordingTests {
    @Test(arguments: [
        (MediaProblem.missing(name: "a.png", similar: nil), "error asset-missing: file 'a.png' does not exist"),
        (
            .missing(name: "a.png", similar: "b.png"),
            "error asset-missing: file 'a.png' does not exist / did you mean 'b.png'?"
        ),
        (
            .outsideWorkspace(name: "../a"),
            """
            error asset-outside-workspace: file '../a' lies outside the workspace / copy it into the workspace, or \
            declare its folder with --root NAME=FOLDER and write 'NAME:FILE': a build may read nothing else
            """
        ),
        (.folder(name: "a"), "error asset-is-folder: 'a' is a folder, not a file"),
        (.notRegular(name: "a"), "error asset-not-regular: 'a' is a pipe, socket or device, not a file"),
        (
            .unreadable(name: "a", reason: "Permission denied"),
            "error asset-unreadable: cannot read file 'a': Permission denied"
        ),
        (.empty(name: "a"), "error asset-empty: file 'a' is empty"),
        (
            .notWhatItsNameSays(name: "a.mp4", claimed: "an MP4 clip", actual: "an HTML page"),
            """
            error asset-not-what-its-name-says: 'a.mp4' is an HTML page, not an MP4 clip / check how the file was \
            made or downloaded
            """
        ),
        (
            .misleadingName(name: "a.jpg", claimed: "a JPEG picture", actual: "a PNG picture"),
            """
            warning asset-name-misleads: 'a.jpg' is a PNG picture, though its name says a JPEG picture / rename it: \
            other tools trust the name
            """
        ),
        (
            .wrongKind(name: "a.wav", actual: "a WAV sound", wanted: ["a picture", "a clip"]),
            "error asset-wrong-kind: 'a.wav' is a WAV sound, but this needs a picture or a clip"
        ),
        (
            .unrecognised(name: "a"),
            """
            error asset-unrecognised: vgraph does not know the format of 'a' / use for pictures PNG, JPEG, WebP; for \
            clips MP4, MOV, WebM, MKV; for sounds WAV, MP3, AAC, FLAC, Ogg; for fonts TTF, OTF, WOFF2
            """
        ),
        (
            .unsupported(name: "a.jpg", what: "a CMYK picture", hint: "convert it to RGB"),
            "error asset-unsupported: 'a.jpg' is a CMYK picture, which is not supported / convert it to RGB"
        ),
        (.noStream(name: "a.mp4"), "error asset-no-stream: 'a.mp4' contains neither pictures nor sound"),
        (
            .truncated(name: "a.jpg", what: "JPEG picture", place: "it ends after 10 bytes, in its header"),
            """
            error asset-truncated: 'a.jpg' is a truncated JPEG picture: it ends after 10 bytes, in its header / copy \
            or download it again
            """
        ),
        (
            .damaged(
                name: "a.mp4", what: "clip", place: "the picture at 3.2 s", reason: "parts of the picture are missing"),
            """
            error asset-damaged: 'a.mp4' is a damaged clip: the picture at 3.2 s cannot be decoded (parts of the \
            picture are missing) / copy or download it again
            """
        ),
        (
            .pictureTooLarge(name: "a.png", width: 20000, height: 10),
            """
            error asset-too-large: 'a.png' is 20000x10 pixels; the limit is 16384 a side and 100 million in all / \
            scale it down: the video shows no more pixels than it has
            """
        ),
        (
            .fileTooLarge(name: "a.png", bytes: 9, limit: 8),
            "error asset-file-too-large: 'a.png' has 9 bytes; the limit for its kind is 8"
        ),
        (
            .partlyShown(
                name: "a.wav", what: "several WAV files in one",
                shown: "the part after the first is not heard", hint: "join them"),
            """
            warning asset-partly-used: 'a.wav' is several WAV files in one: the part after the first is not \
            heard / join them
            """
        ),
        (
            .badDuration(name: "a.mp4", reason: "it is longer than a day"),
            """
            error asset-bad-duration: 'a.mp4' has no usable duration: it is longer than a day / rewrite it, for \
            example with 'ffmpeg -i IN -c copy OUT'
            """
        ),
        (.library(doing: "decode 'a'", text: "no memory"), "error media-library: cannot decode 'a': no memory"),
    ]) func wording(problem: MediaProblem, text: String) {
        let place = Place(file: "v.yaml", line: 2, column: 5)
        let diagnostic = problem.diagnostic(at: place)
        #expect(
            """
            \(diagnostic.severity.rawValue) \(diagnostic.id): \
            \(diagnostic.message)\(diagnostic.hint.map { " / \($0)" } ?? "")
            """
                == text)
        #expect(diagnostic.place == place && problem.diagnostic.place == nil)
    }
}
