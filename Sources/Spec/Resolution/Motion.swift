// Computes the tracks of a layer from its own values, `animate`, `enter` and `exit`.
import Composition

/// Rounded to 1/64 of a frame, the resolution of keyframes.
func keyFrame(_ frames: Double) -> Double {
    guard frames.isFinite else { return 0 }
    return (max(-1e9, min(1e9, frames)) * 64).rounded() / 64
}

extension Track {
    /// A track of ascending keyframes; of several at the same frame the last one counts.
    static func ascending(_ keys: [Keyframe]) -> Track {
        var kept: [Keyframe] = []
        for key in keys {
            if let last = kept.last, last.frame >= key.frame { kept.removeLast() }
            kept.append(Keyframe(frame: key.frame, value: tidy(key.value), ease: key.ease))
        }
        return Track(kept)
    }

    func mapped(_ transform: (Double) -> Double) -> Track {
        Track(keyframes.map { Keyframe(frame: $0.frame, value: tidy(transform($0.value)), ease: $0.ease) })
    }

    /// Combines two tracks by a rule that is affine in each. Exact if one is constant or they change one after the
    /// other. Otherwise sampled: at every frame while the shorter one changes (at most 512 samples), and more coarsely
    /// elsewhere.
    func combined(_ other: Track, _ rule: @escaping (Double, Double) -> Double) -> Track {
        if other.isConstant { return mapped { rule($0, other.keyframes[0].value) } }
        if isConstant { return other.mapped { rule(keyframes[0].value, $0) } }
        for (a, b, rule) in [(self, other, rule), (other, self, { rule($1, $0) })]
        where a.keyframes.last!.frame <= b.keyframes[0].frame {
            return .ascending(
                a.mapped { rule($0, b.keyframes[0].value) }.keyframes
                    + b.mapped { rule(a.keyframes.last!.value, $0) }.keyframes)
        }
        let all = (keyframes + other.keyframes).map(\.frame)
        let first = all.min()!.rounded(.down), last = all.max()!.rounded(.up)
        func span(_ track: Track) -> ClosedRange<Double> {
            track.keyframes[0].frame.rounded(.down)...track.keyframes.last!.frame.rounded(.up)
        }
        func length(_ range: ClosedRange<Double>) -> Double { range.upperBound - range.lowerBound }
        let short = length(span(self)) < length(span(other)) ? span(self) : span(other)
        let fine = max(1, (length(short) / 512).rounded(.up)), coarse = max(1, ((last - first) / 512).rounded(.up))
        var frames: [Double] = [], at = first
        while at < last {
            frames.append(at)
            let next = at + (at >= short.lowerBound && at < short.upperBound ? fine : coarse)
            at = at < short.lowerBound ? min(next, short.lowerBound) : next
        }
        frames.append(last)
        var keys: [Keyframe] = []
        for frame in frames {
            let value = tidy(rule(self.value(at: frame), other.value(at: frame)))
            // Of a run of equal values only both ends are kept.
            if keys.count >= 2, keys[keys.count - 1].value == value, keys[keys.count - 2].value == value {
                keys.removeLast()
            }
            keys.append(Keyframe(frame: frame, value: value))
        }
        return Track(keys)
    }
}

/// The tracks of one layer, in frames from its scene's start.
struct Motion {
    var x, y, scale, rotation, opacity: Track

    /// - from, to: when the layer is shown.
    /// - exitEnd: the end of its exit; earlier than `to` if the scene continues below the next one.
    init(_ layer: LayerSpec, from: Int, to: Int, exitEnd: Int, frame: Frame, reader: Reader) {
        x = Track(frame.x(layer.at.x))
        y = Track(frame.y(layer.at.y))
        scale = Track(tidy(layer.scale))
        rotation = Track(tidy(layer.rotation))
        opacity = Track(tidy(layer.opacity))
        if let animate = layer.animate {
            func track<Value>(_ property: PropertyTrack<Value>?, _ value: (Value) -> Double) -> Track? {
                property.map { Motion.track($0, animate, from: from, to: to, rate: frame.rate, reader, value) }
            }
            x = track(animate.x) { frame.x($0) } ?? x
            y = track(animate.y) { frame.y($0) } ?? y
            scale = track(animate.scale) { $0 } ?? scale
            rotation = track(animate.rotation) { $0 } ?? rotation
            opacity = track(animate.opacity) { $0 } ?? opacity
        }
        // Together they cannot take longer than the layer is shown.
        let room = max(1, exitEnd - from)
        let enter = layer.enter.map { min(max(1, $0.length.frames(at: frame.rate)), room) } ?? 0
        let exit = layer.exit.map { min(max(1, $0.length.frames(at: frame.rate)), max(0, room - enter)) } ?? 0
        if let move = layer.enter { apply(move, begin: from, end: from + enter, isEnter: true, frame) }
        if let move = layer.exit, exit > 0 { apply(move, begin: exitEnd - exit, end: exitEnd, isEnter: false, frame) }
    }

