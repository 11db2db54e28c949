// The review page: one self-contained HTML file, light and dark. Equal input gives equal bytes.
import Composition
import Diagnostics
import Media

struct ReviewSheet {
    /// A picture on the page.
    struct Moment {
        var frame: Int
        /// Frames that show the same scene or caption; any of them will do.
        var span: Range<Int>
        /// nil for the picture of a scene.
        var caption: String?
        var scene: String?
        /// Base64; nil if the picture could not be decoded.
        var jpeg: String?
    }

    let plan: Plan
    let profile: Profile
    let report: CheckReport
    let review: ReviewReport
    let moments: [Moment]
    let found: [Scene]
    let proofread: [Proofread]
    /// nil without a comparison.
    let baseline: BaselineComparison?
    let mismatches: [Mismatch]
    let file: String

    var html: String {
        var page = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        page += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        page +=
            "<title>\(escaped(plan.title.isEmpty ? file : plan.title)) · "
            + "review</title>\n<style>\(ReviewStyle.css)</style>\n</head>\n<body>\n<main>\n"
        page +=
            header + timeline + findingsPart + proofPart + baselinePart + posters + checks + claims + captions
            + provenance
        page += "</main>\n</body>\n</html>\n"
        return page
    }

    // MARK: Parts

    private var header: String {
        let counts = Dictionary(grouping: report.results, by: \.verdict).mapValues(\.count)
        let failed = (counts[.fail] ?? 0) + proofread.count { $0.finding.severity == .error }
        let warned = (counts[.warn] ?? 0) + proofread.count { $0.finding.severity == .warning },
            missing = counts[.notRun] ?? 0
        let (summary, words) =
            failed > 0
            ? ("fail", failed == 1 ? "1 check failed" : "\(failed) checks failed")
            : missing > 0
                ? ("notrun", missing == 1 ? "1 check could not run" : "\(missing) checks could not run")
                : warned > 0
                    ? ("warn", warned == 1 ? "passed, 1 warning" : "passed, \(warned) warnings")
                    : (counts[.off] ?? 0) > 0
                        ? ("warn", "passed, \(counts[.off]!) switched off")
                        : ("pass", "\(counts[.pass] ?? 0) checks passed")
        let seconds = plan.rate.seconds(ofFrame: plan.frames)
        let idle = counts[.notApplicable].map { ", \($0) not applicable" } ?? ""
        let facts = [
            ("file", file), ("duration", "\(decimals(seconds, 2)) s · \(plan.frames) frames"),
            ("picture", "\(plan.size.width)×\(plan.size.height) · \(rate) fps"), ("size", bytes(report.bytes)),
            ("language", plan.language),
        ]
        var part =
            "<header>\n<div class=\"title\"><h1 dir=\"auto\">\(escaped(plan.title.isEmpty ? file : plan.title))</h1>"
        part += "<span class=\"pill \(summary) large\">\(words)\(idle)</span></div>\n<dl class=\"facts\">"
        for (name, value) in facts { part += "<div><dt>\(name)</dt><dd>\(escaped(value))</dd></div>" }
        part += "<div class=\"wide\"><dt>sha-256</dt><dd><code>\(escaped(report.sha256))</code></dd></div></dl>\n"
        let stands = report.results.filter(\.verdict.blocks)
        if !stands.isEmpty {
            part += "<ul class=\"stands\">"
            for result in stands {
                part += "<li><span class=\"pill \(tone(of: result.verdict))\">\(result.verdict.words)</span> "
                part += "<strong>\(escaped(result.title))</strong> \(escaped(result.measured))</li>"
            }
            part += "</ul>\n"
        }
        return part + "</header>\n"
    }

    private var timeline: String {
        "<section>\n<h2>Timeline</h2>\n<div "
            + "class=\"strip\">\(ReviewTimeline(plan: plan, profile: profile, report: report).svg)</div>\n</section>\n"
    }

