// Shapes text and breaks it into lines. Styles are attributes, never markup, so that a user's text is not parsed.
import CPango
import Composition
import Diagnostics

final class TextLayout {
    let content: TextContent
    let layout: OpaquePointer
    let measure: TextMeasure
    /// The searches that chose its fonts.
    let searches: [FontSearch: Int]
    /// Position of pango's layout origin in the box.
    let originX, originY: Double
    // Keeps the font map alive, and with it the layout's fonts.
    private let fonts: Fonts

    static let largestSize = 4096.0

    init(_ content: TextContent, fonts: Fonts) throws {
        self.content = content
        self.fonts = fonts
        guard content.size.isFinite, content.size > 0, content.size <= Self.largestSize,
            content.text.utf8.count <= 100_000
        else {
            throw RenderProblem.textTooLarge(text: String(content.text.prefix(40)), size: content.size).diagnostic
        }
        let context = fonts.makeContext(language: content.language)
        defer { g_object_unref(context.map(UnsafeMutableRawPointer.init)) }

        let isRightToLeft = content.direction == .rightToLeft
        if isRightToLeft { pango_context_set_base_dir(context, PANGO_DIRECTION_RTL) }
        let layout = pango_layout_new(context)!
        if isRightToLeft { pango_layout_set_auto_dir(layout, 0) }
        self.layout = layout
        let description = FontSearch(content, files: fonts.files).description()
        pango_layout_set_font_description(layout, description)
        pango_font_description_free(description)

        // Pango ends a text at NUL; a space preserves the offsets of spans.
        var bytes = Array(content.text.utf8)
        for index in bytes.indices where bytes[index] == 0 { bytes[index] = 32 }
        let length = bytes.count
        bytes.append(0)
        bytes.withUnsafeBufferPointer { buffer in
            buffer.withMemoryRebound(to: CChar.self) { pango_layout_set_text(layout, $0.baseAddress, Int32(length)) }
        }
        if let width = content.wrapWidth, width.isFinite {
            pango_layout_set_width(layout, Int32(max(1, min(width, 1_000_000)) * Double(PANGO_SCALE)))
            pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR)
        }
        switch content.alignment {
        // Pango's sides are those of the picture where the direction is given.
        case .start: pango_layout_set_alignment(layout, isRightToLeft ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT)
        case .center: pango_layout_set_alignment(layout, PANGO_ALIGN_CENTER)
        case .end: pango_layout_set_alignment(layout, isRightToLeft ? PANGO_ALIGN_LEFT : PANGO_ALIGN_RIGHT)
        }
        let attributes = Self.attributes(content, length: length)
        pango_layout_set_attributes(layout, attributes)
        pango_attr_list_unref(attributes)

