// difference: finds the first frame or packet in which two results of one stage differ. Not a node: it answers
// `--check-determinism`. The answer is a note, or none if there is nothing to add to the differing byte.
import Composition
import Diagnostics
import Media
import Render
import Stages
import Work

extension StageBody {
    static let difference = StageBody(of: DifferenceRequest.request) { job, _ in
        let first = try job[DifferenceRequest.first], second = try job[DifferenceRequest.second]
        let place: String?
        switch try job[DifferenceRequest.type] {
        case RenderStage.frames.declared.type: place = firstFrame(try job.decoded(first), try job.decoded(second))
        case RenderStage.pixels.declared.type: place = try firstPicture(first.path, second.path)
        case EncodeStage.stream.declared.type, AudioStage.sound.declared.type, MuxStage.media.declared.type:
            do throws(MediaProblem) {
                place = try PacketDifference.first(first.path, second.path, name: first.name)
            } catch { throw error.diagnostic() }
        default: place = nil
        }
        let note = place.map { Diagnostic("difference", .note, "the first difference is \($0)") }
        return Outcome([], diagnostics: note.map { [$0] } ?? [])
    }
}

private func firstFrame(_ one: FrameHashes, _ other: FrameHashes) -> String? {
    guard one.size == other.size, one.rate == other.rate else { return "in the size or the frame rate" }
    var frame = 0, ours = one.runs[...], theirs = other.runs[...]
    while let a = ours.first, let b = theirs.first, a.count > 0, b.count > 0 {
        guard a.hash == b.hash else { break }
        let shared = min(a.count, b.count)
        frame += shared
        ours[ours.startIndex].count -= shared
        theirs[theirs.startIndex].count -= shared
        if ours[ours.startIndex].count == 0 { ours.removeFirst() }
        if theirs[theirs.startIndex].count == 0 { theirs.removeFirst() }
    }
    guard !ours.isEmpty || !theirs.isEmpty else { return nil }
    let isShort = ours.isEmpty || theirs.isEmpty
    return "frame \(frame) at \(decimals(one.rate.seconds(ofFrame: frame), 3)) s"
        + (isShort ? ", which only one of them has" : "")
}

private func firstPicture(_ one: String, _ other: String) throws -> String? {
    let files = [try PixelFile(path: one), try PixelFile(path: other)]
    guard files[0].size == files[1].size else { return "in the size of the pictures" }
    for index in 0..<min(files[0].pictures, files[1].pictures) {
        let first = try files[0].picture(index), second = try files[1].picture(index)
        if !first.hasSamePixels(as: second) { return "kept picture \(index)" }
    }
    return files[0].pictures == files[1].pictures
        ? nil : "in the number of pictures: \(files[0].pictures), then \(files[1].pictures)"
}
