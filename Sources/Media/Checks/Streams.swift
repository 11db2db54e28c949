// D02: the streams, and the form of the pictures.
import Composition

extension Check {
    static let streams = Check(
        id: "D02", title: "Streams and picture format",
        measures: "number of streams, codec, profile, size, shape of pixels, pixel format, scan, rotation",
        unit: "", threshold: "one stream of H.264 High or below, 4:2:0 8 bits, planned size, square pixels, progressive, not rotated; "
            + "AAC-LC where sound is planned",
        source: "YouTube and Instagram delivery rules; EBU QC", changedBy: "video.size", severity: .fail,
        runbook: "the encode stage's parameters or the spec's 'video' say otherwise; builds of the default pipeline pass"
    ) { inspection, plan in
        let size = plan.map { "\($0.size.width)x\($0.size.height), " } ?? ""
        let expected = "\(size)H.264 up to High, yuv420p, square pixels, progressive" + (plan == nil ? "" : ", AAC-LC")
        guard inspection.refusal == nil else { return .notRun("the file does not open", expected: expected) }
        let strict = plan == nil ? CheckResult.Verdict.warn : .fail
        var breaches = Breaches()
        guard let video = inspection.video, video.frames.count > 0 else {
            breaches.add(strict, inspection.video == nil ? "no pictures" : "no picture can be decoded")
            return breaches.finding(measured: "", expected: expected)
        }
        if let plan, video.width != plan.size.width || video.height != plan.size.height {
            breaches.add(.fail, "\(video.width)x\(video.height) pixels")
        }
        if inspection.videoStreams > 1 { breaches.add(strict, "\(inspection.videoStreams) video streams") }
        if video.codec != "h264" { breaches.add(.warn, "video is \(video.codec)") }
        if video.codec == "h264", !["High", "Main", "Constrained Baseline", "Baseline"].contains(video.profile) {
            breaches.add(strict, "profile \(video.profile.isEmpty ? "unknown" : video.profile)")
        }
        if video.pixelFormat != "yuv420p" { breaches.add(strict, "pixel format \(video.pixelFormat)") }
        if video.width % 2 != 0 || video.height % 2 != 0 { breaches.add(strict, "an odd size, \(video.width)x\(video.height)") }
        let aspect = video.pixelAspect
        if aspect.width > 0, aspect.width != aspect.height { breaches.add(strict, "pixels of \(aspect.width):\(aspect.height)") }
        if video.isTurned { breaches.add(strict, "pictures are stored rotated") }
        if video.interlacedFrames > 0 { breaches.add(strict, "\(video.interlacedFrames) interlaced pictures") }
        if video.changedFrames > 0 { breaches.add(strict, "\(video.changedFrames) pictures of another size or format") }
        if let audio = inspection.audio {
            if inspection.audioStreams > 1 { breaches.add(.warn, "\(inspection.audioStreams) sound streams") }
            if audio.codec != "aac" { breaches.add(.warn, "sound is \(audio.codec)") }
            if audio.codec == "aac", audio.profile != "LC" { breaches.add(.warn, "AAC profile \(audio.profile)") }
            if audio.channels > 2 { breaches.add(.warn, "\(audio.channels) channels of sound") }
        } else if plan?.hasSound == true {
            breaches.add(.fail, "no sound")
        }
        let sound = inspection.audio.map { ", \($0.codec) \($0.profile) \($0.sampleRate) Hz \($0.channels) ch" } ?? ", no sound"
        return breaches.finding(measured: "\(video.width)x\(video.height), \(video.codec) \(video.profile), \(video.pixelFormat)\(sound)",
                                expected: expected)
    }
}
