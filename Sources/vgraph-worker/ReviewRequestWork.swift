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
            try add(.frame, bitmap.quickPNG(), as: ReviewRequest.file(ofFrame: frame), frame: frame)
            progress(Reply.Progress(done: exhibits.count, total: frames.count, unit: "pictures"))
        }
        let sound =
            isAwaited && list.hasSound ? try ReviewExhibits.sound(path: media.path, name: media.name) : nil
        if let sound { try add(.audio, sound, as: ReviewRequest.soundFile) }
        let request = ReviewRequest(
            sha256: try ReviewExhibits.sha256(path: media.path, name: media.name), list: list, picture: picture,
            exhibits: exhibits)
        /// The requests of all parts of a kind, without what the whole film adds to them.
        func write(_ kind: ReviewPart.Kind, to output: Output<ReviewRequest>) throws -> Outcome.Files {
            var made: [String] = []
            for part in list.parts(kind) {
                let own = part.list(of: list)
                var shown: [ReviewRequest.Exhibit] = []
                switch kind {
                case .pictures:
                    for frame in part.stills {
                        guard let whole = exhibits.first(where: { $0.frame == frame }) else { continue }
                        let local = frame - part.frames.lowerBound
                        shown.append(
                            ReviewRequest.Exhibit(
                                kind: .frame, file: ReviewRequest.file(ofFrame: local), digest: whole.digest,
                                frame: local, claims: own.claims(at: local)))
                    }
                case .sentences, .soundtrack:
                    guard let sound else { break }
                    var heard = sound
                    if kind == .sentences {
                        let from = list.rate.seconds(ofFrame: part.frames.lowerBound)
                        heard = ReviewExhibits.part(
                            of: sound, from: from, to: list.rate.seconds(ofFrame: part.frames.upperBound))
                        files.append(try job.write(heard, as: "exhibit-\(files.count)"))
                    }
                    shown = [
                        ReviewRequest.Exhibit(
                            kind: .audio, file: ReviewRequest.soundFile, digest: Digest.of(heard))
                    ]
                }
                let asked = ReviewRequest(sha256: "", list: own, picture: picture, exhibits: shown)
                made.append(try job.write(output.encoded(asked), as: "\(kind.rawValue)-\(made.count).json"))
            }
            return output.made(made)
        }
        return Outcome([
            try job.write(request, to: Stage.request),
            try write(.pictures, to: Stage.pictures), try write(.sentences, to: Stage.sentences),
            try write(.soundtrack, to: Stage.soundtrack), Stage.exhibits.made(files),
        ])
    }
}
