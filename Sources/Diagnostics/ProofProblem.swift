// What proofreading finds in a spec before anything is rendered. An id is that of its check, so several findings may
// share one; `vgraph checks P07.speed` explains it. Profiles and specs decide the severity.

public enum ProofProblem: Sendable {
    /// `what` is a field of the spec; `wanted` reads after "is x, but".
    case outsideProfile(String, found: String, wanted: String, rule: String, at: Place)
    case noLoudness(wanted: String, rule: String, at: Place)
    case wrongDuration(planned: String, wanted: String, rule: String?, at: Place)
    case narrationCut(String, missing: String, at: Place)
    case narrationEnded(String, missing: String, at: Place)
    case voicesMeet(String, next: String, line: Int, seconds: String, at: Place)
    case voiceApart(scene: String, seconds: String, isLate: Bool, at: Place)
    case captionUnspoken(text: String, silent: String, at: Place)
    /// `spoken`: when its words begin, in the film.
    case captionApart(text: String, seconds: String, isLate: Bool, spoken: String, at: Place)
    case speechWithoutCaption(from: String, to: String, at: Place)
    case shortClip(String, missing: String, at: Place)
    case unheard([String], at: Place)
    case shortSound(String, missing: String, at: Place)
    /// `room`: what would fit, for a translation.
    case outsideFrame(text: String, pixels: Int, side: String, room: TextRoom? = nil, at: Place)
    /// `what` is a layer: "'hero.jpg'", "the shape".
    case layerOutside(what: String, percent: Int, at: Place)
    case pictureCut(what: String, percent: Int, at: Place)
    /// `number` is that of a point in the list of points.
    case focusCut(what: String, number: Int, x: Int, y: Int, at: Place)
    case keepCut(what: String, percent: Int, at: Place)
    case keepCovered(what: String, text: String, line: Int, at: Place)
    case crowded(needs: Int, has: Int, isAcross: Bool, at: Place)
    case noFit(text: String, how: String, size: Int, at: Place)
    case smallText(text: String, size: String, least: String, at: Place)
    case brokenWord(text: String, lines: Int, room: TextRoom? = nil, at: Place)
    case manyLines(text: String, lines: Int, most: Int, rule: String, at: Place)
    case longLine(text: String, characters: Int, most: Int, rule: String, at: Place)
    case wideLine(text: String, percent: Int, most: Int, rule: String, at: Place)
    case missingGlyphs(text: String, characters: [String], at: Place)
    /// `name`: of the font in the theme.
    case noFont(String, families: [String], taken: String?, at: Place)
    case otherFont(families: [String], taken: String, at: Place)
    case otherWeight(Int, family: String, taken: Int, at: Place)
    case otherGlyphs(String, of: String, font: String, taken: String, at: Place)
    case outsideBox(text: String, pixels: Int, side: String, at: Place)
    case shortCaption(text: String, seconds: String, least: String, rule: String, at: Place)
    case longCaption(text: String, seconds: String, most: String, rule: String, at: Place)
    case smallGap(frames: Int, least: Int, rule: String, at: Place)
    case fastCaption(text: String, speed: String, most: String, needs: String, rule: String, at: Place)
    case fastWords(text: String, words: Int, seconds: String, needs: String, rule: String, at: Place)
    case shortText(text: String, seconds: String, needs: String, rule: String, at: Place)
    case nothingShown(scene: String, from: String, to: String, at: Place)
    case underControls(text: String, side: String, pixels: Int, rule: String, at: Place)
    case underCaption(text: String, caption: String, at: Place)
    case textsCollide(text: String, other: String, line: Int, at: Place)
    case lowContrast(text: String, ratio: String, least: String, time: String, x: Int, y: Int, rule: String, at: Place)
    case unreadable(text: String, ratio: String, least: String, time: String, x: Int, y: Int, at: Place)
    case noLicense(asset: String, field: String, rule: String, at: Place)
    case generated(assets: [String], rule: String, at: Place)
    /// `type`: the term that the file has; `stated`: the word of the spec.
    case trained(String, type: String, stated: String?, at: Place)
    case credentials(String, at: Place)
    case unsearched(String, at: Place)
    case seen(SeenProblem)
    case wording(WordingProblem)
    case translation(TranslationProblem)
    /// `id`: the check that found more than the report shows.
    case more(id: String, count: Int, at: Place)

