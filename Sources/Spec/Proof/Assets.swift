// P03: files exist, are whole and long enough. P11: the rights of assets are declared.
import Composition
import Diagnostics

extension ProofCheck {
    /// Judged while the files are opened, before there is a draft.
    static let assets = ProofCheck(
        "P03", "Every file opens and decodes",
        measures:
            "each file that the spec names: decodes whole pictures, the beginning and the end of clips and sounds; "
            + "opens fonts",
        threshold: "no error", source: "vgraph", changedBy: "assets", severity: .fail,
        runbook:
            "the message names the file and its fault; findings have their own ids, such as asset-missing"
    ) { _ in [] }

    static let lengths = ProofCheck(
        "P03.length", "Clips and sounds are long enough",
        measures:
            "duration of a clip after 'trim', at its 'speed', against its layer; duration of a sound after 'trim' "
            + "against its 'duration'",
        unit: "s", threshold: "at most 0.1 s too short", source: "vgraph", changedBy: "scenes[].layers[]",
        severity: .warn,
        runbook:
            "a clip that ends early freezes on its last picture: end the layer earlier, slow the clip down, or set "
            + "'loop'"
    ) { proof in
        let rate = proof.video.rate, facts = proof.facts.assets
        var problems: [ProofProblem] = []
        for (index, scene) in proof.video.scenes.enumerated() {
            for (layer, written) in zip(scene.layers, proof.draft.written(index)) {
                guard case .video(let clip) = layer.content, !clip.loops, written.isClip,
                    let asset = written.asset, let length = facts[asset]?.duration
                else { continue }
                // The time in the clip at the layer's last frame.
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

    /// Below it pictures move in steps anyway.
    private static let footage = 20.0

    static let cadence = ProofCheck(
        "P03.rate", "Footage moves evenly",
        measures:
            "'video.fps' against the constant rate of the clips that are shown at their own speed, if all that do not "
            + "fit have one rate",
        unit: "fps",
        threshold:
            "of each picture the same number of frames, or of each frame the same number of pictures, within 1 %",
        source: "vgraph: editing programs ask for the same when the first clip is laid", changedBy: "video.fps",
        severity: .warn,
        runbook: "set 'fps' to the rate of the footage; if the film must have its own, set the check to off"
    ) { proof in
        let film = proof.video.rate.perSecond
        var uneven: [(name: String, rate: FrameRate, place: Place)] = []
        for (index, scene) in proof.video.scenes.enumerated() {
            for (layer, written) in zip(scene.layers, proof.draft.written(index)) {
                guard case .video(let clip) = layer.content, clip.speed == 1, written.isClip, let name = written.asset,
                    let rate = proof.facts.assets[name]?.rate, rate.perSecond >= footage
                else { continue }
                let ratio = max(rate.perSecond / film, film / rate.perSecond)
                if abs(ratio - ratio.rounded()) > 0.01 * ratio { uneven.append((name, rate, written.place)) }
            }
        }
        // No advice where footage has two rates, or where a profile does not allow it.
        guard let first = uneven.first, uneven.allSatisfy({ $0.rate == first.rate }),
            proof.profile[.frameRate]?.holds(first.rate.perSecond) ?? true
        else { return [] }
        let words = rateWords(first.rate), own = rateWords(proof.video.rate)
        return [.seen(.uneven(first.name, rate: words, film: own, at: first.place))]
    }

    static let sound = ProofCheck(
        "P03.sound", "A clip's own sound is heard",
        measures: "shown clips that have sound but are not a track of 'audio'; one finding for all of them",
        threshold: "none", source: "vgraph",
        changedBy: "audio.tracks", severity: .warn,
        runbook: "to hear a clip, add it as a track: { asset: … }; if silence is intended, set the check to off"
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
        "P11.license", "Rights of every asset are declared",
        measures: "'license' and 'credit' of each entry of 'assets'",
        threshold: "the fields that 'acceptance.rules.assets' or a profile requires; none by default",
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
        measures: "entries of 'assets' with 'source: trained' or 'generated: true', and files that say it themselves",
        threshold: "none, if a profile requires a label",
        source: "the profile's own",
        changedBy: "assets", severity: .warn,
        runbook: "the file cannot carry the label: set the platform's label when you publish"
    ) { proof in
        guard let source = proof.profile.generatedLabel else { return [] }
        let made = proof.parts.filter { $0.origin == .trained || $0.marks?.trained != nil }
        return made.isEmpty ? [] : [.generated(assets: made.map(\.name), rule: source, at: made[0].place)]
    }

    static let trained = ProofCheck(
        "P11.trained", "What a model made is declared",
        measures:
            "digital source types in the C2PA manifests and the XMP of pictures, clips and sounds, against 'source' of "
            + "their entries in 'assets'",
        threshold: "a file that says a trained model made it has 'source: trained'",
        source: "IPTC digital source types", changedBy: "assets", severity: .warn,
        runbook: "write the entry as { file: …, source: trained }; the film's own mark says so too"
    ) { proof in
        proof.parts.compactMap { part in
            guard part.origin != .trained, let type = part.marks?.trained else { return nil }
            return .trained(part.name, type: type, stated: part.origin?.rawValue, at: part.place)
        }
    }

    static let credentials = ProofCheck(
        "P11.credentials", "Assets with content credentials have a source",
        measures: "C2PA manifests in pictures, clips and sounds whose entry in 'assets' has no 'source'",
        threshold: "none", source: "C2PA", changedBy: "assets", severity: .info,
        runbook: "write the entry as { file: …, source: captured }, or what else is true of it"
    ) { proof in
        proof.parts.compactMap { part in
            guard let marks = part.marks, part.origin == nil, marks.trained == nil else { return nil }
            if marks.hasCredentials { return .credentials(part.name, at: part.place) }
            return marks.isPartial == true ? .unsearched(part.name, at: part.place) : nil
        }
    }
}

extension Proof {
    /// A picture, clip or sound of the spec, with what the author and the file itself say of its origin.
    fileprivate struct Part {
        var name: String
        var origin: AssetSource?
        var marks: OriginMarks?
        var place: Place
    }

    /// Each once: entries of 'assets', then files that are named in place.
    fileprivate var parts: [Part] {
        var parts = draft.written.assets.map {
            Part(name: $0.name, origin: $0.origin, marks: facts.assets[$0.name]?.marks, place: $0.place)
        }
        var known = Set(parts.map(\.name))
        let layers = draft.written.scenes.joined().compactMap { layer in layer.asset.map { ($0, layer.place) } }
        for (name, place) in layers + draft.written.tracks.map({ ($0.asset.value, $0.asset.place) })
        where known.insert(name).inserted {
            parts.append(Part(name: name, origin: nil, marks: facts.assets[name]?.marks, place: place))
        }
        return parts
    }
}
