// P12.lips: where a clip is seen and its own sound is heard, both are at the same place of the file.
import Composition
import Diagnostics

extension ProofCheck {
    static let lips = ProofCheck(
        "P12.lips", "A clip runs with its own sound",
        measures:
            "place in the file of each shown clip with sound against that of the tracks of the same file at the same "
            + "time; where one of them fits, the others do not count",
        unit: "s", threshold: "at most 0.06 s apart, for at least 0.2 s",
        source: "EBU R 37 (60 ms); the 0.2 s are vgraph's",
        changedBy: "audio.tracks[].trim", severity: .warn,
        runbook:
            "start layer and track at the same time with the same 'trim'; for pictures that go with other words of the "
            + "same recording set the check to off"
    ) { proof in
        let pieces = zip(proof.draft.written.tracks, proof.video.mix.pieces).filter { !$0.1.loops }
        return proof.layers.compactMap { one in
            guard case .video(let clip) = one.layer.content, !clip.loops, one.layer.neverVisible == nil,
                let asset = one.asset, asset.hasAudio, let length = asset.duration
            else { return nil }
            let begin = proof.seconds(proof.video.scenes[one.scene].startFrame), speed = clip.speed.seconds
            /// The place in the file that is seen at a time of the film.
            func seen(at time: Double) -> Double { clip.start.seconds + (time - begin) * speed }
            let from = begin + proof.seconds(one.layer.from), to = begin + proof.seconds(one.layer.to)
            var apart: (line: Int, trim: Double, seconds: Double)?
            for (track, piece) in pieces where piece.asset == clip.asset {
                let end = piece.start + min(length - piece.trim, piece.duration ?? .infinity)
                // Past its end a clip stands still.
                let both = max(from, piece.start)..<max(max(from, piece.start), min(to, end))
                guard both.upperBound - both.lowerBound >= 0.2, seen(at: both.lowerBound) < length else { continue }
                let seconds = seen(at: both.lowerBound) - (piece.trim + both.lowerBound - piece.start)
                if speed == 1, abs(seconds) <= 0.06 { return nil }
                apart = apart ?? (track.asset.place.line, piece.trim + seconds, seconds)
            }
            guard let apart else { return nil }
            if speed != 1 {
                return .seen(
                    .soundAtOtherSpeed(what: one.what, line: apart.line, speed: plainNumber(speed), at: one.place))
            }
            return .seen(
                .soundApart(
                    what: one.what, line: apart.line, seconds: secondsWords(abs(apart.seconds)),
                    isLate: apart.seconds > 0, trim: secondsWords(max(0, apart.trim)).filter { $0 != " " },
                    at: one.place))
        }
    }
}
