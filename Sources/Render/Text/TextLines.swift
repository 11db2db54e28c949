// Measures the line breaks of a laid-out text, and finds characters that no font has.
import CPango

extension TextLayout {
    /// Number of visible characters of each line, and number of lines that end within a word.
    static func lines(of layout: OpaquePointer, _ bytes: [UInt8]) -> (characters: [Int], brokenWords: Int) {
        var characters: [Int] = [], broken = 0
        for index in 0..<pango_layout_get_line_count(layout) {
            guard let line = pango_layout_get_line_readonly(layout, index) else { continue }
            let start = max(0, min(Int(line.pointee.start_index), bytes.count)),
                end = max(start, min(start + Int(line.pointee.length), bytes.count))
            let text = String(decoding: bytes[start..<end], as: UTF8.self)
            // A space at a line break is invisible.
            characters.append(text.reversed().drop { $0.isWhitespace }.count)
            guard end < bytes.count, let last = text.last,
                let next = String(decoding: bytes[end..<min(end + 64, bytes.count)], as: UTF8.self).first
            else { continue }
            // Scripts without spaces may break between letters, and a break after a hyphen or slash does not break a
            // word.
            if isLetter(last), isLetter(next) { broken += 1 }
        }
        return (characters, broken)
    }

    /// Whether this is a letter or digit of a script that separates words by spaces.
    private static func isLetter(_ character: Character) -> Bool {
        guard character.isLetter || character.isNumber, let scalar = character.unicodeScalars.first else {
            return false
        }
        switch scalar.value {
        // Thai, Lao, Myanmar and Khmer; CJK symbols to Hangul, and the planes of ideographs.
        case 0x0E00...0x0EFF, 0x1000...0x109F, 0x1780...0x17FF, 0x2E80...0xD7AF, 0xF900...0xFAFF, 0xFF66...0xFF9F,
            0x20000...0x3FFFF:
            return false
        default: return true
        }
    }

    /// The characters of a run that are drawn as a box, since no font has them.
    static func unknown(in run: Run, of bytes: [UInt8]) -> [String] {
        guard let glyphs = run.pointee.glyphs, let item = run.pointee.item else { return [] }
        let count = Int(glyphs.pointee.num_glyphs), start = Int(item.pointee.offset),
            end = min(bytes.count, start + Int(item.pointee.length))
        var found: [String] = []
        // PANGO_GLYPH_UNKNOWN_FLAG; PANGO_GLYPH_EMPTY has other bits.
        let flag: UInt32 = 0x1000_0000
        for index in 0..<max(0, count) where glyphs.pointee.glyphs[index].glyph & flag != 0 {
            let at = start + Int(glyphs.pointee.log_clusters[index])
            guard at >= start, at < end,
                let character = String(decoding: bytes[at..<min(end, at + 64)], as: UTF8.self).first
            else { continue }
            found.append(String(character))
        }
        return found
    }
}
