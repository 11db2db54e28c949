// captions: writes the captions as separate files, WebVTT and SubRip.
import Composition
import Diagnostics
import Work

public enum CaptionsStage {
    public static let cues = Slot("cues", .cues, former: "plan")

    public static let captions = Output("captions", .captions, file: "captions.vtt")
    public static let srt = Output("srt", .srt, file: "captions.srt")

    public static let stage = StageDescriptor(
        name: "captions", version: 2, summary: "writes the captions as WebVTT and SubRip",
        slots: [cues.declared],
        outputs: [captions.declared, srt.declared],
        place: .here(perform))

    private static func perform(_ job: Job) throws -> Outcome {
        let sheet = try job[cues]
        return Outcome([try job.write(webVTT(sheet).utf8, to: captions), try job.write(subRip(sheet).utf8, to: srt)])
    }
}

/// WebVTT (W3C). Writes `&`, `<` and `>` as entities, so that `-->` cannot appear in a cue.
func webVTT(_ sheet: CueSheet) -> String {
    sheet.cues.reduce(into: "WEBVTT\nLanguage: \(sheet.language)\n") { text, cue in
        let body = lines(cue.text).map {
            $0.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
        }
        text += "\n\(span(cue, sheet.rate, "."))\n\(body.joined(separator: "\n"))\n"
    }
}

/// SubRip has no escapes; players show the text as it is.
func subRip(_ sheet: CueSheet) -> String {
    sheet.cues.enumerated().map { index, cue in
        "\(index + 1)\n\(span(cue, sheet.rate, ","))\n\(lines(cue.text).joined(separator: "\n"))\n"
    }.joined(separator: "\n")
}

/// Leaves empty lines out, since in both formats an empty line ends the cue.
private func lines(_ text: String) -> [String] {
    text.split(whereSeparator: \.isNewline).map { String($0) }.filter { !$0.allSatisfy(\.isWhitespace) }
}

/// The times of a cue: `00:00:00.300 --> 00:00:02.800`.
private func span(_ cue: Cue, _ rate: FrameRate, _ point: String) -> String {
    time(cue.startFrame, rate, point) + " --> " + time(cue.endFrame, rate, point)
}

private func time(_ frame: Int, _ rate: FrameRate, _ point: String) -> String {
    let milliseconds = Int((rate.seconds(ofFrame: frame) * 1000).rounded())
    let clock = [milliseconds / 3_600_000, milliseconds / 60_000 % 60, milliseconds / 1000 % 60].map { padded($0, 2) }
    return clock.joined(separator: ":") + point + padded(milliseconds % 1000, 3)
}
