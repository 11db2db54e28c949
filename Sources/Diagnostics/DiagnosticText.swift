// How a diagnostic looks on a terminal: file:line:col, the message, the line, an underline, a hint.

extension Diagnostic {
    /// Several lines without a final line break. `color`: with ANSI escapes.
    /// - Parameter isRecalled: an earlier run reported it, and its result is used again.
    public func text(color: Bool = false, isRecalled: Bool = false) -> String {
        func painted(_ text: String, _ code: String) -> String { color ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text }
        let tint =
            switch severity {
            case .error: "1;31"
            case .warning: "1;33"
            case .note: "1;36"
            }
        let again = isRecalled ? " (from the cache)" : ""
        var head = ""
        if let place {
            // Line 0: the whole file.
            let file = Printable.line(place.file)
            head = place.line > 0 ? "\(file):\(place.line):\(place.column): " : "\(file): "
        }
        var lines = [
            painted(head, "1") + painted("\(severity.rawValue):", tint) + " " + Self.printable(message)
                + " [\(id)]" + again
        ]
        if head.isEmpty {
            lines[0] = painted("\(severity.rawValue):", tint) + " " + Self.printable(message) + " [\(id)]" + again
        }
        if let place, place.line > 0, let excerpt = place.excerpt {
            let (line, underline) = Self.underlined(excerpt, column: place.column, length: place.length)
            lines.append(line)
            lines.append(painted(underline, tint))
        }
        if let hint { lines.append("  " + painted("hint:", "1;36") + " " + Self.printable(hint)) }
        if fault == .bug {
            lines.append(
                "  " + painted("note:", "1;36")
                    + " this is a bug in vgraph, not in your files; please report it with this text and the output of "
                    + "'vgraph version'"
            )
        }
        return lines.joined(separator: "\n")
    }

    /// Text from a file must not repaint the terminal or give commands to a CI server.
    public static func printable(_ text: String) -> String { Printable.text(text) }

    private static let widest = 120

    /// The line and its underline. Tabs become four spaces so that both agree; a long line is cut to a window around
    /// the column.
    private static func underlined(_ excerpt: String, column: Int, length: Int) -> (line: String, underline: String) {
        var cells = excerpt.map { character -> (text: String, width: Int) in
            if character == "\t" { return ("    ", 4) }
            return (Printable.line(String(character)), width(of: character))
        }
        var start = max(0, column - 1)
        // A CI server would take such a line of a file as a command.
        if let bracket = Printable.commandBracket(in: excerpt) {
            let at = excerpt.distance(from: excerpt.startIndex, to: bracket)
            cells.insert((" ", 1), at: at)
            if start >= at { start += 1 }
        }
        if excerpt.drop(while: \.isWhitespace).hasPrefix("::") {
            cells.insert(contentsOf: [(text: ">", width: 1), (text: " ", width: 1)], at: 0)
            start += 2
        }
        if cells.count > widest {
            let first = max(0, min(start - 40, cells.count - widest))
            let last = min(cells.count, first + widest)
            var window = Array(cells[first..<last])
            if first > 0 { window.insert(("…", 1), at: 0) }
            if last < cells.count { window.append(("…", 1)) }
            start -= first - (first > 0 ? 1 : 0)
            cells = window
        }
        let line = cells.map(\.text).joined()
        let before = cells.prefix(start).reduce(0) { $0 + $1.width } + max(0, start - cells.count)
        let span = cells.dropFirst(start).prefix(max(1, length)).reduce(0) { $0 + $1.width }
        let underline = String(repeating: " ", count: before) + "^" + String(repeating: "~", count: max(0, span - 1))
        return (line, underline)
    }

    /// Terminal columns of a character: two for East Asian wide ones and emoji, none for a mark on its own.
    private static func width(of character: Character) -> Int {
        guard let first = character.unicodeScalars.first else { return 0 }
        if first.properties.isEmojiPresentation || character.unicodeScalars.contains("\u{FE0F}") { return 2 }
        switch first.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
            0xAC00...0xD7A3,
            0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD:
            return 2
        default: break
        }
        switch first.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: return 1
        }
    }
}

extension [Diagnostic] {
    /// In file order: by the order in which files first appear, then line and column. Without a place: first.
    public func inFileOrder() -> [Diagnostic] {
        var files: [String: Int] = [:]
        for case let place? in map(\.place) where files[place.file] == nil { files[place.file] = files.count }
        func order(_ d: Diagnostic) -> (Int, Int, Int) {
            guard let place = d.place else { return (-1, 0, 0) }
            return (files[place.file] ?? 0, place.line, place.column)
        }
        return enumerated().sorted { a, b in
            let (x, y) = (order(a.element), order(b.element))
            return x == y ? a.offset < b.offset : x < y
        }.map(\.element)
    }
}
