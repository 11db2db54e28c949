// What a font file says of itself, for whoever has to name it before anything is drawn.
import CPango

public enum FontFile {
    /// The family names of all faces in a file, in their order, each once; empty where FreeType finds no face in it.
    /// - Parameter path: absolute.
    public static func families(path: String) -> [String] {
        guard let set = FcFontSetCreate() else { return [] }
        defer { FcFontSetDestroy(set) }
        var count: Int32 = 0
        // All faces of a collection and, with index -1, all named instances of a variable font.
        _ = FcFreeTypeQueryAll(path, FcChar32.max, nil, &count, set)
        var seen: Set<String> = []
        return (0..<Int(set.pointee.nfont)).compactMap { set.pointee.fonts[$0] }
            .flatMap { Fonts.strings($0, FC_FAMILY) }.filter { seen.insert($0).inserted }
    }
}
