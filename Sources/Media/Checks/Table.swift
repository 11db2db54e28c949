// The table of all checks of a delivered file, in the order of reports, and the function that runs them.
import Composition
import Diagnostics

extension Check {
    public static let all: [Check] = [
        .opens, .streams, .frames, .duration, .colour, .delivery, .loudness, .silence, .clipping, .phase, .black,
        .frozen, .flashes,
        .patterns, .sync, .levels, .bars, .approved, .likeness, .captionsShown, .motion, .sound, .origin,
        .acceptedDuration, .acceptedSize,
    ]
}

extension Inspection {
    /// Runs every check on what was measured.
    public func report(plan: Plan?, profile: Profile = .none) -> CheckReport {
        var known = self
        known.flashHistory = video.flatMap(FlashHistory.find)
        return CheckReport(
            sha256: sha256, bytes: bytes, results: Check.all.map { $0.result(known, plan: plan, profile: profile) },
            series: known.series,
            switchedOff: profile.severities.filter { $0.value == .off }.keys.sorted())
    }

    /// Rounded, so that a report is short and equal on every machine.
    private var series: [CheckReport.Series] {
        var all: [CheckReport.Series] = []
        if let sound = audio?.sound, !sound.shortTerm.isEmpty {
            all.append(
                CheckReport.Series(
                    name: "loudness", unit: "LUFS", step: SoundMeasures.shortTermStep,
                    values: sound.shortTerm.map { ($0 * 10).rounded() / 10 }))
        }
        if let video, !video.frames.mean.isEmpty, video.period > 0 {
            // At most 600 points, each the mean of a group of pictures.
            let group = max(1, (video.frames.mean.count + 599) / 600)
            let values = stride(from: 0, to: video.frames.mean.count, by: group).map { start in
                let part = video.frames.mean[start..<min(start + group, video.frames.mean.count)]
                return (Double(part.reduce(0, +)) / Double(part.count)).rounded()
            }
            all.append(
                CheckReport.Series(name: "luma", unit: "0-255", step: Double(group) * video.period, values: values))
            // The maximum of each group, since a mean would hide a peak.
            if let found = flashHistory, found.general.transitions.count == video.frames.stamps.count {
                let most = zip(found.general.transitions, found.red.transitions).map { max($0, $1) }
                let values = stride(from: 0, to: most.count, by: group).map {
                    Double(most[$0..<min($0 + group, most.count)].max() ?? 0) / 2
                }
                all.append(
                    CheckReport.Series(
                        name: "flashes", unit: "a second", step: Double(group) * video.period, values: values))
            }
        }
        return all
    }
}

/// Decodes a delivered file once and judges it.
/// - Parameters:
///   - name: how messages name the file.
///   - known: the measures of the segments that the file was joined from.
///   - promised: the pictures that the file should contain, if they can be drawn.
///   - sound: the mix that the file should contain, if its sources are available.
///   - heard: the measures of that sound. Used if they are those of the encoded mix and the file has its packets.
///   - baseline: the comparison of its pictures with approved ones, if there is one.
///   - plan: the plan that the file was made from; nil for any other file.
///   - profile: the limits that apply.
///   - progress: called from time to time with the number of decoded pictures.
/// - Throws: `MediaProblem` if the file does not exist or cannot be read; faults of its content are in the report.
public func check(
    path: String, name: String? = nil, plan: Plan?, profile: Profile = .none, known: [SegmentMeasures] = [],
    promised: PromisedPictures? = nil, sound: PromisedSound? = nil, heard: HeardSound? = nil,
    baseline: BaselineComparison? = nil, progress: (Int) -> Void = { _ in }
) throws -> CheckReport {
    let name = name ?? path, copied = sound?.copiedPackets(in: path, name: name)
    var heard = heard
    if copied == nil || sound?.isMeasured(by: heard) != true { heard = nil }
    var inspection = try MediaReader(path: path, name: name).inspect(
        known: known, heard: heard, promised: promised, progress: progress)
    inspection.baseline = baseline
    if let sound, inspection.audio != nil {
        inspection.sound = .held(sound, copied: copied, path: path, name: name)
    }
    return inspection.report(plan: plan, profile: profile)
}
