// Where `fit: cover` crops a picture, so that what matters stays in view.
import Composition

/// What must stay in view of a picture.
struct CropWish: Codable, Sendable {
    /// In order of weight.
    var focus: [CropPoint]
    var keep: CropRect?
}

extension LayerSpec {
    /// The layer's own wish, completed by that of its asset; nil: none.
    func wish(_ document: VideoSpec) -> CropWish? {
        let asset = (image ?? video).flatMap { name in document.assets.first { $0.name == name.value }?.value }
        let focus = focus ?? asset?.focus, keep = keep ?? asset?.keep
        return focus == nil && keep == nil ? nil : CropWish(focus: focus ?? [], keep: keep)
    }
}

/// The part of a picture that a box shows, as shares of the picture.
struct CropWindow {
    var x, y: Double
    var width, height: Double

    init?(of picture: PixelSize, in box: PixelSize, at place: CropPlace?) {
        guard picture.width > 0, picture.height > 0, box.width > 0, box.height > 0 else { return nil }
        let across = Double(box.width) / Double(picture.width), down = Double(box.height) / Double(picture.height)
        width = across / max(across, down)
        height = down / max(across, down)
        x = (1 - width) * (place?.x ?? 0.5)
        y = (1 - height) * (place?.y ?? 0.5)
    }

    func holds(_ point: CropPoint) -> Bool {
        (x - 1e-6...x + width + 1e-6).contains(point.x) && (y - 1e-6...y + height + 1e-6).contains(point.y)
    }
}

extension CropPlace {
    /// nil: the middle, or nothing is cropped.
    init?(_ wish: CropWish?, of picture: PixelSize?, in box: PixelSize) {
        guard let wish, let picture, let window = CropWindow(of: picture, in: box, at: nil) else { return nil }
        func share(_ length: Double, _ keep: (Double, Double)?, _ points: [Double]) -> Double {
            guard length < 1 - 1e-9 else { return 0.5 }
            // The window's edge lies in this range, which each wish narrows as long as it leaves one.
            var low = 0.0, high = 1 - length
            func narrow(_ from: Double, _ to: Double) {
                guard max(low, from) <= min(high, to) + 1e-9 else { return }
                (low, high) = (max(low, from), max(max(low, from), min(high, to)))
            }
            var middle = points.first
            if let (start, end) = keep {
                middle = middle ?? (start + end) / 2
                if end - start <= length { narrow(end - length, start) } else { middle = (start + end) / 2 }
            }
            // A point is not wanted at the very edge.
            let margin = min(0.1, length / 4)
            for point in points {
                narrow(max(0, point + margin - length), min(1 - length, point - margin))
                narrow(point - length, point)
            }
            let start = max(low, min(high, (middle ?? 0.5) - length / 2))
            return tidy(start / (1 - length))
        }
        let x = share(window.width, wish.keep.map { ($0.x, $0.x + $0.width) }, wish.focus.map(\.x))
        let y = share(window.height, wish.keep.map { ($0.y, $0.y + $0.height) }, wish.focus.map(\.y))
        guard x != 0.5 || y != 0.5 else { return nil }
        self.init(x: x, y: y)
    }
}
