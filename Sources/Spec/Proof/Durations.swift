// P02: durations that a spec states in two ways agree.
import Composition
import Diagnostics

extension ProofCheck {
    static let duration = ProofCheck(
        "P02.duration", "Total duration of the scenes",
        measures:
            "sum of the durations of all scenes and the call to action, in whole frames; transitions do not shorten a "
            + "video",
        unit: "s",
        threshold:
            "'acceptance.duration' and its tolerance, plus half a frame; the profiles' limits of the duration",
        source: "the spec; the profiles' own sources", changedBy: "acceptance.duration", severity: .fail,
        runbook: "change the scenes' durations or 'acceptance.duration'; A01 and D03 measure the delivered file"
    ) { proof in
        let planned = proof.seconds(proof.video.frames), half = proof.seconds(1) / 2,
            fields = proof.draft.written.fields
        var problems: [ProofProblem] = []
        if let goal = proof.video.acceptance.duration {
            let tolerance = proof.video.acceptance.durationTolerance
            if abs(planned - goal) > tolerance + half {
                problems.append(
                    .wrongDuration(
                        planned: secondsWords(planned), wanted: "\(secondsWords(goal)) ± \(secondsWords(tolerance))",
                        rule: nil,
                        at: fields.duration))
            }
        }
        if let limit = proof.profile[.duration], !limit.holds(planned) {
            problems.append(
                .wrongDuration(
                    planned: secondsWords(planned), wanted: limit.words(.duration), rule: limit.source,
                    at: fields.profile))
        }
        return problems
    }

    static let narration = ProofCheck(
        "P02.narration", "The narration is heard to its end",
        measures:
            "end of every track that should be heard to the end of its file, against the end of the video, its "
            + "'until', and the next voice that is tied to a scene. These are the tracks that others are ducked under, "
            + "and sounds without 'loop', 'duration', 'fade_out' and 'duck'",
        unit: "s", threshold: "at most 0.1 s after the last picture", source: "vgraph",
        changedBy: "audio.tracks", severity: .warn,
        runbook: "lengthen the last scene, or end the track with 'duration' or 'fade_out'"
    ) { proof in
        let tracks = proof.draft.written.tracks, pieces = proof.video.mix.pieces
        let end = proof.seconds(proof.video.frames)
        // Encoders of lossy files add a little silence.
        let slack = max(0.1, proof.seconds(1) / 2)
        let voices = Set(tracks.flatMap { $0.under ?? [] })
        // The times of the tracks that should be heard whole.
        var heard: [(track: Written.Track, from: Double, to: Double)] = []
        var problems: [ProofProblem] = []
        for (track, piece) in zip(tracks, pieces) {
            guard !track.loops, track.duration == nil, let asset = proof.facts.assets[track.asset.value],
                let length = asset.duration,
                voices.contains(track.asset.value) || asset.kind == .audio && track.under == nil && piece.fadeOut == 0
            else { continue }
            let whole = piece.start + length - piece.trim
            heard.append((track, piece.start, min(whole, piece.duration.map { piece.start + $0 } ?? whole)))
            if let until = track.until, let duration = piece.duration {
                let over = whole - piece.start - duration
                if over > slack, piece.fadeOut == 0 {
                    problems.append(.narrationEnded(track.asset.value, missing: secondsWords(over), at: until))
                }
            } else if whole - end > slack {
                problems.append(
                    .narrationCut(track.asset.value, missing: secondsWords(whole - end), at: track.asset.place))
            }
        }
        // A voice that is tied to a scene must end before the next such voice.
        for before in heard where before.track.isTiedToScene {
            guard
                let next = heard.filter({ $0.from > before.from && $0.track.isTiedToScene }).min(by: {
                    $0.from < $1.from
                }),
                before.to - next.from > 0.1
            else { continue }
            problems.append(
                .voicesMeet(
                    before.track.asset.value, next: next.track.asset.value, line: next.track.asset.place.line,
                    seconds: secondsWords(min(before.to, next.to) - next.from), at: before.track.asset.place))
        }
        return problems
    }
}
