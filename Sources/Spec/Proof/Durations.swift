// P02: lengths that the spec states twice agree.
import Composition
import Diagnostics

extension ProofCheck {
    static let duration = ProofCheck(
        "P02.duration", "The scenes add up",
        measures: "sum of the scenes' durations and the call to action, in whole frames; transitions do not shorten a video",
        unit: "s", threshold: "'acceptance.duration' and its tolerance, plus half a frame; the profiles' limits of a video's length",
        source: "the spec; the profiles' own sources", changedBy: "acceptance.duration", severity: .fail,
        runbook: "change the scenes' durations or the goal; A01 and D03 measure the delivered file"
    ) { proof in
        let planned = proof.seconds(proof.video.frames), half = proof.seconds(1) / 2, spec = proof.draft.spec
        var problems: [ProofProblem] = []
        if let goal = proof.video.acceptance.duration {
            let tolerance = proof.video.acceptance.durationTolerance
            if abs(planned - goal) > tolerance + half {
                problems.append(.wrongDuration(planned: secondsWords(planned), wanted: "\(secondsWords(goal)) ± \(secondsWords(tolerance))", rule: nil,
                                               at: spec.place(of: "acceptance", "duration")))
            }
        }
        if let limit = proof.profile[.duration], !limit.holds(planned) {
            problems.append(.wrongDuration(planned: secondsWords(planned), wanted: limit.words(.duration), rule: limit.source,
                                           at: spec.place(of: "acceptance", "profile")))
        }
        return problems
    }

    static let narration = ProofCheck(
        "P02.narration", "The narration is heard to its end",
        measures: "end of every track that is to be heard whole, as long as its file is, against the end of the video: those "
            + "that others are lowered under, and sounds without 'loop', 'duration', 'fade_out' and 'duck'",
        unit: "s", threshold: "not later than a tenth of a second after the last picture", source: "vgraph", changedBy: "audio.tracks", severity: .warn,
        runbook: "lengthen the last scene, or end the track on purpose with 'duration' or 'fade_out'"
    ) { proof in
        let tracks = proof.draft.spec.document.audio.tracks, rate = proof.video.rate, end = proof.seconds(proof.video.frames)
        let voices = Set(tracks.flatMap { $0.duck?.under.map(\.value) ?? [] })
        return tracks.compactMap { track in
            guard !track.loop, track.duration == nil, let asset = proof.draft.facts.assets[track.asset.value],
                let length = asset.duration,
                  voices.contains(track.asset.value)
                    || asset.kind == .audio && track.duck == nil && track.fadeOut.seconds(at: rate) == 0
            else { return nil }
            let over = track.start.value.seconds(at: rate) + length - track.trim.value.seconds(at: rate) - end
            // Lossy files are longer than what was spoken by what their encoder added.
            guard over > max(0.1, proof.seconds(1) / 2) else { return nil }
            return .narrationCut(track.asset.value, missing: secondsWords(over), at: track.asset.place)
        }
    }
}
