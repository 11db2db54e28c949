// review-request: extracts numbered frames and the sound of the delivered file, and lists them with the claims.
import Composition
import Diagnostics
import Digests
import Media
import Reviewers
import Stages
import Work

extension StageBody {
    static let reviewRequest = StageBody(of: ReviewRequestStage.stage) { job, progress in
        typealias Stage = ReviewRequestStage
        let media = try job[Stage.media], list = try job[Stage.questions]
        // Half of 1080 lines is enough to read texts.
        let factor = max(1, min(list.size.width, list.size.height) / 540)
        let picture = PixelSize(width: max(1, list.size.width / factor), height: max(1, list.size.height / factor))
        var exhibits: [ReviewRequest.Exhibit] = [], files: [String] = []
        func add(_ kind: ReviewRequest.Exhibit.Kind, _ bytes: [UInt8], as file: String, frame: Int? = nil) throws {
            // A job's file has no folder; the request has its full name.
            files.append(try job.write(bytes, as: "exhibit-\(files.count)"))
            exhibits.append(
                ReviewRequest.Exhibit(
                    kind: kind, file: file, digest: Digest.of(bytes), frame: frame,
                    claims: frame.map(list.claims(at:)) ?? []))
        }
        let isAwaited = try job[Stage.reviewers] == .any || InstalledReviewers.mark != nil
        let frames = isAwaited ? list.sampledFrames : []
        try ReviewExhibits.frames(
            frames, path: media.path, name: media.name, rate: list.rate, smallerBy: factor
        ) { frame, bitmap in
            try add(.frame, bitmap.quickPNG(), as: "frames/\(padded(frame, 6)).png", frame: frame)
            progress(Reply.Progress(done: exhibits.count, total: frames.count, unit: "pictures"))
        }
        if isAwaited, list.hasSound {
            try add(.audio, ReviewExhibits.sound(path: media.path, name: media.name), as: "sound.wav")
        }
        let request = ReviewRequest(
            sha256: try ReviewExhibits.sha256(path: media.path, name: media.name), list: list, picture: picture,
            exhibits: exhibits)
        return Outcome([try job.write(request, to: Stage.request), Stage.exhibits.made(files)])
    }
}
