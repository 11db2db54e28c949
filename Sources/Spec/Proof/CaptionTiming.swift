// P04: captions are inside the video. P07: viewers have time to read them.
import Composition
import Diagnostics

extension ProofCheck {
    /// Judged while captions are resolved, before there is a draft.
    static let captions = ProofCheck(
        "P04", "Captions are inside the video",
        measures:
            "times of every caption against the video or its scene and against its neighbours; syntax of the caption "
            + "file",
        threshold: "inside, in order, not overlapping, not empty", source: "vgraph", changedBy: "captions",
        severity: .fail,
        runbook:
            "findings have their own ids, such as caption-outside; whether captions match the speech needs a reviewer"
    ) { _ in [] }

    static let captionDuration = ProofCheck(
        "P07.duration", "Duration of captions",
        measures: "frames of each caption", unit: "s", threshold: "5/6 s to 7 s",
        source: "Netflix Timed Text Style Guide",
        changedBy: "acceptance.rules.caption_duration", severity: .warn,
        runbook: "lengthen it, join it with its neighbour, or split it"
    ) { proof in
        guard let limit = proof.profile[.captionDuration] else { return [] }
        return proof.captions.compactMap { text, _ in
            let seconds = proof.seconds(text.shown.count), frame = proof.seconds(1)
            // The tolerance is half a frame, the precision of display.
            if let least = limit.least, seconds < least - frame / 2 {
                return .shortCaption(
                    text: text.content.text, seconds: secondsWords(seconds), least: secondsWords(least),
                    rule: limit.source, at: text.place)
            }
            if let most = limit.most, seconds > most + frame / 2 {
                return .longCaption(
                    text: text.content.text, seconds: secondsWords(seconds), most: secondsWords(most),
                    rule: limit.source, at: text.place)
            }
            return nil
        }
    }

    static let gaps = ProofCheck(
        "P07.gap", "Gaps between captions",
        measures: "frames between the end of a caption and the next", unit: "frames", threshold: "2",
        source: "Netflix Timed Text Style Guide",
        changedBy: "acceptance.rules.caption_gap", severity: .warn,
        runbook: "end the first caption a little earlier: a short gap shows that the text has changed"
    ) { proof in
        guard let limit = proof.profile[.captionGap], let least = limit.least else { return [] }
        let captions = proof.draft.texts.filter(\.isCaption)
        return zip(captions, captions.dropFirst()).compactMap { before, next in
            let gap = next.shown.lowerBound - before.shown.upperBound
            guard gap >= 0, Double(gap) < least else { return nil }
            return .smallGap(frames: gap, least: Int(min(1e6, least.rounded(.up))), rule: limit.source, at: next.place)
        }
    }

    static let speed = ProofCheck(
        "P07.speed", "Reading speed",
        measures: "characters of each caption, spaces included, and its words, over the time it is shown",
        unit: "characters a second, s a word",
        threshold:
            "20 characters a second in English, 17 in most other languages; 0.3 s for each word. Chinese, Japanese and "
            + "Korean are judged only if a profile names them",
        source: "Netflix Timed Text Style Guide (characters); BBC Subtitle Guidelines 1.2 (words)",
        changedBy: "acceptance.rules.reading_speed",
        severity: .warn,
        runbook:
            "show it longer or shorten its text. Only a warning, since more than a quarter of a professionally made "
            + "file exceeds the limit"
    ) { proof in
        let language = proof.language
        // One character of these languages carries as much as several letters.
        let isCompact = ["zh", "ja", "ko", "yue"].contains(language)
        let speed = proof.profile.readingSpeed[language] ?? (isCompact ? nil : proof.profile.readingSpeed["other"])
        return proof.captions.compactMap { text, _ in
            let seconds = proof.seconds(text.shown.count),
                words = text.content.text.split(whereSeparator: \.isWhitespace)
            guard seconds > 0 else { return nil }
            let characters = text.content.text.split(whereSeparator: \.isNewline).reduce(0) { $0 + $1.count }
            if let speed, let most = speed.most, Double(characters) / seconds > most + 0.05 {
                return .fastCaption(
                    text: text.content.text, speed: tenthsWords(Double(characters) / seconds), most: tenthsWords(most),
                    needs: secondsWords(Double(characters) / max(0.01, most)), rule: speed.source, at: text.place)
            }
            if !isCompact, let each = proof.profile[.wordTime], let least = each.least,
                seconds < least * Double(words.count) - proof.seconds(1) / 2
            {
                return .fastWords(
                    text: text.content.text, words: words.count, seconds: secondsWords(seconds),
                    needs: secondsWords(least * Double(words.count)), rule: each.source, at: text.place)
            }
            return nil
        }
    }
}
