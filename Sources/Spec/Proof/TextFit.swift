// P05: text fits into the frame and its lines. P06: every letter is visible.
import Composition
import Diagnostics

extension ProofCheck {
    static let frame = ProofCheck(
        "P05.frame", "Text is inside the frame",
        measures: "ink of every text in full view, laid out with its font, at several moments",
        unit: "px", threshold: "inside at one of these moments at least; text may enter and leave through an edge",
        source: "vgraph", changedBy: "theme.styles",
        severity: .fail, runbook: "use a smaller 'size', a 'max_width' at which lines wrap, or another position"
    ) { proof in
        let size = proof.video.size
        return proof.texts.compactMap { text, measured in
            let reaches = measured.boxes.map { box -> (pixels: Double, side: String) in
                [
                    (-box.x0, "left"), (-box.y0, "top"), (box.x1 - Double(size.width), "right"),
                    (box.y1 - Double(size.height), "bottom"),
                ].max { $0.0 < $1.0 }!
            }
            guard let least = reaches.min(by: { $0.pixels < $1.pixels }), least.pixels > 1 else { return nil }
            return .outsideFrame(
                text: text.content.text, pixels: Int(min(1e6, least.pixels.rounded(.up))), side: least.side,
                room: proof.draft.translation == nil ? nil : room(text, measured, beyond: least), at: text.place)
        }
    }

    /// The part of a text's box that is inside the frame, and the share of its characters that fits into it.
    private static func room(_ text: DraftText, _ measured: MeasuredText, beyond least: (pixels: Double, side: String))
        -> TextRoom
    {
        let m = measured.measure, isAcross = ["left", "right"].contains(least.side)
        // A text that is placed by its middle reaches as far beyond both sides.
        let anchor = isAcross ? text.layer.anchorX : text.layer.anchorY
        let lost = least.pixels * (anchor > 0.01 && anchor < 0.99 ? 2 : 1)
        let width = isAcross ? max(0, m.inkWidth - lost) : m.inkWidth
        let height = isAcross ? m.inkHeight : max(0, m.inkHeight - lost)
        let lines = Double(max(1, m.lines))
        let share =
            isAcross
            ? width / max(1, m.inkWidth) : (height / max(1, m.inkHeight / lines)).rounded(.down) / lines
        return TextRoom(
            characters: Int((Double(text.content.text.count) * min(1, share)).rounded(.down)),
            width: Int(min(1e6, width)), height: Int(min(1e6, height)))
    }

    static let words = ProofCheck(
        "P05.word", "No word is broken across lines",
        measures: "lines that end within a word because it is wider than the style's 'max_width'",
        unit: "lines", threshold: "0", source: "vgraph", changedBy: "theme.styles", severity: .warn,
        runbook: "use a smaller 'size' or a larger 'max_width'; a soft hyphen marks where a long word may break"
    ) { proof in
        proof.texts.compactMap { text, measured in
            // P05.fit judges a text that has a box.
            measured.measure.brokenWords > 0 && text.content.fit == nil
                ? .brokenWord(
                    text: text.content.text, lines: measured.measure.brokenWords,
                    room: proof.draft.translation == nil
                        ? nil
                        : TextRoom(
                            characters: measured.measure.lineCharacters.max() ?? 0,
                            width: Int(max(1, min(1e6, text.content.wrapWidth ?? measured.measure.width))),
                            height: Int(max(1, min(1e6, text.content.size)))), at: text.place) : nil
        }
    }

    static let lines = ProofCheck(
        "P05.lines", "Lines of a caption",
        measures: "lines of each caption, as drawn", unit: "lines",
        threshold: "2; 3 in portrait formats",
        source: "Netflix Timed Text Style Guide (2 lines); BBC Subtitle Guidelines 1.2 (2; 3 in 9:16)",
        changedBy: "acceptance.rules.caption_lines",
        severity: .warn, runbook: "split the caption, or widen its lines with 'captions.max_width'"
    ) { proof in
        guard let limit = proof.profile[proof.isPortrait ? .captionLinesPortrait : .captionLines], let most = limit.most
        else { return [] }
        return proof.captions.compactMap { text, measured in
            guard Double(measured.measure.lines) > most else { return nil }
            return .manyLines(
                text: text.content.text, lines: measured.measure.lines, most: Int(min(1e6, most)), rule: limit.source,
                at: text.place)
        }
    }

