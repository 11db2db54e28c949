// P01: the spec is valid and within the limits of its profiles.
import Composition
import Diagnostics

extension ProofCheck {
    /// Judged while the spec is read, before there is a draft.
    static let structure = ProofCheck(
        "P01", "The spec is valid",
        measures:
            "fields, types, ranges, names and props of the spec; findings have their own ids, such as unknown-field",
        threshold: "no error", source: "vgraph", changedBy: nil, severity: .fail,
        runbook:
            "every message has a place and a hint; 'vgraph schema' prints the schema with which an editor completes "
            + "and checks a spec"
    ) { _ in [] }

    static let profile = ProofCheck(
        "P01.profile", "Size, frame rate and loudness within the profiles",
        measures: "'video.size' (and each of 'formats' that is built), 'video.fps' and 'audio.loudness'",
        unit: "px, fps, LUFS, dBTP",
        threshold: "the limits of the profiles that 'acceptance.profile' names; none without one",
        source: "named by each limit",
        changedBy: "acceptance.rules", severity: .fail,
        runbook:
            "change the field, or name another profile; D02, D02.frames and D06 measure the delivered file"
    ) { proof in
        let profile = proof.profile, size = proof.video.size, fields = proof.draft.written.fields
        var problems: [ProofProblem] = []
        func hold(_ what: String, _ value: Double, _ found: String, _ rule: Profile.Rule, _ place: Place) {
            guard let limit = profile[rule], !limit.holds(value) else { return }
            problems.append(
                .outsideProfile(
                    what, found: found, wanted: limit.words(rule), rule: limit.source, at: place))
        }
        let pixels = "\(size.width)x\(size.height)",
            sizePlace =
                proof.draft.format.flatMap { fields.formats[$0] } ?? fields.size
        hold("the size", Double(min(size.width, size.height)), pixels, .side, sizePlace)
        if profile[.side]?.holds(Double(min(size.width, size.height))) == true {
            hold("the size", Double(max(size.width, size.height)), pixels, .side, sizePlace)
        }
        hold("the size", Double(size.width), pixels, .width, sizePlace)
        hold("the shape", Double(size.width) / Double(max(1, size.height)), pixels, .aspect, sizePlace)
        hold(
            "'video.fps'", proof.video.rate.perSecond,
            rateWords(proof.video.rate), .frameRate, fields.frameRate)
        guard !proof.video.mix.pieces.isEmpty else { return problems }
        if let loudness = proof.video.mix.loudness {
            hold(
                "'integrated'", loudness.integrated, tenthsWords(loudness.integrated) + " LUFS", .loudness,
                fields.loudness)
            hold(
                "'true_peak'", loudness.truePeak, tenthsWords(loudness.truePeak) + " dBTP", .truePeak,
                fields.truePeak)
        } else if let limit = profile[.loudness] {
            let middle = ((limit.least ?? limit.most ?? -14) + (limit.most ?? limit.least ?? -14)) / 2
            problems.append(
                .noLoudness(wanted: "\(tenthsWords(middle))LUFS", rule: limit.source, at: fields.audio))
        }
        return problems
    }

    static let rate = ProofCheck(
        "P01.rate", "The frame rate suffices for what moves",
        measures: "'video.fps' of a video with clips, or with layers that move, grow or turn", unit: "fps",
        threshold: "at least 10", source: "vgraph's figure: below, single pictures are seen and no motion",
        changedBy: "video.fps", severity: .warn,
        runbook: "use 24 to 60; a few frames a second are for pictures that stand still"
    ) { proof in
        guard proof.video.rate.perSecond < 10 else { return [] }
        let moving = proof.layers.first { one in
            if case .video = one.layer.content { return true }
            let layer = one.layer
            return ![layer.x, layer.y, layer.scale, layer.rotation].allSatisfy(\.isConstant)
        }
        return moving.map {
            [
                .seen(
                    .jerky(
                        rate: rateWords(proof.video.rate), what: $0.what, line: $0.place.line,
                        at: proof.draft.written.fields.frameRate))
            ]
        } ?? []
    }

    static let shape = ProofCheck(
        "P01.shape", "The picture has the shape of the profiles' screens",
        measures:
            "width by height of the film against the shapes for which its profiles have zones of controls", unit: "",
        threshold: "one of them, within 2 %; none without such a profile", source: "the profile's own, with its date",
        changedBy: "acceptance.profile", severity: .warn,
        runbook: "make a format of that shape, or name the profile only for the format that goes there"
    ) { proof in
        let size = proof.video.size, zones = proof.profile.zones
        guard let zone = zones.first, !zones.contains(where: { $0.applies(to: size) }) else { return [] }
        var shapes: [String] = []
        for zone in zones {
            let shape = "\(zone.aspect.width):\(zone.aspect.height)"
            if !shapes.contains(shape) { shapes.append(shape) }
        }
        let fields = proof.draft.written.fields
        return [
            .seen(
                .otherShape(
                    size: "\(size.width)x\(size.height)", shapes: shapes.joined(separator: " or "), rule: zone.source,
                    at: proof.draft.format.flatMap { fields.formats[$0] } ?? fields.size))
        ]
    }
}
