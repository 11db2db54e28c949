// P15: what a template, a draft or a wrong encoding leaves in a text is found before anybody sees it.
import Composition
import Diagnostics

extension ProofCheck {
    static let template = ProofCheck(
        "P15.template", "No text holds what a program should have replaced",
        measures:
            "texts, captions, narration and the title that hold a template's mark (${name}, {$name}, #{name}, {0}, "
            + "<% %>, %s, %(name)s), '[object Object]', NaN, lorem ipsum, HTML (<br>, &amp;), a written \\n, \\t or "
            + "\\u00fc, a spreadsheet's error or formula (#N/A, #REF!, ####, =SUM(A1:A9)), or letters that were "
            + "decoded wrongly (â€™, Ã¼, √º)",
        threshold: "none", source: "vgraph", changedBy: "scenes[].layers[].text", severity: .fail,
        runbook: "fill it where the spec is made; a film about code switches the check off"
    ) { proof in leftovers(proof, Leftover.ofPrograms).map { .wording(.template($1, in: $0.text, at: $0.place)) } }

    static let placeholder = ProofCheck(
        "P15.placeholder", "No text is a placeholder",
        measures:
            "texts, captions, narration and the title that hold 'undefined', 'null', NULL, TODO, TBD, FIXME, "
            + "XXX, <name>, "
            + "{name}, [NAME], [Name] alone, [First Name], [[name]], <<name>>, __NAME__, %NAME%, @@name@@, *|NAME|*, "
            + "'placeholder', 'sample text', 'your … here' or 'insert … here', nothing but "
            + "'None', 'nan' or what an empty box of a design program holds ('Headline', 'Company Name'), one of "
            + "these or XX beside the sign of a currency or %, marks of Markdown (**bold**, [text](https://…)), "
            + "letters of an address (%20), a time as programs write it (2026-03-03T00:00:00), or a number as 1.2E+11 "
            + "or 0.30000000000000004",
        threshold: "none", source: "vgraph", changedBy: "scenes[].layers[].text", severity: .warn,
        runbook: "write what should stand there; words that are meant need nothing"
    ) { proof in
        // A fault is said once.
        leftovers(proof) { text in
            Leftover.ofDrafts(text).flatMap { Leftover.ofPrograms(text) == nil ? $0 : nil }
        }.map {
            .wording(.placeholder($1, in: $0.text, at: $0.place))
        }
    }

    private static func leftovers(_ proof: Proof, _ find: (String) -> Substring?) -> [(Statement, String)] {
        proof.draft.statements.filter(\.kind.isPartOfTheFilm).compactMap { statement in
            find(statement.text).map { (statement, String($0)) }
        }
    }
}

/// Parts of a text that nobody wrote for viewers; the first of each text.
enum Leftover {
    /// Texts without any of these hold no mark, which is quicker to see than to search for each.
    private static let marks = Set("${}%<>&\\[]#=_*@".utf8)

