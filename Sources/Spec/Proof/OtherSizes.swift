// P05.layer, P05.cut: pictures and shapes in the other sizes of a spec. Text has its own check, which measures letters.
import Composition
import Diagnostics
import Glibc

extension ProofCheck {
    static let layer = ProofCheck(
        "P05.layer", "Layers are inside the frame",
        measures:
            "share of every picture, clip and shape that is inside the frame, at its best moment in full view; in the "
            + "spec's other sizes compared with its own size",
        unit: "%", threshold: "more than 0 in the spec's own size; in other sizes as much as there, or 98 %",
        source: "vgraph", changedBy: "scenes[].layers[].at",
        severity: .warn,
        runbook: "use percentages for positions and sizes, or 'anchor', to keep a layer inside the frame in every size"
    ) { proof in
        looks(proof).compactMap { look in
            guard let name = proof.draft.format else {
                return look.here.inFrame > 0 ? nil : .layerOutside(what: look.what, percent: 100, at: look.place)
            }
            let before = look.own?.inFrame ?? 1
            guard look.here.inFrame < min(0.98, before - 0.02), !name.isEmpty else { return nil }
            return .layerOutside(
                what: look.what, percent: max(1, Int(((1 - look.here.inFrame) * 100).rounded())), at: look.place)
        }
    }

    static let cut = ProofCheck(
        "P05.cut", "Pictures are not cropped to less than half",
        measures:
            "share of every picture and clip without 'focus' and 'keep' that remains visible in its box and, if it neither "
            + "moves nor is enlarged, in the frame; in the spec's own size where no 'fit' is written, in its other sizes "
            + "in the box alone, compared with its own size",
        unit: "%", threshold: "50 %; in other sizes as much as in the spec's own", source: "vgraph",
        changedBy: "scenes[].layers[].fit", severity: .warn,
        runbook:
            "look at it with 'vgraph show'; say with 'focus' or 'keep' what must be seen, or use another 'size' "
            + "('by_format'), 'fit: contain' over a background, or a picture of the other shape; if the cropped part "
            + "does not matter, set 'acceptance: { checks: { P05.cut: off } }'"
    ) { proof in
        looks(proof).compactMap { look in
            // Where the spec says what must be seen, P05.focus and P05.keep judge the crop.
            guard !look.isWished else { return nil }
            var share = look.here.inBox, least = (look.own?.inBox ?? 1) - 0.02
            if proof.draft.format == nil {
                // A shape has no picture, and what is nowhere in the frame is P05.layer's.
                guard look.isPicture, !look.isFitWritten, look.here.inFrame > 0 else { return nil }
                // Who moves over a picture or enlarges it wants to show a part.
                (share, least) = (share * (look.isStill ? look.here.inFrame : 1), 1)
            }
            guard share < min(0.5, least) else { return nil }
            return .pictureCut(what: look.what, percent: Int(((1 - share) * 100).rounded()), at: look.place)
        }
    }

    /// Visible shares of a layer, 0...1.
    private struct Seen {
        /// Of its box, at the best moment in full view.
        var inFrame: Double
        /// Of the picture, in its box.
        var inBox: Double
    }

    private struct Look {
        var what: String
        var place: Place
        var here: Seen
        var own: Seen?
        var isWished, isPicture, isFitWritten, isStill: Bool
    }

