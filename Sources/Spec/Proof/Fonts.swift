// P06: text is set in the fonts that the spec names, or a finding names the substitute.
import Composition
import Diagnostics
import Digests

/// A font of the theme that texts use: the families to look for, in order of preference.
public struct FontQuestion: Sendable {
    public var name: String
    /// Font files of the project among them. They exist; a missing file is another error.
    public var files: [AssetDigest]
    public var families: [String]
}

public struct FontAnswers: Sendable {
    /// Available families, by the font of the theme that names them.
    public var found: [String: Set<String>] = [:]
    /// The family that is used for each font of the theme.
    public var taken: [String: String] = [:]
    public init() {}
}

extension Draft {
    /// The questions about the machine's fonts.
    public func fontQuestions(_ facts: Facts) -> [FontQuestion] {
        written.fonts.map { font in
            var files: [AssetDigest] = [], families: [String] = []
            for choice in font.choices {
                if FontSpec.isFile(choice.value) {
                    guard let asset = facts.assets[choice.value] else { continue }
                    files.append(asset.digest)
                    families += asset.families
                } else {
                    families.append(choice.value)
                }
            }
            return FontQuestion(name: font.name, files: files, families: families)
        }
    }
}

extension Proof {
    /// A font of the theme, and what is available for it.
    fileprivate struct Found {
        var name: String
        /// Choices before the first available one.
        var missing: [Placed<String>]
        /// The first available choice, a file or a family; nil if there is none.
        var first: String?
        /// Families that the spec names, including those of its files, without generic ones.
        var named: Set<String>
    }

    fileprivate var foundFonts: [Found] {
        draft.written.fonts.map { font in
            var found = Found(name: font.name, missing: [], first: nil, named: [])
            for choice in font.choices {
                let isFile = FontSpec.isFile(choice.value), isGeneric = FontSpec.generic.contains(choice.value)
                let isThere = isFile || isGeneric || fonts.found[font.name]?.contains(choice.value) == true
                if isThere, found.first == nil { found.first = choice.value }
                if !isThere, found.first == nil { found.missing.append(choice) }
                if isFile {
                    found.named.formUnion((facts.assets[choice.value]?.families ?? []).map { $0.lowercased() })
                } else if !isGeneric {
                    found.named.insert(choice.value.lowercased())
                }
            }
            return found
        }
    }

    /// The font of the theme that a text uses, if its first available choice is not generic.
    fileprivate func own(_ text: DraftText, _ fonts: [String: Found]) -> Found? {
        fonts[text.font].flatMap { $0.first.map(FontSpec.generic.contains) == false ? $0 : nil }
    }
}

extension ProofCheck {
    static let fonts = ProofCheck(
        "P06.font", "The spec's fonts are available",
        measures: "fonts of the theme that texts use and for which neither the machine nor the project has a family",
        unit: "fonts", threshold: "0",
        source: "vgraph", changedBy: "theme.fonts", severity: .fail,
        runbook:
            "add the font file to the project and name it: { body: assets/Name.ttf }; or name a substitute: { body: "
            + "[Name, sans-serif] }"
    ) { proof in
        proof.foundFonts.compactMap { font in
            guard font.first == nil, let place = font.missing.first?.place else { return nil }
            return .noFont(
                font.name, families: font.missing.map(\.value), taken: proof.fonts.taken[font.name], at: place)
        }
    }

    static let fontTaken = ProofCheck(
        "P06.taken", "The first choice of each font is available",
        measures: "fonts of the theme whose first family is missing, so that a later one is used",
        unit: "fonts", threshold: "0",
        source: "vgraph", changedBy: "theme.fonts", severity: .warn,
        runbook:
            "add the font file to the project, so that every machine draws the same, or remove the family from the list"
    ) { proof in
        proof.foundFonts.compactMap { font in
            guard let first = font.first, let place = font.missing.first?.place else { return nil }
            let taken =
                FontSpec.generic.contains(first)
                ? proof.fonts.taken[font.name].map { "\($0)' for '\(first)" } ?? first : first
            return .otherFont(families: font.missing.map(\.value), taken: taken, at: place)
        }
    }

    static let fontWeight = ProofCheck(
        "P06.weight", "Fonts have the requested weight",
        measures: "weight of the font that draws each text, if the spec names its family", unit: "of CSS",
        threshold: "at most 50 off a weight that the spec sets, at most 200 off the weight of a built-in style",
        source: "vgraph",
        changedBy: "theme.styles", severity: .warn,
        runbook:
            "add a font file of that weight, or a variable font, to 'theme.fonts'; or set a 'weight' that the font has"
    ) { proof in
        let fonts = Dictionary(proof.foundFonts.map { ($0.name, $0) }) { first, _ in first }
        return proof.texts.compactMap { text, measured in
            guard let own = proof.own(text, fonts) else { return nil }
            let face = measured.measure.faces.first { $0.families.contains { own.named.contains($0.lowercased()) } }
            guard let face, let weight = face.weight, let family = face.families.first,
                abs(weight - text.content.weight) >= (text.weightPlace == nil ? 200 : 50)
            else { return nil }
            return .otherWeight(text.content.weight, family: family, taken: weight, at: text.weightPlace ?? text.place)
        }
    }

    static let fontGlyphs = ProofCheck(
        "P06.fallback", "Characters come from the spec's fonts",
        measures:
            "characters that are drawn in a font that the spec does not name, although it names fonts", unit: "texts",
        threshold: "0",
        source: "vgraph", changedBy: "theme.fonts", severity: .warn,
        runbook:
            "add a font that has them to the end of the list: another machine may use a different font, or draw boxes"
    ) { proof in
        let fonts = Dictionary(proof.foundFonts.map { ($0.name, $0) }) { first, _ in first }
        return proof.texts.compactMap { text, measured in
            guard let own = proof.own(text, fonts), let first = own.first else { return nil }
            let other = measured.measure.faces.first { face in
                !face.families.contains { own.named.contains($0.lowercased()) }
            }
            guard let other, let family = other.families.first, measured.measure.missing.isEmpty else { return nil }
            return .otherGlyphs(other.text, of: text.content.text, font: first, taken: family, at: text.place)
        }
    }
}