    static func ofPrograms(_ text: String) -> Substring? {
        if text.utf8.contains(where: marks.contains) {
            if let found = text.firstMatch(of: /[$#%]\{[^{}]*\}|\{\$\w+\}|\{[0-9]\}/) {
                return found.output
            }
            let html = /<%.*?%>|\[object \w+\]|<\/?(?:br|p|b|i|u|em|strong|span|div|font|li|ul|su[bp])\b[^<>]*>/
            if let found = text.firstMatch(of: html) {
                return found.output
            }
            // Not "5%s": a conversion stands alone.
            if let found = text.firstMatch(
                of: /(?:^|[^0-9A-Za-z%])(%(?:[0-9]\$|\.[0-9]|\([a-z_]+\))?[sdf@])(?![A-Za-z])/)
            {
                return found.output.1
            }
            if let found = text.firstMatch(of: /&(?:amp|nbsp|lt|gt|quot|apos|#x?[0-9A-Fa-f]+);|\\[nt](?![A-Za-z])|\\n/)
            {
                return found.output
            }
            if let found = text.matches(of: /&([A-Za-z]{3,8});/).first(where: { entities.contains($0.output.1) }) {
                return found.output.0
            }
            let escaped = /\\u[0-9A-Fa-f]{4}|\\['"]/
            if let found = text.firstMatch(of: escaped) { return found.output }
        }
        if let found = ofSpreadsheets(text) { return found }
        let words = words(text)
        if let word = words.first(where: { $0 == "NaN" }) { return word }
        if !text.utf8.allSatisfy({ $0 < 0x80 }) {
            let wrong = /\u{fffd}|â€.|Ã[\u{80}-\u{bf}Ÿœ„‰Œ]|Ã–(?=[a-z])|Â[\u{a0}-\u{bf}]|ï»¿|ï¿½|ÔøΩ/
                .matchingSemantics(.unicodeScalar)
            // UTF-8 that was taken for that of an old Macintosh.
            let wrongOnMac = /√[§∂ºü©®Ññú†ß±≥≠°]|‚Ä[ôúùìî¶]/.matchingSemantics(.unicodeScalar)
            if let found = text.firstMatch(of: wrongOnMac) { return found.output }
            if let found = text.firstMatch(of: wrong) { return found.output }
        }
        // An expression is made anew for each text, so it is not for those without the word.
        guard words.contains(where: { $0.utf8.count >= 5 && $0.lowercased().hasSuffix("lorem") }) else { return nil }
        return text.firstMatch(of: /\blorem\s+ipsum\b/.ignoresCase())?.output
    }

    private static let entities: Set<Substring> = [
        "auml", "ouml", "uuml", "Auml", "Ouml", "Uuml", "szlig", "eacute", "egrave", "ecirc", "agrave", "aacute",
        "acirc", "ocirc", "oacute", "iacute", "uacute", "ccedil", "ntilde", "euro", "pound", "copy", "reg", "trade",
        "hellip", "ndash", "mdash", "lsquo", "rsquo", "ldquo", "rdquo", "laquo", "raquo", "bull", "shy", "thinsp",
        "deg", "times",
    ]

    /// What a table's program shows where it has no value, no room, or a formula that it did not calculate.
    private static func ofSpreadsheets(_ text: String) -> Substring? {
        if text.utf8.contains(UInt8(ascii: "#")),
            let found = text.firstMatch(
                of: /#(?:N\/A|REF!|VALUE!|DIV\/0!|NAME\?|NUM!|NULL!)|(?:^|\s)(#{4,})(?=\s|$)/)
        {
            return found.output.1 ?? found.output.0
        }
        guard text.utf8.first == UInt8(ascii: "=") else { return nil }
        return text.firstMatch(of: /^=[A-Z]+(?:\(|[0-9]+(?:[^\s0-9]|$)).*/)?.output
    }

    static func ofDrafts(_ text: String) -> Substring? {
        if text.utf8.contains(where: marks.contains),
            let found = text.firstMatch(of: /<[a-z][a-z _\-]*>|\[[A-Z][A-Z _]+\]|\{[A-Za-z_][A-Za-z0-9_.]*\}/)?
                .output ?? ofMerges(text)
        {
            return found
        }
        if let found = ofFigures(text) { return found }
        let words = words(text)
        if let word = words.first(where: { own.contains(String($0)) }) { return word }
        if let word = words.first(where: { absent.contains(String($0)) }) {
            // 'None' is a word, too.
            if words.count == 1 { return word }
            if let found = text.firstMatch(of: /[$€£¥]\s?(?:None|nan)\b|\b(?:None|nan)\s?[%$€£¥]/) {
                return found.output
            }
        }
        if text.utf8.contains(UInt8(ascii: "+")), let found = text.firstMatch(of: /\b[0-9](?:\.[0-9]+)?E\+[0-9]+\b/) {
            return found.output
        }
        if text.utf8.contains(UInt8(ascii: "X")),
            let found = text.firstMatch(of: /[$€£¥]\s?XX+(?:[.,]XX)?\b|\bXX+\s?[%$€£¥]/)
        {
            return found.output
        }
        let lower = words.map { $0.lowercased() }
        if let index = lower.firstIndex(of: "placeholder") { return words[index] }
        return ofDesigns(text, lower)
    }

    /// Fields of letters and mails that a program sends to many, Markdown, and letters as addresses have them.
    private static func ofMerges(_ text: String) -> Substring? {
        let field = /\[\[[^\[\]]+\]\]|<<[^<>]+>>|\b__[A-Za-z][A-Za-z_]*__\b|%[A-Za-z_]{2,}%|@@\w+@@|\*\|\w+\|\*/
        if let found = text.firstMatch(of: field) { return found.output }
        // Not '[customer laughs]', as captions have it.
        let named =
            /\[(first|last|your|company|client|customer|product) (name|title|date|price|link|logo)[^\[\]]*\]/
            .ignoresCase()
        if text.utf8.contains(UInt8(ascii: "[")), let found = text.firstMatch(of: named) { return found.output.0 }
        let markdown =
            /(?:^|[^\w*])(\*\*[^\s*](?:[^*]*[^\s*])?\*\*|\[[^\[\]]+\]\(https?:[^()\s]*\))(?![\w*])|^##+ \S/
        if let found = text.firstMatch(of: markdown) { return found.output.1 ?? found.output.0 }
        return text.firstMatch(of: /[A-Za-z](%20|%C3%[89AB][0-9A-F])[A-Za-z]/)?.output.1
    }

    /// Numbers and times that a program wrote as it keeps them.
    private static func ofFigures(_ text: String) -> Substring? {
        guard text.utf8.count < 500, text.utf8.count(where: { (48...57).contains($0) }) > 8 else { return nil }
        return text.firstMatch(of: /[0-9]+[.,][0-9]*(?:0{7,}|9{7,})[0-9]{0,3}(?![0-9])/)?.output
            ?? text.firstMatch(of: /[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}\S*| 00:00:00)/)?.output
    }

    /// What the boxes of a design program hold until somebody writes in them.
    private static func ofDesigns(_ text: String, _ words: [String]) -> Substring? {
        guard (1...8).contains(words.count) else { return nil }
        let isOffered =
            (3...4).contains(words.count) && words.last == "here" && offers.contains(words[0])
            && offered.contains(words[words.count - 2])
            || words.starts(with: ["click", "to", "edit"]) || words.starts(with: ["double", "click", "to", "edit"])
        if isOffered || unfilled.contains(words.joined(separator: " ")) { return text[...] }
        // In brackets, and nothing beside it.
        return text.wholeMatch(of: /\s*(\[[A-Z][A-Za-z _]*\])\s*/)?.output.1
    }

    private static let offers: Set<String> = ["your", "insert", "enter", "add", "type", "place", "put"]
    private static let offered: Set<String> = [
        "text", "logo", "title", "headline", "subtitle", "tagline", "caption", "image", "picture", "photo", "copy",
        "name",
    ]
    private static let unfilled: Set<String> = [
        "headline", "subheadline", "subtitle", "your headline", "your text", "your title", "your logo", "your name",
        "your company", "company name", "product name", "brand name", "sample text", "dummy text", "body text",
        "title here", "text here", "untitled", "logo",
    ]

    private static let own: Set<String> = ["undefined", "null", "NULL", "TODO", "TBD", "FIXME", "XXX"]
    /// What Python writes for no value.
    private static let absent: Set<String> = ["None", "nan"]

    private static func words(_ text: String) -> [Substring] {
        text.split { !($0.isLetter || $0.isNumber || $0 == "_") }
    }
}