    private static func looks(_ proof: Proof) -> [Look] {
        let facts = proof.facts.assets, own = proof.draft.own
        var all: [Look] = []
        for (index, scene) in proof.video.scenes.enumerated() {
            let written = proof.draft.written(index)
            for (position, layer) in scene.layers.enumerated() where position < written.count {
                let picture = written[position].asset.flatMap { facts[$0]?.size }
                guard let here = seen(layer, of: picture, in: proof.video.size) else { continue }
                let before = own.flatMap { own -> Seen? in
                    guard index < own.scenes.count, index < own.video.scenes.count,
                        let same = own.scenes[index].firstIndex(where: { $0.number == written[position].number }),
                        same < own.video.scenes[index].layers.count
                    else { return nil }
                    return seen(own.video.scenes[index].layers[same], of: picture, in: own.video.size)
                }
                all.append(
                    Look(
                        what: written[position].what, place: written[position].place, here: here, own: before,
                        isWished: written[position].wish != nil, isPicture: picture != nil,
                        isFitWritten: written[position].isFitWritten,
                        isStill: layer.x.isConstant && layer.y.isConstant && layer.scale.isConstant
                            && layer.scale.value(at: 0) <= 1))
            }
        }
        return all
    }

    /// nil for text, and for a layer that is never visible.
    private static func seen(_ layer: Layer, of picture: PixelSize?, in frame: PixelSize) -> Seen? {
        let box: PixelSize, fit: Fit
        switch layer.content {
        case .text: return nil
        case .image(let image): (box, fit) = (image.box ?? picture ?? frame, image.fit)
        case .video(let video): (box, fit) = (video.box ?? picture ?? frame, video.fit)
        case .shape(let shape): (box, fit) = (shape.box, .fill)
        }
        let parts = layer.framesInFullView.compactMap { part(of: box, layer, at: Double($0), in: frame) }
        guard let best = parts.max() else { return nil }
        var inBox = 1.0
        if fit == .cover, let picture, picture.width > 0, picture.height > 0 {
            let across = Double(box.width) / Double(picture.width), down = Double(box.height) / Double(picture.height)
            inBox = min(across, down) / max(across, down)
        }
        return Seen(inFrame: best, inBox: inBox)
    }

    private static func part(of box: PixelSize, _ layer: Layer, at frame: Double, in size: PixelSize) -> Double? {
        guard let area = layer.area(of: CropRect(x: 0, y: 0, width: 1, height: 1), in: box, at: frame) else {
            return nil
        }
        let shown =
            max(0, min(area.x1, Double(size.width)) - max(area.x0, 0))
            * max(0, min(area.y1, Double(size.height)) - max(area.y0, 0))
        return shown / max(1e-6, (area.x1 - area.x0) * (area.y1 - area.y0))
    }
}

extension Layer {
    /// Frames in which it is as visible as it gets, at most about 200 of them.
    var framesInFullView: [Int] {
        let frames = from..<max(from, to)
        let looked = stride(from: frames.lowerBound, to: frames.upperBound, by: max(1, frames.count / 200))
            .map { (frame: $0, opacity: max(0, min(1, opacity.value(at: Double($0))))) }
        guard let most = looked.map(\.opacity).max(), most > 0 else { return [] }
        return looked.filter { $0.opacity >= most * 0.95 }.map(\.frame)
    }

    /// Bounds of a part of its box, given in shares of the box, on the frame.
    func area(of part: CropRect, in box: PixelSize, at frame: Double) -> (
        x0: Double, y0: Double, x1: Double, y1: Double
    )? {
        let x = x.value(at: frame), y = y.value(at: frame), scale = scale.value(at: frame)
        let angle = rotation.value(at: frame) * .pi / 180
        guard x.isFinite, y.isFinite, angle.isFinite, scale > 1e-4, scale < 1e6 else { return nil }
        let width = Double(box.width) * scale, height = Double(box.height) * scale
        let corners = [
            (part.x, part.y), (part.x + part.width, part.y), (part.x, part.y + part.height),
            (part.x + part.width, part.y + part.height),
        ].map { across, down -> (x: Double, y: Double) in
            let dx = (across - anchorX) * width, dy = (down - anchorY) * height
            return (x + dx * cos(angle) - dy * sin(angle), y + dx * sin(angle) + dy * cos(angle))
        }
        return (
            corners.map(\.x).min()!, corners.map(\.y).min()!, corners.map(\.x).max()!, corners.map(\.y).max()!
        )
    }
}
