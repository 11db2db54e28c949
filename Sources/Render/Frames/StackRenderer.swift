// Draws one stack of layers: which of them are visible at a frame, and what they show. The lowest layers, as long as
// they do not change during the segment, are composed once.
import Composition
import Media

/// A layer with its latest drawing.
final class ActiveLayer {
    let layer: Layer
    private let sources: LayerSources
    private var picture: (any LayerPicture)?
    /// `isKept` is false if the sprite was drawn on a frame at once.
    private var last: (pose: Pose, time: ClipTime, view: View, sprite: Sprite?, isKept: Bool)?

    init(_ layer: Layer, sources: LayerSources) {
        self.layer = layer
        self.sources = sources
    }

    /// What the layer shows at a frame.
    struct State: Equatable {
        var pose: Pose
        /// 1...256.
        var opacity: Int
        /// The moment of the clip; 0 for other content.
        var time: ClipTime
    }

    func state(_ frame: Int, rate: FrameRate) throws -> State? {
        guard layer.from <= frame, frame < layer.to, layer.anchorX.isFinite, layer.anchorY.isFinite,
            let pose = Pose(layer, frame: frame)
        else { return nil }
        let opacity = opacityStep(layer.opacity.value(at: Double(frame)))
        guard opacity > 0 else { return nil }
        var time = ClipTime(0)
        if case .video = layer.content, let clip = try open() as? ClipPicture {
            time = clip.time(frame: frame, rate: rate)
        }
        return State(pose: pose, opacity: opacity, time: time)
    }

    /// Draws it on a part of a frame; the other pixels stay as they are.
    func draw(_ state: State, on frame: I420Frame, part: Rect? = nil) throws {
        let view = View(PixelSize(width: frame.width, height: frame.height), part: part)
        try sprite(state, in: view)?.draw(on: frame, opacity: state.opacity)
    }

    /// - Parameter frame: what the layer is about to be drawn on, opaque.
    func sprite(_ state: State, in view: View, onto frame: I420Frame? = nil) throws -> Sprite? {
        let isShownAgain = last.map { ($0.pose, $0.time, $0.view) == (state.pose, state.time, view) } ?? false
        if isShownAgain, let last, last.isKept { return last.sprite }
        last = nil
        // What moves is needed once. What is shown again may be needed more often.
        let sprite = try open().sprite(
            pose: state.pose, layer: layer, time: state.time, in: view, onto: isShownAgain ? nil : frame)
        let isKept = sprite?.planes.isPartOfFrame != true
        last = (state.pose, state.time, view, isKept ? sprite : nil, isKept)
        return sprite
    }

    /// Frees the layer's memory. It can be drawn again.
    func release() {
        last = nil
        picture = nil
    }

    private func open() throws -> any LayerPicture {
        if let picture { return picture }
        let made: any LayerPicture
        switch layer.content {
        case .text(let text): made = try sources.drawing(text)
        case .shape(let shape): made = DrawnPicture(shape)
        case .image(let image): made = ImagePicture(image, source: sources.picture)
        case .video(let video): made = ClipPicture(video, clip: try sources.clip(video.asset))
        }
        picture = made
        return made
    }

    /// Whether the layer looks the same in every frame of a segment.
    func isStill(frames: Int) -> Bool {
        if case .video = layer.content { return false }
        return layer.from <= 0 && layer.to >= frames
            && [layer.x, layer.y, layer.scale, layer.rotation, layer.opacity].allSatisfy(\.isConstant)
    }
}

final class StackRenderer {
    private let stack: Stack
    private let layers: [ActiveLayer]
    private let size: PixelSize
    private let rate: FrameRate
    /// Number of the lowest layers that do not change.
    private let stillLayers: Int
    private var base: I420Frame?

    init(_ stack: Stack, size: PixelSize, rate: FrameRate, frames: Int, sources: LayerSources) {
        self.stack = stack
        self.size = size
        self.rate = rate
        layers = stack.layers.map { ActiveLayer($0, sources: sources) }
        stillLayers = layers.firstIndex { !$0.isStill(frames: frames) } ?? layers.count
    }

    struct State: Equatable {
        /// 0...256.
        var opacity: Int
        /// Pixels.
        var offsetX, offsetY: Double
        /// States of the layers above those that do not change.
        var layers: [ActiveLayer.State?]
        var covers: Bool { opacity >= 256 && offsetX == 0 && offsetY == 0 }
        var isHidden: Bool { opacity == 0 }
    }

    func state(_ frame: Int) throws -> State {
        let at = Double(frame)
        func pixels(_ track: Track, _ side: Int) -> Double? {
            let value = track.value(at: at)
            guard value.isFinite, abs(value) < 1 else { return nil }
            return (value * Double(side) * 256).rounded() / 256
        }
        let opacity = opacityStep(stack.opacity.value(at: at))
        guard opacity > 0, let x = pixels(stack.offsetX, size.width), let y = pixels(stack.offsetY, size.height) else {
            return State(opacity: 0, offsetX: 0, offsetY: 0, layers: [])
        }
        return State(
            opacity: opacity, offsetX: x, offsetY: y,
            layers: try layers[stillLayers...].map { try $0.state(frame, rate: rate) })
    }

    /// The stack's picture: the stored one if no other layers are visible, otherwise `target`, drawn.
    /// - Parameter part: the part of `target` that is drawn; nil: all of it.
    func picture(_ state: State, frame: Int, part: Rect?, in target: () -> I420Frame) throws -> I420Frame {
        guard state.layers.contains(where: { $0 != nil }) else {
            releasePast(frame)
            return try stillPicture()
        }
        let picture = target()
        let view = View(size, part: part)
        // From the top down to an opaque picture that hides the rest, which is neither drawn nor copied.
        var seen: [(sprite: Sprite, opacity: Int)] = [], hidesRest = false
        for (layer, state) in zip(layers[stillLayers...], state.layers).reversed() where !hidesRest {
            guard let state,
                let sprite = try layer.sprite(state, in: view, onto: state.opacity >= 256 ? picture : nil)
            else { continue }
            hidesRest = sprite.hides(view, opacity: state.opacity)
            seen.append((sprite, state.opacity))
        }
        if !hidesRest {
            let still = try stillPicture()
            if part == nil { picture.restore(from: still) } else { picture.copy(from: still, part: part) }
        }
        for (sprite, opacity) in seen.reversed() { sprite.draw(on: picture, opacity: opacity) }
        releasePast(frame)
        return picture
    }

    private func stillPicture() throws -> I420Frame {
        if let base { return base }
        let frame = I420Frame(width: size.width, height: size.height)
        frame.fill(stack.background)
        for layer in layers[..<stillLayers] {
            if let state = try layer.state(0, rate: rate) { try layer.draw(state, on: frame) }
            layer.release()
        }
        base = frame
        return frame
    }

    private func releasePast(_ frame: Int) {
        for layer in layers[stillLayers...] where layer.layer.to <= frame { layer.release() }
    }
}