    static let characters = ProofCheck(
        "P05.characters", "Characters in a line of a caption",
        measures: "characters in the longest line of each caption, as drawn", unit: "characters",
        threshold: "42; 25 in portrait formats",
        source: "Netflix Timed Text Style Guide (42); BBC as quoted by others (25 in 9:16)",
        changedBy: "acceptance.rules.caption_characters",
        severity: .warn, runbook: "split the caption, or narrow its lines with 'captions.max_width'"
    ) { proof in
        guard let limit = proof.profile[proof.isPortrait ? .captionCharactersPortrait : .captionCharacters],
            let most = limit.most
        else { return [] }
        return proof.captions.compactMap { text, measured in
            guard let longest = measured.measure.lineCharacters.max(), Double(longest) > most else { return nil }
            return .longLine(
                text: text.content.text, characters: longest, most: Int(min(1e6, most)), rule: limit.source,
                at: text.place)
        }
    }

    static let width = ProofCheck(
        "P05.width", "Width of a caption",
        measures: "width of the ink of each caption", unit: "% of the frame's width",
        threshold: "none by default; 68 % (90 % in 9:16) for broadcast",
        source: "BBC Subtitle Guidelines, as quoted by others", changedBy: "acceptance.rules.caption_width",
        severity: .warn,
        runbook: "narrow its lines with 'captions.max_width'"
    ) { proof in
        guard let limit = proof.profile[proof.isPortrait ? .captionWidthPortrait : .captionWidth], let most = limit.most
        else { return [] }
        return proof.captions.compactMap { text, measured in
            let percent = measured.measure.inkWidth / Double(proof.video.size.width) * 100
            guard percent > most + 0.5, percent < 1e6 else { return nil }
            return .wideLine(
                text: text.content.text, percent: Int(percent.rounded()), most: Int(most), rule: limit.source,
                at: text.place)
        }
    }

    static let glyphs = ProofCheck(
        "P06.glyphs", "Every character has a glyph",
        measures: "characters of every text that neither the spec's fonts nor the machine's can draw",
        unit: "characters", threshold: "0", source: "vgraph",
        changedBy: "theme.fonts", severity: .fail,
        runbook:
            "add a font file that has the character to 'theme.fonts'; otherwise it is drawn as an empty box"
    ) { proof in
        proof.texts.compactMap { text, measured in
            measured.measure.missing.isEmpty
                ? nil : .missingGlyphs(text: text.content.text, characters: measured.measure.missing, at: text.place)
        }
    }

    static let box = ProofCheck(
        "P06.box", "Letters stay inside their box",
        measures: "ink of every text that has a 'background', against that box", unit: "px", threshold: "1 px outside",
        source: "vgraph",
        changedBy: "theme.styles", severity: .warn,
        runbook: "use more 'padding' or a greater 'line_height', which letters such as g and Å need"
    ) { proof in
        proof.texts.compactMap { text, measured in
            guard text.content.background != nil else { return nil }
            let m = measured.measure
            let reaches = [
                (-m.inkY, "upper"), (m.inkY + m.inkHeight - m.height, "lower"), (-m.inkX, "left"),
                (m.inkX + m.inkWidth - m.width, "right"),
            ]
            let most = reaches.max { $0.0 < $1.0 }!
            guard most.0 > 1, most.0 < 1e6 else { return nil }
            return .outsideBox(text: text.content.text, pixels: Int(most.0.rounded(.up)), side: most.1, at: text.place)
        }
    }
}
