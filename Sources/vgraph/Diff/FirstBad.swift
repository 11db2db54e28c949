// The first build in which a check began to fail: the oldest of those that fail without a pass after it, and how it
// differs from the build before.
import Diagnostics
import Store
import Work

struct FirstBad {
    let id: String
    let target: String
    /// The build, and what it says.
    let bad: (run: History.Run, words: String)
    /// The last build before it in which it did not fail; nil: it failed in every build that the cache remembers.
    let good: (run: History.Run, words: String)?
    /// How the two differ.
    let difference: TargetDifference?
    private let sides: (a: DiffSide, b: DiffSide)?
    /// Builds between the two of which the cache no longer has the results.
    let unknown: Int

    /// - Parameter bring: gets each build before it is judged, to bring what is in remote caches alone.
    init(
        _ id: String, of target: String, _ history: History, _ cache: Cache, bring: (DiffSide) -> Void
    ) throws(HistoryProblem) {
        let blobs = Blobs(cache)
        var bad: (run: History.Run, side: DiffSide, words: String)?,
            good: (run: History.Run, side: DiffSide, words: String)?
        var unknown = 0, known: Set<String> = []
        let runs = history.runs { $0.asked(for: target) }
        guard !runs.isEmpty else { throw .noSuchRun(target) }
        for run in runs {
            let side = DiffSide(name: run.name, run: run, cache: cache)
            bring(side)
            let judged = Judgements(side, target, blobs)
            known.formUnion(judged.found.keys)
            if let finding = judged.found[id], finding.isBad {
                // What lies between two builds that fail is taken to fail too.
                (bad, unknown) = ((run, side, finding.words), 0)
            } else if judged.found[id] == nil && !judged.isWhole {
                unknown += 1
            } else {
                good = (run, side, judged.found[id]?.words ?? "no finding")
                break
            }
        }
        guard let bad else {
            guard known.contains(id) || good == nil else { throw .notJudged(id, target: target, known: known.sorted()) }
            throw .neverBad(id, target: target)
        }
        (self.id, self.target, self.unknown) = (id, target, unknown)
        self.bad = (bad.run, bad.words)
        self.good = good.map { ($0.run, $0.words) }
        sides = good.map { ($0.side, bad.side) }
        difference = good.map { TargetDifference(target, $0.side, bad.side, blobs: blobs) }
    }

    var text: String {
        var lines = ["\(target): \(id) fails since \(bad.run.name), \(bad.run.log.time): \(bad.words)"]
        if let good {
            lines.append("before: \(good.run.name), \(good.run.log.time): \(good.words)")
        } else {
            lines.append("it failed in every build that the cache remembers")
        }
        if unknown > 0 {
            lines.append(
                "of \(unknown) builds in between the cache no longer has the results: it may have begun in one of them")
        }
        if let sides, let difference { lines.append(DiffText.text(sides.a, sides.b, [difference])) }
        return lines.joined(separator: "\n")
    }

    var json: [String: Value] {
        func value(_ one: (run: History.Run, words: String)?) -> Value {
            guard let one else { return .null }
            return .object([
                "run": .string(one.run.name), "time": .string(one.run.log.time), "found": .string(one.words),
            ])
        }
        var object: [String: Value] = [
            "id": .string(id), "target": .string(target), "bad": value(bad), "good": value(good),
            "unknown": .int(unknown),
            "difference": .null,
        ]
        if let sides, let difference { object["difference"] = .object(DiffJSON.value(sides.a, sides.b, [difference])) }
        return object
    }
}
