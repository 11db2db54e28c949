// mux: joins segments, sound and captions into the delivered file.
import Composition
import Media
import Stages
import Work

extension StageBody {
    static let mux = StageBody(of: MuxStage.stage) { job, progress in
        let header = try job[MuxStage.header]
        var captions: [TimedCue]?
        if try job[MuxStage.embedCaptions], let file = try job[MuxStage.captions] {
            let cues = try TimedText.cues(webVTT: job.bytes(file))
            if !cues.isEmpty { captions = cues }
        }
        let muxer = Muxer(
            header: header, segments: try job[MuxStage.segments].map(\.path),
            sound: try job[MuxStage.audio]?.path, captions: captions, graph: job.key)
        try muxer.write(to: job.path(of: MuxStage.media)) { done in
            progress(Reply.Progress(done: done, total: header.frames, unit: "frames"))
        }
        return Outcome([MuxStage.media.made])
    }
}