    private var posters: String {
        func figures(_ chosen: [Moment]) -> String {
            var part = "<div class=\"posters\(plan.size.height > plan.size.width ? " tall" : "")\">\n"
            for moment in chosen {
                let words = moment.caption ?? "scene \(moment.scene ?? "")"
                part += "<figure>"
                if let jpeg = moment.jpeg {
                    part +=
                        "<img loading=\"lazy\" alt=\"\(escaped(words))\" width=\"\(plan.size.width)\" "
                        + "height=\"\(plan.size.height)\" "
                    part += "src=\"data:image/jpeg;base64,\(jpeg)\">"
                } else {
                    part +=
                        "<div class=\"blank\" "
                        + "style=\"aspect-ratio:\(max(1, plan.size.width))/\(max(1, plan.size.height))\">no "
                        + "picture</div>"
                }
                part += "<figcaption><time>\(timecode(moment.frame))</time> "
                if let caption = moment.caption {
                    part += "<q dir=\"auto\">\(escaped(caption))</q>"
                } else {
                    part += "<b>\(escaped(moment.scene ?? ""))</b>"
                }
                part += "</figcaption></figure>\n"
            }
            return part + "</div>\n"
        }
        let scenes = moments.filter { $0.caption == nil }, cues = moments.filter { $0.caption != nil }
        var part = ""
        if !scenes.isEmpty {
            part +=
                "<section>\n<h2>Scenes "
                + "\(count(scenes.count, of: plan.scenes.count))</h2>\n\(figures(scenes))</section>\n"
        }
        if !cues.isEmpty {
            part +=
                "<section>\n<h2>Captions as shown "
                + "\(count(cues.count, of: plan.cues.count))</h2>\n\(figures(cues))</section>\n"
        }
        return part
    }

    private var checks: String {
        var part =
            "<section>\n<h2>Checks \(count(report.results.count, of: report.results.count))</h2>\n<div "
            + "class=\"scroll\"><table>\n"
        part +=
            "<thead><tr><th>id</th><th>check</th><th>verdict</th><th>measured</th><th>expected</th></tr></thead>\n"
            + "<tbody>\n"
        for result in report.results {
            part += "<tr><td><code>\(escaped(result.id))</code></td><td>\(escaped(result.title))</td>"
            part +=
                "<td><span class=\"pill "
                + "\(tone(of: result.verdict))\">\(result.verdict.words)</span></td><td>\(escaped(result.measured))"
            if let from = result.from {
                part += " <small>at \(decimals(from, 2))\(result.to.map { "–" + decimals($0, 2) } ?? "") s</small>"
            }
            if let hint = result.hint { part += "<p class=\"hint\">\(escaped(hint))</p>" }
            part += "</td><td>\(escaped(result.expected))</td></tr>\n"
        }
        return part + "</tbody></table></div>\n</section>\n"
    }

    private var claims: String {
        guard !review.observations.isEmpty else { return "" }
        var part = "<section>\n<h2>Claims to review</h2>\n<div class=\"scroll\"><table>\n"
        part += "<thead><tr><th>claim</th><th>reviewer</th><th>answer</th><th>why</th></tr></thead>\n<tbody>\n"
        for observation in review.observations {
            let tone =
                switch observation.verdict {
                case .supports: "pass"
                case .contradicts, .absent: "fail"
                case .notApplicable, .abstain: "notrun"
                }
            part += "<tr><td dir=\"auto\">\(escaped(observation.claim))</td><td>\(escaped(observation.reviewer))</td>"
            part +=
                "<td><span class=\"pill "
                + "\(tone)\">\(escaped(observation.verdict.rawValue))</span></td>"
                + "<td>\(escaped(observation.rationale))</td></tr>\n"
        }
        return part + "</tbody></table></div>\n</section>\n"
    }

