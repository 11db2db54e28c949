// Font searches: the fonts that match a family, a style and a language on this machine, in order of preference. The
// font of a character depends on the first one that has it and on all before it, so a search records these.
import CPango
import Composition
import Diagnostics

/// One search, as pango makes it for each run of text.
public struct FontSearch: Hashable, Sendable {
    /// Comma-separated, in order of preference.
    public var families: String
    public var weight: Int
    public var italic: Bool
    /// In pango units.
    public var size: Int
    public var language: String
    /// Fonts of the project, absolute paths.
    public var files: [String]

    public init(families: String, weight: Int, italic: Bool, size: Int, language: String, files: [String]) {
        self.families = families
        self.weight = weight
        self.italic = italic
        self.size = size
        self.language = language
        self.files = files
    }

    init(_ content: TextContent, files: [String]) {
        let families = content.families.map { $0.filter { $0 != "," } }.filter { !$0.isEmpty }
        self.init(
            families: families.isEmpty ? "sans-serif" : families.joined(separator: ","),
            weight: max(1, min(1000, content.weight)), italic: content.italic,
            size: Int((content.size * Double(PANGO_SCALE)).rounded()), language: content.language, files: files)
    }

    /// The caller frees the description.
    func description() -> OpaquePointer? {
        let description = pango_font_description_new()
        pango_font_description_set_family(description, families)
        pango_font_description_set_absolute_size(description, Double(size))
        pango_font_description_set_weight(description, PangoWeight(rawValue: PangoWeight.RawValue(weight)))
        pango_font_description_set_style(description, italic ? PANGO_STYLE_ITALIC : PANGO_STYLE_NORMAL)
        return description
    }
}

/// A font found by a search.
public struct FoundFont: Hashable, Sendable {
    public var file: String
    /// Properties that affect drawing: the face within the file, and settings from the machine's configuration.
    public var traits: String

    fileprivate init?(_ pattern: OpaquePointer?) {
        guard let pattern, let file = Fonts.strings(pattern, FC_FILE).first else { return nil }
        self.file = file
        let format =
            "%{index} %{hintstyle} %{hinting} %{autohint} %{antialias} %{embolden} %{matrix} "
            + "%{fontvariations} %{fontfeatures} %{pixelsize} %{color}"
        let text = FcPatternFormat(pattern, format)
        traits = text.map { String(cString: $0) } ?? ""
        if let text { FcStrFree(text) }
    }
}

extension Fonts {
    /// Number of fonts searched for a character before it is drawn as a box.
    private static let most = 256

    private final class Walk {
        var found: [FoundFont] = []
        let isLast: (FoundFont) -> Bool
        init(_ isLast: @escaping (FoundFont) -> Bool) { self.isLast = isLast }
    }

    /// The fonts of a search, in order of preference, up to and including the first that `isLast`.
    func found(_ search: FontSearch, until isLast: @escaping (FoundFont) -> Bool) -> [FoundFont] {
        let context = makeContext(language: search.language), description = search.description()
        defer {
            pango_font_description_free(description)
            g_object_unref(context.map(UnsafeMutableRawPointer.init))
        }
        let language = pango_language_from_string(search.language)
        guard let set = pango_context_load_fontset(context, description, language) else { return [] }
        defer { g_object_unref(UnsafeMutableRawPointer(set)) }
        let walk = Walk(isLast)
        withExtendedLifetime(walk) {
            pango_fontset_foreach(
                set,
                { _, font, data in
                    let walk = Unmanaged<Walk>.fromOpaque(data!).takeUnretainedValue()
                    guard let font, walk.found.count < Fonts.most else { return 1 }
                    let fcFont = UnsafeMutableRawPointer(font).assumingMemoryBound(to: PangoFcFont.self)
                    let pattern = pango_fc_font_get_pattern(fcFont)
                    guard let next = FoundFont(pattern) else { return 0 }
                    walk.found.append(next)
                    return walk.isLast(next) ? 1 : 0
                }, Unmanaged.passUnretained(walk).toOpaque())
        }
        return walk.found
    }

    /// The search that chose a run's font, and how many of its fonts were tried.
    func searches(for run: TextLayout.Run, _ content: TextContent, files: [String]) -> (FontSearch, Int)? {
        guard let used = TextLayout.pattern(of: run).flatMap({ FoundFont($0) }) else { return nil }
        var search = FontSearch(content, files: files)
        let start = Int(run.pointee.item.pointee.offset)
        for span in content.spans {
            guard let weight = span.weight, span.range(in: content.text.utf8.count)?.contains(start) == true else {
                continue
            }
            search.weight = max(1, min(1000, weight))
        }
        // Pango searches each script in its own language.
        if let language = run.pointee.item.pointee.analysis.language {
            search.language = String(cString: pango_language_to_string(language))
        }
        let first = found(search) { $0.file.isSameBytes(used.file) }
        if first.last?.file == used.file { return (search, first.count) }
        // Pango searches emoji in a separate family.
        var emoji = search
        emoji.families = "emoji"
        let second = found(emoji) { $0.file.isSameBytes(used.file) }
        return second.last?.file == used.file ? (emoji, second.count) : (search, max(1, first.count))
    }
}

extension FontLibrary {
    /// The first fonts of a search on this machine, at most `count`.
    public func found(_ search: FontSearch, count: Int) throws -> [FoundFont] {
        var left = count
        return try fonts(files: search.files).found(search) { _ in
            left -= 1
            return left <= 0
        }
    }
}

/// Collects the fonts and searches that layouts used.
public final class FontsUsed {
    /// Absolute paths.
    public internal(set) var files: Set<ByteText> = []
    /// For each search, the number of its fonts that were tried.
    public internal(set) var searches: [FontSearch: Int] = [:]
    /// Answers to questions about families.
    public internal(set) var families: [FamilySearch: String] = [:]
    public init() {}
    func add(_ layout: TextLayout) {
        files.formUnion(Set<ByteText>(texts: layout.measure.fontFiles))
        searches.merge(layout.searches) { max($0, $1) }
    }
}
