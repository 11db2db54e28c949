// What text was looked for in: the fonts that a family, a style and a language come to on this machine. Which font a
// character is drawn in depends on the first of them and on all that were tried in vain before it, so these are the
// answer.
import CPango
import Composition
import Diagnostics

/// One search, as the text layout makes it for each run of text.
public struct FontSearch: Hashable, Sendable {
    /// Separated by commas, in order of preference.
    public var families: String
    public var weight: Int
    public var italic: Bool
    /// In the units of pango.
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

    /// The caller frees it.
    func description() -> OpaquePointer? {
        let description = pango_font_description_new()
        pango_font_description_set_family(description, families)
        pango_font_description_set_absolute_size(description, Double(size))
        pango_font_description_set_weight(description, PangoWeight(rawValue: PangoWeight.RawValue(weight)))
        pango_font_description_set_style(description, italic ? PANGO_STYLE_ITALIC : PANGO_STYLE_NORMAL)
        return description
    }
}

/// A font that a search came to.
public struct FoundFont: Hashable, Sendable {
    public var file: String
    /// What else decides how it is drawn: which face of the file, and what the machine's configuration says of it.
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
    /// Looked for in so many fonts, a character that is in none of them is drawn as a box.
    private static let most = 256

    private final class Walk {
        var found: [FoundFont] = []
        let isLast: (FoundFont) -> Bool
        init(_ isLast: @escaping (FoundFont) -> Bool) { self.isLast = isLast }
    }

    /// What a search comes to, in the order in which a character is looked for, up to and with the first that `isLast`.
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

    /// By a search and how many fonts of it mattered: those that decided on a run's font.
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
        // Each script is looked for in a language of its own.
        if let language = run.pointee.item.pointee.analysis.language {
            search.language = String(cString: pango_language_to_string(language))
        }
        let first = found(search) { $0.file.isSameBytes(used.file) }
        if first.last?.file == used.file { return (search, first.count) }
        // Pictures of faces and things come from a family of their own.
        var emoji = search
        emoji.families = "emoji"
        let second = found(emoji) { $0.file.isSameBytes(used.file) }
        return second.last?.file == used.file ? (emoji, second.count) : (search, max(1, first.count))
    }
}

extension FontLibrary {
    /// What a search comes to now: its first fonts, `count` at most.
    public func found(_ search: FontSearch, count: Int) throws -> [FoundFont] {
        var left = count
        return try fonts(files: search.files).found(search) { _ in
            left -= 1
            return left <= 0
        }
    }
}

/// Collects what layouts used.
public final class FontsUsed {
    /// Absolute.
    public internal(set) var files: Set<ByteText> = []
    /// By search: how many of its fonts mattered.
    public internal(set) var searches: [FontSearch: Int] = [:]
    /// What questions about families came to.
    public internal(set) var families: [FamilySearch: String] = [:]
    public init() {}
    func add(_ layout: TextLayout) {
        files.formUnion(Set<ByteText>(texts: layout.measure.fontFiles))
        searches.merge(layout.searches) { max($0, $1) }
    }
}
