// Measures the contrast between the texts of a segment and their surroundings, on drawn frames, so that boxes,
// outlines, shadows, gradients and pictures have their real effect. Draws of each frame only the parts around its
// texts.
import Composition
import Glibc

/// Measures every text of one segment.
public struct TextContrasts {
    private let segment: Segment
    private let sources: LayerSources
    /// Files of the fonts used.
    public private(set) var fontsUsed: [String] = []
    /// The searches that chose them.
    public private(set) var used = FontsUsed()

    public init(_ segment: Segment, sources: LayerSources) {
        self.segment = segment
        self.sources = sources
    }

    /// A text of the segment and the frames in which it is measured.
    private struct Subject {
        var layer: Layer
        var content: TextContent
        var frames: [Int]
    }

    /// Largest number of measured frames of one text in one segment.
    private static let looks = 12

    /// - Parameter progress: called with the number of finished frames and of all frames.
    public mutating func measure(progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }) throws -> SegmentContrast
    {
        var subjects: [Subject] = []
        for (index, stack) in segment.stacks.enumerated() {
            let isClear = { (frame: Int) in
                isWhole(stack, at: frame) && !segment.stacks[(index + 1)...].contains { isSeen($0, at: frame) }
            }
            for layer in stack.layers {
                if case .text(let content) = layer.content {
                    let content = try sources.fitted(content)
                    subjects.append(Subject(layer: layer, content: content, frames: frames(of: layer, isClear)))
                }
            }
        }
        for layer in segment.overlays {
            if case .text(let content) = layer.content {
                let content = try sources.fitted(content)
                subjects.append(Subject(layer: layer, content: content, frames: frames(of: layer) { _ in true }))
            }
        }
        var results = subjects.map { subject in
            let at = subject.frames.first ?? subject.layer.from
            return TextContrast(
                text: subject.content.text, from: max(0, subject.layer.from), to: min(segment.frames, subject.layer.to),
                size: (subject.content.size * subject.layer.scale.value(at: Double(at)) * 10).rounded() / 10,
                weight: subject.content.weight, ratio: nil, frame: at, x: 0, y: 0)
        }
        let looked = Set(subjects.flatMap(\.frames)).sorted()
        guard !looked.isEmpty else { return SegmentContrast(size: segment.size, texts: results) }
        let renderer = try SegmentRenderer(segment, sources: sources)
        var masks: [Int: ActiveLayer] = [:], known: [Int: (frame: Int, found: Letters.Found?)] = [:]
        for (done, frame) in looked.enumerated() {
            for (index, subject) in subjects.enumerated() where subject.frames.contains(frame) {
                // A mask keeps the drawing of its letters.
                defer { if frame == subject.frames.last { masks[index] = nil } }
                // On a card that stands still all looks find the same.
                if let known = known[index], try renderer.isSame(frame, as: known.frame) {
                    if let found = known.found { note(found, of: subject, at: frame, in: &results[index]) }
                    continue
                }
                let mask = masks[index] ?? ActiveLayer(letters(of: subject), sources: sources)
                masks[index] = mask
                let em = results[index].size.isFinite ? Int(max(8, min(2000, results[index].size))) : 8
                let letters = try Letters(mask, at: frame, of: segment, em: em)
                // Drawn even if no letter is in the frame, since the fonts of its texts decide that.
                let drawn = try renderer.frame(frame, part: letters.part)
                let found = letters.found(on: drawn)
                if let found { note(found, of: subject, at: frame, in: &results[index]) }
                known[index] = (frame, found)
            }
            progress(done + 1, looked.count)
        }
        fontsUsed = renderer.fontsUsed
        used = renderer.used
        return SegmentContrast(size: segment.size, texts: results)
    }

    private func note(_ found: Letters.Found, of subject: Subject, at frame: Int, in result: inout TextContrast) {
        func rounded(_ ratio: Double) -> Double { (ratio * 1000).rounded() / 1000 }
        let worst = found.worst
        if result.ratio.map({ worst.ratio < $0 }) ?? true {
            (result.ratio, result.frame, result.x, result.y) = (rounded(worst.ratio), frame, worst.x, worst.y)
        }
        if result.best.map({ found.main.ratio > $0 }) ?? true { result.best = rounded(found.main.ratio) }
        let bare = found.main
        if result.bare.map({ bare.ratio < $0.ratio }) ?? true, !isCovered(bare, subject, at: frame) {
            result.bare = .init(ratio: rounded(bare.ratio), frame: frame, x: bare.x, y: bare.y)
        }
    }

    /// Whether a later layer covers the letters, so that they do not have their own colour. This may be intended,
    /// unlike an unreadable colour.
    private func isCovered(_ piece: Letters.Piece, _ subject: Subject, at frame: Int) -> Bool {
        let content = subject.content
        let isSolid = content.color.alpha >= 250 && subject.layer.opacity.value(at: Double(frame)) >= 0.98
        guard isSolid, content.spans.allSatisfy({ $0.color == nil }) else { return false }
        let own = Double(content.color.luminance)
        return (max(own, piece.letters) + 0.05) / (min(own, piece.letters) + 0.05) > 1.3
    }

    /// Whether a stack is fully visible and in place. Text is not judged during a transition.
    private func isWhole(_ stack: Stack, at frame: Int) -> Bool {
        let at = Double(frame)
        return stack.opacity.value(at: at) >= 0.999 && stack.offsetX.value(at: at) == 0
            && stack.offsetY.value(at: at) == 0
    }

    private func isSeen(_ stack: Stack, at frame: Int) -> Bool {
        let at = Double(frame)
        return stack.opacity.value(at: at) > 0 && abs(stack.offsetX.value(at: at)) < 1
            && abs(stack.offsetY.value(at: at)) < 1
    }

    /// The first and the last frame in which a layer is fully visible, and two per second between them.
    private func frames(of layer: Layer, _ isClear: (Int) -> Bool) -> [Int] {
        let range = max(0, layer.from)..<max(0, layer.from, min(segment.frames, layer.to))
        // Keyframes beyond the segment count too: a text whose fade crosses the segment's end is fully visible in the
        // next.
        let most = min(1, layer.opacity.keyframes.reduce(0) { max($0, $1.value) })
        guard most > 0.05 else { return [] }
        let full = range.filter { layer.opacity.value(at: Double($0)) >= most * 0.9 && isClear($0) }
        let wanted = min(Self.looks, 2 + Int(Double(full.count) / segment.rate.perSecond * 2))
        guard full.count > wanted else { return full }
        return (0..<wanted).map { full[$0 * (full.count - 1) / (wanted - 1)] }
    }

    /// The same letters at the same positions in white, without box, outline or shadow.
    private func letters(of subject: Subject) -> Layer {
        var layer = subject.layer, content = subject.content
        let white = Color(red: 255, green: 255, blue: 255)
        content.color = white
        // Spans may change the weight and end runs, so they are kept, in white.
        content.spans = content.spans.map { span in
            var span = span
            if span.color != nil { span.color = white }
            span.background = nil
            return span
        }
        content.background = nil
        content.outline = nil
        content.shadow = nil
        layer.content = .text(content)
        layer.opacity = Track(1)
        return layer
    }
}

