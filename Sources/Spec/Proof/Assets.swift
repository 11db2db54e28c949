// P03: files are there, whole, and long enough. P11: what has to be known of their rights.
import Composition
import Diagnostics

extension ProofCheck {
    /// Judged while the files are opened: without them there is no draft.
    static let assets = ProofCheck(
        "P03", "Every file opens and decodes",
        measures:
            "each file that the spec names: pictures decoded whole, clips and sounds at their beginning and end, "
            + "fonts opened",
        threshold: "no error", source: "vgraph", changedBy: "assets", severity: .fail,
        runbook:
            "the message names the file and what is wrong with it; findings have ids of their own, such as "
            + "asset-missing"
    ) { _ in [] }

    static let lengths = ProofCheck(
        "P03.length", "Clips and sounds are long enough",
        measures:
            "what is left of a clip after 'trim', at its 'speed', against its layer; what is left of a sound against "
            + "its 'duration'",
        unit: "s", threshold: "a tenth of a second short", source: "vgraph", changedBy: "scenes[].layers[]",
        severity: .warn,
        runbook:
            "a clip that ends early stands still on its last picture: end the layer with it, slow it down, or let it "
            + "loop"
    ) { proof in
        let rate = proof.video.rate, facts = proof.facts.assets
        var problems: [ProofProblem] = []
        for (index, scene) in proof.video.scenes.enumerated() {
            for (layer, written) in zip(scene.layers, proof.draft.written(index)) {
                guard case .video(let clip) = layer.content, !clip.loops, written.isClip,
                    let asset = written.asset, let length = facts[asset]?.duration
                else { continue }
                // Where in the clip the layer's last frame is.
                let last = (clip.start + rate.time(ofFrame: min(layer.to, scene.frames) - 1) * clip.speed).seconds
                let missing = (last - length) / max(0.01, clip.speed.seconds)
                if missing > 0.1 {
                    problems.append(.shortClip(asset, missing: secondsWords(missing), at: written.place))
                }
            }
        }
        for track in proof.draft.written.tracks where !track.loops {
            guard let wanted = track.duration, let length = facts[track.asset.value]?.duration else { continue }
            let missing = wanted - (length - track.trim)
            if missing > 0.1 {
                problems.append(.shortSound(track.asset.value, missing: secondsWords(missing), at: track.asset.place))
            }
        }
        return problems
    }

    static let sound = ProofCheck(
        "P03.sound", "A clip's own sound is heard",
        measures: "clips that have sound, are shown, and are no track of 'audio'; told once for all of them",
        threshold: "none", source: "vgraph",
        changedBy: "audio.tracks", severity: .warn,
        runbook: "a clip is heard only as a track: { asset: … }; set the check to off where silence is meant"
    ) { proof in
        let facts = proof.facts.assets
        let heard = Set(proof.draft.written.tracks.compactMap { facts[$0.asset.value]?.digest })
        var names: [String] = [], place: Place?
        for clip in proof.draft.written.scenes.joined() where clip.isClip {
            guard let name = clip.asset, let asset = facts[name], asset.hasAudio, !heard.contains(asset.digest),
                !names.contains(name)
            else { continue }
            names.append(name)
            place = place ?? clip.place
        }
        return place.map { [.unheard(names, at: $0)] } ?? []
    }

    static let licenses = ProofCheck(
        "P11.license", "Rights of every asset are stated",
        measures: "'license' and 'credit' of each entry of 'assets'",
        threshold: "what 'acceptance.rules.assets' or a profile asks for; nothing by default",
        source: "the profile's own", changedBy: "acceptance.rules.assets",
        severity: .fail, runbook: "write the entry as { file: …, license: …, credit: … }"
    ) { proof in
        guard let asked = proof.profile.assets else { return [] }
        return proof.draft.written.assets.flatMap { asset -> [ProofProblem] in
            asked.values.compactMap { field in
                let given = field == "license" ? asset.license : field == "credit" ? asset.credit : "-"
                guard given?.allSatisfy(\.isWhitespace) ?? true else { return nil }
                return .noLicense(asset: asset.name, field: field, rule: asked.source, at: asset.place)
            }
        }
    }

    static let generated = ProofCheck(
        "P11.generated", "Generated media are labelled",
        measures: "entries of 'assets' with 'generated: true'", threshold: "none, where a profile demands a label",
        source: "the profile's own",
        changedBy: "assets", severity: .warn,
        runbook: "nothing in the file says it: set the platform's label when you publish"
    ) { proof in
        guard let source = proof.profile.generatedLabel else { return [] }
        let made = proof.draft.written.assets.filter(\.isGenerated)
        return made.isEmpty ? [] : [.generated(assets: made.map(\.name), rule: source, at: made[0].place)]
    }
}
