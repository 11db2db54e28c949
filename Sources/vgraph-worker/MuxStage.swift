// mux: segments, sound and captions to the file that people watch.
import Composition
import Diagnostics
import Media
import Work

func muxStage(_ job: Job, progress: (Reply.Progress) -> Void) throws -> Outcome {
    try worded {
        let header = try job.value(Header.self, "plan")
        var captions: [TimedCue]?
        if try job.flag("embed_captions", default: false), job.inputs["captions"]?.isEmpty == false {
            let cues = try TimedText.cues(webVTT: [UInt8](job.bytes("captions")))
            if !cues.isEmpty { captions = cues }
        }
        let muxer = Muxer(header: header, segments: job.inputs["segments"] ?? [], sound: job.inputs["audio"]?.first, captions: captions)
        try muxer.write(to: job.scratch + "/video.mp4") { done in
            progress(Reply.Progress(done: done, total: header.frames, unit: "frames"))
        }
        return Outcome(outputs: ["media": ["video.mp4"]])
    }
}