    /// " (Debian: fonts-noto-core)", for scripts that need a font of their own.
    private static func fontPackage(for characters: [String]) -> String {
        guard let scalar = characters.first?.unicodeScalars.first?.value else { return "" }
        switch scalar {
        case 0x0590...0x1CFF, 0xFB1D...0xFDFF, 0xFE70...0xFEFE: return " (Debian: fonts-noto-core)"
        case 0x1100...0x11FF, 0x2E80...0x9FFF, 0xAC00...0xD7FF, 0xF900...0xFAFF, 0x20000...0x3FFFF:
            return " (Debian: fonts-noto-cjk)"
        case 0x1F300...0x1FAFF: return " (Debian: fonts-noto-color-emoji)"
        default: return ""
        }
    }

    public func diagnostic(_ severity: Diagnostic.Severity) -> Diagnostic {
        let (id, message, hint, place) = words
        return Diagnostic(id, severity, message, hint: hint, at: place)
    }

    public var id: String { words.id }

    /// How findings name a text.
    public static func name(of text: String) -> String { quoted(text) }

    /// The source of a limit that the spec itself sets.
    public static let ownRule = "the spec"

    /// What requires a limit: a profile, or the spec's own 'acceptance.rules'.
    private static func author(of rule: String) -> String { rule == ownRule ? "'acceptance.rules'" : "the profile" }

    private static func another(_ rule: String) -> String {
        rule == ownRule ? "'acceptance.rules'" : "name another profile; source: \(rule)"
    }

