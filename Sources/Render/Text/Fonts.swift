// The fonts that text may use: the project's files, then the machine's. Each set has its own font map, so that one
// project's fonts are invisible to another.
import CPango
import Diagnostics
import Files
import Glibc

/// A font map over one set of font files. Must not be shared between threads.
final class Fonts {
    let map: UnsafeMutablePointer<PangoFontMap>
    /// Fonts of the project, absolute paths.
    let files: [String]
    let config: OpaquePointer
    /// Families of all fonts in the form of `folded`.
    private(set) lazy var families = Fonts.folded(in: config)

    /// `files` are absolute paths. They hide the machine's fonts of the same families, so that two machines draw the
    /// same.
    init(files: [String]) throws {
        guard let config = FcInitLoadConfigAndFonts() else {
            throw RenderProblem.drawing("read the machine's fonts", reason: "fontconfig has no configuration")
                .diagnostic
        }
        for file in files {
            guard FcConfigAppFontAddFile(config, file) == FcTrue else {
                FcConfigDestroy(config)
                throw RenderProblem.badFont(path: file).diagnostic
            }
        }
        let own = Fonts.families(FcConfigGetFonts(config, FcSetApplication))
        for file in files where !own.files.contains(file) {
            FcConfigDestroy(config)
            throw RenderProblem.badFont(path: file).diagnostic
        }
        if let machine = FcConfigGetFonts(config, FcSetSystem), !own.names.isEmpty {
            Fonts.hide(own.names, in: machine)
        }
        self.config = config
        self.files = files
        map = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT)
        pango_fc_font_map_set_config(OpaquePointer(map), config)
    }

    deinit {
        g_object_unref(map)
        FcConfigDestroy(config)
    }

    /// A context for text layout and font searches. The caller releases it.
    func makeContext(language: String) -> OpaquePointer? {
        let context = pango_font_map_create_context(map)
        let options = cairo_font_options_create()
        cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY)
        cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE)
        cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
        pango_cairo_context_set_font_options(context, options)
        cairo_font_options_destroy(options)
        pango_context_set_round_glyph_positions(context, 0)
        pango_context_set_language(context, pango_language_from_string(language))
        return context
    }

    /// Folders and files that determine the available fonts, including those that do not exist.
    static func searchedPlaces() -> [String] {
        guard let config = FcInitLoadConfigAndFonts() else { return [] }
        defer { FcConfigDestroy(config) }
        var places: Set<String> = []
        for list in [FcConfigGetFontDirs(config), FcConfigGetConfigDirs(config), FcConfigGetConfigFiles(config)] {
            guard let list else { continue }
            while let place = FcStrListNext(list) { places.insert(String(cString: place)) }
            FcStrListDone(list)
        }
        // fontconfig does not list a user's own files if they do not exist.
        let home = getenv("HOME").map { String(cString: $0) } ?? ""
        let own = getenv("XDG_CONFIG_HOME").map { String(cString: $0) } ?? home + "/.config"
        places.formUnion([
            own + "/fontconfig/fonts.conf", own + "/fontconfig/conf.d", home + "/.fonts.conf", home + "/.fonts.conf.d",
        ])
        return places.filter { $0.hasPrefix("/") }.sorted()
    }

    private static func families(_ set: UnsafeMutablePointer<FcFontSet>?) -> (names: Set<String>, files: Set<String>) {
        var names: Set<String> = [], files: Set<String> = []
        guard let set else { return (names, files) }
        for index in 0..<Int(set.pointee.nfont) {
            guard let pattern = set.pointee.fonts[index] else { continue }
            names.formUnion(strings(pattern, FC_FAMILY).map { $0.lowercased() })
            files.formUnion(strings(pattern, FC_FILE))
        }
        return (names, files)
    }

    /// Removes the fonts of some families from a set. This drops one reference of each pattern; fontconfig's cache
    /// keeps its own.
    private static func hide(_ families: Set<String>, in set: UnsafeMutablePointer<FcFontSet>) {
        var kept = 0
        for index in 0..<Int(set.pointee.nfont) {
            guard let pattern = set.pointee.fonts[index] else { continue }
            if strings(pattern, FC_FAMILY).contains(where: { families.contains($0.lowercased()) }) {
                FcPatternDestroy(pattern)
            } else {
                set.pointee.fonts[kept] = pattern
                kept += 1
            }
        }
        set.pointee.nfont = Int32(kept)
    }

    private static func folded(in config: OpaquePointer) -> Set<String> {
        let sets = [FcConfigGetFonts(config, FcSetSystem), FcConfigGetFonts(config, FcSetApplication)]
        return sets.reduce(into: []) { $0.formUnion(families($1).names.map(folded)) }
    }

    static func strings(_ pattern: OpaquePointer, _ object: String) -> [String] {
        var found: [String] = []
        var value: UnsafeMutablePointer<FcChar8>?
        while FcPatternGetString(pattern, object, Int32(found.count), &value) == FcResultMatch, let text = value {
            found.append(String(cString: text))
        }
        return found
    }
}

/// A cache of font maps, since reading a machine's fonts takes milliseconds. Must not be shared between threads.
public final class FontLibrary {
    private var maps: [(files: [String], fonts: Fonts)] = []
    let drawn = DrawnTexts()
    private var kept = KeptFiles()
    /// Whether the process goes on after the fonts were used, so that they may change meanwhile. To find the places that
    /// are searched takes as long as to find the fonts: 24 ms where they are not cached.
    public var isAskedAgain = true
    public init() {}

    /// Folders and files that determine the answers of font searches on this machine.
    public static func searchedPlaces() -> [String] { Fonts.searchedPlaces() }

    /// Whether fonts that were read, or the folders and rules by which they were found, are not what they were. fontconfig,
    /// FreeType and cairo keep them by path, so only another process draws with what is there now.
    public var hasChanged: Bool { kept.haveChanged }

    /// Notes the machine's fonts that a text was drawn with.
    func note(_ layout: TextLayout) { for file in layout.measure.fontFiles { kept.note(file) } }

    /// Number of font families on this machine.
    public static func familyCount() -> Int { (try? Fonts(files: []))?.families.count ?? 0 }

    func fonts(files: [String]) throws -> Fonts {
        if let found = maps.first(where: { $0.files.elementsEqual(files) { $0.isSameBytes($1) } }) {
            return found.fonts
        }
        for file in files { kept.note(file) }
        if isAskedAgain, maps.isEmpty { for place in Fonts.searchedPlaces() { kept.note(place) } }
        let fonts = try Fonts(files: files)
        if maps.count >= 8 { maps.removeFirst() }
        maps.append((files, fonts))
        return fonts
    }
}
