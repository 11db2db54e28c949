// P17: a film in another language says everything in it, and with its own voice.
import Diagnostics

extension Draft {
    /// For messages: ", in the format 'tall'"; nothing for the film in the spec's own size and language.
    var name: String { Draft.name(format: format, language: translation?.language) }

    static func name(format: String?, language: String?) -> String {
        switch (format, language) {
        case (let format?, let language?): ", in the format '\(format)' and the language '\(language)'"
        case (let format?, nil): ", in the format '\(format)'"
        case (nil, let language?): ", in the language '\(language)'"
        case (nil, nil): ""
        }
    }
}

extension ProofCheck {
    static let untranslated = ProofCheck(
        "P17.missing", "Every text is translated",
        measures:
            "texts of scenes, captions, the call to action, narration, the title and 'must_say' that the file of texts "
            + "of a language lacks; they are shown in the language of the spec",
        unit: "texts", threshold: "0", source: "vgraph", changedBy: "languages", severity: .warn,
        runbook: "run 'vgraph texts extract', translate what is empty, and build again"
    ) { proof in
        guard let translation = proof.draft.translation else { return [] }
        return translation.missing.map {
            .translation(.missing(key: $0.key, text: $0.text, language: translation.language, at: $0.place))
        }
    }

    static let stale = ProofCheck(
        "P17.stale", "Translations are of the text that the spec has",
        measures: "translations whose 'source' is not the text that the spec has now", unit: "texts", threshold: "0",
        source: "vgraph", changedBy: "languages", severity: .warn,
        runbook: "correct the translation, then write the new text as its 'source'"
    ) { proof in
        (proof.draft.translation?.stale ?? []).map {
            .translation(.stale(key: $0.key, source: $0.source, now: $0.now, at: $0.place))
        }
    }

    static let unknownText = ProofCheck(
        "P17.unknown", "Translations belong to texts",
        measures: "keys of files of texts that the spec does not have", unit: "texts", threshold: "0",
        source: "vgraph", changedBy: "languages", severity: .warn,
        runbook: "correct the key, or remove the translation of a text that is gone"
    ) { proof in
        (proof.draft.translation?.unknown ?? []).map {
            .translation(.unknown(key: $0.key, known: $0.known, at: $0.place))
        }
    }

    static let keptVoice = ProofCheck(
        "P17.voice", "Voices speak the language of the film",
        measures:
            "recordings that the film shares with the one in the spec's language: tracks with 'says', those that "
            + "others are ducked under, otherwise those without 'loop' beside captions",
        unit: "recordings", threshold: "0", source: "vgraph", changedBy: "languages", severity: .warn,
        runbook:
            "name a recording in the language: 'languages: { de: { files: { voice: assets/voice.de.wav } } }'; for a "
            + "sound without words, set the check P17.voice to off"
    ) { proof in
        guard let translation = proof.draft.translation else { return [] }
        return translation.voices.map {
            .translation(.voice(file: $0.file, language: translation.own, at: $0.place))
        }
    }

    static let keptCaptions = ProofCheck(
        "P17.captions", "Caption files are in the language of the film",
        measures: "files of captions and narration that the film shares with the one in the spec's language",
        unit: "files", threshold: "0", source: "vgraph", changedBy: "languages", severity: .warn,
        runbook: "name a file in the language: 'languages: { de: { captions: assets/captions.de.vtt } }'"
    ) { proof in
        guard let translation = proof.draft.translation else { return [] }
        return translation.captions.map {
            .translation(.captions(file: $0.file, language: translation.own, at: $0.place))
        }
    }
}
