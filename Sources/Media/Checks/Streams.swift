// D02: streams, codecs and picture format.
import Composition
import Diagnostics

extension Check {
    static let streams = Check(
        id: "D02", title: "Streams and picture format",
        measures: "number of streams, codec, profile, size, pixel aspect ratio, pixel format, scan, rotation",
        unit: "",
        threshold:
            "one stream of H.264 High or below, 4:2:0 in 8 bits, planned size, square pixels, progressive, not "
            + "rotated; AAC-LC if sound is planned; a profile's limits of container, codecs, size, aspect ratio, bit "
            + "rate, channels",
        source: "YouTube and Instagram delivery rules; EBU QC; a profile's own", changedBy: "video.size",
        severity: .fail,
        runbook:
            "change the parameters of the encode stage or 'video' in the spec; the default pipeline passes"
    ) { inspection, plan, profile in
        let size = plan.map { "\($0.size.width)x\($0.size.height), " } ?? ""
        let expected = "\(size)H.264 up to High, yuv420p, square pixels, progressive" + (plan == nil ? "" : ", AAC-LC")
        guard inspection.refusal == nil else { return .notRun("the file does not open", expected: expected) }
        let strict = plan == nil ? CheckResult.Verdict.warn : .fail
        var breaches = Breaches()
        func pick(_ pick: Profile.Pick, _ found: [String], _ words: String) {
            guard let choice = profile.picks[pick], !choice.values.contains(where: found.contains) else { return }
            breaches.add(
                .fail,
                "\(words), but the profile requires \(choice.values.joined(separator: " or ")) "
                    + "(\(choice.source))")
        }
        guard let video = inspection.video, video.frames.count > 0 else {
            breaches.add(strict, inspection.video == nil ? "no pictures" : "no picture can be decoded")
            return breaches.finding(measured: "", expected: expected)
        }
        if let plan, video.width != plan.size.width || video.height != plan.size.height {
            breaches.add(.fail, "\(video.width)x\(video.height) pixels")
        }
        if inspection.videoStreams > 1 { breaches.add(strict, "\(inspection.videoStreams) video streams") }
        pick(
            .container, inspection.container.split(separator: ",").map(String.init),
            "the file is \(inspection.container)")
        if profile.picks[.videoCodec] != nil {
            pick(.videoCodec, [video.codec], "video is \(video.codec)")
        } else if video.codec != "h264" {
            breaches.add(.warn, "video is \(video.codec)")
        }
        let pixels = "\(video.width)x\(video.height) pixels"
        let narrow = Double(min(video.width, video.height)), wide = Double(max(video.width, video.height))
        breaches.hold(profile[.side]?.holds(narrow) == true ? wide : narrow, pixels, to: .side, of: profile)
        breaches.hold(Double(video.width), pixels, to: .width, of: profile)
        breaches.hold(Double(video.width) / Double(max(1, video.height)), pixels, to: .aspect, of: profile)
        if video.duration > 0 {
            let rate = Double(inspection.bytes) * 8 / video.duration
            breaches.hold(rate, "\(tenths(rate / 1e6)) Mbit/s", to: .bitRate, of: profile)
        }
        if video.codec == "h264", !["High", "Main", "Constrained Baseline", "Baseline"].contains(video.profile) {
            breaches.add(strict, "profile \(video.profile.isEmpty ? "unknown" : video.profile)")
        }
        if video.pixelFormat != "yuv420p" { breaches.add(strict, "pixel format \(video.pixelFormat)") }
        if video.width % 2 != 0 || video.height % 2 != 0 {
            breaches.add(strict, "an odd size, \(video.width)x\(video.height)")
        }
        let aspect = video.pixelAspect
        if aspect.width > 0, aspect.width != aspect.height {
            breaches.add(strict, "pixel aspect ratio \(aspect.width):\(aspect.height)")
        }
        if video.isTurned { breaches.add(strict, "pictures are stored rotated") }
        if video.interlacedFrames > 0 { breaches.add(strict, "\(video.interlacedFrames) interlaced pictures") }
        if video.changedFrames > 0 { breaches.add(strict, "\(video.changedFrames) pictures of another size or format") }
        if let audio = inspection.audio {
            if inspection.audioStreams > 1 { breaches.add(.warn, "\(inspection.audioStreams) sound streams") }
            if profile.picks[.audioCodec] != nil {
                pick(.audioCodec, [audio.codec], "sound is \(audio.codec)")
            } else if audio.codec != "aac" {
                breaches.add(.warn, "sound is \(audio.codec)")
            }
            breaches.hold(Double(audio.sampleRate), "\(audio.sampleRate) Hz", to: .sampleRate, of: profile)
            breaches.hold(Double(audio.channels), "\(audio.channels) channels", to: .channels, of: profile)
            if audio.codec == "aac", audio.profile != "LC" { breaches.add(.warn, "AAC profile \(audio.profile)") }
            if audio.channels > 2 { breaches.add(.warn, "\(audio.channels) channels of sound") }
        } else if plan?.hasSound == true {
            breaches.add(.fail, "no sound")
        }
        let sound =
            inspection.audio.map { ", \($0.codec) \($0.profile) \($0.sampleRate) Hz \($0.channels) ch" } ?? ", no sound"
        return breaches.finding(
            measured: "\(video.width)x\(video.height), \(video.codec) \(video.profile), \(video.pixelFormat)\(sound)",
            expected: expected)
    }
}
