// Cuts a resolved video into segments, each described only by what it shows. Cuts are counted from the start of their
// scene, so that an edit changes no other scene's segments.
import Composition
import Diagnostics
import Digests

public struct PlanArtifacts: Sendable {
    public var plan: Plan
    /// One for each span, in order; spans with the same picture have equal segments.
    public var segments: [Segment]
    public var mix: AudioMix
    public var cues: CueSheet
    public var header: Header
    public var materials: Materials
}

/// - digest: returns a digest of the segment's description.
public func plan(_ video: ResolvedVideo, digest: (Segment) throws -> Digest) rethrows -> PlanArtifacts {
    let planner = Planner(video)
    let cuts = planner.cuts()
    var segments: [Segment] = [], spans: [Plan.Span] = []
    for (start, end) in zip(cuts, cuts.dropFirst()) {
        let segment = planner.segment(start..<end)
        segments.append(segment)
        let scenes = planner.scenes(in: start..<end).map { video.scenes[$0].id }
        spans.append(
            Plan.Span(
                startFrame: start, frames: end - start, segment: try digest(segment), scenes: scenes,
                cues: Array(planner.captions(in: start..<end))))
    }
    let cues = video.captions.map(\.cue)
    let scenes = video.scenes.map { scene in
        Plan.Scene(
            id: scene.id, startFrame: scene.startFrame, frames: scene.frames,
            texts: scene.layers.compactMap {
                if case .text(let content) = $0.content { content.text } else { nil }
            })
    }
    let plan = Plan(
        title: video.title, language: video.language, size: video.size, rate: video.rate, frames: video.frames,
        scenes: scenes,
        cues: cues, spans: spans, hasSound: !video.mix.pieces.isEmpty, loudness: video.mix.loudness,
        acceptance: video.acceptance, claims: video.claims)
    return PlanArtifacts(
        plan: plan, segments: segments, mix: video.mix,
        cues: CueSheet(rate: video.rate, language: video.language, cues: cues),
        header: Header(
            title: video.title, language: video.language, size: video.size, rate: video.rate, frames: video.frames,
            digitalSourceType: video.digitalSourceType),
        materials: video.materials)
}

struct Planner {
    let video: ResolvedVideo
    /// Shortest segment, in frames: a shorter one costs more in file size than it saves. About a second.
    let shortest: Int
    /// Longest segment, in frames, for moving and for still pictures. Long scenes are cut so that their parts can be
    /// encoded in parallel.
    let longestMoving: Int
    let longestStill: Int

    init(_ video: ResolvedVideo) {
        self.video = video
        let second = video.rate.perSecond
        shortest = max(1, Int(second.rounded()))
        longestMoving = max(1, Int((second * 4).rounded()))
        longestStill = max(1, Int((second * 12).rounded()))
    }

    /// Number of the scene's first frames under which the scene before continues.
    private func overlapBefore(_ index: Int) -> Int {
        index == 0 ? 0 : video.scenes[index - 1].transition?.overlap ?? 0
    }

    /// A fade from a colour at the scene's start, with the frames of its half.
    private func fadeIn(_ index: Int) -> (frames: Int, color: Color, ease: Ease)? {
        index == 0 ? nil : fadeOut(index - 1)
    }

    private func fadeOut(_ index: Int) -> (frames: Int, color: Color, ease: Ease)? {
        guard let transition = video.scenes[index].transition, case .fade(let color) = transition.form else {
            return nil
        }
        let half = min(transition.frames / 2, video.scenes[index].frames)
        return half > 0 ? (half, color, transition.ease) : nil
    }

    // MARK: Cuts

    /// The starts of all segments, and the end of the video. A scene's region reaches from the end of the transition
    /// into it to the end of the transition out of it.
    func cuts() -> [Int] {
        var cuts: [Int] = [0]
        for index in video.scenes.indices {
            let scene = video.scenes[index]
            let start = scene.startFrame + overlapBefore(index)
            let end = scene.startFrame + scene.frames + (scene.transition?.overlap ?? 0)
            guard end > start else { continue }
            let inner = softCuts(index, start..<end)
            for (from, to) in zip([start] + inner, inner + [end]) {
                cuts += grid(from..<to, scene: scene)
                cuts.append(to)
            }
        }
        return cuts
    }

