// Sections of the sheet: the film over time, its scenes and captions as pictures, and what it is made of.
import Composition
import Diagnostics

extension ReviewSheet {
    var timelinePart: String {
        let picture = SheetTimeline(plan: plan, report: report, target: content.loudness).svg
        return section(
            "timeline", "Timeline",
            "<div class=\"strip\" tabindex=\"0\" role=\"region\" aria-label=\"Picture of the timeline\">\(picture)</div>\n"
        )
    }

    var postersPart: String {
        func figures(_ chosen: [SheetContent.Moment]) -> String {
            var part = "<div class=\"posters small\">\n"
            for moment in chosen {
                let words = moment.caption ?? "scene \(moment.scene ?? "")"
                part += "<figure>" + picture(moment.jpeg, words) + "<figcaption>\(time(seconds(moment.frame))) "
                if let caption = moment.caption {
                    part += "<q dir=\"auto\">\(escaped(caption))</q>"
                } else {
                    part += "<b>\(escaped(moment.scene ?? ""))</b>"
                }
                part += "</figcaption></figure>\n"
            }
            return part + "</div>\n"
        }
        let scenes = content.moments.filter { $0.caption == nil }, cues = content.moments.filter { $0.caption != nil }
        var part = ""
        if !scenes.isEmpty {
            part += section("scenes", "Scenes", count: count(scenes.count, of: plan.scenes.count), figures(scenes))
        }
        if !cues.isEmpty {
            part += section(
                "shown-captions", "Captions as shown", count: count(cues.count, of: plan.cues.count), figures(cues))
        }
        return part
    }

    var captionsPart: String {
        guard !plan.cues.isEmpty else { return "" }
        let rows = plan.cues.map { cue -> [String] in
            let shown = seconds(cue.endFrame - cue.startFrame)
            return [
                time(seconds(cue.startFrame), to: seconds(cue.endFrame)),
                "<span dir=\"auto\">\(escaped(cue.text))</span>", "\(decimals(shown, 2)) s",
                shown > 0 ? tenths(Double(cue.text.count) / shown) : "–",
            ]
        }
        return section(
            "captions", "Captions", count: "\(plan.cues.count)",
            table("Captions", ["when", "text", "shown for", "characters/s"], rows))
    }

    var provenancePart: String {
        let distinct = Set(plan.spans.map(\.segment)).count
        let loudness =
            plan.loudness.map { "\(tenths($0.integrated)) LUFS, at most \(tenths($0.truePeak)) dBTP" }
            ?? "no loudness target"
        let facts =
            [
                ("file", target), ("duration", "\(decimals(seconds, 2)) s · \(plan.frames) frames"),
                ("picture", "\(plan.size.width)×\(plan.size.height) · \(rate) fps"), ("size", bytes(report.bytes)),
                ("language", plan.language), ("scenes", "\(plan.scenes.count)"), ("captions", "\(plan.cues.count)"),
                ("segments", "\(plan.spans.count), \(distinct) distinct"),
                ("sound", plan.hasSound ? "yes, \(loudness)" : "silent as planned"), ("bytes", "\(report.bytes)"),
            ] + made
        var body = "<dl class=\"facts\">"
        for (name, value) in facts { body += "<div><dt>\(name)</dt><dd>\(escaped(value))</dd></div>" }
        body += "<div><dt>SHA-256 that was checked</dt><dd><code>\(escaped(report.sha256))</code></dd></div></dl>\n"
        body += "<details><summary>\(plan.spans.count) segments and their digests</summary>\n"
        body += table(
            "Segments", ["from", "frames", "scenes", "captions", "segment (XXH3-128)"],
            plan.spans.map { span in
                [
                    time(seconds(span.startFrame)), "\(span.frames)", escaped(span.scenes.joined(separator: ", ")),
                    span.cues.map { "\($0 + 1)" }.joined(separator: ", "), "<code>\(span.segment.hex)</code>",
                ]
            })
        return section("provenance", "Provenance", body + "</details>\n")
    }

    private func count(_ shown: Int, of all: Int) -> String { shown == all ? "\(all)" : "\(shown) of \(all)" }
    private var rate: String {
        plan.rate.denominator == 1 ? "\(plan.rate.numerator)" : decimals(plan.rate.perSecond, 3)
    }
    private func bytes(_ count: Int) -> String {
        count < 1000
            ? "\(count) bytes"
            : count < 1_000_000 ? "\(tenths(Double(count) / 1000)) kB" : "\(decimals(Double(count) / 1_000_000, 2)) MB"
    }
}
