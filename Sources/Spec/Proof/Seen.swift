// P05.enlarged, P05.stretched: pictures have the pixels and the proportions that they are shown with. P08.unseen,
// P08.moves: every layer is seen at some time, and moves as far as it is written.
import Composition
import Diagnostics
import Glibc

extension ProofCheck {
    static let enlarged = ProofCheck(
        "P05.enlarged", "Pictures are not enlarged until they are soft",
        measures:
            "pixels of the frame for each pixel of a picture or clip, in one direction, at its smallest in full view; "
            + "pictures with 'blur' and those of at most 4 pixels in a direction (a colour, a gradient) do not count",
        unit: "times", threshold: "at most 2",
        source: "vgraph's figure: at 2 each pixel of the picture covers four of the frame",
        changedBy: "scenes[].layers[].size", severity: .warn,
        runbook: "use a larger file, or give the layer less 'size' or 'scale'"
    ) { proof in
        proof.layers.compactMap { one in
            guard let picture = one.asset?.size, min(picture.width, picture.height) > 4 else { return nil }
            let box: PixelSize?, fit: Fit
            switch one.layer.content {
            case .image(let image) where image.blur == 0: (box, fit) = (image.box, image.fit)
            case .video(let video): (box, fit) = (video.box, video.fit)
            default: return nil
            }
            let shown = box ?? picture
            let across = Double(shown.width) / Double(picture.width),
                down = Double(shown.height) / Double(picture.height)
            let scales = one.layer.framesInFullView.map { one.layer.scale.value(at: Double($0)) }
            guard let scale = scales.min(), scale.isFinite else { return nil }
            let times = (fit == .contain ? min(across, down) : max(across, down)) * scale
            guard times > mostEnlarged + 0.05 else { return nil }
            return .seen(
                .enlarged(
                    what: one.what, size: "\(picture.width)x\(picture.height)", times: tenthsWords(min(times, 1e6)),
                    at: one.place))
        }
    }

    static let mostEnlarged = 2.0

    static let stretched = ProofCheck(
        "P05.stretched", "Pictures keep their proportions",
        measures:
            "of a picture or clip with 'fit: fill', width by height of its box against those of its file; "
            + "pictures with 'blur' and those of at most 4 pixels in a direction do not count",
        unit: "times", threshold: "at most 1.1",
        source: "vgraph's figure: a circle that is a tenth wider than high is seen to be none",
        changedBy: "scenes[].layers[].fit", severity: .warn,
        runbook: "'cover' crops and 'contain' leaves room; both keep faces, circles and letters as they are"
    ) { proof in
        proof.layers.compactMap { one in
            guard let picture = one.asset?.size, min(picture.width, picture.height) > 4, let box = one.box else {
                return nil
            }
            switch one.layer.content {
            case .image(let image) where image.fit == .fill && image.blur == 0: break
            case .video(let video) where video.fit == .fill: break
            default: return nil
            }
            let across = Double(box.width) / Double(picture.width),
                down = Double(box.height) / Double(picture.height)
            let times = max(across / down, down / across)
            guard times > mostStretched + 0.005 else { return nil }
            return .seen(
                .stretched(
                    what: one.what, isWide: across > down,
                    times: plainNumber((min(times, 1e6) * 100).rounded() / 100), at: one.place))
        }
    }

    static let mostStretched = 1.1