    private var words: (id: String, message: String, hint: String?, place: Place) {
        switch self {
        case .seen(let problem): return problem.words
        case .wording(let problem): return problem.words
        case .translation(let problem): return problem.words
        case .outsideProfile(let what, let found, let wanted, let rule, let at):
            return (
                "P01.profile", "\(what) is \(found), but \(Self.author(of: rule)) requires \(wanted)",
                "change it, or \(Self.another(rule))", at
            )
        case .noLoudness(let wanted, let rule, let at):
            return (
                "P01.profile", "no loudness target is set, but \(Self.author(of: rule)) requires \(wanted)",
                "add 'audio.loudness', for example { integrated: \(wanted.prefix { $0 != " " }), true_peak: -1dBTP }; "
                    + "source: \(rule)",
                at
            )
        case .wrongDuration(let planned, let wanted, let rule, let at):
            return (
                "P02.duration",
                "the scenes last \(planned), but \(rule.map(Self.author) ?? "'acceptance.duration'") requires "
                    + wanted,
                "change the scenes' durations"
                    + (rule.map { "; source: \($0)" } ?? ", or 'acceptance.duration'"), at
            )
        case .narrationCut(let name, let missing, let at):
            return (
                "P02.narration", "the video ends \(missing) before '\(name)'",
                "lengthen the scenes, or give the track a 'duration' and a 'fade_out'", at
            )
        case .narrationEnded(let name, let missing, let at):
            return (
                "P02.narration", "'until' cuts off the last \(missing) of '\(name)'",
                "lengthen the scene, or give the track a 'fade_out'", at
            )
        case .voicesMeet(let name, let next, let line, let seconds, let at):
            return (
                "P02.narration",
                "'\(name)' still plays when '\(next)' (line \(line)) begins: they overlap for \(seconds)",
                "lengthen the scene that '\(name)' is tied to, or end the track with 'until'", at
            )
        case .voiceApart(let scene, let seconds, let isLate, let at):
            return (
                "P12.shift",
                "from scene '\(scene)' on the voice is \(seconds) \(isLate ? "earlier" : "later") than its captions",
                "tie the voice to the scene as its captions are, with 'at: scene.\(scene).start' and a track for each "
                    + "scene, "
                    + "or correct the times", at
            )
        case .captionUnspoken(let text, let silent, let at):
            return (
                "P12.silent",
                "no voice speaks during \(silent) of the caption \(quoted(text)), but speech near it has no caption",
                "tie voice and captions to the same scene, or correct the times of the captions", at
            )
        case .captionApart(let text, let seconds, let isLate, let spoken, let at):
            return (
                "P12.caption",
                "the caption \(quoted(text)) comes \(seconds) \(isLate ? "after" : "before") the voice begins to "
                    + "speak, unlike the others",
                "the voice begins at \(spoken) of the video: start the caption there", at
            )
        case .speechWithoutCaption(let from, let to, let at):
            return (
                "P12.missing",
                "what the voice says from \(from) to \(to) of the video has no caption, unlike the rest",
                "write the caption; if there is nothing to show, set the check P12.missing to off", at
            )
        case .shortClip(let name, let missing, let at):
            return (
                "P03.length", "'\(name)' ends \(missing) before its layer, so its last picture stays",
                "end the layer earlier, or use 'loop' or a lower 'speed'", at
            )
        case .unheard(let names, let at):
            let all = names.map { "'\($0)'" }.joined(separator: ", ")
            let has = names.count == 1 ? "has its own sound" : "have their own sound"
            return (
                "P03.sound", "\(all) \(has), which the video does not play",
                "add it to 'audio.tracks', or set the check P03.sound to off if you want silence", at
            )
        case .shortSound(let name, let missing, let at):
            return (
                "P03.length", "'\(name)' ends \(missing) before its 'duration'",
                "use 'loop', or shorten 'duration'", at
            )
        case .outsideFrame(let text, let pixels, let side, let room, let at):
            return (
                "P05.frame",
                "\(quoted(text)) is never completely in the picture: \(pixels) px lie beyond the \(side) edge",
                room.map { "shorten the translation to \($0.words), or give its style a 'max_width'" }
                    ?? "make it smaller or shorter, move it, or give its style a 'max_width'", at
            )
        case .layerOutside(let what, let percent, let at):
            return (
                "P05.layer",
                percent == 100
                    ? "\(what) is never in the picture"
                    : "\(percent) % of \(what) is never in the picture",
                "move it or make it smaller; percentages and 'anchor' keep their place in every size", at
            )
        case .pictureCut(let what, let percent, let at):
            return (
                "P05.cut", "\(percent) % of \(what) is cut off",
                "say with 'focus' or 'keep' what must be seen of it, give it another 'size', or 'fit: contain' over a "
                    + "background; if the rest does not matter, set the check P05.cut to off",
                at
            )
        case .focusCut(let what, let number, let x, let y, let at):
            return (
                "P05.focus", "point \(number) of the focus of \(what), at \(x) %, \(y) %, is cut off",
                "the box is too narrow for all points: give it another 'size' by format", at
            )
        case .keepCut(let what, let percent, let at):
            return (
                "P05.keep", "\(percent) % of the part of \(what) that must be kept is cut off",
                "give it another 'size' or 'at' by format, or 'fit: contain' over a background", at
            )
        case .keepCovered(let what, let text, let line, let at):
            return (
                "P09.keep", "\(quoted(text)) (line \(line)) covers the part of \(what) that must be kept",
                "move the text or the picture by format", at
            )
        case .crowded(let needs, let has, let isAcross, let at):
            return (
                "P05.group",
                "the layers of the group need \(needs) px \(isAcross ? "across" : "down"), and it has \(has) px",
                "give the group more 'size', its layers less, or another 'layout' by format", at
            )
        case .noFit(let text, let how, let size, let at):
            return (
                "P05.fit", "\(quoted(text)) \(how), even with letters of \(size) px",
                "shorten it, give it more 'lines' or 'size', or a lower 'fit: { min: … }'", at
            )
        case .smallText(let text, let size, let least, let at):
            return (
                "P05.small", "the letters of \(quoted(text)) have \(size) px, less than \(least) px",
                "make them larger: they cannot be read on a telephone", at
            )
        case .brokenWord(let text, let lines, let room, let at):
            return (
                "P05.word", "a line of \(quoted(text)) breaks within a word\(lines == 1 ? "" : ", \(lines) times")",
                room.map { "use words of \($0.words), or soft hyphens; or raise 'max_width' of its style" }
                    ?? "make it smaller, or raise 'max_width' of its style", at
            )
        case .manyLines(let text, let lines, let most, let rule, let at):
            return (
                "P05.lines", "the caption \(quoted(text)) takes \(lines) lines, more than \(most)",
                "split it, or raise 'captions.max_width'; source: \(rule)", at
            )
        case .longLine(let text, let characters, let most, let rule, let at):
            return (
                "P05.characters",
                "a line of the caption \(quoted(text)) has \(characters) characters, more than \(most)",
                "split it, or lower 'captions.max_width' so that it wraps; source: \(rule)", at
            )
        case .wideLine(let text, let percent, let most, let rule, let at):
            return (
                "P05.width", "the caption \(quoted(text)) is \(percent) % of the frame wide, more than \(most) %",
                "lower 'captions.max_width' so that it wraps; source: \(rule)", at
            )
        case .missingGlyphs(let text, let characters, let at):
            let more = characters.count > 6 ? " and \(characters.count - 6) more" : ""
            return (
                "P06.glyphs",
                "no font has \(characters.prefix(6).map(Self.named).joined(separator: ", "))\(more) of \(quoted(text))",
                "add a font that has \(characters.count == 1 ? "it" : "them") to 'theme.fonts', for example one of "
                    + "Noto" + Self.fontPackage(for: characters),
                at
            )
        case .noFont(let name, let families, let taken, let at):
            let all = families.map { "'\($0)'" }.joined(separator: ", ")
            return (
                "P06.font",
                families.count == 1
                    ? "the font \(all) of '\(name)' is not installed"
                    : "none of the fonts of '\(name)' is installed: \(all)",
                (taken.map { "vgraph would use '\($0)'; " } ?? "")
                    + "put the font's file into the workspace and name it, "
                    + "for example assets/Name.ttf, or add 'sans-serif' to the list", at
            )
        case .otherFont(let families, let taken, let at):
            let all = families.map { "'\($0)'" }.joined(separator: ", ")
            let fonts = families.count == 1 ? "the font \(all) is" : "the fonts \(all) are"
            return (
                "P06.taken", "\(fonts) not installed; vgraph uses '\(taken)'",
                "put the font's file into the workspace, so that every machine draws the same", at
            )
        case .otherWeight(let asked, let family, let taken, let at):
            return (
                "P06.weight", "'\(family)' has no weight \(asked); vgraph uses \(taken)",
                "add a font file of that weight, or choose a weight that the font has", at
            )
        case .otherGlyphs(let characters, let text, let font, let taken, let at):
            return (
                "P06.fallback",
                "'\(font)' does not have \(quoted(characters)) of \(quoted(text)); vgraph uses '\(taken)'",
                "name a font that has it after '\(font)', so that every machine uses the same", at
            )
        case .outsideBox(let text, let pixels, let side, let at):
            return (
                "P06.box", "letters of \(quoted(text)) reach \(pixels) px beyond the \(side) edge of their own box",
                "raise 'padding' or 'line_height' of the style", at
            )
        case .shortCaption(let text, let seconds, let least, let rule, let at):
            return (
                "P07.duration", "the caption \(quoted(text)) is shown for \(seconds), less than \(least)",
                "show it longer, or join it with its neighbour; source: \(rule)", at
            )
        case .longCaption(let text, let seconds, let most, let rule, let at):
            return (
                "P07.duration", "the caption \(quoted(text)) is shown for \(seconds), more than \(most)",
                "split it; source: \(rule)", at
            )
        case .smallGap(let frames, let least, let rule, let at):
            return (
                "P07.gap",
                "the caption begins \(frames) frame\(frames == 1 ? "" : "s") after the previous one, less than "
                    + "\(least) frames",
                "end the previous one a little earlier; source: \(rule)", at
            )
        case .fastCaption(let text, let speed, let most, let needs, let rule, let at):
            return (
                "P07.speed", "the caption \(quoted(text)) has \(speed) characters a second, more than \(most)",
                "show it for \(needs), or shorten its text; source: \(rule)", at
            )
        case .fastWords(let text, let words, let seconds, let needs, let rule, let at):
            return (
                "P07.speed", "the caption \(quoted(text)) shows \(words) words in \(seconds)",
                "show it for \(needs), or shorten its text; source: \(rule)", at
            )
        case .shortText(let text, let seconds, let needs, let rule, let at):
            return (
                "P08.dwell", "\(quoted(text)) is visible for \(seconds), too short to read",
                "show it for \(needs); source: \(rule)", at
            )
        case .nothingShown(let scene, let from, let to, let at):
            return (
                "P08.empty", "nothing but the background is shown from \(from) to \(to), in scene '\(scene)'",
                "give the scene a layer or a caption for this time, or shorten it", at
            )
        case .underControls(let text, let side, let pixels, let rule, let at):
            return (
                "P09.zone",
                "\(quoted(text)) reaches \(pixels) px into the \(side) of the picture, which controls cover",
                "move it; source: \(rule)", at
            )
        case .underCaption(let text, let caption, let at):
            return (
                "P09.overlap", "\(quoted(text)) and the caption \(quoted(caption)) overlap",
                "move one of them, or end the text before the caption begins", at
            )
        case .textsCollide(let text, let other, let line, let at):
            return (
                "P09.texts", "\(quoted(text)) and \(quoted(other)) (line \(line)) overlap",
                "move one of them, or end it ('end', 'exit') before the other begins", at
            )
        case .lowContrast(let text, let ratio, let least, let time, let x, let y, let rule, let at):
            return (
                "P10.contrast",
                "\(quoted(text)) has a contrast of \(ratio):1 at \(time), around \(x), \(y), less than \(least):1",
                "change a colour, or put a 'background', an 'outline' or a 'shadow' behind it; source: \(rule)", at
            )
        case .unreadable(let text, let ratio, let least, let time, let x, let y, let at):
            return (
                "P10.unreadable",
                "\(quoted(text)) cannot be read: its contrast is \(ratio):1 at \(time), around \(x), \(y), less than "
                    + "\(least):1",
                "change a colour, or put a 'background', an 'outline' or a 'shadow' behind it", at
            )
        case .noLicense(let asset, let field, let rule, let at):
            return (
                "P11.license", "asset '\(asset)' has no '\(field)'",
                "write { file: …, \(field): … } for it; source: \(rule)", at
            )
        case .generated(let assets, let rule, let at):
            let names =
                assets.prefix(5).map { "'\($0)'" }.joined(separator: ", ")
                + (assets.count > 5 ? " and more" : "")
            return (
                "P11.generated", "\(names) \(assets.count == 1 ? "is" : "are") generated, which needs a label",
                "set the platform's label for AI-generated content when you publish; source: \(rule)", at
            )
        case .trained(let asset, let type, let stated, let at):
            return (
                "P11.trained",
                "'\(asset)' says that a trained model made it or a part of it (\(type)), but the spec "
                    + (stated.map { "says '\($0)'" } ?? "does not say so"),
                "write { file: …, source: trained } for it", at
            )
        case .credentials(let asset, let at):
            return (
                "P11.credentials",
                "'\(asset)' carries content credentials (C2PA), and the spec does not say where it comes from",
                "write { file: …, source: captured } for it, or another of: "
                    + "screen, drawn, algorithmic, trained, composite", at
            )
        case .unsearched(let asset, let at):
            return (
                "P11.credentials",
                "not all metadata of '\(asset)' can be searched for content credentials",
                "write { file: …, source: captured } for it, or another of: "
                    + "screen, drawn, algorithmic, trained, composite", at
            )
        case .more(let id, let count, let at):
            return (id, "\(count) more like this", nil, at)
        }
    }

