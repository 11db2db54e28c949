// The part of a frame in which text is read: its middle nine tenths in each direction, without the edges that the
// controls of a platform cover.
import Composition

/// In pixels of the frame.
struct SafeArea: Equatable {
    var left, top, right, bottom: Double
    /// Whether a profile has zones for a frame of this shape.
    var hasZones: Bool
    var width: Double { right - left }
    var height: Double { bottom - top }

    /// EBU R 95: the safe area for graphics is 90 % of the width and of the height.
    private static let margin = 0.05

    init(of size: PixelSize, zones: [Profile.Zone]) {
        let here = zones.filter { $0.applies(to: size) }
        hasZones = !here.isEmpty
        func edge(_ side: KeyPath<Profile.Zone, Double>) -> Double {
            min(0.45, max(Self.margin, here.map { $0[keyPath: side] }.max() ?? 0))
        }
        let width = Double(size.width), height = Double(size.height)
        left = tidy(edge(\.left) * width)
        top = tidy(edge(\.top) * height)
        right = tidy((1 - edge(\.right)) * width)
        bottom = tidy((1 - edge(\.bottom)) * height)
    }
}
