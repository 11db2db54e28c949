// Reads the family names of a font file.
import CPango

public enum FontFile {
    /// The family names of all faces of a file, in order, each once; empty if FreeType finds no face.
    /// - Parameter path: absolute path.
    public static func families(path: String) -> [String] {
        guard let set = FcFontSetCreate() else { return [] }
        defer { FcFontSetDestroy(set) }
        var count: Int32 = 0
        // Index -1 queries all faces of a collection and all named instances of a variable font.
        _ = FcFreeTypeQueryAll(path, FcChar32.max, nil, &count, set)
        var seen: Set<String> = []
        return (0..<Int(set.pointee.nfont)).compactMap { set.pointee.fonts[$0] }
            .flatMap { Fonts.strings($0, FC_FAMILY) }.filter { seen.insert($0).inserted }
    }
}
