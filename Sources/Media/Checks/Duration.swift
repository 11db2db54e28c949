// D03: duration as planned, and sound as long as the pictures.
import Composition
import Diagnostics

extension Check {
    static let duration = Check(
        id: "D03", title: "Duration, and sound against pictures",
        measures: "end of the last decoded picture and of the last decoded sample",
        unit: "s",
        threshold:
            "planned duration ± 1 frame; sound at most 2 frames shorter and 2 s longer than the pictures; a profile's "
            + "limits of the duration",
        source: "EBU QC; Telestream Qualify FC-108; a profile's own", changedBy: "scenes", severity: .fail,
        runbook:
            "if the sound ends early, look at the mix in the audio stage; if the pictures end early, see D02.frames"
    ) { inspection, plan, profile in
        let expected =
            plan.map { "\(decimals($0.rate.seconds(ofFrame: $0.frames), 3)) s ± 1 frame; sound -2 frames, +2 s" }
            ?? "sound -2 frames, +2 s"
        guard let video = inspection.video, video.frames.count > 0 else {
            return .notRun("no pictures were decoded", expected: expected)
        }
        let pictures = video.duration,
            frame = video.period > 0 ? video.period : plan.map { 1 / $0.rate.perSecond } ?? 0.04
        var breaches = Breaches()
        if let plan, abs(pictures - plan.rate.seconds(ofFrame: plan.frames)) > 1 / plan.rate.perSecond + 1e-6 {
            breaches.add(.fail, "pictures last \(decimals(pictures, 3)) s")
        }
        breaches.hold(pictures, "pictures last \(decimals(pictures, 3)) s", to: .duration, of: profile)
        var measured = "pictures \(decimals(pictures, 3)) s"
        if let audio = inspection.audio {
            let difference = audio.duration - pictures
            measured += ", sound \(decimals(audio.duration, 3)) s"
            if difference < -2 * frame - 1e-6 || difference > 2 {
                breaches.add(
                    plan == nil ? .warn : .fail,
                    "sound is \(decimals(abs(difference), 3)) s \(difference < 0 ? "shorter" : "longer") than the "
                        + "pictures",
                    at: min(pictures, audio.duration))
            }
        }
        return breaches.finding(measured: measured, expected: expected)
    }
}