    private mutating func apply(_ move: MoveSpec, begin: Int, end: Int, isEnter: Bool, _ frame: Frame) {
        // Starts one frame early, so that the first frame has already moved.
        let first = Double(isEnter ? begin - 1 : begin), last = Double(isEnter ? end : end)
        func ramp(_ away: Double, _ home: Double, _ ease: Ease) -> Track {
            .ascending([
                Keyframe(frame: first, value: isEnter ? away : home, ease: ease),
                Keyframe(frame: last, value: isEnter ? home : away),
            ])
        }
        let ease = move.ease ?? (isEnter ? .easeOut : .easeIn)
        opacity = opacity.combined(ramp(0, 1, move.form == .fade ? move.ease ?? .linear : .easeOut)) { $0 * $1 }
        switch move.form {
        case .fade: break
        case .slide(let direction):
            let distance = frame.length(move.distance)
            // A layer that moves in this direction enters from the opposite side.
            let sign = isEnter ? -1.0 : 1.0
            switch direction {
            case .left: x = x.combined(ramp(-distance * sign, 0, ease)) { $0 + $1 }
            case .right: x = x.combined(ramp(distance * sign, 0, ease)) { $0 + $1 }
            case .up: y = y.combined(ramp(-distance * sign, 0, ease)) { $0 + $1 }
            case .down: y = y.combined(ramp(distance * sign, 0, ease)) { $0 + $1 }
            }
        case .zoom(let factor): scale = scale.combined(ramp(factor, 1, ease)) { $0 * $1 }
        case .pop: scale = scale.combined(ramp(0.6, 1, move.ease ?? (isEnter ? .back : .easeIn))) { $0 * $1 }
        }
    }

    private static func track<Value>(
        _ property: PropertyTrack<Value>, _ animate: AnimateSpec, from: Int, to: Int, rate: FrameRate,
        _ reader: Reader, _ value: (Value) -> Double
    ) -> Track {
        if property.ends.count == 2 {
            let start = Double(from) + keyFrame(animate.from.seconds(at: rate) * rate.perSecond)
            let end = animate.length.map { start + keyFrame($0.value.seconds(at: rate) * rate.perSecond) } ?? Double(to)
            return .ascending([
                Keyframe(frame: start, value: value(property.ends[0]), ease: animate.ease),
                Keyframe(frame: max(end, start + 1.0 / 64), value: value(property.ends[1])),
            ])
        }
        var keys: [Keyframe] = []
        for key in property.keys {
            let at = Double(from) + keyFrame(key.at.seconds(at: rate) * rate.perSecond)
            if let last = keys.last, at <= last.frame { reader.report(.keyframesDescend(at: key.place)); continue }
            keys.append(Keyframe(frame: at, value: tidy(key.value.map(value) ?? 0), ease: key.ease ?? animate.ease))
        }
        return keys.isEmpty ? Track(0) : .ascending(keys)
    }
}

/// The frame to which lengths and positions refer.
struct Frame {
    var size: PixelSize
    var rate: FrameRate
    /// Size of a pixel of `video.size` in this size: the ratio of the shorter sides. The shorter side is what limits the
    /// size of letters in every shape: across in a portrait frame, which fills a telephone, down in a landscape one.
    var unit: Double
    var safe: SafeArea

    init(size: PixelSize, design: PixelSize, rate: FrameRate, zones: [Profile.Zone] = []) {
        self.size = size
        self.rate = rate
        safe = SafeArea(of: size, zones: zones)
        unit = Double(min(size.width, size.height)) / Double(min(design.width, design.height))
    }

    /// A percentage is of the shorter side; `em` of the text's size.
    func length(_ length: Length, em: Double = 0) -> Double {
        switch length {
        case .pixels(let value): tidy(value * unit)
        case .percent(let value): tidy(value / 100 * Double(min(size.width, size.height)))
        case .em(let value): tidy(value * em)
        case .safe(let value): tidy(value / 100 * min(safe.width, safe.height))
        }
    }

    /// A percentage is of the width (or height).
    func along(_ length: Length, _ axis: Axis) -> Double {
        switch length {
        case .percent(let value): tidy(value / 100 * Double(axis == .x ? size.width : size.height))
        case .safe(let value): tidy(value / 100 * (axis == .x ? safe.width : safe.height))
        case .pixels, .em: self.length(length)
        }
    }

    func x(_ coordinate: Coordinate) -> Double {
        let distance = along(coordinate.length, .x)
        return coordinate.length.isSafe ? tidy(safe.left + distance) : distance
    }
    func y(_ coordinate: Coordinate) -> Double {
        let distance = along(coordinate.length, .y)
        return coordinate.length.isSafe ? tidy(safe.top + distance) : distance
    }
}