    /// "'𓀀' (U+13000)": many terminals cannot show such a character.
    private static func named(_ character: String) -> String {
        let codes = character.unicodeScalars.map { scalar in
            let digits = String(scalar.value, radix: 16, uppercase: true)
            return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        }
        return "'\(character)' (\(codes.joined(separator: " ")))"
    }
}

/// The user's text on one line, cut to the length that fits into a message.
func quoted(_ text: String) -> String {
    let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    return "'" + (line.count > 40 ? line.prefix(38) + "…" : line[...]) + "'"
}

/// What can be wrong with a profile and with what names one.
public enum ProfileProblem: Problem {
    case unknown(String, known: [String], at: Place?)
    case otherName(String, file: String, at: Place)
    case unknownSource(String, known: [String], at: Place)
    case noSource(rule: String, at: Place)
    case emptyLimit(rule: String, at: Place)
    case backwards(rule: String, at: Place)
    case badDate(String, at: Place)
    case unknownCheck(String, known: [String], at: Place?)
    case unreadable(path: String, reason: String)
    /// `asked`: who asks for more, and for what.
    case loosened(rule: String, allows: String, asked: String, at: Place)
    /// `others`: the profiles that were named before, whose rule is kept.
    case disagree(rule: String, profile: String, asks: String, others: String, ask: String, at: Place)

