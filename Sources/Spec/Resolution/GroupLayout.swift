// Gives each layer of a group its part of the group's box, and puts the layers into their scene as if each had been
// placed by hand. Knows no fonts: a text gets room for the lines that it may have, and the renderer makes it fit.
import Composition
import Diagnostics

struct GroupLayout {
    let frame: Frame
    let facts: Facts
    let theme: ThemeSpec
    /// Rows and grids begin at the right then, and `start` is there.
    let isRightToLeft: Bool
    /// Groups whose layers need more room than they have.
    private(set) var crowded: [Crowded] = []

    struct Crowded: Codable, Sendable {
        var place: Place
        var needs, has: Double
        var isAcross: Bool
    }

    init(frame: Frame, facts: Facts, theme: ThemeSpec, isRightToLeft: Bool) {
        self.isRightToLeft = isRightToLeft
        self.frame = frame
        self.facts = facts
        self.theme = theme
    }

    /// Lines of a font that does not say how high they are; most are lower.
    private static let lineHeight = 1.35

    mutating func flat(_ layers: [LayerSpec]) -> [LayerSpec] { layers.flatMap { $0.group == nil ? [$0] : placed($0) } }

    // MARK: The box

    private mutating func placed(_ group: LayerSpec) -> [LayerSpec] {
        let whole = Slot(x: frame.safe.left, y: frame.safe.top, width: frame.safe.width, height: frame.safe.height)
        let width = group.size?.value.width.map { frame.along($0, .x) } ?? whole.width
        let inner = Slot(x: 0, y: 0, width: width, height: whole.height)
        let height =
            group.size?.value.height.map { frame.along($0, .y) } ?? natural(group, in: inner).height ?? whole.height
        let anchor = group.anchor ?? [group.at.x.keyword ?? 0.5, group.at.y.keyword ?? 0.5]
        let x = group.isPlaced ? frame.x(group.at.x) - anchor[0] * width : whole.x + (whole.width - width) / 2
        let y = group.isPlaced ? frame.y(group.at.y) - anchor[1] * height : whole.y + (whole.height - height) / 2
        return arranged(group, in: Slot(x: x, y: y, width: width, height: height), depth: 0)
    }

    private mutating func arranged(_ group: LayerSpec, in box: Slot, depth: Int) -> [LayerSpec] {
        let pad = frame.length(group.arrangement.padding)
        let inner = Slot(
            x: box.x + pad, y: box.y + pad, width: max(1, box.width - 2 * pad), height: max(1, box.height - 2 * pad))
        var out: [LayerSpec] = []
        if group.fill != nil || group.stroke != nil { out.append(ground(of: group, box)) }
        let children = group.group ?? []
        for (child, slot) in zip(children, slots(children, group, in: inner)) {
            var child = child
            child.start = child.start ?? group.start
            if child.end == nil, child.length == nil {
                child.end = group.end
                child.length = group.length
            }
            child.enter = child.enter ?? group.enter
            child.exit = child.exit ?? group.exit
            if child.group != nil {
                if depth < 16 { out += arranged(child, in: slot, depth: depth + 1) }
                continue
            }
            let across = child.kind == .text ? sideways(group.arrangement.align.share) : 0.5
            place(&child, in: slot, anchor: [group.isColumn(frame) ? across : 0.5, 0.5])
            child.slot = slot
            out.append(child)
        }
        return out
    }

    private func place(_ layer: inout LayerSpec, in slot: Slot, anchor: [Double]) {
        func pixels(_ value: Double) -> Coordinate { Coordinate(length: .pixels(value / frame.unit)) }
        layer.at = Point(x: pixels(slot.x + anchor[0] * slot.width), y: pixels(slot.y + anchor[1] * slot.height))
        layer.anchor = anchor
    }

    /// The rectangle behind a group.
    private func ground(of group: LayerSpec, _ box: Slot) -> LayerSpec {
        var layer = LayerSpec(place: group.place, number: group.number, kind: .shape)
        layer.shape = .rectangle
        layer.fill = group.fill
        layer.stroke = group.stroke
        layer.strokeWidth = group.strokeWidth
        layer.radius = group.radius
        layer.start = group.start
        layer.length = group.length
        layer.end = group.end
        layer.enter = group.enter
        layer.exit = group.exit
        layer.slot = box
        place(&layer, in: box, anchor: [0.5, 0.5])
        return layer
    }

