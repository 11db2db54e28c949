// A comparison as lines for people: what went in, which nodes differ, which seconds of the video.
import Composition
import Diagnostics
import Store

enum DiffText {
    static func text(_ a: DiffSide, _ b: DiffSide, _ targets: [TargetDifference]) -> String {
        var lines = ["a: \(a.title)", "b: \(b.title)"]
        for target in targets { lines += text(target) }
        for side in [(a, "a"), (b, "b")] {
            lines += side.0.notes.map { "note: \(side.1): \($0)" }
            for problem in side.0.problems {
                lines.append("note: \(side.1): " + problem.text().replacing("\n", with: "\n  "))
            }
        }
        return lines.map(Diagnostic.printable).joined(separator: "\n")
    }

    private static func text(_ target: TargetDifference) -> [String] {
        if let side = target.onlyIn { return ["\(target.target): only in \(side)"] }
        guard !target.isSame else { return ["\(target.target): the same"] }
        var lines = ["\(target.target): differs"]
        if !target.files.isEmpty {
            lines.append("  files")
            lines += target.files.map { "    \(mark($0.a != nil, $0.b != nil)) \($0.path)" }
        }
        if !target.settings.isEmpty {
            lines.append("  settings")
            for setting in target.settings {
                let name =
                    setting.part == "parameter"
                    ? setting.name
                    : setting.part == "tool"
                        ? "tool \(setting.name)"
                        : setting.name.isEmpty ? setting.part : "\(setting.part) \(setting.name)"
                lines.append(
                    "    \(setting.stages.joined(separator: ", ")): \(name) is \(setting.a ?? "not given"), then "
                        + "\(setting.b ?? "not given")"
                )
            }
        }
        if !target.stages.isEmpty {
            lines.append("  nodes")
            let width = target.stages.map(\.name.count).max() ?? 0
            lines += target.stages.map {
                "    " + $0.name + String(repeating: " ", count: width - $0.name.count) + "  " + text($0)
            }
        }
        if let note = target.segmentsNote { lines.append("  segments: \(note)") }
        if target.segments.contains(where: { $0.change.kind != .same }) {
            lines += ["  segments"] + text(target.segments).map { "    " + $0 }
        }
        if let pixels = target.pixels, let rate = target.rate {
            lines += ["  pixels"] + DiffPixels.lines(pixels, rate: rate).map { "    " + $0 }
        }
        if !target.judgements.isEmpty {
            lines.append("  judged")
            lines += target.judgements.map {
                "    \($0.id): \($0.a?.words ?? "nothing"), then \($0.b?.words ?? "nothing")"
            }
        }
        return lines
    }

    private static func mark(_ isInA: Bool, _ isInB: Bool) -> String { isInA && isInB ? "~" : isInB ? "+" : "-" }

    private static func text(_ stage: TargetDifference.Stage) -> String {
        if let side = stage.onlyIn { return "only in \(side)" }
        let total = stage.same + stage.differ.count + stage.unknown
        var parts: [String] = []
        if total == 1 {
            parts.append(
                stage.same == 1
                    ? "same"
                    : stage.unknown == 1
                        ? "not known" : stage.equalResults.isEmpty ? "differs" : "differs, with an equal result")
        } else {
            if stage.same > 0 { parts.append("\(stage.same) the same") }
            if !stage.differ.isEmpty {
                let elements = stage.differ.map { $0[($0.lastIndex(of: "[") ?? $0.startIndex)...] }
                parts.append(
                    "\(stage.differ.count) differ: " + elements.prefix(8).joined(separator: " ")
                        + (elements.count > 8 ? " …" : ""))
            }
            if !stage.equalResults.isEmpty { parts.append("\(stage.equalResults.count) of them with equal results") }
            if stage.unknown > 0 { parts.append("\(stage.unknown) not known") }
            if parts.isEmpty { parts.append("none") }
        }
        return parts.joined(separator: ", ")
    }

    /// Neighbouring segments that are the same, or that moved together, share one line.
    static func text(_ segments: [TargetDifference.Segment]) -> [String] {
        var lines: [String] = []
        var index = segments.startIndex
        while index < segments.endIndex {
            let first = segments[index].change
            guard first.kind == .same || first.kind == .moved, let a = first.a, let b = first.b else {
                lines.append(text(segments[index]))
                index += 1
                continue
            }
            var end = index, lastA = a, lastB = b
            while end + 1 < segments.endIndex, segments[end + 1].change.kind == first.kind,
                let nextA = segments[end + 1].change.a, let nextB = segments[end + 1].change.b,
                abs((nextB.start - nextA.start) - (b.start - a.start)) < 1e-6,
                nextA.startFrame == lastA.startFrame + lastA.frames
            {
                (lastA, lastB) = (nextA, nextB)
                end += 1
            }
            if first.kind == .same {
                lines.append("=  \(times(a.start, lastA.end)): the same")
            } else {
                let shift = b.start - a.start
                lines.append(
                    ">  \(times(a.start, lastA.end)) moved to \(times(b.start, lastB.end)) "
                        + "(\(shift < 0 ? "−" : "+")\(seconds(abs(shift))) s)"
                )
            }
            index = end + 1
        }
        return lines
    }

    private static func text(_ segment: TargetDifference.Segment) -> String {
        switch (segment.change.kind, segment.change.a, segment.change.b) {
        case (.changed, let a?, let b?):
            let place =
                a.start == b.start && a.end == b.end
                ? times(b.start, b.end) : "\(times(a.start, a.end)), then \(times(b.start, b.end))"
            return "~  \(place): \(shown(b))"
                + (segment.isDrawnTheSame ? "; described differently, drawn the same" : "")
        case (_, nil, let b?): return "+  \(times(b.start, b.end)): \(shown(b))"
        case (_, let a?, _): return "-  \(times(a.start, a.end)): \(shown(a))"
        default: return ""
        }
    }

    private static func shown(_ place: PlanChanges.Place) -> String {
        (place.scenes + place.captions.map { "'\($0.split(whereSeparator: \.isNewline).joined(separator: " "))'" })
            .joined(separator: ", ")
    }

    private static func times(_ start: Double, _ end: Double) -> String { "\(seconds(start))–\(seconds(end)) s" }

    /// Two digits after the point. Plans are files, which may hold any number.
    private static func seconds(_ value: Double) -> String {
        let hundredths = Int((min(max(value.isFinite ? value : 0, 0), 1e9) * 100).rounded())
        let rest = hundredths % 100
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
    }
}