    /// Cuts at captions, transitions and layers, in this order of priority. A cut is left out if a cut of higher
    /// priority is nearer than the shortest segment.
    private func softCuts(_ index: Int, _ region: Range<Int>) -> [Int] {
        let scene = video.scenes[index], start = scene.startFrame
        let ofCaptions = captions(in: region).flatMap {
            [video.captions[$0].cue.startFrame, video.captions[$0].cue.endFrame]
        }
        var ofTransitions: [Int] = []
        if let transition = scene.transition, transition.overlap > 0 { ofTransitions.append(start + scene.frames) }
        if let fade = fadeIn(index) { ofTransitions.append(start + fade.frames) }
        if let fade = fadeOut(index) { ofTransitions.append(start + scene.frames - fade.frames) }
        let ofLayers = scene.layers.flatMap { [start + $0.from, start + $0.to] }.sorted()
        var kept: [Int] = [region.lowerBound, region.upperBound]  // ascending
        for cut in ofCaptions + ofTransitions + ofLayers where region.contains(cut) {
            var low = 0, high = kept.count
            while low < high {
                let middle = (low + high) / 2
                if kept[middle] < cut { low = middle + 1 } else { high = middle }
            }
            // The bounds of the region are in `kept`, so a cut has neighbours on both sides.
            guard low > 0, cut - kept[low - 1] >= shortest, kept[low] - cut >= shortest else { continue }
            kept.insert(cut, at: low)
        }
        return Array(kept.dropFirst().dropLast())
    }

    /// Cuts within a piece that is too long, on a grid that begins with the scene, so that inserting an earlier scene
    /// moves none of them.
    private func grid(_ piece: Range<Int>, scene: ResolvedVideo.Scene) -> [Int] {
        guard piece.count > longestMoving else { return [] }
        let longest = isStill(piece) ? longestStill : longestMoving
        var cuts: [Int] = []
        var next = scene.startFrame + ((piece.lowerBound - scene.startFrame) / longest + 1) * longest
        while next <= piece.upperBound - shortest {
            if next - (cuts.last ?? piece.lowerBound) >= shortest { cuts.append(next) }
            next += longest
        }
        return cuts
    }

    private func isStill(_ range: Range<Int>) -> Bool {
        scenes(in: range).allSatisfy { index in
            let scene = video.scenes[index]
            let local = range.lowerBound - scene.startFrame..<range.upperBound - scene.startFrame
            return scene.layers.allSatisfy { layer in
                if layer.from >= local.upperBound || layer.to <= local.lowerBound { return true }
                if case .video = layer.content { return false }
                return [layer.x, layer.y, layer.scale, layer.rotation, layer.opacity].allSatisfy {
                    $0.isStill(in: local)
                }
            }
        }
    }

    // MARK: What is on screen

    func scenes(in range: Range<Int>) -> [Int] {
        // Find the last scene that begins at or before the range, then take the scenes that continue below it or begin
        // within the range.
        var low = 0, high = video.scenes.count
        while low < high {
            let middle = (low + high) / 2
            if video.scenes[middle].startFrame <= range.lowerBound { low = middle + 1 } else { high = middle }
        }
        var found: [Int] = []
        var index = max(0, low - 2)
        while index < video.scenes.count, video.scenes[index].startFrame < range.upperBound {
            let scene = video.scenes[index]
            if scene.startFrame + scene.frames + (scene.transition?.overlap ?? 0) > range.lowerBound {
                found.append(index)
            }
            index += 1
        }
        return found
    }

    func captions(in range: Range<Int>) -> Range<Int> {
        func first(_ isPast: (Cue) -> Bool) -> Int {
            var low = 0, high = video.captions.count
            while low < high {
                let middle = (low + high) / 2
                if isPast(video.captions[middle].cue) { high = middle } else { low = middle + 1 }
            }
            return low
        }
        let from = first { $0.endFrame > range.lowerBound }
        return from..<max(from, first { $0.startFrame >= range.upperBound })
    }