    // MARK: The parts

    private mutating func slots(_ children: [LayerSpec], _ group: LayerSpec, in box: Slot) -> [Slot] {
        let gap = frame.length(group.arrangement.gap), layout = group.arrangement
        let sizes = children.map { size(of: $0, in: box) }
        if layout.layout == .grid {
            let columns = min(children.count, layout.columns ?? columns(children.count, in: box, gap))
            let rows = (children.count + columns - 1) / columns
            let width = max(1, (box.width - gap * Double(columns - 1)) / Double(columns))
            let cells = children.map { size(of: $0, in: Slot(x: 0, y: 0, width: width, height: box.height)) }
            let highest = cells.allSatisfy { $0.height != nil } ? cells.compactMap(\.height).max() : nil
            let room = max(1, (box.height - gap * Double(rows - 1)) / Double(rows))
            let height = highest ?? room
            note(group, needs: Double(rows) * height + gap * Double(rows - 1), has: box.height, isAcross: false)
            let used = Double(rows) * height + gap * Double(rows - 1)
            let top = box.y + max(0, box.height - used) * 0.5
            return children.indices.map { index in
                // A last row that is not full lies in the middle.
                let missing = index / columns == rows - 1 ? rows * columns - children.count : 0
                let along = (Double(index % columns) + Double(missing) / 2) * (width + gap)
                let cell = Slot(
                    x: isRightToLeft ? box.x + box.width - along - width : box.x + along,
                    y: top + Double(index / columns) * (height + gap), width: width, height: height)
                return part(of: cell, children[index], size(of: children[index], in: cell), layout.align.share)
            }
        }
        let isColumn = group.isColumn(frame)
        let along = sizes.map { isColumn ? $0.height : $0.width }
        let room = (isColumn ? box.height : box.width) - gap * Double(max(0, children.count - 1))
        let fixed = along.compactMap(\.self).reduce(0, +), flexible = along.count { $0 == nil }
        note(
            group, needs: fixed + gap * Double(max(0, children.count - 1)), has: isColumn ? box.height : box.width,
            isAcross: !isColumn)
        let each = flexible > 0 ? max(1, (room - fixed) / Double(flexible)) : 0
        let free = flexible > 0 ? 0 : max(0, room - fixed)
        var at = 0.0, between = gap
        switch layout.justify {
        case .start: break
        case .center: at = free / 2
        case .end: at = free
        case .spread: if children.count > 1 { between += free / Double(children.count - 1) } else { at = free / 2 }
        }
        return children.indices.map { index in
            let length = along[index] ?? each
            let cell =
                isColumn
                ? Slot(x: box.x, y: box.y + at, width: box.width, height: length)
                : Slot(
                    x: isRightToLeft ? box.x + box.width - at - length : box.x + at, y: box.y, width: length,
                    height: box.height)
            at += length + between
            var own = sizes[index]
            if isColumn { own.height = nil } else { own.width = nil }
            return part(of: cell, children[index], own, layout.align.share)
        }
    }

    /// The part of a cell that a layer with a size of its own takes. A text takes the whole cell, in which it is aligned.
    private func part(
        of cell: Slot, _ layer: LayerSpec, _ size: (width: Double?, height: Double?), _ share: Double
    ) -> Slot {
        let height = layer.kind == .text ? nil : size.height
        let width = size.width ?? cell.width
        let high = height ?? cell.height
        return Slot(
            x: cell.x + (cell.width - width) * sideways(share), y: cell.y + (cell.height - high) * share, width: width,
            height: high)
    }

    /// A share of the width from the side at which the language begins, as one from the left.
    private func sideways(_ share: Double) -> Double { isRightToLeft ? 1 - share : share }

    private mutating func note(_ group: LayerSpec, needs: Double, has: Double, isAcross: Bool) {
        guard needs > has + 1 else { return }
        crowded.append(Crowded(place: group.place, needs: tidy(needs), has: tidy(has), isAcross: isAcross))
    }

