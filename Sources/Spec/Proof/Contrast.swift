// P10: text can be told from what is behind it. Measured on drawn pixels, segment by segment; judged here, so that
// another threshold draws nothing again.
import Composition
import Diagnostics

/// Where a text is written, and when it is shown: what a measured contrast is matched with.
public struct TextPlace: Codable, Sendable, Hashable {
    public var text: String
    /// Frames of the video, half open.
    public var from: Int
    public var to: Int
    public var place: Place
    public init(_ text: DraftText) {
        self.text = text.content.text
        (from, to) = (text.shown.lowerBound, text.shown.upperBound)
        place = text.place
    }
}

extension ProofCheck {
    static let contrast = ProofCheck(
        "P10.contrast", "Contrast of text",
        measures:
            "every text while it is in full view, twice a second and at the ends of each segment: luminance of its "
            + "letters against that of the pixels around them, as drawn (box, outline, shadow and whatever lies "
            + "behind included), in pieces one em wide; the worst piece counts",
        unit: "ratio",
        threshold:
            "4.5:1; 3:1 for large text, which is 18 pt, or 14 pt bold: 24 and 18.7 px on a frame of 1080 lines shown "
            + "in full, and three times that where the frame is higher than wide, since it is seen on a phone",
        source: "WCAG 2.2, 1.4.3; what is large on a video frame is vgraph's reading of it",
        changedBy: "acceptance.rules.contrast", severity: .warn,
        runbook:
            "another colour, or a 'background', an 'outline' or a 'shadow' for the style; a gradient between picture "
            + "and text helps too"
    ) { _ in [] }

    /// Least contrast of what can be made out at all.
    static let floor = 2.0

    static let unreadable = ProofCheck(
        "P10.unreadable", "Text that cannot be read",
        measures:
            "as P10.contrast, in pieces that hold more than a corner of a letter and over which nothing else lies; "
            + "and the best moment of each text",
        unit: "ratio", threshold: "2:1",
        source: "vgraph: WCAG 2.2 asks for 3:1 and more; below 2:1 what is written is lost on many a screen",
        changedBy: "acceptance.checks", severity: .fail,
        runbook:
            "another colour, or a 'background', an 'outline' or a 'shadow' for the style; for an ornament that need "
            + "not be read 'acceptance: { checks: { P10.unreadable: warn } }'"
    ) { _ in [] }

    /// What P10.unreadable and P10.contrast find; one text is not told by both.
    /// - Parameters:
    ///   - segments: what was measured of each of the plan's spans, in order.
    public static func contrast(of segments: [SegmentContrast], plan: Plan, places: [TextPlace], profile: Profile)
        -> [Diagnostic]
    {
        let lost = lost(segments, plan: plan, places: places, profile: profile)
        let told = Set(lost.compactMap(\.place))
        let faint = faint(segments, plan: plan, places: places, profile: profile).filter {
            $0.place.map { !told.contains($0) } ?? true
        }
        return (lost + faint).inFileOrder()
    }

    private static func lost(_ segments: [SegmentContrast], plan: Plan, places: [TextPlace], profile: Profile)
        -> [Diagnostic]
    {
        guard let severity = profile.diagnosticSeverity(of: unreadable.rule) else { return [] }
        let byText = Dictionary(grouping: places.indices) { places[$0].text }
        var found: [Int: (best: Double, worst: (ratio: Double, frame: Int, x: Int, y: Int))] = [:]
        for (span, segment) in zip(plan.spans, segments) {
            for measured in segment.texts {
                guard let ratio = measured.ratio, let best = measured.best else { continue }
                let from = span.startFrame + measured.from, to = span.startFrame + measured.to
                guard let index = byText[measured.text]?.first(where: { places[$0].from < to && places[$0].to > from })
                else { continue }
                let bare = measured.bare ?? .init(ratio: best, frame: measured.frame, x: measured.x, y: measured.y)
                // Where it is covered throughout, the best look decides.
                let worst = (
                    measured.bare == nil && best < floor ? ratio : bare.ratio, span.startFrame + bare.frame, bare.x,
                    bare.y
                )
                let known = found[index]
                found[index] = (
                    max(best, known?.best ?? 0), known.map { $0.worst.ratio <= worst.0 ? $0.worst : worst } ?? worst
                )
            }
        }
        return found.sorted { $0.key < $1.key }.compactMap { index, look in
            guard look.worst.ratio < floor - 0.005 || look.best < floor - 0.005 else { return nil }
            return ProofProblem.unreadable(
                text: places[index].text, ratio: plainNumber((look.worst.ratio * 100).rounded(.down) / 100),
                least: tenthsWords(floor),
                time: secondsWords(plan.rate.seconds(ofFrame: look.worst.frame)), x: look.worst.x, y: look.worst.y,
                at: places[index].place
            ).diagnostic(severity)
        }
    }

    private static func faint(_ segments: [SegmentContrast], plan: Plan, places: [TextPlace], profile: Profile)
        -> [Diagnostic]
    {
        guard let severity = profile.diagnosticSeverity(of: contrast.rule) else { return [] }
        let byText = Dictionary(grouping: places.indices) { places[$0].text }
        var worst: [Int: (measured: TextContrast, frame: Int, isLarge: Bool, short: Double)] = [:]
        for (span, segment) in zip(plan.spans, segments) {
            for measured in segment.texts {
                guard let ratio = measured.ratio, ratio.isFinite else { continue }
                let isLarge = isLarge(measured, in: segment.size)
                guard let least = profile[isLarge ? .contrastLarge : .contrast]?.least, ratio < least - 0.005 else {
                    continue
                }
                let from = span.startFrame + measured.from, to = span.startFrame + measured.to
                guard let index = byText[measured.text]?.first(where: { places[$0].from < to && places[$0].to > from })
                else { continue }
                // The one that falls shortest of what it needs.
                if worst[index].map({ ratio / least < $0.short }) ?? true {
                    worst[index] = (measured, span.startFrame + measured.frame, isLarge, ratio / least)
                }
            }
        }
        return worst.sorted { $0.key < $1.key }.map { index, found in
            let limit = profile[found.isLarge ? .contrastLarge : .contrast]!
            return ProofProblem.lowContrast(
                text: found.measured.text, ratio: plainNumber(((found.measured.ratio ?? 1) * 100).rounded(.down) / 100),
                least: tenthsWords(limit.least ?? 0),
                time: secondsWords(plan.rate.seconds(ofFrame: found.frame)), x: found.measured.x, y: found.measured.y,
                rule: limit.source,
                at: places[index].place
            ).diagnostic(severity)
        }.inFileOrder()
    }

    /// A CSS pixel is a line of 1080 where a frame fills a screen; a phone held upright is 360 of them wide.
    static func isLarge(_ text: TextContrast, in size: PixelSize) -> Bool {
        let pixel = size.height > size.width ? Double(size.width) / 360 : Double(size.height) / 1080
        return text.size >= 24 * pixel || (text.weight >= 700 && text.size >= 18.66 * pixel)
    }
}
