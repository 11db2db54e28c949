// The line of a caption with its times and, in WebVTT, its position.

struct CaptionTimes {
    var start: Double
    var end: Double
    var row: CaptionRow?
    /// Settings that are ignored.
    var unfollowed: Set<String> = []

    /// nil if the line has no valid times.
    init?(_ line: Substring) {
        guard let arrow = line.firstRange(of: "-->") else { return nil }
        func isBlank(_ c: Character) -> Bool { c == " " || c == "\t" || c == "\u{A0}" || c == "\u{C}" }
        let before = line[..<arrow.lowerBound].split(whereSeparator: isBlank)
        let after = line[arrow.upperBound...].drop(while: isBlank)
        // Settings may follow without a blank.
        let last = after.prefix { $0.isASCII && ($0.isNumber || $0 == ":" || $0 == "." || $0 == ",") }
        guard before.count == 1, let start = clockSeconds(String(before[0])), let end = clockSeconds(String(last))
        else { return nil }
        (self.start, self.end) = (start, end)
        for setting in after.dropFirst(last.count).split(whereSeparator: isBlank) {
            guard let colon = setting.firstIndex(of: ":") else { continue }
            let name = String(setting[..<colon]), value = setting[setting.index(after: colon)...]
            if name == "line" {
                row = Self.row(value)
                if row == nil { unfollowed.insert("'line'") }
            } else if ["position", "size", "align", "vertical", "region"].contains(name) {
                unfollowed.insert("'\(name)'")
            }
        }
    }

    /// Whether the line has two times around an arrow other than "-->", a typing error rather than text.
    static func areMeant(_ line: Substring) -> Bool {
        guard !line.contains("-->"), line.contains(where: { ">→⟶-–—".contains($0) }) else { return false }
        let words = line.split { $0 == " " || $0 == "\t" || ">→⟶-–—".contains($0) }
        return words.count == 2 && words.allSatisfy { clockSeconds(String($0)) != nil }
    }

    /// WebVTT's `line`: a percentage of the height, or a count of lines (of 5.33 % each) from the top or, negative, the
    /// bottom.
    private static func row(_ value: Substring) -> CaptionRow? {
        let parts = value.split(separator: ",", omittingEmptySubsequences: false)
        guard let first = parts.first, parts.count <= 2 else { return nil }
        let step = 0.0533
        if first.hasSuffix("%") {
            guard let percent = Double(first.dropLast()), (0...100).contains(percent) else { return nil }
            let height = percent / 100
            if parts.count == 2, parts[1] == "end" { return fitted(height, 1) }
            if parts.count == 2, parts[1] == "center" { return fitted(height, 0.5) }
            // In the lower half the end of the caption is placed, so that it fits.
            return height > 0.5 ? fitted(height + step, 1) : fitted(height, 0)
        }
        guard let line = Double(first), line.isFinite, abs(line) <= 1000 else { return nil }
        if line < 0 { return fitted(1 + (line + 1) * step, 1) }
        return line * step > 0.5 ? fitted((line + 1) * step, 1) : fitted(line * step, 0)
    }

    private static func fitted(_ height: Double, _ anchor: Double) -> CaptionRow {
        CaptionRow(height: max(CaptionRow.top.height, min(CaptionRow.bottom.height, height)), anchor: anchor)
    }
}