        var ink = PangoRectangle(), logical = PangoRectangle()
        pango_layout_get_extents(layout, &ink, &logical)
        let unit = 1 / Double(PANGO_SCALE)
        // Pango's extents have 32 bits and overflow for huge texts.
        guard logical.width >= 0, logical.height >= 0, logical.width < 1 << 29, logical.height < 1 << 29,
            ink.width >= 0, ink.height >= 0
        else {
            g_object_unref(UnsafeMutableRawPointer(layout))
            throw RenderProblem.textTooLarge(text: String(content.text.prefix(40)), size: content.size).diagnostic
        }
        func side(_ length: Int32, _ padding: Double) -> (box: Double, start: Double) {
            let inner = Double(length) * unit, pad = padding.isFinite ? max(0, min(padding, 1e5)) : 0
            // Even, so that a box centred on a whole pixel has its edges on whole pixels.
            let box = ((inner + 2 * pad) / 2).rounded(.up) * 2
            return (box, (box - inner) / 2)
        }
        let across = side(logical.width, content.paddingX), down = side(logical.height, content.paddingY)
        originX = across.start - Double(logical.x) * unit
        originY = down.start - Double(logical.y) * unit
        var files: Set<ByteText> = []
        var missing: [String] = [], searches: [FontSearch: Int] = [:]
        var faces: [TextMeasure.Face] = []
        bytes.removeLast()
        Self.eachRun(layout) { run, _, _, _, _ in
            if let file = Self.pattern(of: run).flatMap({ Fonts.strings($0, FC_FILE).first }) { files.insert(file) }
            if let (search, count) = fonts.searches(for: run, content, files: fonts.files) {
                searches[search] = max(searches[search] ?? 0, count)
            }
            if let face = Self.face(of: run, bytes), !faces.contains(where: { $0.isSameFont(as: face) }) {
                faces.append(face)
            }
            for character in Self.unknown(in: run, of: bytes) where !missing.contains(character) {
                missing.append(character)
            }
        }
        self.searches = searches
        let (lineCharacters, brokenWords) = Self.lines(of: layout, bytes)
        measure = TextMeasure(
            width: across.box, height: down.box, inkX: originX + Double(ink.x) * unit,
            inkY: originY + Double(ink.y) * unit,
            inkWidth: Double(ink.width) * unit, inkHeight: Double(ink.height) * unit,
            lineCharacters: lineCharacters, brokenWords: brokenWords, missing: missing,
            unknownGlyphs: Int(pango_layout_get_unknown_glyphs_count(layout)), fontFiles: files.texts,
            faces: faces)
    }

    deinit { g_object_unref(UnsafeMutableRawPointer(layout)) }

    private static func attributes(_ content: TextContent, length: Int) -> OpaquePointer? {
        let list = pango_attr_list_new()
        func insert(_ attribute: UnsafeMutablePointer<PangoAttribute>?, _ start: Int = 0, _ end: Int? = nil) {
            guard let attribute else { return }
            attribute.pointee.start_index = UInt32(start)
            attribute.pointee.end_index = UInt32(end ?? length)
            pango_attr_list_insert(list, attribute)
        }
        let unit = Double(PANGO_SCALE)
        if content.letterSpacing.isFinite, content.letterSpacing != 0 {
            insert(pango_attr_letter_spacing_new(Int32(max(-1000, min(1000, content.letterSpacing)) * unit)))
        }
        if let height = content.lineHeight, height.isFinite, height > 0 {
            insert(pango_attr_line_height_new_absolute(Int32(min(height, 20) * content.size * unit)))
        }
        for span in content.spans {
            guard let range = span.range(in: length) else { continue }
            if let weight = span.weight {
                insert(
                    pango_attr_weight_new(PangoWeight(rawValue: PangoWeight.RawValue(max(1, min(1000, weight))))),
                    range.lowerBound, range.upperBound)
            }
            // The colour itself is looked up when a run is drawn; the attribute makes pango end runs at the ends of
            // spans.
            if let color = span.color {
                insert(
                    pango_attr_foreground_new(
                        UInt16(color.red) * 257, UInt16(color.green) * 257, UInt16(color.blue) * 257),
                    range.lowerBound, range.upperBound)
            }
        }
        return list
    }

    typealias Run = UnsafeMutablePointer<PangoGlyphItem>

    /// Calls the closure with each run, its left end and baseline, and the line's top and bottom, in pixels of the
    /// layout.
    static func eachRun(
        _ layout: OpaquePointer,
        _ body: (_ run: Run, _ x: Double, _ baseline: Double, _ top: Double, _ bottom: Double) -> Void
    ) {
        let unit = 1 / Double(PANGO_SCALE)
        let iterator = pango_layout_get_iter(layout)
        defer { pango_layout_iter_free(iterator) }
        repeat {
            guard let run = pango_layout_iter_get_run_readonly(iterator) else { continue }
            var logical = PangoRectangle(), line = PangoRectangle()
            pango_layout_iter_get_run_extents(iterator, nil, &logical)
            pango_layout_iter_get_line_extents(iterator, nil, &line)
            body(
                run, Double(logical.x) * unit, Double(pango_layout_iter_get_baseline(iterator)) * unit,
                Double(line.y) * unit, Double(line.y + line.height) * unit)
        } while pango_layout_iter_next_run(iterator) != 0
    }

    /// The fontconfig pattern of a run's font.
    static func pattern(of run: Run) -> OpaquePointer? {
        guard let font = run.pointee.item.pointee.analysis.font else { return nil }
        return pango_fc_font_get_pattern(UnsafeMutableRawPointer(font).assumingMemoryBound(to: PangoFcFont.self))
    }
}

extension TextContent.Span {
    /// The bytes that it covers; nil if none.
    func range(in length: Int) -> Range<Int>? {
        let low = max(0, min(start, length)), high = max(0, min(end, length))
        return low < high ? low..<high : nil
    }
}
