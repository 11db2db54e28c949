// The timeline of the review sheet: scenes, captions and segments over time, with curves below, as inline SVG.
import Composition
import Diagnostics
import Digests

struct SheetTimeline {
    let plan: Plan
    let report: CheckReport
    /// Of the loudness; nil: none is asked for.
    let target: SheetContent.Target?

    private static let left = 70.0, right = 786.0, width = 800.0
    private var length: Double { max(plan.rate.seconds(ofFrame: plan.frames), 1e-6) }

    private func x(_ seconds: Double) -> Double {
        Self.left + (Self.right - Self.left) * min(max(seconds / length, 0), 1)
    }
    private func x(frame: Int) -> Double { x(plan.rate.seconds(ofFrame: frame)) }

    var svg: String {
        var body = "", y = 22.0
        body += scenes(y); y += 44
        if !plan.cues.isEmpty { body += cues(y); y += 30 }
        body += segments(y); y += 44
        for (curve, series) in SheetCurve.all(report, target) {
            body += curve.svg(series, left: Self.left, right: Self.right, top: y, x: x)
            y += curve.height + 30
        }
        body = axis(bottom: y) + body + findings(y - 10)
        let height = decimals(y + 6, 0)
        return
            "<svg viewBox=\"0 0 \(decimals(Self.width, 0)) \(height)\" role=\"img\" "
            + "aria-label=\"Scenes, captions and segments over time, with curves\" "
            + "data-left=\"\(tenths(Self.left))\" data-right=\"\(tenths(Self.right))\">\(body)"
            + "<line class=\"head\" id=\"head\" x1=\"\(tenths(Self.left))\" x2=\"\(tenths(Self.left))\" y1=\"14\" "
            + "y2=\"\(height)\"/></svg>"
    }

    private func label(_ text: String, _ y: Double) -> String {
        "<text class=\"lane\" x=\"0\" y=\"\(tenths(y))\">\(text)</text>"
    }

    /// Ticks at a round distance, at most fourteen of them.
    private func axis(bottom: Double) -> String {
        let steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600]
        let step = steps.first { length / $0 <= 14 } ?? length / 10
        var part = "", index = 0
        while Double(index) * step <= length + 1e-9, index < 200 {
            let time = Double(index) * step, at = tenths(x(time))
            part += "<line class=\"tick\" x1=\"\(at)\" x2=\"\(at)\" y1=\"16\" y2=\"\(tenths(bottom))\"/>"
            let words =
                length >= 60 ? String(clock(time).dropLast(3)) : "\(step < 1 ? tenths(time) : decimals(time, 0)) s"
            part += "<text class=\"time\" x=\"\(at)\" y=\"11\">\(words)</text>"
            index += 1
        }
        return part
    }

    /// A box with a label that is clipped at its edges.
    private func box(
        _ from: Int, _ to: Int, _ y: Double, _ height: Double, _ tone: String, _ words: String, _ title: String
    ) -> String {
        let start = x(frame: from), end = max(start + 1, x(frame: to) - 1.5)
        var part =
            "<svg x=\"\(tenths(start))\" y=\"\(tenths(y))\" width=\"\(tenths(end - start))\" "
            + "height=\"\(tenths(height))\">"
        part += "<title>\(escaped(title))</title><rect class=\"\(tone)\" width=\"100%\" height=\"100%\" rx=\"3\"/>"
        if end - start > 24, !words.isEmpty {
            part += "<text x=\"6\" y=\"\(tenths(height / 2 + 4))\">\(escaped(fitted(words, end - start - 10)))</text>"
        }
        return part + "</svg>"
    }

    /// Shortens a text to a width, estimated by the mean width of a letter.
    private func fitted(_ words: String, _ width: Double) -> String {
        let room = Int(min(max(width / 6.2, 0), 1000))
        return words.count <= room ? words : words.prefix(max(1, room - 1)) + "…"
    }

    private func scenes(_ y: Double) -> String {
        var part = label("scenes", y + 22)
        for (index, scene) in plan.scenes.enumerated() {
            let end = scene.startFrame + scene.frames
            let title =
                "\(scene.id): \(clock(plan.rate.seconds(ofFrame: scene.startFrame))) to "
                + "\(clock(plan.rate.seconds(ofFrame: end)))"
                + scene.texts.map { "\n" + $0 }.joined()
            part += box(scene.startFrame, end, y, 36, "tone\(index % 6)", scene.id, title)
        }
        return part
    }

    private func cues(_ y: Double) -> String {
        var part = label("captions", y + 16)
        for cue in plan.cues { part += box(cue.startFrame, cue.endFrame, y, 22, "cue", cue.text, cue.text) }
        return part
    }

    /// Segments with equal digests have the same colour, since they are rendered once.
    private func segments(_ y: Double) -> String {
        var tones: [Digest: Int] = [:], part = label("segments", y + 12)
        for span in plan.spans {
            let tone = tones[span.segment] ?? tones.count
            tones[span.segment] = tone
            part += box(
                span.startFrame, span.startFrame + span.frames, y, 16, "segment tone\(tone % 6)", "",
                "\(span.frames) frames, \(span.segment)")
        }
        return part
    }

    /// Marks the findings of checks over the bands and curves.
    private func findings(_ bottom: Double) -> String {
        var part = ""
        for result in report.results where result.verdict == .fail || result.verdict == .warn {
            guard let from = result.from, from.isFinite, (result.to ?? from) - from < length * 0.95 else { continue }
            let start = x(from), end = max(start + 2, x(result.to ?? from))
            part +=
                "<rect class=\"mark \(result.verdict.rawValue)\" x=\"\(tenths(start))\" y=\"16\" "
                + "width=\"\(tenths(end - start))\" "
            part +=
                "height=\"\(tenths(bottom - 16))\">"
                + "<title>\(escaped("\(result.title): \(result.measured)"))</title></rect>"
        }
        return part
    }
}