/// The area that letters cover: luma 16 is none, 235 all of a pixel.
private struct Letters {
    /// White letters on black, in their part of the frame.
    private let mask: I420Frame
    private let corner: (x: Int, y: Int)
    private let size: PixelSize
    private let em, reach: Int
    /// Bounds of the covered area in the frame; may be empty.
    private let rows, columns: Range<Int>

    /// Coverage of nearly a whole pixel, nearly nothing, and about half.
    private static let full: UInt8 = 224, none: UInt8 = 20, half: UInt8 = 125
    /// Smallest number of pixels of letters, and of their surroundings, that a piece needs to be judged.
    private static let enough = 24

    init(_ layer: ActiveLayer, at frame: Int, of segment: Segment, em: Int) throws {
        (self.em, size, reach) = (em, segment.size, max(2, em * 8 / 100))
        guard let state = try layer.state(frame, rate: segment.rate),
            let sprite = try layer.sprite(state, in: View(segment.size)),
            let area = Rect(
                x: sprite.x - reach..<sprite.x + sprite.planes.width + reach,
                y: sprite.y - reach..<sprite.y + sprite.planes.height + reach, in: segment.size)
        else {
            (mask, corner, rows, columns) = (I420Frame(width: 2, height: 2), (0, 0), 0..<0, 0..<0)
            return
        }
        mask = I420Frame(width: area.width, height: area.height)
        Sprite(x: sprite.x - area.x, y: sprite.y - area.y, planes: sprite.planes).draw(on: mask, opacity: state.opacity)
        corner = (area.x, area.y)
        var top = mask.height, bottom = 0, left = mask.width, right = 0
        for y in 0..<mask.height {
            let row = mask.y + y * mask.width
            guard let first = (0..<mask.width).first(where: { row[$0] > Self.none }) else { continue }
            let last = (first..<mask.width).last { row[$0] > Self.none } ?? first
            (top, bottom, left, right) = (min(top, y), y + 1, min(left, first), max(right, last + 1))
        }
        rows = top + area.y..<max(top, bottom) + area.y
        columns = left + area.x..<max(left, right) + area.x
    }