    private var captions: String {
        guard !plan.cues.isEmpty else { return "" }
        var part =
            "<section>\n<h2>Captions \(count(plan.cues.count, of: plan.cues.count))</h2>\n<div "
            + "class=\"scroll\"><table>\n"
        part +=
            "<thead><tr><th>from</th><th>to</th><th>shown "
            + "for</th><th>characters/s</th><th>text</th></tr></thead>\n<tbody>\n"
        for cue in plan.cues {
            let shown = plan.rate.seconds(ofFrame: cue.endFrame - cue.startFrame)
            let speed = shown > 0 ? tenths(Double(cue.text.count) / shown) : "–"
            part +=
                "<tr><td><time>\(timecode(cue.startFrame))</time></td><td><time>\(timecode(cue.endFrame))</time></td>"
            part +=
                "<td class=\"number\">\(decimals(shown, 2)) s</td><td class=\"number\">\(speed)</td><td "
                + "dir=\"auto\">\(escaped(cue.text))</td></tr>\n"
        }
        return part + "</tbody></table></div>\n</section>\n"
    }

    private var provenance: String {
        let distinct = Set(plan.spans.map(\.segment)).count
        let loudness =
            plan.loudness.map { "\(tenths($0.integrated)) LUFS, at most \(tenths($0.truePeak)) dBTP" }
            ?? "no loudness target"
        let facts = [
            ("scenes", "\(plan.scenes.count)"), ("captions", "\(plan.cues.count)"),
            ("segments", "\(plan.spans.count), \(distinct) distinct"),
            ("sound", plan.hasSound ? "yes, \(loudness)" : "silent as planned"), ("bytes", "\(report.bytes)"),
        ]
        var part = "<section>\n<h2>Provenance</h2>\n<dl class=\"facts\">"
        for (name, value) in facts { part += "<div><dt>\(name)</dt><dd>\(escaped(value))</dd></div>" }
        part +=
            "</dl>\n<details><summary>\(plan.spans.count) segments and their digests</summary>\n<div "
            + "class=\"scroll\"><table>\n"
        part +=
            "<thead><tr><th>from</th><th>frames</th><th>scenes</th><th>captions</th><th>segment "
            + "(XXH3-128)</th></tr></thead>\n<tbody>\n"
        for span in plan.spans {
            part += "<tr><td><time>\(timecode(span.startFrame))</time></td><td class=\"number\">\(span.frames)</td>"
            part += "<td>\(escaped(span.scenes.joined(separator: ", ")))</td>"
            part +=
                "<td>\(span.cues.map { "\($0 + 1)" }.joined(separator: ", "))</td>"
                + "<td><code>\(span.segment.hex)</code></td></tr>\n"
        }
        return part + "</tbody></table></div></details>\n</section>\n"
    }

    // MARK: Words

    private func count(_ shown: Int, of all: Int) -> String {
        "<span class=\"count\">\(shown == all ? "\(all)" : "\(shown) of \(all)")</span>"
    }
    private var rate: String {
        plan.rate.denominator == 1 ? "\(plan.rate.numerator)" : decimals(plan.rate.perSecond, 3)
    }
    private func timecode(_ frame: Int) -> String { clock(plan.rate.seconds(ofFrame: frame)) }
    private func bytes(_ count: Int) -> String {
        count < 1000
            ? "\(count) bytes"
            : count < 1_000_000 ? "\(tenths(Double(count) / 1000)) kB" : "\(decimals(Double(count) / 1_000_000, 2)) MB"
    }
    func tone(of verdict: CheckResult.Verdict) -> String {
        switch verdict {
        case .pass: "pass"
        case .warn: "warn"
        case .fail: "fail"
        case .notRun, .notApplicable, .off: "notrun"
        }
    }
}

/// Minutes, seconds and hundredths: 1:05.40.
func clock(_ seconds: Double) -> String {
    let text = decimals(seconds - (seconds / 60).rounded(.down) * 60, 2)
    return "\(decimals((seconds / 60).rounded(.down), 0)):\(text.count < 5 ? "0" : "")\(text)"
}

/// Escapes text for elements and quoted attributes of HTML and SVG. Control characters become a replacement character.
func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "&": result += "&amp;"
        case "<": result += "&lt;"
        case ">": result += "&gt;"
        case "\"": result += "&quot;"
        case "'": result += "&#39;"
        case "\n", "\t", "\r": result += " "
        case _ where scalar.value < 0x20 || scalar.value == 0x7f: result += "\u{fffd}"
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result
}