    /// The number of columns whose cells are most nearly square and leave few empty.
    private func columns(_ count: Int, in box: Slot, _ gap: Double) -> Int {
        func distance(_ columns: Int) -> Double {
            let rows = (count + columns - 1) / columns
            let width = max(1, (box.width - gap * Double(columns - 1)) / Double(columns))
            let height = max(1, (box.height - gap * Double(rows - 1)) / Double(rows))
            // Empty cells are worse than cells that are less square.
            let cells = Double(rows * columns) / Double(max(1, count))
            return max(width, height) / min(width, height) * cells * cells
        }
        return (1...max(1, min(16, count))).min { distance($0) < distance($1) } ?? 1
    }

    // MARK: Sizes

    /// A side is nil if the layer takes what it is given.
    private func size(of layer: LayerSpec, in box: Slot) -> (width: Double?, height: Double?) {
        func side(_ length: Length, _ whole: Double, _ axis: Axis) -> Double {
            if case .percent(let value) = length { return tidy(value / 100 * whole) }
            return frame.along(length, axis)
        }
        let written = layer.size?.value
        let width = written?.width.map { side($0, box.width, .x) },
            height = written?.height.map { side($0, box.height, .y) }
        switch layer.kind {
        case .text: return (width, height ?? self.height(of: layer))
        case .group:
            let own = natural(layer, in: Slot(x: 0, y: 0, width: width ?? box.width, height: box.height))
            return (width ?? own.width, height ?? own.height)
        case .image, .video:
            guard written != nil else { return (nil, nil) }
            let own = (layer.image ?? layer.video).flatMap { facts.assets[$0.value]?.size } ?? frame.size
            let ratio = Double(max(1, own.width)) / Double(max(1, own.height))
            switch (width, height) {
            case (let width?, nil): return (width, width / ratio)
            case (nil, let height?): return (height * ratio, height)
            case (nil, nil): return (Double(own.width) * frame.unit, Double(own.height) * frame.unit)
            default: return (width, height)
            }
        case .shape, .gradient: return (width, height)
        }
    }

    /// The room for the lines that a text may have.
    private func height(of layer: LayerSpec) -> Double {
        let style = Styles.style(layer.style ?? .named("body"), theme)
        let size = frame.length(style.size ?? .percent(4.4))
        let written = (layer.text?.value ?? "").split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .count
        let lines = Double(layer.lines ?? max(1, written))
        let pad = style.padding.map { frame.length($0[1], em: size) } ?? 0
        return lines * size * (style.lineHeight ?? Self.lineHeight) + 2 * pad
    }

    /// The size of a group that has none of its own: nil if one of its layers takes what it is given.
    private func natural(_ group: LayerSpec, in box: Slot) -> (width: Double?, height: Double?) {
        let children = group.group ?? []
        let pad = frame.length(group.arrangement.padding), gap = frame.length(group.arrangement.gap)
        let inner = Slot(x: 0, y: 0, width: max(1, box.width - 2 * pad), height: max(1, box.height - 2 * pad))
        func sum(_ sides: [Double?]) -> Double? {
            guard sides.allSatisfy({ $0 != nil }) else { return nil }
            return sides.compactMap(\.self).reduce(0, +) + gap * Double(max(0, sides.count - 1)) + 2 * pad
        }
        func most(_ sides: [Double?]) -> Double? {
            guard sides.allSatisfy({ $0 != nil }) else { return nil }
            return sides.compactMap(\.self).max().map { $0 + 2 * pad }
        }
        guard group.arrangement.layout != .grid else {
            let columns = min(
                children.count, group.arrangement.columns ?? columns(children.count, in: inner, gap))
            let width = max(1, (inner.width - gap * Double(columns - 1)) / Double(columns))
            let cells = children.map { size(of: $0, in: Slot(x: 0, y: 0, width: width, height: inner.height)) }
            let rows = (children.count + columns - 1) / columns
            return (
                nil, most(cells.map(\.height)).map { ($0 - 2 * pad) * Double(rows) + gap * Double(rows - 1) + 2 * pad }
            )
        }
        let sizes = children.map { size(of: $0, in: inner) }
        return group.isColumn(frame)
            ? (most(sizes.map(\.width)), sum(sizes.map(\.height)))
            : (sum(sizes.map(\.width)), most(sizes.map(\.height)))
    }
}

extension LayerSpec {
    /// Whether a group's layers lie below each other.
    fileprivate func isColumn(_ frame: Frame) -> Bool {
        switch arrangement.layout {
        case .stack: true
        case .row: false
        case .turn: Orientation(frame.size) != .landscape
        case .grid: false
        }
    }
}