    /// The covered area with its surroundings.
    private var area: (x: Range<Int>, y: Range<Int>) {
        (
            max(0, columns.lowerBound - reach)..<min(size.width, columns.upperBound + reach),
            max(0, rows.lowerBound - reach)..<min(size.height, rows.upperBound + reach)
        )
    }

    /// The part of the frame that has to be drawn.
    var part: Rect {
        let nothing = Rect(x: 0, y: 0, width: 2, height: 2)
        guard !rows.isEmpty, !columns.isEmpty else { return nothing }
        return Rect(x: area.x, y: area.y, in: size) ?? nothing
    }

    /// A part of the letters and its surroundings.
    struct Piece {
        var ratio: Double
        /// Luminance of the letters.
        var letters: Double
        var x, y: Int
    }

    /// The piece with the lowest contrast, and the one among those with more than the corner of a letter.
    struct Found { var worst, main: Piece }

    /// Divides the letters into pieces about an em wide and finds those with the lowest contrast.
    func found(on drawn: I420Frame) -> Found? {
        guard !rows.isEmpty, !columns.isEmpty else { return nil }
        let area = area, near = dilated(area.x, area.y)
        // Pieces of equal size, so that none is too narrow.
        let across = max(1, Int((Double(area.x.count) / Double(em)).rounded())),
            down = max(1, Int((Double(area.y.count) / (Double(em) * 1.25)).rounded()))
        var letters = [[Float]](repeating: [], count: across * down), around = letters
        let pieceAcross = area.x.map { ($0 - area.x.lowerBound) * across / area.x.count }
        near.withUnsafeBufferPointer { near in
            for y in area.y {
                let line = y - area.y.lowerBound, row = mask.y + (y - corner.y) * mask.width
                let first = line * down / area.y.count * across
                for x in area.x {
                    let cover = row[x - corner.x], column = x - area.x.lowerBound
                    if cover >= Self.full {
                        letters[first + pieceAcross[column]].append(drawn.luminance(x, y))
                    } else if cover <= Self.none, near[line * area.x.count + column] {
                        around[first + pieceAcross[column]].append(drawn.luminance(x, y))
                    }
                }
            }
        }
        let inked = letters.filter { $0.count >= Self.enough }
        let usual = inked.reduce(0) { $0 + $1.count } / max(1, inked.count)
        var worst: Piece?, main: Piece?
        for index in letters.indices where letters[index].count >= Self.enough && around[index].count >= Self.enough {
            let isMain = letters[index].count * 4 >= usual
            let piece = Self.piece(
                &letters[index], &around[index],
                x: area.x.lowerBound + (index % across * 2 + 1) * area.x.count / (2 * across),
                y: area.y.lowerBound + (index / across * 2 + 1) * area.y.count / (2 * down))
            if worst.map({ piece.ratio < $0.ratio }) ?? true { worst = piece }
            if isMain, main.map({ piece.ratio < $0.ratio }) ?? true { main = piece }
        }
        if let worst { return Found(worst: worst, main: main ?? worst) }
        // Small or thin letters are judged together.
        var all = letters.flatMap { $0 }, rest = around.flatMap { $0 }
        guard all.count >= Self.enough / 4, rest.count >= Self.enough else { return nil }
        let piece = Self.piece(
            &all, &rest, x: (columns.lowerBound + columns.upperBound) / 2, y: (rows.lowerBound + rows.upperBound) / 2)
        return Found(worst: piece, main: piece)
    }

