// A section of the sheet: what is new since a person approved a version, by the hashes of segments.
import Composition
import Decisions
import Diagnostics

extension ReviewSheet {
    var sinceSummary: String {
        switch since {
        case .never: "never approved"
        case .same: "these bytes"
        case .unknown: "not known"
        case .changes(_, let changes, let sound):
            changes.isSame
                ? sound == true ? "sound" : "no picture" : counted(ranges(changes).count, "range")
        }
    }

    var sincePart: String {
        var body: String
        switch since {
        case .never: body = "<p>No version was ever approved: all of it is new.</p>\n"
        case .same(let approval): body = "<p>\(approved(approval)), and these are the same bytes.</p>\n"
        case .unknown(let approval):
            body =
                "<p>\(approved(approval)). This cache does not hold that version any more, so what changed since is not "
                + "known: look at all of it.</p>\n"
        case .changes(let approval, let changes, let sound):
            let ranges = ranges(changes), kept = changes.changes.count { $0.kind == .same }
            body = "<p>\(approved(approval)). \(kept) of \(counted(changes.changes.count, "segment")) "
            body += kept == 1 ? "is drawn as then. " : "are drawn as then. "
            body +=
                sound.map { $0 ? "The sound is another." : "The sound is the same." }
                ?? "Whether the sound is the same is not known."
            body += "</p>\n"
            if !ranges.isEmpty {
                body += table(
                    "Ranges that changed", ["what", "when", "scenes", "captions"],
                    ranges.map { range in
                        let when =
                            range.kind == .removed
                            ? "was at \(clock(range.from))–\(clock(range.to))" : time(range.from, to: range.to)
                        return [
                            pill(range.kind == .moved ? .idle : .warn, range.kind.rawValue), when,
                            escaped(range.scenes.joined(separator: ", ")),
                            escaped(range.captions.joined(separator: " · ")),
                        ]
                    })
            }
        }
        return section("since", "Since the last approval", body)
    }

    private func approved(_ approval: SignedDecision) -> String {
        "<b>\(escaped(approval.by))</b> approved SHA-256 "
            + "<code>\(escaped(String(approval.sha256.prefix(12))))…</code> at "
            + escaped(approval.at)
    }

    private struct Range {
        var kind: PlanChanges.Kind
        var from, to: Double
        var scenes, captions: [String]
    }

    /// Segments that changed alike, one after the other, as one range.
    private func ranges(_ changes: PlanChanges) -> [Range] {
        var ranges: [Range] = [], isNext = false
        func join(_ list: inout [String], _ more: [String]) { list += more.filter { !list.contains($0) } }
        for change in changes.changes {
            guard change.kind != .same, let place = change.b ?? change.a else { isNext = false; continue }
            if isNext, let last = ranges.indices.last, ranges[last].kind == change.kind {
                ranges[last].to = place.end
                join(&ranges[last].scenes, place.scenes)
                join(&ranges[last].captions, place.captions)
            } else {
                ranges.append(
                    Range(
                        kind: change.kind, from: place.start, to: place.end, scenes: place.scenes,
                        captions: place.captions))
            }
            isNext = true
        }
        return ranges
    }
}
