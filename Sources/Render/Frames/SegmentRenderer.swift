// Renders the frames of a segment. A frame depends only on the segment's description and the frame's index, not on
// frames drawn before or on the segment's position in the video.
import Composition
import Diagnostics

/// Draws the frames of one segment, in any order; ascending order is fastest. Must not be shared between threads.
public final class SegmentRenderer {
    public let segment: Segment
    public var frames: Int { segment.frames }
    /// Font files used by the frames drawn so far: absolute paths, sorted.
    public var fontsUsed: [String] { used.files.texts }
    /// The searches that chose them.
    public let used: FontsUsed

    private let stacks: [StackRenderer]
    private let overlays: [ActiveLayer]
    private var outputs: SpareFrames
    private var scratch: I420Frame?
    private var last: (state: State, part: Rect?, frame: I420Frame)?
    private var states: [(index: Int, state: State)] = []

    private struct State: Equatable {
        /// nil for stacks below one that covers them.
        var stacks: [StackRenderer.State?]
        var overlays: [ActiveLayer.State?]
    }

    /// Throws a `Diagnostic` if frames of this size cannot be drawn. Assets are opened when they are first drawn.
    public init(_ segment: Segment, sources: LayerSources) throws {
        let size = segment.size
        guard 2...16384 ~= size.width, 2...16384 ~= size.height, size.width % 2 == 0, size.height % 2 == 0 else {
            throw RenderProblem.badSize(width: size.width, height: size.height).diagnostic
        }
        guard segment.frames >= 1, segment.frames < 10_000_000, segment.rate.numerator > 0, segment.rate.denominator > 0
        else {
            throw RenderProblem.badLength(frames: segment.frames).diagnostic
        }
        self.segment = segment
        let used = FontsUsed()
        self.used = used
        let sources = sources.noting(used)
        stacks = segment.stacks.map {
            StackRenderer($0, size: size, rate: segment.rate, frames: segment.frames, sources: sources)
        }
        overlays = segment.overlays.map { ActiveLayer($0, sources: sources) }
        outputs = SpareFrames(width: size.width, height: size.height)
    }

    /// Whether a frame is known, without drawing, to equal the one before it. They may be equal even if this is
    /// `false`.
    public func repeatsPrevious(_ index: Int) throws -> Bool {
        guard index > 0 else { return false }
        return try isSame(index, as: index - 1)
    }

    func isSame(_ index: Int, as other: Int) throws -> Bool { try state(index) == state(other) }

    /// Draws a frame, which is valid until the next call, or as long as it is held. Throws a `Diagnostic`.
    public func frame(_ index: Int) throws -> I420Frame { try frame(index, part: nil) }

    /// Draws a part of a frame; the other pixels are undefined.
    func frame(_ index: Int, part: Rect?) throws -> I420Frame {
        precondition(0 <= index && index < segment.frames)
        let state = try state(index)
        if let last, last.state == state, last.part == part { return last.frame }
        last = nil
        // What slides comes from elsewhere in the frame.
        let slides = state.stacks.contains { $0.map { $0.offsetX != 0 || $0.offsetY != 0 } ?? false }
        let frame = try draw(state, index, part: slides ? nil : part)
        last = (state, part, frame)
        return frame
    }

    private func state(_ index: Int) throws -> State {
        if let known = states.first(where: { $0.index == index }) { return known.state }
        var list: [StackRenderer.State?] = []
        for stack in stacks.reversed() {
            let covered = list.contains { $0?.covers == true }
            let state = covered ? nil : try stack.state(index)
            list.append(state?.isHidden == true ? nil : state)
        }
        let state = State(
            stacks: list.reversed(), overlays: try overlays.map { try $0.state(index, rate: segment.rate) })
        states.append((index, state))
        if states.count > 2 { states.removeFirst() }
        return state
    }

    private func draw(_ state: State, _ index: Int, part: Rect?) throws -> I420Frame {
        let output = outputs.next()
        // The picture so far: nil is black, `output` is writable, any other frame is what does not change in a stack.
        var below: I420Frame?
        func writable() -> I420Frame {
            if let below {
                if below !== output {
                    if part == nil { output.restore(from: below) } else { output.copy(from: below, part: part) }
                }
            } else {
                output.fill(luma: 16, u: 128, v: 128)
            }
            below = output
            return output
        }
        for (stack, state) in zip(stacks, state.stacks) {
            guard let state else { continue }
            if state.covers {
                below = try stack.picture(state, frame: index, part: part) { output }
                continue
            }
            let under = writable()
            let picture = try stack.picture(state, frame: index, part: part) {
                if scratch == nil { scratch = I420Frame(width: output.width, height: output.height) }
                return scratch!
            }
            if state.offsetX == 0 && state.offsetY == 0 {
                under.mix(picture, amount: state.opacity, part: part)
            } else {
                picture.slide(x: state.offsetX, y: state.offsetY)?.draw(on: under, opacity: state.opacity)
            }
        }
        for (layer, state) in zip(overlays, state.overlays) {
            if let state { try layer.draw(state, on: writable(), part: part) }
            if layer.layer.to <= index { layer.release() }
        }
        return below ?? writable()
    }
}

extension I420Frame {
    /// The picture moved, also by fractions of pixels.
    fileprivate func slide(x: Double, y: Double) -> Sprite? {
        let planes = Planes(width: width, height: height, hasAlpha: false)
        Sprite(x: 0, y: 0, planes: planes).take(self)
        let move = Affine(tx: x, ty: y)
        return Sampler.sprite(
            of: planes, toFrame: move, window: Window(width: Double(width), height: Double(height), radius: 0),
            windowToFrame: move, in: View(PixelSize(width: width, height: height)))
    }
}
