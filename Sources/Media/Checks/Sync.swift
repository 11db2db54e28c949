// D10: the offset between picture and sound.
import Composition
import Diagnostics

extension Check {
    static let sync = Check(
        id: "D10", title: "Picture and sound in step",
        measures:
            "at each time of 'acceptance.sync': time from the picture that differs most from the one before to the "
            + "onset of the sound, both searched for within 0.3 s; without 'acceptance.sync': the same at each flash "
            + "of a quarter second or less with a beep out of silence, as in test films",
        unit: "ms", threshold: "sound at most 40 ms before and 60 ms after the picture",
        source: "EBU R 37", changedBy: "acceptance.sync", severity: .fail,
        runbook: "see D05 for edit lists and first time stamps; otherwise move the track with 'audio.tracks[].start'"
    ) { inspection, plan in
        let asked = plan?.acceptance.sync ?? []
        let expected = asked.isEmpty ? "none asked" : "sound from 40 ms before to 60 ms after the picture"
        guard inspection.refusal == nil else { return .notRun("the file does not open", expected: expected) }
        guard let video = inspection.video, video.frames.count > 0 else {
            return .notRun("no pictures were decoded", expected: expected)
        }
        guard let audio = inspection.audio, !audio.sound.peaks.isEmpty else {
            return asked.isEmpty
                ? Finding(.notApplicable, measured: "no sound", expected: expected)
                : .notRun("no sound", expected: expected)
        }
        let events = SyncEvents(video: video, audio: audio)
        guard asked.isEmpty else { return events.judge(asked, expected) }
        let found = events.markers()
        guard let worst = found.max(by: { abs($0.offset) < abs($1.offset) }) else {
            return Finding(.notApplicable, measured: "no flash with a beep", expected: expected)
        }
        return Finding(
            SyncEvents.isIn(worst.offset) ? .pass : .warn,
            measured: "\(found.count) flash\(found.count == 1 ? "" : "es") with a beep: "
                + SyncEvents.words(worst.offset), expected: "sound from 40 ms before to 60 ms after the picture",
            from: worst.time)
    }
}

/// Finds cuts and flashes in the pictures of a file, and onsets in its sound.
private struct SyncEvents {
    let video: Inspection.Video
    let audio: Inspection.Audio
    private static let reach = 0.3
    private static let early = -0.040, late = 0.060

    /// Allows half a step of the sound's measure.
    static func isIn(_ offset: Double) -> Bool { offset >= early - 0.0025 && offset <= late + 0.0025 }

    static func words(_ offset: Double) -> String {
        let milliseconds = decimals(abs(offset) * 1000, 0)
        return milliseconds == "0"
            ? "sound and picture together" : "sound \(milliseconds) ms \(offset < 0 ? "before" : "after") the picture"
    }

    func judge(_ asked: [Double], _ expected: String) -> Finding {
        var breaches = Breaches(), worst = 0.0
        for time in asked {
            guard let seen = cut(near: time) else {
                breaches.add(.fail, "the picture does not change near \(decimals(time, 2)) s", at: time); continue
            }
            guard let heard = onset(near: time) else {
                breaches.add(.fail, "no sound starts near \(decimals(time, 2)) s", at: time); continue
            }
            let offset = heard - seen
            if abs(offset) > abs(worst) { worst = offset }
            if !Self.isIn(offset) { breaches.add(.fail, "\(Self.words(offset)) at \(decimals(time, 2)) s", at: time) }
        }
        return breaches.finding(
            measured: "\(asked.count) event\(asked.count == 1 ? "" : "s"): at most \(Self.words(worst))",
            expected: expected)
    }

    /// The picture that differs most from the one before it.
    private func cut(near time: Double) -> Double? {
        guard video.frames.change.count == video.frames.count else { return nil }
        let near = (1..<max(1, video.frames.count)).filter { abs(video.time(of: $0) - time) <= Self.reach + 1e-6 }
        guard let most = near.max(by: { video.frames.change[$0] < video.frames.change[$1] }),
            video.frames.change[most] >= 2
        else { return nil }
        return video.time(of: most)
    }

    /// Where the sound rises most within a twentieth of a second, by at least 12 dB, to more than -40 dBFS.
    private func onset(near time: Double, from floor: Float = 0.01, by factor: Float = 4, quiet: Float = 1) -> Double? {
        let peaks = audio.sound.peaks, step = audio.sound.peakStep, window = max(1, Int(0.05 / step))
        guard step > 0 else { return nil }
        let low = (time - Self.reach - audio.start) / step, high = (time + Self.reach - audio.start) / step
        guard low.isFinite, high.isFinite, high >= 0, low < Double(peaks.count) else { return nil }
        var best: (index: Int, rise: Float)?
        for index in max(0, Int(low))..<max(max(0, Int(low)), min(peaks.count, Int(min(high, 1e12)) + 1)) {
            let before = peaks[max(0, index - window)..<index].max() ?? 0,
                after = peaks[index..<min(peaks.count, index + window)].max() ?? 0
            guard after >= floor, before <= quiet, after >= before * factor else { continue }
            let rise = after / max(before, 1e-5)
            if best == nil || rise > best!.rise * 1.0001 { best = (index, rise) }
        }
        guard let best else { return nil }
        // The onset is where a quarter of the window's peak is reached, so that an encoder's pre-echo does not count.
        let end = min(peaks.count, best.index + window), top = peaks[best.index..<end].max() ?? 0
        let place = (best.index..<end).first { peaks[$0] >= top / 4 } ?? best.index
        return audio.start + Double(place) * step
    }

    /// Flashes (60 of 255 up and down again) with a beep that is 30 dB above the sound before it, itself below -50
    /// dBFS.
    func markers() -> [(time: Double, offset: Double)] {
        let mean = video.frames.mean
        guard mean.count == video.frames.count else { return [] }
        var found: [(Double, Double)] = [], frame = 1
        while frame < mean.count, found.count < 1000 {
            guard mean[frame] - mean[frame - 1] >= 60 else { frame += 1; continue }
            let up = video.time(of: frame)
            var down = frame + 1
            while down < mean.count, mean[down] - mean[frame - 1] >= 30 { down += 1 }
            if down < mean.count, video.time(of: down) - up <= 0.25 + 1e-6,
                let heard = onset(near: up, from: 0.01, by: 31, quiet: 0.0032)
            {
                found.append((up, heard - up))
            }
            frame = down + 1
        }
        return found
    }
}
