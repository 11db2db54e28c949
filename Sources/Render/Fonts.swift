// Which fonts text may use: the project's own files, then the machine's. Private to the renderer, so that what one
// project brings is not seen by another.
import CPango
import Diagnostics

/// A font map over one set of font files. Not shared between threads.
final class Fonts {
    let map: UnsafeMutablePointer<PangoFontMap>
    private let config: OpaquePointer

    /// `files` are absolute paths. A family that one of them declares comes from them alone: the machine's fonts of that
    /// name are hidden, so that two machines draw the same.
    init(files: [String]) throws {
        guard let config = FcInitLoadConfigAndFonts() else {
            throw RenderProblem.drawing("read the machine's fonts", reason: "fontconfig has no configuration").diagnostic
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
        map = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT)
        pango_fc_font_map_set_config(OpaquePointer(map), config)
    }

    deinit {
        g_object_unref(map)
        FcConfigDestroy(config)
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

    /// Takes the fonts of some families out of a set. The patterns stay referenced by fontconfig's cache; what is
    /// dropped here is one reference of each.
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

    static func strings(_ pattern: OpaquePointer, _ object: String) -> [String] {
        var found: [String] = []
        var value: UnsafeMutablePointer<FcChar8>?
        while FcPatternGetString(pattern, object, Int32(found.count), &value) == FcResultMatch, let text = value {
            found.append(String(cString: text))
        }
        return found
    }
}

/// The font maps in use, kept because reading a machine's fonts costs milliseconds. Not shared between threads.
public final class FontLibrary {
    private var maps: [(files: [String], fonts: Fonts)] = []
    public init() {}

    func fonts(files: [String]) throws -> Fonts {
        if let found = maps.first(where: { $0.files == files }) { return found.fonts }
        let fonts = try Fonts(files: files)
        if maps.count >= 8 { maps.removeFirst() }
        maps.append((files, fonts))
        return fonts
    }
}
