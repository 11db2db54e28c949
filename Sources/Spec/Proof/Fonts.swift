// P06: text is set in the fonts that the spec names, or the spec's author knows what is taken instead.
import Composition
import Diagnostics
import Digests

/// A font of the theme that texts are set in: families to look for, in order of preference.
public struct FontQuestion: Sendable {
    public var name: String
    /// Files of the project among them, which are there: their absence is another error.
    public var files: [AssetDigest]
    public var families: [String]
}

public struct FontAnswers: Sendable {
    /// Families that are there, by the font of the theme that names them.
    public var found: [String: Set<String>] = [:]
    /// The family that each font of the theme comes down to.
    public var taken: [String: String] = [:]
    public init() {}
}

extension Draft {
    /// What has to be known of the machine's fonts.
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
    /// A font of the theme as the machine has it.
    fileprivate struct Found {
        var name: String
        /// What the spec asks for and is not there, before what is.
        var missing: [Placed<String>]
        /// The first that is there, a file or a family; nil: none.
        var first: String?
        /// Families that the author names, without the generic ones, all of the files' among them.
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

    /// The font of the theme that a text is set in, if one is named that is there and is not generic.
    fileprivate func own(_ text: DraftText, _ fonts: [String: Found]) -> Found? {
        fonts[text.font].flatMap { $0.first.map(FontSpec.generic.contains) == false ? $0 : nil }
    }
}

extension ProofCheck {
    static let fonts = ProofCheck(
        "P06.font", "The fonts that the spec names are there",
        measures: "fonts of the theme that texts are set in, of whose families the machine and the project have none",
        unit: "fonts", threshold: "0",
        source: "vgraph", changedBy: "theme.fonts", severity: .fail,
        runbook:
            "put the font's file into the project and name it: { body: assets/Name.ttf }; or name what may be taken "
            + "instead: { body: [Name, sans-serif] }"
    ) { proof in
        proof.foundFonts.compactMap { font in
            guard font.first == nil, let place = font.missing.first?.place else { return nil }
            return .noFont(
                font.name, families: font.missing.map(\.value), taken: proof.fonts.taken[font.name], at: place)
        }
    }

    static let fontTaken = ProofCheck(
        "P06.taken", "The first choice of each font is there",
        measures: "fonts of the theme whose first family is not there and for which a later one is taken",
        unit: "fonts", threshold: "0",
        source: "vgraph", changedBy: "theme.fonts", severity: .warn,
        runbook:
            "put the font's file into the project, so that every machine draws the same, or take the family out of "
            + "the list"
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
        "P06.weight", "Fonts have the weight that is asked of them",
        measures: "weight of the font that each text is set in, where the spec names its family", unit: "of CSS",
        threshold: "50 beside a weight that the spec asks for, 200 beside that of a style which is built in",
        source: "vgraph",
        changedBy: "theme.styles", severity: .warn,
        runbook: "a font file of that weight, or one that varies, in 'theme.fonts'; or a 'weight' that the font has"
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
        "P06.fallback", "Characters come from the fonts that the spec names",
        measures: "characters that are set in a font which the spec does not name, where it names one", unit: "texts",
        threshold: "0",
        source: "vgraph", changedBy: "theme.fonts", severity: .warn,
        runbook:
            "name a font that has them as well, after the others: another machine may take another one, or draw boxes"
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