    public var diagnostic: Diagnostic {
        switch self {
        case .unknown(let name, let known, let at):
            Diagnostic(
                "unknown-profile", "unknown profile '\(name)'",
                hint: (suggestion(name, among: known, label: "profiles").map { $0 + "; " } ?? "")
                    + "write your own as pipelines/profiles/NAME.yaml", at: at)
        case .otherName(let name, let file, let at):
            Diagnostic(
                "profile-name", "this profile's name '\(name)' differs from its file's name",
                hint: "write 'profile: \(file)'", at: at)
        case .unknownSource(let name, let known, let at):
            Diagnostic(
                "unknown-source", "unknown source '\(name)'",
                hint: suggestion(name, among: known, label: "sources of this profile"), at: at)
        case .noSource(let rule, let at):
            Diagnostic(
                "rule-without-source", "'\(rule)' has no source",
                hint: "name one of the profile's 'sources', which readers can look up", at: at)
        case .emptyLimit(let rule, let at):
            Diagnostic("empty-limit", "'\(rule)' sets no limit", hint: "give it a 'min', a 'max' or both", at: at)
        case .backwards(let rule, let at):
            Diagnostic("limit-backwards", "'min' of '\(rule)' is above its 'max'", at: at)
        case .badDate(let text, let at):
            Diagnostic("bad-date", "'\(text)' is not a date", hint: "write year, month and day: 2026-11-22", at: at)
        case .unknownCheck(let id, let known, let at):
            Diagnostic(
                "unknown-check", "unknown check '\(id)'",
                hint: suggestion(id, among: known, label: "checks"), at: at)
        case .unreadable(let path, let reason):
            Diagnostic("unreadable-profile", fault: .input, "cannot read '\(path)': \(reason)")
        case .loosened(let rule, let allows, let asked, let at):
            Diagnostic(
                "profile-loosened", .warning, "'\(rule)' allows \(allows), but \(asked)",
                hint: "ask for as much, or write a profile of another name (pipelines/profiles/NAME.yaml): a film that "
                    + "passes is said to keep to the profile that it names", at: at)
        case .disagree(let rule, let profile, let asks, let others, let ask, let at):
            Diagnostic(
                "profiles-disagree", .warning,
                "no film keeps to '\(rule)' of the profile '\(profile)' (\(asks)) and of \(others) (\(ask)), which "
                    + "counts",
                hint: "make a format for each place ('formats'), with its own 'profile'", at: at)
        }
    }
}

/// What would fit in place of a text: a box in pixels, and about how many characters.
public struct TextRoom: Sendable {
    public var characters: Int
    public var width: Int
    public var height: Int

    public init(characters: Int, width: Int, height: Int) {
        (self.characters, self.width, self.height) = (characters, width, height)
    }

    var words: String { "about \(characters) characters, which fit into \(width)x\(height) px" }
}
