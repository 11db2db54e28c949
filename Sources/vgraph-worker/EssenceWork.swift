// essence: what of a media file survives another name, container and encoding. Not a node: it answers `vgraph publish`
// and `vgraph trace`.
import Media
import Stages
import Work

extension StageBody {
    static let essence = StageBody(of: EssenceRequest.request) { job, _ in
        let media = try job[EssenceRequest.media]
        let essence = try EssenceReader.read(
            path: media.path, name: media.name, withLikeness: job[EssenceRequest.likeness])
        return Outcome([try job.write(essence, to: EssenceRequest.essence)])
    }
}
