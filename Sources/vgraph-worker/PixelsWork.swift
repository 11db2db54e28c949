// pixels: how the pictures and the sound of two films differ in given stretches. Not a node: it answers `vgraph diff
// --pixels`.
import Composition
import Diagnostics
import FoundationEssentials
import Media
import Render
import Stages
import Work

extension StageBody {
    static let pixels = StageBody(of: PixelsRequest.request, comparedPixels)
}

/// Pictures that are compared at most, spread over all stretches.
private let mostPictures = 900

@Sendable private func comparedPixels(_ job: Job, _ progress: StageBody.Progress) throws -> Outcome {
    typealias Asked = PixelsRequest
    let media = [try job[Asked.a], try job[Asked.b]], rate = try job[Asked.header].rate
    let numbers = try job[Asked.ranges]
    var ranges = stride(from: 0, to: numbers.count - 2, by: 3).map {
        PixelDifference.Range(a: numbers[$0], b: numbers[$0 + 1], frames: max(0, numbers[$0 + 2]))
    }
    let total = ranges.reduce(0) { $0 + $1.frames }, step = max(1, (total + mostPictures - 1) / mostPictures)
    let readers = try media.map { try ClipReader(path: $0.path, name: $0.name) }
    func picture(_ side: Int, _ frame: Int) throws -> Bitmap {
        // The middle of the frame, so that rounded time stamps cannot select another.
        try readers[side].bitmap(at: rate.time(ofFrame: frame) + rate.time(ofFrame: 1) * Rational(1, 2))
    }
    var done = 0
    for index in ranges.indices {
        var range = ranges[index], worst: TileLikeness?
        range.step = step
        for offset in stride(from: 0, to: range.frames, by: step) {
            let pictures = [try picture(0, range.a + offset), try picture(1, range.b + offset)]
            guard let tile = TileLikeness.of(ComparedPicture(pictures[0]).planes, ComparedPicture(pictures[1]).planes)
            else { break }
            range.likeness.append(tile.value)
            if tile.value < worst?.value ?? 2 { (worst, range.worst) = (tile, offset) }
            done += step
            progress(Reply.Progress(done: min(done, total), total: total, unit: "frames"))
        }
        if let worst, worst.value < 1 {
            let title = "\(decimals(rate.seconds(ofFrame: range.b + range.worst), 2)) s"
            let picture = EvidencePicture(
                expected: try picture(0, range.a + range.worst), actual: try picture(1, range.b + range.worst),
                tile: worst, title: title)
            let file = try job.write(picture.png(), as: "pair-\(index).png")
            let jpeg = try Picture.decode(path: job.scratch + "/" + file).jpeg(width: 1724)
            range.picture = Data(jpeg).base64EncodedString()
        }
        ranges[index] = range
    }
    let sound = try PixelDifference.Sound.between(media[0].path, media[1].path, name: media[0].name)
    return Outcome([try job.write(PixelDifference(ranges: ranges, sound: sound), to: Asked.result)])
}