    private static func piece(_ letters: inout [Float], _ around: inout [Float], x: Int, y: Int) -> Piece {
        let own = median(&letters)
        return Piece(ratio: ratio(own, median(&around)), letters: own, x: x, y: y)
    }

    /// Whether each pixel of the area is at most `reach` from a letter in both directions.
    private func dilated(_ xs: Range<Int>, _ ys: Range<Int>) -> [Bool] {
        let width = xs.count, height = ys.count
        // How many letters' pixels of a column lie within reach above and below the line: an entry for each column.
        var counts = [Int32](repeating: 0, count: width)
        var out = [Bool](repeating: false, count: width * height)
        out.withUnsafeMutableBufferPointer { out in
            counts.withUnsafeMutableBufferPointer { counts in
                func count(_ y: Int, _ step: Int32) {
                    guard 0..<height ~= y else { return }
                    let row = mask.y + (y + ys.lowerBound - corner.y) * mask.width + xs.lowerBound - corner.x
                    for x in 0..<width { counts[x] &+= row[x] >= Self.half ? step : 0 }
                }
                for y in 0..<min(reach, height) { count(y, 1) }
                for y in 0..<height {
                    count(y + reach, 1)
                    count(y - reach - 1, -1)
                    let line = out.baseAddress! + y * width
                    var filled = 0
                    for x in 0..<width where counts[x] > 0 {
                        for near in max(filled, x - reach)..<max(filled, x - reach, min(width, x + reach + 1)) {
                            line[near] = true
                        }
                        filled = x + reach + 1
                    }
                }
            }
        }
        return out
    }

    /// The value in the middle of the sorted ones (Hoare's selection, which sorts no more than it must).
    private static func median(_ values: inout [Float]) -> Double {
        values.withUnsafeMutableBufferPointer { values in
            let middle = values.count / 2
            var low = 0, high = values.count - 1
            while low < high {
                let pivot = values[(low + high) / 2]
                var left = low, right = high
                while left <= right {
                    while values[left] < pivot { left += 1 }
                    while values[right] > pivot { right -= 1 }
                    guard left <= right else { break }
                    values.swapAt(left, right)
                    left += 1
                    right -= 1
                }
                if middle <= right { high = right } else if middle >= left { low = left } else { break }
            }
            return Double(values[middle])
        }
    }

    /// WCAG's contrast ratio of two relative luminances.
    private static func ratio(_ a: Double, _ b: Double) -> Double { (max(a, b) + 0.05) / (min(a, b) + 0.05) }
}

extension Color {
    /// Relative luminance as defined by WCAG.
    fileprivate var luminance: Float {
        0.2126 * linearLight[Int(red)] + 0.7152 * linearLight[Int(green)] + 0.0722 * linearLight[Int(blue)]
    }
}

extension I420Frame {
    /// Relative luminance of a pixel as defined by WCAG: 0 is black, 1 white.
    fileprivate func luminance(_ x: Int, _ y: Int) -> Float {
        let luma = (Float(self.y[y * width + x]) - 16) * (255 / 219)
        let blue = Float(u[y / 2 * chromaWidth + x / 2]) - 128, red = Float(v[y / 2 * chromaWidth + x / 2]) - 128
        // Rounds to the nearest, away from zero between two, as `rounded` does by a call for each pixel. What is below
        // zero becomes zero either way.
        func linear(_ value: Float) -> Float { linearLight[max(0, min(255, Int(value + Float(0.5).nextDown)))] }
        return 0.2126 * linear(luma + 1.5748 * 255 / 224 * red) + 0.7152
            * linear(luma - (0.18732 * blue + 0.46812 * red) * 255 / 224)
            + 0.0722 * linear(luma + 1.8556 * 255 / 224 * blue)
    }
}

/// Linear light of sRGB values 0...255.
private let linearLight: [Float] = (0...255).map { step in
    let value = Double(step) / 255
    return Float(value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4))
}
