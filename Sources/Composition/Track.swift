// A number that changes over time.

public enum Ease: String, Codable, Sendable, Hashable, CaseIterable {
    case linear, hold
    case easeIn = "in", easeOut = "out", easeInOut = "in-out"
    /// `back` overshoots a little and returns.
    case back, bounce
}

public struct Keyframe: Codable, Sendable, Hashable {
    /// In frames from the start of the segment; may be before it or after its end. A multiple of 1/64, so that moving a
    /// scene by whole frames changes no digit.
    public var frame: Double
    public var value: Double
    /// How the value goes from this keyframe to the next.
    public var ease: Ease
    public init(frame: Double, value: Double, ease: Ease = .linear) {
        self.frame = frame
        self.value = value
        self.ease = ease
    }
}

/// A value that is interpolated between keyframes; before the first and after the last one it is constant. Never empty;
/// frames strictly ascend.
public struct Track: Codable, Sendable, Hashable {
    public var keyframes: [Keyframe]
    public init(_ keyframes: [Keyframe]) {
        precondition(!keyframes.isEmpty)
        self.keyframes = keyframes
    }
    /// Refuses a track without keyframes, since the artifact is then damaged.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        keyframes = try container.decode([Keyframe].self, forKey: .keyframes)
        guard !keyframes.isEmpty else {
            throw DecodingError.dataCorruptedError(
                forKey: .keyframes, in: container, debugDescription: "a track needs a keyframe")
        }
    }
    public init(_ constant: Double) { keyframes = [Keyframe(frame: 0, value: constant)] }

    public var isConstant: Bool { keyframes.allSatisfy { $0.value == keyframes[0].value } }

    /// The value at a frame.
    public func value(at frame: Double) -> Double {
        guard let after = keyframes.firstIndex(where: { $0.frame > frame }) else { return keyframes.last!.value }
        if after == 0 { return keyframes[0].value }
        let from = keyframes[after - 1], to = keyframes[after]
        let t = (frame - from.frame) / (to.frame - from.frame)
        return from.value + (to.value - from.value) * from.ease(t)
    }

    /// The same track seen from a segment that starts `frames` later and lasts `count` frames. Keyframes that cannot
    /// change any of those frames are dropped, so that a segment's description holds only what it shows.
    public func shifted(by frames: Int, count: Int) -> Track {
        let moved = keyframes.map { Keyframe(frame: $0.frame - Double(frames), value: $0.value, ease: $0.ease) }
        let first = moved.lastIndex { $0.frame <= 0 } ?? 0
        let last = moved.firstIndex { $0.frame >= Double(count - 1) } ?? moved.count - 1
        let kept = Track(Array(moved[first...max(first, last)]))
        if kept.isConstant { return Track(kept.keyframes[0].value) }
        // A segment that lies within a hold sees a constant, wherever the keyframes are.
        let values = (0..<max(count, 1)).lazy.map { kept.value(at: Double($0)) }
        let start = kept.value(at: 0)
        return values.allSatisfy { $0 == start } ? Track(start) : kept
    }
}

extension Keyframe {
    /// Eased progress for linear progress `t` in 0...1.
    func ease(_ t: Double) -> Double {
        switch ease {
        case .linear: return t
        case .hold: return 0
        case .easeIn: return t * t * t
        case .easeOut: let u = 1 - t; return 1 - u * u * u
        case .easeInOut:
            if t < 0.5 { return 4 * t * t * t }
            let u = 2 - 2 * t
            return 1 - u * u * u / 2
        case .back:
            let s = 1.70158, u = t - 1
            return 1 + (s + 1) * u * u * u + s * u * u
        case .bounce:
            let n = 7.5625, d = 2.75
            if t < 1 / d { return n * t * t }
            if t < 2 / d { let u = t - 1.5 / d; return n * u * u + 0.75 }
            if t < 2.5 / d { let u = t - 2.25 / d; return n * u * u + 0.9375 }
            let u = t - 2.625 / d
            return n * u * u + 0.984375
        }
    }
}
