// What can be wrong with a spec, its props and its caption files.

public enum SpecProblem: Problem {
    // Fields and values.
    case unknownField(String, of: String, known: [String], at: Place)
    case missingField(String, of: String, at: Place)
    case wrongType(String, expected: String, found: String, hint: String?, at: Place)
    case badChoice(String, String, choices: [String], at: Place)
    case outOfRange(String, String, range: String, at: Place)
    case timeOutOfRange(String, String, limit: String, at: Place)
    case badSize(String, at: Place)
    case badShape(String, at: Place)
    case formatClass(String, class: String, at: Place)
    case badColor(String, at: Place)
    case badName(String, at: Place)
    case stopsDescend(at: Place)
    case textTooLong(String, limit: Int, at: Place)
    case tooMany(String, count: Int, limit: Int, at: Place)
    case tooFew(String, least: Int, at: Place)
    case oneOf([String], of: String, at: Place)
    case either(String, String, at: Place)
    case fieldNotHere(String, of: String, at: Place)
    case version(String, at: Place)

    // Names and files.
    case unknownName(NameKind, String, known: [String], label: String, at: Place)
    case styleCycle(String, at: Place)
    case duplicateScene(String, first: Place, at: Place)
    case unknownFormat(String, known: [String], at: Place?)
    case path(String, PathFault, at: Place)
    case missingAsset(String, at: Place)
    case wrongAsset(String, found: String, wanted: [String], at: Place)
    case unusedAsset(String, at: Place)
    /// What a call to action shows as an address.
    case badAddress(String, reason: String, at: Place)
    /// A prop, or the field of one: `product.price`.
    case unusedProp(String, at: Place)
    /// The film's row has no value for a prop, though nearly all rows have one.
    case emptyCell(String, row: String, at: Place)
    /// Two names that look the same but have different bytes.
    case sameLook(String, at: Place)
    case unreadable(String, reason: String, at: Place)

    // Props and templates.
    case unknownProp(String, known: [String], at: Place)
    case propWithoutValue(String, at: Place)
    case propType(String, expected: String, found: String, at: Place)
    case propLength(String, count: Int, limit: Int, at: Place)
    case propShort(String, count: Int, least: Int, at: Place)
    case propPattern(String, String, pattern: String, at: Place)
    case badPattern(String, reason: String, at: Place)
    case objectInText(String, fields: [String], at: Place)
    case propRange(String, String, limit: String, at: Place)
    case propCycle(String, at: Place)
    case emptyProp(String, at: Place)
    case templateHere(String, at: Place)
    case nestedList(at: Place)
    case openTemplate(at: Place)
    case badFormat(String, at: Place)
    case listInText(String, at: Place)
    case notAList(String, lists: [String], at: Place)
    case tooLargeExpansion(String, at: Place)

    // Times.
    case shortScene(String, at: Place)
    case longVideo(limit: String, at: Place)
    case longTransition(String, scene: String, at: Place)
    case lastTransition(at: Place)
    case layerOutside(scene: String, at: Place)
    case emptyLayer(at: Place)
    case keyframesDescend(at: Place)
    case captionOutside(length: String, at: Place)
    case captionBefore(String, at: Place)
    case captionsBackwards(at: Place)
    case captionEmpty(at: Place)
    case captionBackwards(at: Place)
    case captionsOverlap(before: Place, at: Place)
    case captionTiny(at: Place)
    case captionSyntax(String, hint: String?, at: Place)
    case captionEncoding(String, hint: String, at: Place)
    // What vgraph corrects or leaves out, with a warning.
    case captionLeftOut(String, hint: String?, at: Place)
    case captionSkipped(String, at: Place)
    case captionClipped(String, at: Place)
    case captionCut(next: Place, at: Place)
    case captionJoined(with: Place, at: Place)
    case captionOrder(before: Place, at: Place)
    case captionNumber(Int, at: Place)
    case captionUnfollowed(String, at: Place)
    case soundOutside(length: String, at: Place)
    case soundBefore(at: Place)
    case soundBackwards(at: Place)
    case trimOutside(String, length: String, at: Place)
    case duckSelf(at: Place)

    public enum PathFault: Sendable { case absolute, leaves, url, invalid, root }

    /// What a name in a spec can refer to.
    public enum NameKind: String, Sendable {
        case asset, color, font, scene, style, track

        var unknownID: String {
            switch self {
            case .asset: "unknown-asset"
            case .color: "unknown-color"
            case .font: "unknown-font"
            case .scene: "unknown-scene"
            case .style: "unknown-style"
            case .track: "unknown-track"
            }
        }
    }

    public var diagnostic: Diagnostic {
        let (id, message, hint, place) = words
        return Diagnostic(id, isWarning ? .warning : .error, message, hint: hint, at: place)
    }

