// Sections of the review sheet: findings with a picture of their place, and pictures that differ from approved ones.
import Composition
import Diagnostics
import Media

extension ReviewSheet {
    /// A finding with a time and a picture of it.
    struct Scene {
        var result: CheckResult
        var seconds: Double
        /// Base64; nil if the picture could not be decoded.
        var jpeg: String?
    }

    /// A key frame that differs from the approved picture.
    struct Mismatch {
        var frame: BaselineComparison.Frame
        /// Expected, actual and difference side by side, base64.
        var jpeg: String?
    }

    var findingsPart: String {
        guard !found.isEmpty else { return "" }
        var part = "<section>\n<h2>Findings <span class=\"count\">\(found.count)</span></h2>\n"
        part += "<div class=\"posters\(plan.size.height > plan.size.width ? " tall" : "")\">\n"
        for scene in found {
            part += "<figure>"
            if let jpeg = scene.jpeg {
                part +=
                    "<img loading=\"lazy\" alt=\"\(escaped(scene.result.title))\" width=\"\(plan.size.width)\" "
                    + "height=\"\(plan.size.height)\" "
                part += "src=\"data:image/jpeg;base64,\(jpeg)\">"
            } else {
                part +=
                    "<div class=\"blank\" "
                    + "style=\"aspect-ratio:\(max(1, plan.size.width))/\(max(1, plan.size.height))\">no picture</div>"
            }
            part +=
                "<figcaption><time>\(clock(scene.seconds))</time> <span class=\"pill "
                + "\(tone(of: scene.result.verdict))\">\(scene.result.verdict.words)</span> "
            part +=
                "<b>\(escaped(scene.result.title))</b><p "
                + "class=\"hint\">\(escaped(scene.result.measured))</p></figcaption></figure>\n"
        }
        return part + "</div>\n</section>\n"
    }

    var baselinePart: String {
        guard let baseline, let folder = baseline.baseline, baseline.refusal == nil else { return "" }
        let same = baseline.frames.count { $0.verdict == .same || $0.verdict == .alike }
        var part =
            "<section>\n<h2>Approved baseline <span class=\"count\">\(same) of \(baseline.frames.count) as "
            + "approved</span></h2>\n"
        part += "<p class=\"hint\"><code>\(escaped(folder))</code></p>\n"
        for mismatch in mismatches {
            let frame = mismatch.frame, isOpen = frame.verdict == .look
            part += "<figure class=\"wide\">"
            if let jpeg = mismatch.jpeg {
                part +=
                    "<img loading=\"lazy\" alt=\"expected, actual and difference\" "
                    + "src=\"data:image/jpeg;base64,\(jpeg)\">"
            }
            part +=
                "<figcaption><span class=\"pill "
                + "\(isOpen ? "warn" : "fail")\">\(isOpen ? "to review" : "different")</span> "
            if let number = frame.frame { part += "<time>\(clock(plan.rate.seconds(ofFrame: number)))</time> " }
            part += "<b>\(escaped(frame.scene))</b> "
            if let tile = frame.likeness {
                part +=
                    "lowest likeness \(tile.words), in the tile at \(tile.x), \(tile.y)"
            }
            if let reason = frame.reason { part += escaped(reason) }
            part += "</figcaption></figure>\n"
        }
        return part + "</section>\n"
    }
}

/// Pictures between the bands need a person: until someone approves them, or they look as approved again, they block
/// the gate. If the rules lower the severity of D13, they lower the severity of these too.
func baselineObservations(_ comparison: BaselineComparison?, _ plan: Plan, _ profile: Profile) -> [Observation] {
    let severity = profile.severity(of: "D13", or: .fail)
    guard let comparison, let folder = comparison.baseline, severity != .off else { return [] }
    return comparison.frames.compactMap { frame in
        guard frame.verdict == .look, let number = frame.frame, let tile = frame.likeness else { return nil }
        let time = decimals(plan.rate.seconds(ofFrame: number), 2)
        return Observation(
            claim: "the picture at \(time) s (scene '\(frame.scene)') is as approved in '\(folder)'",
            reviewer: "baseline", verdict: .contradicts,
            severity: severity == .warn ? .minor : .major, startFrame: number, endFrame: number + 1,
            evidence: frame.evidence.map { ["baseline.evidence[\($0)]"] } ?? [],
            rationale:
                "likeness \(tile.words) in the tile at \(tile.x), \(tile.y), between "
                + "\(decimals(comparison.bands.fail, 2)) and \(decimals(comparison.bands.pass, 2)): a person has to "
                + "look; 'vgraph baseline accept' approves it")
    }
}
