// Captions as files of their own: WebVTT and SubRip.
import Composition
import FoundationEssentials
import Work

func captionsStage(_ job: Job) throws -> Outcome {
    let sheet = try job.decode(CueSheet.self, "plan")
    return Outcome(outputs: [
        "captions": [try job.write(Data(webVTT(sheet).utf8), as: "captions.vtt")],
        "srt": [try job.write(Data(subRip(sheet).utf8), as: "captions.srt")],
    ])
}

/// WebVTT (W3C): `&`, `<` and `>` are written as entities; `-->` cannot then appear in a cue.
func webVTT(_ sheet: CueSheet) -> String {
    sheet.cues.reduce(into: "WEBVTT\nLanguage: \(sheet.language)\n") { text, cue in
        let body = lines(cue.text).map {
            $0.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
        }
        text += "\n\(time(cue.startFrame, sheet.rate, ".")) --> \(time(cue.endFrame, sheet.rate, "."))\n\(body.joined(separator: "\n"))\n"
    }
}

/// SubRip has no escapes; players take the text as it is.
func subRip(_ sheet: CueSheet) -> String {
    sheet.cues.enumerated().map { index, cue in
        "\(index + 1)\n\(time(cue.startFrame, sheet.rate, ",")) --> \(time(cue.endFrame, sheet.rate, ","))\n\(lines(cue.text).joined(separator: "\n"))\n"
    }.joined(separator: "\n")
}

/// Without empty lines: in both formats an empty line ends the cue.
private func lines(_ text: String) -> [String] {
    text.split(whereSeparator: \.isNewline).map { String($0) }.filter { !$0.allSatisfy(\.isWhitespace) }
}

private func time(_ frame: Int, _ rate: FrameRate, _ point: String) -> String {
    let milliseconds = Int((rate.seconds(ofFrame: frame) * 1000).rounded())
    func padded(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    return padded(milliseconds / 3_600_000, 2) + ":" + padded(milliseconds / 60_000 % 60, 2) + ":" + padded(milliseconds / 1000 % 60, 2)
        + point + padded(milliseconds % 1000, 3)
}

extension StageDescriptor {
    static let captions = StageDescriptor(
        name: "captions", version: 1, summary: "writes the captions as WebVTT and SubRip",
        slots: [Slot("plan", accepts: ["cues"])],
        outputs: [Output("captions", type: "captions", fileName: "captions.vtt"), Output("srt", type: "srt", fileName: "captions.srt")],
        place: .here(captionsStage))
}
