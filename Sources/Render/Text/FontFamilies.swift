// Font families: whether one is available, and which one replaces a missing one.
import CPango
import Composition

extension LayerSources {
    /// Whether one of the machine's fonts, or of the project's `files`, has this family.
    public func hasFamily(_ family: String, files: [AssetDigest] = []) throws -> Bool {
        let search = FamilySearch(isChoice: false, families: [family], files: try files.map { try fontFile($0) })
        let answer = try fonts.answer(search)
        used?.families[search] = answer
        return answer != ""
    }

    /// The family that is used for a list of families.
    public func takenFamily(for families: [String], files: [AssetDigest] = []) throws -> String? {
        let search = FamilySearch(isChoice: true, families: families, files: try files.map { try fontFile($0) })
        let answer = try fonts.answer(search)
        used?.families[search] = answer
        return answer.isEmpty ? nil : answer
    }
}

/// A question about families whose answer findings depend on: whether a family is available, or which of several is
/// used.
public struct FamilySearch: Hashable, Sendable {
    /// true: which family is used; false: whether the only one is available.
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
    /// The family, or an empty text.
    public func answer(_ search: FamilySearch) throws -> String {
        let fonts = try fonts(files: search.files)
        if search.isChoice { return fonts.taken(for: search.families) ?? "" }
        return search.families.first { fonts.families.contains(Fonts.folded($0)) } ?? ""
    }
}

extension Fonts {
    /// The form in which fontconfig compares families: without case and spaces.
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
    /// The font of a run, with the beginning of the run's text; nil for an invisible run.
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
        // fontconfig also calls a font bold if it only requests synthetic emboldening.
        _ = FcPatternGetBool(pattern, FC_EMBOLDEN, 0, &isThickened)
        let drawn = isThickened == FcTrue ? 400 : Int(FcWeightToOpenTypeDouble(weight).rounded())
        return TextMeasure.Face(
            families: Fonts.strings(pattern, FC_FAMILY), weight: hasWeight ? drawn : nil, text: String(text.prefix(8)))
    }
}
