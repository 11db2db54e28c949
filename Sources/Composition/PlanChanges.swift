// The segments in which two plans of one video differ, with their times. A segment that is equal but at another time
// has moved.
import Digests

public struct PlanChanges: Codable, Sendable, Hashable {
    /// A segment in one of the two timelines.
    public struct Place: Codable, Sendable, Hashable {
        /// Index of the segment in its plan.
        public var index: Int
        public var startFrame: Int
        public var frames: Int
        /// Seconds.
        public var start: Double
        public var end: Double
        public var scenes: [String]
        public var captions: [String]

        /// - Parameter part: some of the segment's frames, counted from its first; nil: all of it.
        init(_ plan: Timeline, _ index: Int, part: Range<Int>? = nil) {
            let span = plan.spans[index]
            self.index = index
            startFrame = span.startFrame + (part?.lowerBound ?? 0)
            frames = part?.count ?? span.frames
            start = plan.rate.seconds(ofFrame: startFrame)
            end = plan.rate.seconds(ofFrame: startFrame) + plan.rate.seconds(ofFrame: frames)
            scenes = span.scenes
            let shown = span.cues.filter(plan.cues.indices.contains).map { plan.cues[$0] }
            let (first, last) = (startFrame, startFrame + frames)
            captions = shown.filter { part == nil || $0.startFrame < last && $0.endFrame > first }.map(\.text)
        }
    }

    public enum Kind: String, Codable, Sendable { case same, moved, changed, added, removed }

    public struct Change: Codable, Sendable, Hashable {
        public var kind: Kind
        /// nil: added.
        public var a: Place?
        /// nil: removed.
        public var b: Place?
    }

    /// In the order of the second plan; removed segments keep their place between the others.
    public var changes: [Change]

    public var isSame: Bool { changes.allSatisfy { $0.kind == .same } }

    public init(from a: Plan, to b: Plan) { self.init(from: a.timeline, to: b.timeline) }

    public init(from a: Timeline, to b: Timeline) {
        let matches = Self.matches(a, b)
        let matched = Set(matches.compactMap { $0 })
        // Runs of segments without an equal are compared with each other if they follow the same equal segment (-1:
        // none, at the beginning).
        var free: [Int: [Int]] = [:], anchor = -1
        for index in a.spans.indices {
            if matched.contains(index) { anchor = index } else { free[anchor, default: []].append(index) }
        }

        var changes: [Change] = [], gap: [Int] = []
        anchor = -1
        func close() {
            changes += Self.facing(
                (free.removeValue(forKey: anchor) ?? []).map { Place(a, $0) }, gap.map { Place(b, $0) })
            gap = []
        }
        for index in b.spans.indices {
            guard let other = matches[index] else { gap.append(index); continue }
            close()
            anchor = other
            let before = Place(a, other), place = Place(b, index)
            changes.append(
                Change(
                    kind: before.start == place.start && before.end == place.end ? .same : .moved, a: before, b: place))
        }
        close()
        for other in free.keys.sorted() {
            for index in free[other]! { changes.append(Change(kind: .removed, a: Place(a, index), b: nil)) }
        }
        self.changes = changes
    }

    /// A changed segment in up to three parts: the frames between which its pictures differ, and what is drawn as before
    /// in front of and behind them. The whole segment if the frames are not those of the segment, or all equal.
    public static func parts(
        of change: Change, drawn before: FrameHashes, _ now: FrameHashes, in a: Timeline, _ b: Timeline
    ) -> [Change] {
        guard change.kind == .changed, let one = change.a, let other = change.b, before.size == now.size,
            before.rate == a.rate, now.rate == b.rate, before.has(one.frames), now.has(other.frames),
            before.runs != now.runs
        else { return [change] }
        let most = min(one.frames, other.frames)
        let front = min(most, FrameHashes.common(before.runs, now.runs))
        let behind = min(most - front, FrameHashes.common(before.runs.reversed(), now.runs.reversed()))
        var parts: [Change] = []
        func add(_ kind: Kind?, _ ours: Range<Int>, _ theirs: Range<Int>) {
            let (x, y) = (Place(a, one.index, part: ours), Place(b, other.index, part: theirs))
            switch (ours.isEmpty, theirs.isEmpty) {
            case (true, true): break
            case (true, false): parts.append(Change(kind: .added, a: nil, b: y))
            case (false, true): parts.append(Change(kind: .removed, a: x, b: nil))
            case (false, false):
                parts.append(Change(kind: kind ?? (x.start == y.start && x.end == y.end ? .same : .moved), a: x, b: y))
            }
        }
        add(nil, 0..<front, 0..<front)
        add(.changed, front..<one.frames - behind, front..<other.frames - behind)
        add(nil, one.frames - behind..<one.frames, other.frames - behind..<other.frames)
        return parts
    }

    /// Pairs segments of before and now in order, preferring pairs that show the same scenes and captions.
    private static func facing(_ before: [Place], _ now: [Place]) -> [Change] {
        func likeness(_ one: Place, _ other: Place) -> Int {
            1 + (one.scenes == other.scenes ? 8 : Set(one.scenes).isDisjoint(with: other.scenes) ? 0 : 4)
                + (one.captions == other.captions ? 2 : 0)
                + (one.frames == other.frames ? 1 : 0)
        }
        // A larger table would cost more time than the better pairing is worth.
        let isSmall = before.count * now.count <= 250_000
        var best = [[Int]](
            repeating: [Int](repeating: 0, count: isSmall ? now.count + 1 : 0), count: isSmall ? before.count + 1 : 0)
        if isSmall {
            for i in before.indices.reversed() {
                for j in now.indices.reversed() {
                    best[i][j] = max(best[i + 1][j], best[i][j + 1], best[i + 1][j + 1] + likeness(before[i], now[j]))
                }
            }
        }
        var changes: [Change] = [], i = 0, j = 0
        while i < before.count || j < now.count {
            if i < before.count, j < now.count,
                !isSmall || best[i][j] == best[i + 1][j + 1] + likeness(before[i], now[j])
            {
                changes.append(Change(kind: .changed, a: before[i], b: now[j]))
                i += 1
                j += 1
            } else if i < before.count, j == now.count || best[i][j] == best[i + 1][j] {
                changes.append(Change(kind: .removed, a: before[i], b: nil))
                i += 1
            } else {
                changes.append(Change(kind: .added, a: nil, b: now[j]))
                j += 1
            }
        }
        return changes
    }

    /// For each segment of `b` an equal one of `a`, each used once: those at the same time first, then the rest in
    /// order.
    private static func matches(_ a: Timeline, _ b: Timeline) -> [Int?] {
        struct Moment: Hashable { var segment: Digest, startFrame: Int }
        let isSameRate = a.rate == b.rate
        var there: [Moment: Int] = [:], queues: [Digest: [Int]] = [:]
        for (index, span) in a.spans.enumerated() {
            there[Moment(segment: span.segment, startFrame: span.startFrame)] = index
        }
        var matches: [Int?] = b.spans.map {
            isSameRate ? there[Moment(segment: $0.segment, startFrame: $0.startFrame)] : nil
        }
        let taken = Set(matches.compactMap { $0 })
        for (index, span) in a.spans.enumerated().reversed() where !taken.contains(index) {
            queues[span.segment, default: []].append(index)
        }
        for (index, span) in b.spans.enumerated() where matches[index] == nil {
            matches[index] = queues[span.segment]?.popLast()
        }
        return matches
    }
}
