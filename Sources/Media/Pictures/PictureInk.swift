// What can be seen of a picture with transparency: nothing, or one colour, as of a white logo. Such a picture is not
// seen in front of its own colour.
import Composition

enum PictureInk: Equatable {
    case nothing
    case one(Color)
    case several

    /// Of 255: a pixel with less is an edge or a shadow.
    private static let leastAlpha: UInt8 = 32
    /// Steps in a channel that two pixels of one colour may differ.
    private static let tolerance = 8

    init(of bitmap: Bitmap) {
        var ink: Color?
        for y in 0..<bitmap.height {
            let row = bitmap.row(y)
            for x in 0..<bitmap.width {
                let pixel = row + x * 4, alpha = pixel[3]
                guard alpha >= Self.leastAlpha else { continue }
                func channel(_ value: UInt8) -> UInt8 {
                    UInt8(min(255, (Int(value) * 255 + Int(alpha) / 2) / Int(alpha)))
                }
                let color = Color(red: channel(pixel[2]), green: channel(pixel[1]), blue: channel(pixel[0]))
                guard let known = ink else {
                    ink = color
                    continue
                }
                // Colours of pixels that are hardly there are rounded roughly.
                let slack = Self.tolerance + (alpha < 128 ? 8 : 0)
                guard known.isNear(color, within: slack) else {
                    self = .several
                    return
                }
            }
        }
        self = ink.map(Self.one) ?? .nothing
    }
}
