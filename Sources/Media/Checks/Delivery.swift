// D05: the file starts playing at once, at time 0, and can be cut wherever a group begins.
import Composition
import Diagnostics

extension Check {
    static let delivery = Check(
        id: "D05", title: "Index first, no edit list, starts at 0, closed groups",
        measures:
            "order of the boxes 'moov' and 'mdat', edit lists, times of the first picture and sample, packets shown "
            + "before the key frame that they follow, longest group",
        unit: "s",
        threshold:
            "one index, before the media; no edit list (one that shifts nothing warns); first picture at 0; sound "
            + "within 21.4 ms (one AAC frame) of it passes, within 40 ms warns; every group closed",
        source: "YouTube help 1722171; Instagram API; EBU R37 for the sound", severity: .fail,
        runbook:
            "mux again with '-movflags +faststart -use_editlist 0', and encode with closed groups and no start offset"
    ) { inspection, plan in
        let expected = "index first, no edit list, start at 0, closed groups"
        guard inspection.refusal == nil else { return .notRun("the file does not open", expected: expected) }
        guard let boxes = inspection.boxes else {
            return .notRun("not an MP4 (\(inspection.container))", expected: expected)
        }
        guard let video = inspection.video, video.frames.count > 0 else {
            return .notRun("no pictures were decoded", expected: expected)
        }
        let strict = plan == nil ? CheckResult.Verdict.warn : .fail
        var breaches = Breaches()
        if !boxes.indexComesFirst { breaches.add(strict, "the index comes after the media") }
        if boxes.top.contains(where: { $0.type == "moof" }) {
            breaches.add(strict, "fragmented: the index is spread over the file, and its header gives no duration")
        }
        for fault in boxes.faults.prefix(3) { breaches.add(.warn, fault) }
        for track in boxes.tracks where !track.edits.isEmpty && (track.handler == "vide" || track.handler == "soun") {
            // If the edits only skip what decoding needs before the start, a player that ignores them is off by no more
            // than that.
            breaches.add(
                shiftsNothing(track, boxes.movieTimescale) ? .warn : strict,
                "an edit list in the \(track.handler == "vide" ? "video" : "sound") track")
        }
        let start = video.time(of: 0)
        if abs(start) > 1e-6 { breaches.add(strict, "the first picture is at \(decimals(start, 3)) s", at: 0) }
        if let audio = inspection.audio, audio.duration > 0 {
            let late = abs(audio.start - start)
            if late > 0.040 {
                breaches.add(strict, "sound starts at \(decimals(audio.start, 3)) s", at: 0)
            } else if late > 0.0214 {
                breaches.add(.warn, "sound starts at \(decimals(audio.start, 3)) s", at: 0)
            }
        }
        if !video.groups.startsWithKey { breaches.add(strict, "the stream does not start with a key frame", at: 0) }
        if let open = video.groups.openAt { breaches.add(strict, "an open group at \(decimals(open, 3)) s", at: open) }
        let longest = decimals(Double(video.groups.longestFrames) * video.period, 2)
        return breaches.finding(
            measured:
                "index first, no edit list, starts at 0, \(video.groups.keys) closed groups of at most \(longest) s",
            expected: expected)
    }

    /// One edit at normal speed that skips only the delay of decoding, and cuts nothing off the end.
    private static func shiftsNothing(_ track: Mp4Boxes.Track, _ movieTimescale: Int) -> Bool {
        guard track.edits.count == 1, let edit = track.edits.first, edit.mediaTime >= 0, edit.rate == 1,
            track.timescale > 0, movieTimescale > 0
        else { return false }
        // Sound may skip the encoder's priming: 1024 samples of AAC, 2112 with some encoders.
        let delay = track.handler == "vide" ? track.firstCompositionOffset : track.timescale / 10
        let shown = Double(edit.duration) / Double(movieTimescale)
        let whole = Double(track.duration - edit.mediaTime) / Double(track.timescale)
        return edit.mediaTime <= max(0, delay) && (edit.duration == 0 || shown >= whole - 0.1)
    }
}