    private var isWarning: Bool {
        switch self {
        case .unusedAsset, .unusedProp, .emptyCell, .badAddress, .lastTransition: true
        case .captionLeftOut, .captionSkipped, .captionClipped, .captionCut, .captionJoined, .captionOrder,
            .captionNumber,
            .captionUnfollowed:
            true
        default: false
        }
    }

    private static func line(_ other: Place, from place: Place) -> String {
        other.file == place.file ? "in line \(other.line)" : "at \(other.file):\(other.line)"
    }

    private var words: (id: String, message: String, hint: String?, place: Place?) {
        switch self {
        case .unknownField(let name, let of, let known, let at):
            return FieldProblem.unknown(name, of: of, known: known, at: at).words
        case .missingField(let name, let of, let at): return FieldProblem.missing(name, of: of, at: at).words
        case .wrongType(let field, let expected, let found, let hint, let at):
            return FieldProblem.wrongType(field, expected: expected, found: found, hint: hint, at: at).words
        case .outOfRange(let field, let found, let range, let at):
            return FieldProblem.outOfRange(field, found, range: range, at: at).words
        case .badChoice(let field, let found, let choices, let at):
            return (
                "bad-choice", "'\(field)' cannot be '\(found)'",
                suggestion(found, among: choices, label: "choices"), at
            )
        case .timeOutOfRange(let field, let found, let limit, let at):
            return ("time-out-of-range", "'\(field)' is \(found), but must be \(limit)", nil, at)
        case .badSize(let found, let at):
            return (
                "bad-size", "a picture cannot be \(found)",
                "use even numbers from 16 to 8192 for width and height", at
            )
        case .badShape(let found, let at):
            return (
                "bad-shape", "a format cannot be \(found)", "its longer side is at most ten times its shorter side", at
            )
        case .formatClass(let name, let orientation, let at):
            return (
                "format-class", "the format '\(name)' is \(orientation)",
                "give it another name: 'by_format' uses the names portrait, landscape and square for the shapes of "
                    + "formats", at
            )
        case .badColor(let text, let at):
            return ("bad-color", "'\(text)' is not a color", "write \"#rgb\", \"#rrggbb\" or \"#rrggbbaa\"", at)
        case .badName(let text, let at):
            return (
                "bad-name", "'\(text)' cannot be a name",
                "begin with a letter; use letters, digits, '-' and '_', 64 at most", at
            )
        case .stopsDescend(let at):
            return (
                "stops-descend", "the positions of the gradient's colors are not in ascending order",
                "write them in ascending order", at
            )
        case .textTooLong(let field, let limit, let at):
            return ("text-too-long", "'\(field)' is longer than \(limit) bytes", nil, at)
        case .tooMany(let field, let count, let limit, let at):
            return ("too-many", "'\(field)' has \(count) entries; the limit is \(limit)", nil, at)
        case .tooFew(let field, let least, let at):
            return ("too-few", "'\(field)' needs at least \(least) \(least == 1 ? "entry" : "entries")", nil, at)
        case .oneOf(let names, let of, let at):
            return ("one-of", "\(of) needs exactly one of \(names.joined(separator: ", "))", nil, at)
        case .either(let a, let b, let at):
            return ("either-or", "'\(a)' and '\(b)' cannot be used together", "remove one of them", at)
        case .fieldNotHere(let name, let of, let at):
            return ("field-not-here", "'\(name)' has no meaning in \(of)", "remove it", at)
        case .version(let found, let at):
            return ("bad-version", "vgraph does not know version \(found)", "write 'version: 1'", at)

        case .unknownName(let kind, let name, let known, let label, let at):
            return (
                kind.unknownID, "unknown \(kind.rawValue) '\(name)'", suggestion(name, among: known, label: label), at
            )
        case .styleCycle(let name, let at):
            return ("style-cycle", "style '\(name)' extends itself", nil, at)
        case .duplicateScene(let name, let first, let at):
            return (
                "duplicate-scene", "a second scene has the name '\(name)'",
                "rename one; the first is in line \(first.line)", at
            )
        case .unknownFormat(let name, let known, let at):
            return (
                "unknown-format", "unknown format '\(name)'",
                suggestion(name, among: known, label: at == nil ? "formats of this spec" : "formats known here"), at
            )
        case .path(let path, let fault, let at):
            switch fault {
            case .absolute:
                return (
                    "absolute-path", "'\(path)' is an absolute path",
                    "write a path in the workspace, or in a root: 'brand:logo.png' with --root brand=FOLDER", at
                )
            case .leaves where Folders.root(of: path) != nil:
                return (
                    "path-leaves", "'\(path)' leaves its root", nil,
                    at
                )
            case .leaves:
                return (
                    "path-leaves", "'\(path)' leaves the workspace",
                    "copy the file into the workspace, or declare its folder with --root NAME=FOLDER and write "
                        + "'NAME:FILE'",
                    at
                )
            case .root:
                return (
                    "path-root", "'\(path)' lies in a root, which vgraph only reads",
                    "name a folder of the workspace", at
                )
            case .url: return ("path-url", "'\(path)' is an address, not a file", "download it into the workspace", at)
            case .invalid: return ("bad-path", "'\(path)' is not a path", nil, at)
            }
        case .missingAsset(let name, let at):
            return ("missing-asset", "'\(name)' names no file", nil, at)
        case .wrongAsset(let name, let found, let wanted, let at):
            return (
                "wrong-asset", "'\(name)' is of kind \(found), but this needs \(wanted.joined(separator: " or "))",
                nil, at
            )
        case .sameLook(let name, let at):
            return (
                "same-look", "'\(name)' looks like another file name of this spec, but its bytes differ",
                "rename one of the files: one name has composed characters, the other decomposed ones", at
            )
        case .unusedAsset(let name, let at):
            return ("unused-asset", "asset '\(name)' is not used", nil, at)
        case .badAddress(let text, let reason, let at):
            return (
                "bad-address", "browsers cannot open '\(text.prefix(100))': \(reason)",
                "write it as a browser takes it: https://example.com or example.com/offer", at
            )
        case .unusedProp(let name, let at):
            return (
                "unused-prop", "prop '\(name)' is not used: whatever its value is, the film is the same",
                "write {{\(name)}} where it should stand, or remove it", at
            )
        case .emptyCell(let name, let row, let at):
            return (
                "empty-cell",
                "the row \(row.isEmpty ? "of this film" : "with \(row)") has no value for '\(name)': its film has the "
                    + "spec's default",
                "fill the cell; a text that may be left out says 'allow_empty: true'", at
            )
        case .unreadable(let path, let reason, let at):
            return ("unreadable", "cannot read '\(path)': \(reason)", nil, at)

        case .unknownProp(let name, let known, let at):
            return (
                "unknown-prop", "unknown prop '\(name)'",
                known.isEmpty
                    ? "this spec declares no props"
                    : suggestion(name, among: known, label: "props known here"), at
            )
        case .propWithoutValue(let name, let at):
            return (
                "prop-without-value", "prop '\(name)' has neither a default nor a value",
                "set it in the props file or with --set \(name)=…", at
            )
        case .propType(let name, let expected, let found, let at):
            return ("prop-type", "prop '\(name)' takes \(expected), not \(found)", nil, at)
        case .propLength(let name, let count, let limit, let at):
            return ("prop-length", "prop '\(name)' has \(count) characters; the limit is \(limit)", nil, at)
        case .propShort(let name, let count, let least, let at):
            return ("prop-short", "prop '\(name)' has \(count) characters; it needs \(least)", nil, at)
        case .propPattern(let name, let found, let pattern, let at):
            return (
                "prop-pattern", "prop '\(name)' is '\(found)', which its pattern does not match",
                "the pattern is \(pattern)",
                at
            )
        case .badPattern(let pattern, let reason, let at):
            return ("bad-prop-pattern", "'\(pattern)' is not a pattern: \(reason)", nil, at)
        case .objectInText(let name, let fields, let at):
            return (
                "object-in-text", "'\(name)' has fields, so a value cannot contain it",
                fields.first.map { "name one of them, such as {{\(name).\($0)}}" }, at
            )
        case .propRange(let name, let found, let limit, let at):
            return ("prop-range", "prop '\(name)' is \(found), but must be \(limit)", nil, at)
        case .propCycle(let name, let at):
            return (
                "prop-cycle", "the value of prop '\(name)' contains itself",
                "follow the '{{…}}' in the values of the props", at
            )
        case .emptyProp(let name, let at):
            return (
                "empty-prop", "prop '\(name)' is empty, but is used here",
                "give it a value, or write 'allow_empty: true' in its declaration", at
            )
        case .templateHere(let field, let at):
            return (
                "template-here", "vgraph does not fill in '{{' in '\(field)' of a prop", "write the value itself",
                at
            )
        case .nestedList(let at):
            return ("nested-list", "fields cannot be lists or objects", nil, at)
        case .openTemplate(let at):
            return (
                "open-template", "'{{' is not closed",
                "close it with '}}', or write \\{{ for the characters themselves", at
            )
        case .badFormat(let format, let at):
            return (
                "bad-format", "unknown format '\(format)'",
                "use upper, lower, or 0, 0.0, 0.00 … for a number of decimals", at
            )
        case .listInText(let name, let at):
            return (
                "list-in-text", "prop '\(name)' is a list, so a value cannot contain it",
                "repeat a scene or a layer with 'each: \(name)'", at
            )
        case .notAList(let name, let lists, let at):
            return (
                "not-a-list", "'\(name)' is not a prop of type list",
                lists.isEmpty
                    ? "this spec declares no list"
                    : suggestion(name, among: lists, label: "lists known here"), at
            )
        case .tooLargeExpansion(let limit, let at):
            return ("too-large", "repeating for every item makes more than \(limit)", nil, at)

        case .shortScene(let name, let at):
            return ("short-scene", "scene '\(name)' is shorter than one frame", nil, at)
        case .longVideo(let limit, let at):
            return ("long-video", "the video is longer than \(limit)", nil, at)
        case .longTransition(let length, let scene, let at):
            return (
                "long-transition", "the transition of \(length) is longer than scene '\(scene)'",
                "shorten the transition", at
            )
        case .lastTransition(let at):
            return (
                "last-transition", "no scene follows, so this transition is never visible",
                "remove it, or give the layers an 'exit'", at
            )
        case .layerOutside(let scene, let at):
            return ("layer-outside", "the layer begins after scene '\(scene)' has ended", nil, at)
        case .emptyLayer(let at):
            return ("empty-layer", "the layer ends before it begins", nil, at)
        case .keyframesDescend(let at):
            return ("keyframes-descend", "the times of the keyframes are not in ascending order", nil, at)
        case .captionOutside(let length, let at):
            return ("caption-outside", "the caption ends after the end of the \(length)", nil, at)
        case .captionsBackwards(let at):
            return (
                "captions-backwards", "'until' of the captions is before their 'at'", "compare 'at' and 'until'",
                at
            )
        case .captionBefore(let what, let at):
            return (
                "caption-before", "the caption begins before the \(what)",
                "make the offset of the captions smaller", at
            )
        case .captionEmpty(let at):
            return ("caption-empty", "the caption is empty", nil, at)
        case .captionBackwards(let at):
            return ("caption-backwards", "the caption ends before it begins", nil, at)
        case .captionsOverlap(let before, let at):
            return (
                "captions-overlap", "the caption begins before the previous one ends",
                "the previous one is \(Self.line(before, from: at)); 'on_overlap: cut' ends it earlier, 'on_overlap: "
                    + "stack' shows both",
                at
            )
        case .captionTiny(let at):
            return (
                "caption-tiny", "the caption is shorter than one frame",
                "show it longer, or write 'on_empty: skip'", at
            )
        case .captionEncoding(let message, let hint, let at):
            return ("caption-encoding", message, hint, at)
        case .captionLeftOut(let message, let hint, let at):
            return ("caption-left-out", message, hint, at)
        case .captionSkipped(let what, let at):
            return ("caption-skipped", "the caption \(what); vgraph leaves it out", nil, at)
        case .captionClipped(let what, let at):
            return ("caption-clipped", "the caption \(what)", nil, at)
        case .captionCut(let next, let at):
            return (
                "caption-cut", "the caption overlaps the one \(Self.line(next, from: at)); vgraph ends it there",
                "'on_overlap: stack' shows both, 'on_overlap: error' stops", at
            )
        case .captionJoined(let with, let at):
            return (
                "caption-joined",
                "the caption begins together with the one \(Self.line(with, from: at)); vgraph shows both as one", nil,
                at
            )
        case .captionOrder(let before, let at):
            return (
                "caption-order",
                "the caption begins before the one \(Self.line(before, from: at)), which is above it in the file",
                "vgraph shows it at its own time", at
            )
        case .captionNumber(let number, let at):
            return (
                "caption-number", "vgraph reads '\(number)' as text of the caption above it",
                "write the number of a caption between an empty line and its times", at
            )
        case .captionUnfollowed(let what, let at):
            return (
                "caption-unfollowed", "vgraph ignores \(what) of this file",
                "set the look and the place of captions with 'captions.style' and 'captions.position'", at
            )
        case .captionSyntax(let message, let hint, let at):
            return ("caption-syntax", message, hint, at)
        case .soundBefore(let at):
            return (
                "sound-before", "the sound begins before the video",
                "give 'at' or 'start' a later time, and cut off its beginning with 'trim'", at
            )
        case .soundBackwards(let at):
            return ("sound-backwards", "the sound ends before it begins", "compare 'at', 'start' and 'until'", at)
        case .soundOutside(let length, let at):
            return ("sound-outside", "the sound begins after the video of \(length) has ended", nil, at)
        case .trimOutside(let name, let length, let at):
            return ("trim-outside", "'trim' lies beyond the end of '\(name)', which lasts \(length)", nil, at)
        case .duckSelf(let at):
            return ("duck-self", "a track cannot be lowered under itself", nil, at)
        }
    }
}