    static let unseen = ProofCheck(
        "P08.unseen", "Every layer is seen",
        measures:
            "layers whose 'opacity' or 'scale' is 0 for as long as they are there, pictures, clips and shapes that lie "
            + "behind an opaque one in every frame, pictures that are transparent throughout, and those of one colour "
            + "(a logo) in front of nothing but the same colour",
        unit: "layers", threshold: "0", source: "vgraph", changedBy: "scenes[].layers", severity: .warn,
        runbook:
            "layers are drawn in the order of the list, the last one in front; what is not to be seen is left out with "
            + "'hide: true'"
    ) { proof in
        let layers = proof.layers
        let below = Dictionary(grouping: layers, by: \.scene)
        let covers = Dictionary(grouping: layers.filter { $0.isSolid && $0.box != nil }, by: \.scene)
        return layers.compactMap { one in
            if let reason = one.layer.neverVisible { return .seen(.unseen(what: one.what, reason, at: one.place)) }
            if one.isClear { return .seen(.unseen(what: one.what, .clear, at: one.place)) }
            if let reason = one.camouflage(in: proof, below: below[one.scene] ?? []) {
                return .seen(.unseen(what: one.what, reason, at: one.place))
            }
            let above = (covers[one.scene] ?? []).filter { $0.order > one.order }.prefix(16)
            guard !above.isEmpty, let box = one.box else { return nil }
            // Outside of the frame it is P05.layer that says so.
            var hidden: ShownLayer?
            for frame in one.layer.from..<max(one.layer.from, one.layer.to) {
                guard one.layer.isVisible(at: frame),
                    let area = Area(of: box, one.layer, at: frame)?.inside(proof.video.size)
                else { continue }
                guard let cover = above.first(where: { $0.hides(area, at: frame) }) else { return nil }
                hidden = hidden ?? cover
            }
            return hidden.map {
                .seen(.unseen(what: one.what, .covered(by: $0.what, line: $0.place.line), at: one.place))
            }
        }
    }

    static let moves = ProofCheck(
        "P08.moves", "Animations end while their layer is shown",
        measures: "the last keyframe of each property of a layer against the layer's last frame",
        unit: "s", threshold: "at most one frame later, unless the value is reached before",
        source: "vgraph", changedBy: "scenes[].layers[].animate", severity: .warn,
        runbook:
            "times of 'animate' count from when the layer appears: end them earlier, or show the layer or its scene "
            + "longer"
    ) { proof in
        proof.layers.flatMap { one -> [ProofProblem] in
            let layer = one.layer, last = Double(max(layer.from, layer.to - 1))
            let tracks = [
                ("x", layer.x), ("y", layer.y), ("scale", layer.scale), ("rotation", layer.rotation),
                ("opacity", layer.opacity),
            ]
            return tracks.compactMap { name, track in
                let end = track.keyframes[track.keyframes.count - 1]
                guard end.frame > Double(layer.to) + 1, abs(track.value(at: last) - end.value) > 1e-6 else {
                    return nil
                }
                return .seen(
                    .cutMove(
                        what: one.what, property: name,
                        end: secondsWords((end.frame - Double(layer.from)) / proof.video.rate.perSecond),
                        shown: secondsWords(proof.seconds(layer.to - layer.from)), at: one.place))
            }
        }
    }
}

/// A layer of a scene with what the spec and its file say of it.
struct ShownLayer {
    var layer: Layer
    var what: String
    var place: Place
    var scene: Int
    /// Its index among the layers of its scene.
    var order: Int
    var asset: AssetFacts?
    /// Before scale; nil for a text, whose size only its font tells.
    var box: PixelSize? {
        switch layer.content {
        case .text: nil
        case .image(let image): image.box ?? asset?.size
        case .video(let video): video.box ?? asset?.size
        case .shape(let shape): shape.box
        }
    }
}

extension ShownLayer {
    /// Whether nothing is seen through its box.
    fileprivate var isSolid: Bool {
        switch layer.content {
        case .text: false
        case .image(let image):
            asset?.isOpaque == true && image.fit != .contain && image.cornerRadius == 0 && image.blur == 0
        case .video(let video): asset?.isOpaque == true && video.fit != .contain && video.cornerRadius == 0
        case .shape(let shape): shape.form == .rectangle && shape.cornerRadius == 0 && shape.fill?.isSolid == true
        }
    }

    fileprivate var isClear: Bool {
        if case .image = layer.content { asset?.isClear == true } else { false }
    }

    /// Of a picture in one colour: that it lies in front of this colour alone, in every frame.
    fileprivate func camouflage(in proof: Proof, below layers: [ShownLayer]) -> SeenProblem.Reason? {
        guard case .image(let image) = layer.content, image.blur == 0, let ink = asset?.ink, let box else { return nil }
        let below = layers.filter { $0.order < order && $0.layer.from < layer.to && $0.layer.to > layer.from }
        let scene = proof.video.scenes[scene]
        var behind: String?
        for frame in layer.from..<max(layer.from, layer.to) where layer.isVisible(at: frame) {
            guard let area = Area(of: box, layer, at: frame)?.inside(proof.video.size) else { continue }
            // The nearest one that fills its place decides; what covers a part of it, or is text, may show it.
            var paint = scene.background, name = "the background"
            for other in below.reversed() where other.layer.isVisible(at: frame) {
                if other.isSolid, other.hides(area, at: frame), case .shape(let shape) = other.layer.content,
                    let fill = shape.fill
                {
                    (paint, name) = (fill, other.what)
                    break
                }
                guard let otherBox = other.box, let place = Area(of: otherBox, other.layer, at: frame) else {
                    return nil
                }
                if place.meets(area) { return nil }
            }
            guard case .color(let color) = paint, color.alpha == 255, ink.isNear(color, within: 8)
            else { return nil }
            behind = name
        }
        return behind.map { .sameColor(ink.hex, behind: $0) }
    }

