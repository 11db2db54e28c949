// Handles captions that cannot be shown as they are written. By default those of a file are corrected with a warning
// and those of the spec are errors; `on_empty`, `on_overlap` and `on_outside` change this.
import Composition
import Diagnostics

extension Captioner {
    /// The rules for the captions of one source.
    struct Rules {
        /// Whether empty captions are left out.
        var skipsEmpty: Bool
        /// Whether captions are cut off at the limits of the video.
        var cutsOutside: Bool
        /// Number of frames, and what they belong to, for messages.
        var limit: Int
        var length: String
        /// What an early caption precedes, for messages.
        var before: String

        init(_ spec: CaptionsSpec, isFile: Bool, limit: Int, length: String, before: String = "video") {
            self.before = before
            skipsEmpty = spec.onEmpty.map { $0 == .skip } ?? isFile
            cutsOutside = spec.onOutside == .cut
            self.limit = limit
            self.length = length
        }
    }

    /// The first frame and the one after the last; nil after reporting a problem.
    func checked(_ start: Time, _ end: Time, _ span: SceneSpan, text: String, at place: Place, _ rules: Rules) -> (
        Int, Int
    )? {
        let reader = resolver.reader, rate = resolver.rate
        let first = span.frame(start), last = span.frame(end)
        if text.utf8.count > SpecLimits.caption {
            reader.report(.textTooLong("text", limit: SpecLimits.caption, at: place)); return nil
        }
        if isBlankText(text) { return refuse(.captionEmpty(at: place), "is empty", rules, place) }
        if last <= first {
            guard end.seconds(at: rate) >= start.seconds(at: rate) else {
                return refuse(.captionBackwards(at: place), "ends before it begins", rules, place)
            }
            return refuse(.captionTiny(at: place), "is shorter than one frame", rules, place)
        }
        if first < 0 {
            guard rules.cutsOutside else { reader.report(.captionBefore(rules.before, at: place)); return nil }
            guard last > 0 else {
                reader.report(.captionSkipped("ends before the \(rules.before) begins", at: place)); return nil
            }
            reader.report(.captionClipped("begins before the \(rules.before): its first part is cut off", at: place))
        }
        if last > rules.limit {
            guard rules.cutsOutside else { reader.report(.captionOutside(length: rules.length, at: place)); return nil }
            guard first < rules.limit else {
                reader.report(.captionSkipped("begins after the end of the \(rules.length)", at: place))
                return nil
            }
            reader.report(.captionClipped("ends after the end of the \(rules.length): it is cut off there", at: place))
        }
        return (max(0, first), min(rules.limit, last))
    }

    private func refuse(_ problem: SpecProblem, _ what: String, _ rules: Rules, _ place: Place) -> (Int, Int)? {
        resolver.reader.report(rules.skipsEmpty ? .captionSkipped(what, at: place) : problem)
        return nil
    }

    /// Warns about captions that are not in the order of their times. They are still shown at their times.
    func noteOrder(_ cues: [Timed]) {
        for (before, cue) in zip(cues, cues.dropFirst()) where cue.start < before.start {
            resolver.reader.report(.captionOrder(before: before.place, at: cue.place))
        }
    }

    /// Sorted by time and without overlaps.
    func apart(_ cues: [Timed], _ spec: CaptionsSpec) -> [Timed] {
        let sorted = cues.enumerated().sorted { ($0.element.start, $0.offset) < ($1.element.start, $1.offset) }.map(
            \.element)
        var latest: Timed?, isRefused = false
        for cue in sorted {
            if let before = latest, cue.start < before.end,
                (spec.onOverlap ?? (before.isFromFile || cue.isFromFile ? .cut : .error)) == .error
            {
                resolver.reader.report(.captionsOverlap(before: before.place, at: cue.place))
                isRefused = true
            }
            if cue.end > latest?.end ?? 0 { latest = cue }
        }
        if isRefused { return sorted }
        return spec.onOverlap == .stack ? stacked(sorted) : cut(sorted)
    }

    /// Ends each caption where the next one begins; joins captions that begin at the same time.
    private func cut(_ sorted: [Timed]) -> [Timed] {
        var out: [Timed] = []
        for cue in sorted {
            if let before = out.last, cue.start < before.end {
                if cue.start == before.start {
                    resolver.reader.report(.captionJoined(with: before.place, at: cue.place))
                    out[out.count - 1] = joined([before, cue], from: cue.start, to: max(before.end, cue.end))
                    continue
                }
                resolver.reader.report(.captionCut(next: cue.place, at: before.place))
                out[out.count - 1].end = cue.start
            }
            out.append(cue)
        }
        return out
    }

    /// For each interval between changes, all captions on screen, one above the other.
    private func stacked(_ sorted: [Timed]) -> [Timed] {
        let edges = Set(sorted.flatMap { [$0.start, $0.end] }).sorted()
        var out: [Timed] = [], open: [Timed] = [], next = 0
        for (from, to) in zip(edges, edges.dropFirst()) {
            open.removeAll { $0.end <= from }
            while next < sorted.count, sorted[next].start == from {
                open.append(sorted[next])
                next += 1
            }
            guard let last = open.last else { continue }
            let text = joined(open, from: from, to: to)
            guard text.text.utf8.count <= SpecLimits.caption else {
                resolver.reader.report(.textTooLong("text", limit: SpecLimits.caption, at: last.place))
                return []
            }
            out.append(text)
        }
        return out
    }

    private func joined(_ cues: [Timed], from: Int, to: Int) -> Timed {
        var whole = cues[cues.count - 1]
        (whole.start, whole.end, whole.text, whole.marks) = (from, to, "", [])
        for cue in cues {
            if !whole.text.isEmpty { whole.text += "\n" }
            let start = whole.text.utf8.count
            whole.marks += cue.marks.map { ($0.offset + start, $0.seconds + cue.shift - whole.shift) }
            whole.text += cue.text
        }
        whole.row = cues.compactMap(\.row).last
        whole.sources = cues.flatMap(\.sources)
        return whole
    }
}
