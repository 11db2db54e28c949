// Which families the fonts at hand have, and what is taken for those that they lack.
import CPango
import Composition

extension LayerSources {
    /// Whether one of the machine's fonts, or of the project's `files`, is of that family.
    public func hasFamily(_ family: String, files: [AssetDigest] = []) throws -> Bool {
        let search = FamilySearch(isChoice: false, families: [family], files: try files.map { try fontFile($0) })
        let answer = try fonts.answer(search)
        used?.families[search] = answer
        return answer != ""
    }

    /// The family that a list of families comes down to.
    public func takenFamily(for families: [String], files: [AssetDigest] = []) throws -> String? {
        let search = FamilySearch(isChoice: true, families: families, files: try files.map { try fontFile($0) })
        let answer = try fonts.answer(search)
        used?.families[search] = answer
        return answer.isEmpty ? nil : answer
    }
}

/// A question about families alone: whether there is one, or which of several it comes down to. What a finding says
/// rests on it.
public struct FamilySearch: Hashable, Sendable {
    /// Which one is taken; else whether the only one is there.
    public var isChoice: Bool
    public var families: [String]
    /// Fonts of the project, absolute paths.
    public var files: [String]
    public init(isChoice: Bool, families: [String], files: [String]) {
        self.isChoice = isChoice
        self.families = families
        self.files = files
    }
}

extension FontLibrary {
    /// The family, or nothing.
    public func answer(_ search: FamilySearch) throws -> String {
        let fonts = try fonts(files: search.files)
        if search.isChoice { return fonts.taken(for: search.families) ?? "" }
        return search.families.first { fonts.families.contains(Fonts.folded($0)) } ?? ""
    }
}

extension Fonts {
    /// As fontconfig compares them: without case and blanks.
    static func folded(_ family: String) -> String { family.lowercased().filter { $0 != " " } }

    func taken(for families: [String]) -> String? {
        let pattern = FcPatternCreate()
        defer { FcPatternDestroy(pattern) }
        for family in families { FcPatternAddString(pattern, FC_FAMILY, family) }
        FcConfigSubstitute(config, pattern, FcMatchPattern)
        FcDefaultSubstitute(pattern)
        var result = FcResultNoMatch
        guard let found = FcFontMatch(config, pattern, &result) else { return nil }
        defer { FcPatternDestroy(found) }
        return Fonts.strings(found, FC_FAMILY).first
    }
}

extension TextLayout {
    /// The font that a run is set in, with the beginning of its text; nil for one that shows nothing.
    static func face(of run: Run, _ bytes: [UInt8]) -> TextMeasure.Face? {
        guard let pattern = pattern(of: run), let item = run.pointee.item else { return nil }
        let start = max(0, min(bytes.count, Int(item.pointee.offset))),
            end = min(bytes.count, start + Int(item.pointee.length))
        let text = String(decoding: bytes[start..<max(start, end)], as: UTF8.self)
        let shown = text.unicodeScalars.filter {
            !$0.properties.isWhitespace && !$0.properties.isDefaultIgnorableCodePoint
        }
        guard !shown.isEmpty else { return nil }
        var weight = 0.0, isThickened: FcBool = FcFalse
        let hasWeight = FcPatternGetDouble(pattern, FC_WEIGHT, 0, &weight) == FcResultMatch
        // fontconfig calls a font bold that it asks to be drawn thicker.
        _ = FcPatternGetBool(pattern, FC_EMBOLDEN, 0, &isThickened)
        let drawn = isThickened == FcTrue ? 400 : Int(FcWeightToOpenTypeDouble(weight).rounded())
        return TextMeasure.Face(
            families: Fonts.strings(pattern, FC_FAMILY), weight: hasWeight ? drawn : nil, text: String(text.prefix(8)))
    }
}
