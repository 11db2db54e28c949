// What became of each target of a build: the lines that close it, its events for programs, and what the next build says
// if nothing is to do.
import Diagnostics
import Graph
import Work

struct TargetSummary {
    private let result: BuildResult
    /// Of more targets, only those are listed that did not pass.
    private static let mostLines = 40

    init(_ result: BuildResult) { self.result = result }

    private enum Outcome: String, CaseIterable {
        case built, unchanged = "up to date", stopped, failed, interrupted
    }

    private func outcome(_ target: BuildResult.Target) -> Outcome {
        if result.status == .interrupted { return .interrupted }
        if target.hasFailed { return target.verdict == .revise && result.failed == 0 ? .stopped : .failed }
        return target.ran + target.shared == 0 ? .unchanged : .built
    }

    private func isGood(_ target: BuildResult.Target) -> Bool {
        [.built, .unchanged].contains(outcome(target)) && target.verdict != .revise && target.away.isEmpty
    }

    // MARK: For people

    var lines: [String] {
        let targets = result.targets, isTable = targets.count > 1
        let listed =
            targets.count > Self.mostLines ? Array(targets.filter { !isGood($0) }.prefix(Self.mostLines)) : targets
        let words = listed.map(words), width = min(80, words.map(\.count).max() ?? 0)
        var lines: [String] = []
        for (target, words) in zip(listed, words) {
            let padding = String(repeating: " ", count: max(0, width - words.count))
            lines.append(isTable ? words + padding + "  " + figures(target) : words)
            if !target.away.isEmpty {
                lines.append(
                    "  \(target.away.joined(separator: ", ")) stayed in the remote cache; 'vgraph build --download target' "
                        + "brings it here")
            }
            if target.verdict == .revise {
                let file = String(target.name.prefix { $0 != ":" })
                lines.append("  reasons: vgraph show \(file):\(target.judge ?? "gate")")
            }
        }
        if isTable { lines.append("\(targets.count) targets: " + totals) }
        return lines
    }

    private func words(_ target: BuildResult.Target) -> String {
        let outcome = outcome(target)
        let end = outcome == .stopped ? "stopped by \(target.judge ?? "gate")" : outcome.rawValue
        return "\(target.name): \(end)" + (target.verdict.map { ", gate: \($0.rawValue)" } ?? "")
    }

    private func figures(_ target: BuildResult.Target) -> String {
        var parts = ["\(target.ran) ran"]
        if target.shared > 0 { parts.append("\(target.shared) shared") }
        if target.hits > target.shared { parts.append("\(target.hits - target.shared) hits") }
        return (parts + [ReportText.seconds(target.seconds)]).joined(separator: ", ")
    }

    /// `3 built, 1 up to date; gate: 3 pass, 1 revise; 46 nodes were made once and shared`.
    private var totals: String {
        let outcomes = Outcome.allCases.compactMap { outcome in
            let count = result.targets.count { self.outcome($0) == outcome }
            return count > 0 ? "\(count) \(outcome.rawValue)" : nil
        }
        let shared = result.targets.reduce(0) { $0 + $1.shared }
        return
            ([outcomes.joined(separator: ", ")] + verdicts
            + (shared > 0 ? ["\(shared) results shared between targets"] : [])).joined(separator: "; ")
    }

    private var verdicts: [String] {
        let counts = [Verdict.pass, .revise].compactMap { verdict in
            let count = result.targets.count { $0.verdict == verdict }
            return count > 0 ? "\(count) \(verdict.rawValue)" : nil
        }
        return counts.isEmpty ? [] : ["gate: " + counts.joined(separator: ", ")]
    }

    /// What the next build says if nothing is to do.
    var unchanged: [String] {
        let targets = result.targets
        let listed =
            targets.count > Self.mostLines
            ? Array(targets.filter { $0.verdict == .revise }.prefix(Self.mostLines)) : targets
        let lines = listed.map { "\($0.name) is up to date" + ($0.verdict.map { ", gate: \($0.rawValue)" } ?? "") }
        guard targets.count > Self.mostLines else { return lines }
        return lines + ["\(targets.count) targets are up to date" + verdicts.map { ", " + $0 }.joined()]
    }

    // MARK: For programs

    /// One `target` event for each.
    var events: [[String: Value]] {
        result.targets.map { target in
            let outcome = outcome(target)
            var event: [String: Value] = [
                "event": .string("target"), "target": .string(target.name),
                "outcome": .string(outcome == .unchanged ? "up-to-date" : outcome.rawValue),
                "ran": .int(target.ran), "hits": .int(target.hits), "shared": .int(target.shared),
                "seconds": .number(target.seconds), "files": .array(target.published.map(Value.string)),
            ]
            if !target.away.isEmpty { event["away"] = .array(target.away.map(Value.string)) }
            if let verdict = target.verdict { event["verdict"] = .string(verdict.rawValue) }
            return event
        }
    }

    /// The same for the next build, if nothing is to do.
    var unchangedEvents: [[String: Value]] {
        zip(result.targets, events).map { target, event in
            event.merging([
                "outcome": .string("up-to-date"), "ran": .int(0), "shared": .int(0),
                "hits": .int(target.ran + target.hits), "seconds": .int(0),
            ]) {
                $1
            }
        }
    }
}
