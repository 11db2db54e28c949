// P12.words: captions say what the voice says, where the spec has its words.
import Composition
import Diagnostics

extension ProofCheck {
    static let said = ProofCheck(
        "P12.words", "Captions are what the voice says",
        measures:
            "words of a caption that carry a meaning, against those of the narration ('says') of the tracks that sound "
            + "while it is shown; captions in brackets, in another language than the narration, and of fewer "
            + "than three such words do not count",
        unit: "%", threshold: "a third of its words",
        source: "vgraph's figure, far below what shortening leaves", changedBy: "captions", severity: .warn,
        runbook:
            "name the captions of this recording, or correct 'says'; captions may shorten, but not say other things"
    ) { proof in
        let statements = proof.draft.statements, language = proof.language
        let narration = statements.filter { $0.kind == .narration }
        let captions = statements.filter { $0.kind == .caption && !isSound($0.text) }
        guard !narration.isEmpty, !captions.isEmpty else { return [] }
        // Subtitles translate. Which language they are in is P16.language's matter.
        func isOther(_ texts: [Statement]) -> Bool {
            StopWords.otherLanguage(of: texts.flatMap { Token.keys(of: $0.text) }, declared: language) != nil
        }
        guard !isOther(narration), !isOther(captions) else { return [] }
        let spoken = narration.map { Wording($0, language: language) }
        var known = 0, all = 0
        let found = captions.compactMap { caption -> (caption: Statement, voice: Statement)? in
            let together = spoken.filter { $0.statement.meets(caption) }
            guard let voice = together.first?.statement else { return nil }
            let stems = Set(together.flatMap { $0.words.map(\.stem) })
            let words = Wording(caption, language: language).words
            let said = words.count { stems.contains($0.stem) }
            known += said
            all += words.count
            return words.count >= 3 && said * 3 < words.count ? (caption, voice) : nil
        }
        // Of a language that is not told by its words: captions that share next to nothing may be a translation.
        if StopWords.all[language] == nil, known * 5 < all { return [] }
        return found.map { one in
            .wording(
                .notSaid(one.caption.text, voice: one.voice.text, holder: one.voice.place, at: one.caption.place))
        }
    }

    /// "[music]", "(a door closes)", "♪ la la ♪": what no voice says.
    private static func isSound(_ text: String) -> Bool {
        guard let first = text.first, let last = text.last else { return true }
        return first == "[" && last == "]" || first == "(" && last == ")" || first == "♪" || first == "♫"
    }
}