    /// Of a solid one: whether it covers an area of the frame.
    fileprivate func hides(_ area: Area, at frame: Int) -> Bool {
        let at = Double(frame)
        guard layer.from <= frame, frame < layer.to, layer.opacity.value(at: at) > 0.999,
            layer.rotation.value(at: at).truncatingRemainder(dividingBy: 360) == 0, let box,
            let own = Area(of: box, layer, at: frame)
        else { return false }
        return own.holds(area)
    }
}

private struct Area {
    var x0, y0, x1, y1: Double

    init?(of box: PixelSize, _ layer: Layer, at frame: Int) {
        guard
            let area = layer.area(of: CropRect(x: 0, y: 0, width: 1, height: 1), in: box, at: Double(frame))
        else { return nil }
        (x0, y0, x1, y1) = (area.x0, area.y0, area.x1, area.y1)
    }

    /// The part on the frame; nil: none.
    func inside(_ frame: PixelSize) -> Area? {
        var part = self
        (part.x0, part.y0) = (max(0, x0), max(0, y0))
        (part.x1, part.y1) = (min(Double(frame.width), x1), min(Double(frame.height), y1))
        return part.x0 < part.x1 && part.y0 < part.y1 ? part : nil
    }

    func meets(_ other: Area) -> Bool { x0 < other.x1 && other.x0 < x1 && y0 < other.y1 && other.y0 < y1 }

    func holds(_ other: Area) -> Bool {
        x0 <= other.x0 + 0.01 && y0 <= other.y0 + 0.01 && x1 >= other.x1 - 0.01 && y1 >= other.y1 - 0.01
    }
}

extension Paint {
    /// Whether nothing can be seen through it.
    fileprivate var isSolid: Bool {
        switch self {
        case .color(let color): color.alpha == 255
        case .linear(_, let stops), .radial(_, _, _, let stops): stops.allSatisfy { $0.color.alpha == 255 }
        }
    }
}

extension Proof {
    /// All layers of scenes, those of the call to action too.
    var layers: [ShownLayer] {
        var all: [ShownLayer] = [], texts = draft.texts.makeIterator()
        for (index, scene) in video.scenes.enumerated() {
            let written = draft.written(index)
            for (order, layer) in scene.layers.enumerated() {
                var what: String, place: Place
                if case .text(let content) = layer.content {
                    guard let text = texts.next() else { continue }
                    (what, place) = (ProofProblem.name(of: content.text), text.place)
                } else {
                    guard order < written.count else { continue }
                    (what, place) = (written[order].what, written[order].place)
                }
                all.append(
                    ShownLayer(
                        layer: layer, what: what, place: place, scene: index, order: order,
                        asset: order < written.count ? written[order].asset.flatMap { facts.assets[$0] } : nil))
            }
        }
        return all
    }
}

extension Layer {
    /// Why it is not seen in any frame, wherever it lies; nil: it is.
    var neverVisible: SeenProblem.Reason? {
        func isAbove(_ track: Track) -> Bool {
            // Between two keyframes that are 0 it is 0, with every easing.
            let frames = [Double(from), Double(max(from, to - 1))] + track.keyframes.map(\.frame)
            return frames.contains {
                $0 >= Double(from) && $0 <= Double(max(from, to - 1)) && track.value(at: $0) > 0.001
            }
        }
        if !isAbove(opacity) { return .transparent }
        return isAbove(scale) ? nil : .tiny
    }

    fileprivate func isVisible(at frame: Int) -> Bool {
        opacity.value(at: Double(frame)) > 0.001 && scale.value(at: Double(frame)) > 0.001
    }
}
