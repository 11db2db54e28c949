// In which segments two plans of one video differ, with the times in each. A segment that is equal and elsewhere has moved.

public struct PlanChanges: Codable, Sendable, Hashable {
    /// A segment in one of the two timelines.
    public struct Place: Codable, Sendable, Hashable {
        /// Which segment of its plan it is, from 0.
        public var index: Int
        public var startFrame: Int
        public var frames: Int
        /// Seconds.
        public var start: Double
        public var end: Double
        public var scenes: [String]
        public var captions: [String]

        init(_ plan: Plan, _ index: Int) {
            let span = plan.spans[index]
            self.index = index
            (startFrame, frames) = (span.startFrame, span.frames)
            start = plan.rate.seconds(ofFrame: startFrame)
            end = plan.rate.seconds(ofFrame: startFrame) + plan.rate.seconds(ofFrame: frames)
            scenes = span.scenes
            captions = span.cues.compactMap { plan.cues.indices.contains($0) ? plan.cues[$0].text : nil }
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

    /// In the second plan's order; what was removed stands where it was.
    public var changes: [Change]

    public var isSame: Bool { changes.allSatisfy { $0.kind == .same } }

    public init(from a: Plan, to b: Plan) {
        let matches = Self.matches(a, b)
        let matched = Set(matches.compactMap { $0 })
        // Runs of segments without an equal, by the equal segment before them (-1: at the beginning), face each other.
        var free: [Int: [Int]] = [:], anchor = -1
        for index in a.spans.indices { if matched.contains(index) { anchor = index } else { free[anchor, default: []].append(index) } }

        var changes: [Change] = []
        func remove(after anchor: Int) {
            for index in free.removeValue(forKey: anchor) ?? [] { changes.append(Change(kind: .removed, a: Place(a, index), b: nil)) }
        }
        anchor = -1
        for index in b.spans.indices {
            let place = Place(b, index)
            if let other = matches[index] {
                remove(after: anchor)
                anchor = other
                let before = Place(a, other)
                let kind: Kind = before.start == place.start && before.end == place.end ? .same : .moved
                changes.append(Change(kind: kind, a: before, b: place))
            } else if let other = free[anchor]?.first {
                free[anchor]?.removeFirst()
                changes.append(Change(kind: .changed, a: Place(a, other), b: place))
            } else {
                changes.append(Change(kind: .added, a: nil, b: place))
            }
        }
        remove(after: anchor)
        for other in free.keys.sorted() { remove(after: other) }
        self.changes = changes
    }

    /// For each segment of `b` the equal one of `a`, each used once: first those at the same time, then in order.
    private static func matches(_ a: Plan, _ b: Plan) -> [Int?] {
        struct Moment: Hashable { var segment: String, startFrame: Int }
        let isSameRate = a.rate == b.rate
        var there: [Moment: Int] = [:], queues: [String: [Int]] = [:]
        for (index, span) in a.spans.enumerated() { there[Moment(segment: span.segment, startFrame: span.startFrame)] = index }
        var matches: [Int?] = b.spans.map { isSameRate ? there[Moment(segment: $0.segment, startFrame: $0.startFrame)] : nil }
        let taken = Set(matches.compactMap { $0 })
        for (index, span) in a.spans.enumerated().reversed() where !taken.contains(index) { queues[span.segment, default: []].append(index) }
        for (index, span) in b.spans.enumerated() where matches[index] == nil { matches[index] = queues[span.segment]?.popLast() }
        return matches
    }
}
