// Which segments two plans share, which moved, and which face each other.
import Composition
import Digests
import Testing

@Suite struct PlanChangesTests {
    /// Segments by name and length in seconds, one scene each, called like the segment.
    private func plan(_ segments: [(String, Int)], rate: Int = 10) -> Plan {
        var start = 0, spans: [Plan.Span] = []
        for (name, seconds) in segments {
            spans.append(
                Plan.Span(
                    startFrame: start, frames: seconds * rate, segment: .of(name), scenes: [name],
                    cues: name == "b" ? [0] : []))
            start += seconds * rate
        }
        return Plan(
            title: "t", language: "en", size: PixelSize(width: 2, height: 2), rate: FrameRate(rate), frames: start,
            scenes: [],
            cues: [Cue(startFrame: 0, endFrame: 1, text: "caption")], spans: spans, hasSound: false, loudness: nil,
            acceptance: Plan.Acceptance(), claims: [])
    }

    /// `kind a→b`, each as start-end in seconds.
    private func told(_ a: [(String, Int)], _ b: [(String, Int)], rates: (Int, Int) = (10, 10)) -> [String] {
        PlanChanges(from: plan(a, rate: rates.0), to: plan(b, rate: rates.1)).changes.map { change in
            func text(_ place: PlanChanges.Place?) -> String { place.map { "\(Int($0.start))-\(Int($0.end))" } ?? "" }
            return "\(change.kind.rawValue) \(text(change.a))>\(text(change.b))"
        }
    }

    @Test func equalPlansAreTheSame() {
        let changes = PlanChanges(from: plan([("a", 2), ("b", 3)]), to: plan([("a", 2), ("b", 3)]))
        #expect(changes.isSame && changes.changes.count == 2)
        #expect(changes.changes[1].b?.captions == ["caption"] && changes.changes[1].b?.scenes == ["b"])
        #expect(PlanChanges(from: plan([]), to: plan([])).isSame)
    }

    @Test func aSegmentThatChangedFacesTheOneInItsPlace() {
        #expect(
            told([("a", 2), ("b", 3), ("c", 2)], [("a", 2), ("x", 4), ("c", 2)]) == [
                "same 0-2>0-2", "changed 2-5>2-6", "moved 5-7>6-8",
            ])
    }

    @Test func insertedAtTheFrontTheOthersMove() {
        #expect(
            told([("a", 2), ("b", 3)], [("n", 1), ("a", 2), ("b", 3)]) == [
                "added >0-1", "moved 0-2>1-3", "moved 2-5>3-6",
            ])
    }

    @Test func removedInTheMiddle() {
        #expect(
            told([("a", 2), ("b", 3), ("c", 2)], [("a", 2), ("c", 2)]) == [
                "same 0-2>0-2", "removed 2-5>", "moved 5-7>2-4",
            ])
        #expect(told([("a", 2), ("b", 3)], [("a", 2)]) == ["same 0-2>0-2", "removed 2-5>"])
        #expect(told([("a", 2)], []) == ["removed 0-2>"])
    }

    @Test func orderMayChange() {
        #expect(
            told([("a", 2), ("b", 2), ("c", 2)], [("c", 2), ("a", 2), ("b", 2)]) == [
                "moved 4-6>0-2", "moved 0-2>2-4", "moved 2-4>4-6",
            ])
    }

    /// Equal segments several times: those that stay where they are stay.
    @Test func repeatedSegments() {
        #expect(
            told([("a", 1), ("a", 1), ("a", 1)], [("x", 1), ("a", 1), ("a", 1)]) == [
                "changed 0-1>0-1", "same 1-2>1-2", "same 2-3>2-3",
            ])
        #expect(
            told([("a", 1), ("a", 1)], [("a", 1), ("a", 1), ("a", 1)]) == [
                "same 0-1>0-1", "same 1-2>1-2", "added >2-3",
            ])
    }

    /// Segments that all changed, with a new one among them: those of a scene face each other.
    @Test func scenesFaceThemselves() {
        func scene(_ plan: Plan, _ names: [String]) -> Plan {
            var plan = plan
            for (index, name) in names.enumerated() { plan.spans[index].scenes = [name] }
            return plan
        }
        let a = scene(plan([("a", 2), ("b", 2)]), ["one", "two"]),
            b = scene(plan([("n", 1), ("x", 3), ("y", 2)]), ["zero", "one", "two"])
        #expect(PlanChanges(from: a, to: b).changes.map(\.kind) == [.added, .changed, .changed])
        #expect(PlanChanges(from: b, to: a).changes.map(\.kind) == [.removed, .changed, .changed])
    }

    @Test func anotherRateIsAnotherTimeline() {
        #expect(
            told([("a", 2)], [("a", 2)], rates: (10, 20)) == ["same 0-2>0-2"],
            "equal digests are equal segments; times are seconds")
        #expect(
            told([("a", 2), ("b", 2)], [("c", 1), ("d", 1)], rates: (10, 20)) == ["changed 0-2>0-1", "changed 2-4>1-2"])
    }

    /// A segment of ten frames that are drawn as the letters say, two seconds into a film and three into the other.
    private func parts(_ before: String, _ now: String) -> [String] {
        func drawn(_ letters: String) -> FrameHashes {
            // As one list may count equal frames together and another not.
            FrameHashes(
                size: PixelSize(width: 2, height: 2), rate: FrameRate(10),
                runs: letters.map { FrameHashes.Run(hash: .of(String($0)), count: 1) })
        }
        var (a, b) = (plan([("a", 2), ("b", 1)]), plan([("n", 3), ("b", 1)]))
        (a.cues, b.cues) = (
            [Cue(startFrame: 20, endFrame: 23, text: "caption")], [Cue(startFrame: 30, endFrame: 33, text: "caption")]
        )
        (a.spans[1].frames, b.spans[1].frames) = (before.count, now.count)
        b.spans[1].segment = .of("another")
        let changes = PlanChanges(from: a, to: b).changes
        guard let change = changes.first(where: { $0.a?.scenes == ["b"] && $0.b?.scenes == ["b"] }) else { return [] }
        return PlanChanges.parts(of: change, drawn: drawn(before), drawn(now), in: a.timeline, b.timeline).map { part in
            func text(_ place: PlanChanges.Place?) -> String {
                place.map { "\($0.startFrame)-\($0.startFrame + $0.frames)" + ($0.captions.isEmpty ? "" : "c") } ?? ""
            }
            return "\(part.kind.rawValue) \(text(part.a))>\(text(part.b))"
        }
    }

    @Test func onlyTheFramesThatDifferHaveChanged() {
        #expect(
            parts("aaaabbccdd", "aaaaXXccdd") == ["moved 20-24c>30-34c", "changed 24-26>34-36", "moved 26-30>36-40"])
        #expect(parts("aaaabbccdd", "XaaabbccdX") == ["changed 20-30c>30-40c"])
        #expect(parts("abcdefghij", "abcdefghiX") == ["moved 20-29c>30-39c", "changed 29-30>39-40"])
        // A longer hold adds frames, and a shorter one removes some.
        #expect(parts("abbbbbbbbc", "abbbbbbbbbbbc") == ["moved 20-29c>30-39c", "added >39-42", "moved 29-30>42-43"])
        #expect(parts("abbbbc", "abbc") == ["moved 20-23c>30-33c", "removed 23-25>", "moved 25-26>33-34"])
        #expect(parts("abc", "abc") == ["changed 20-23c>30-33c"])
    }
}
