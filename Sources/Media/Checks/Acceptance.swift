// A01, A02: the author's acceptance criteria, duration and file size.
import Composition
import Diagnostics

extension Check {
    static let acceptedDuration = Check(
        id: "A01", title: "Accepted duration",
        measures: "time from the start of the first decoded picture to the end of the last",
        unit: "s", threshold: "the spec's duration and tolerance", source: "the spec", changedBy: "acceptance.duration",
        severity: .fail,
        runbook: "change the scenes' durations, or 'acceptance.duration'"
    ) { inspection, plan in
        guard let wanted = plan?.acceptance.duration else {
            guard let video = inspection.video, video.frames.count > 0 else {
                return .notRun("no pictures were decoded", expected: "none asked")
            }
            return Finding(.notApplicable, measured: "\(decimals(video.duration, 3)) s", expected: "none asked")
        }
        let tolerance = plan?.acceptance.durationTolerance ?? 0
        let expected = "\(decimals(wanted, 3)) ± \(decimals(tolerance, 3)) s"
        guard let video = inspection.video, video.frames.count > 0 else {
            return .notRun("no pictures were decoded", expected: expected)
        }
        return Finding(
            abs(video.duration - wanted) <= tolerance + 1e-6 ? .pass : .fail,
            measured: "\(decimals(video.duration, 3)) s", expected: expected)
    }

    static let acceptedSize = Check(
        id: "A02", title: "Accepted file size",
        measures: "bytes of the file", unit: "bytes", threshold: "'acceptance.max_bytes'; a profile's limits",
        source: "the spec; a profile's own",
        changedBy: "acceptance.max_bytes", severity: .fail,
        runbook: "raise 'crf' of the encode stage, or raise 'acceptance.max_bytes'"
    ) { inspection, plan, profile in
        if let refusal = inspection.refusal {
            return .notRun("\(inspection.bytes) bytes, but \(refusal)", expected: "a file that opens")
        }
        let limit = plan?.acceptance.maximumBytes
        var breaches = Breaches()
        if let limit, inspection.bytes > limit { breaches.add(.fail, "\(inspection.bytes) bytes") }
        breaches.hold(Double(inspection.bytes), "\(inspection.bytes) bytes", to: .fileSize, of: profile)
        let asked = [limit.map { "at most \($0) bytes" }, profile[.fileSize].map { $0.words(.fileSize) }].compactMap {
            $0
        }
        guard !asked.isEmpty else {
            return Finding(.notApplicable, measured: "\(inspection.bytes) bytes", expected: "none asked")
        }
        return breaches.finding(measured: "\(inspection.bytes) bytes", expected: asked.joined(separator: "; "))
    }
}