    func segment(_ range: Range<Int>) -> Segment {
        var stacks: [Stack] = []
        for index in scenes(in: range) {
            let scene = video.scenes[index], offset = range.lowerBound - scene.startFrame
            let fades = [
                fadeIn(index).map { (0..<$0.frames, $0.color) },
                fadeOut(index).map { (scene.frames - $0.frames..<scene.frames, $0.color) },
            ]
            for case let (frames, color)? in fades where frames.overlaps(offset..<offset + range.count) {
                if stacks.last?.background != .color(color) || !stacks.last!.layers.isEmpty {
                    stacks.append(Stack(background: .color(color), layers: []))
                }
            }
            stacks.append(stack(index, offset: offset, count: range.count))
        }
        let overlays = captions(in: range).flatMap { index -> [Layer] in
            let caption = video.captions[index]
            return caption.layers.compactMap {
                clipped($0, offset: range.lowerBound - caption.cue.startFrame, count: range.count)
            }
        }
        return Segment(size: video.size, rate: video.rate, frames: range.count, stacks: stacks, overlays: overlays)
    }

    private func stack(_ index: Int, offset: Int, count: Int) -> Stack {
        let scene = video.scenes[index]
        var opacity = Track(1), x = Track(0), y = Track(0)
        // Starts one frame early, so that the first frame of a transition already differs.
        func rising(_ frames: Int, _ ease: Ease, from first: Double = 0, to last: Double = 1) -> Track {
            .ascending([Keyframe(frame: -1, value: first, ease: ease), Keyframe(frame: Double(frames), value: last)])
        }
        if let before = index > 0 ? video.scenes[index - 1].transition : nil {
            switch before.form {
            case .crossfade: opacity = rising(before.frames, before.ease)
            case .slide(let toX, let toY):
                x = rising(before.frames, before.ease, from: -toX, to: 0)
                y = rising(before.frames, before.ease, from: -toY, to: 0)
            case .fade: if let fade = fadeIn(index) { opacity = rising(fade.frames, fade.ease) }
            }
        }
        if let fade = fadeOut(index) {
            let falling = Track.ascending([
                Keyframe(frame: Double(scene.frames - fade.frames - 1), value: 1, ease: fade.ease),
                Keyframe(frame: Double(scene.frames), value: 0),
            ])
            opacity = opacity.combined(falling) { $0 * $1 }
        }
        if let after = scene.transition, case .slide(let toX, let toY) = after.form {
            func leaving(_ distance: Double) -> Track {
                .ascending([
                    Keyframe(frame: Double(scene.frames - 1), value: 0, ease: after.ease),
                    Keyframe(frame: Double(scene.frames + after.frames), value: distance),
                ])
            }
            x = x.combined(leaving(toX)) { $0 + $1 }
            y = y.combined(leaving(toY)) { $0 + $1 }
        }
        return Stack(
            background: scene.background, layers: scene.layers.compactMap { clipped($0, offset: offset, count: count) },
            opacity: shifted(opacity, offset, count), offsetX: shifted(x, offset, count),
            offsetY: shifted(y, offset, count))
    }

    /// The layer relative to a segment that begins `offset` frames later; nil if it is not visible there.
    private func clipped(_ layer: Layer, offset: Int, count: Int) -> Layer? {
        let from = max(0, layer.from - offset), to = min(count, layer.to - offset)
        guard from < to else { return nil }
        var layer = layer
        layer.from = from
        layer.to = to
        layer.x = shifted(layer.x, offset, count)
        layer.y = shifted(layer.y, offset, count)
        layer.scale = shifted(layer.scale, offset, count)
        layer.rotation = shifted(layer.rotation, offset, count)
        layer.opacity = shifted(layer.opacity, offset, count)
        if case .video(var content) = layer.content {
            content.start = content.start + video.rate.time(ofFrame: offset) * content.speed
            layer.content = .video(content)
        }
        return layer
    }

    private func shifted(_ track: Track, _ offset: Int, _ count: Int) -> Track {
        let moved = track.shifted(by: offset, count: count)
        // Constants have one form, so that equal segments have equal descriptions.
        return moved.isConstant ? Track(tidy(moved.keyframes[0].value)) : moved
    }
}

extension Track {
    /// Whether the value is the same in all frames of the range.
    fileprivate func isStill(in range: Range<Int>) -> Bool {
        let first = keyframes.lastIndex { $0.frame <= Double(range.lowerBound) } ?? 0
        let last = keyframes.firstIndex { $0.frame >= Double(range.upperBound - 1) } ?? keyframes.count - 1
        return keyframes[first...max(first, last)].allSatisfy { $0.value == keyframes[first].value }
    }
}
