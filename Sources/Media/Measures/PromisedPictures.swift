// Compares the pictures that a spec draws with those of a file: every picture coarsely, some tile by tile. Does not
// know how pictures are drawn.
import CFFmpeg
import Composition

/// The pictures that a file should contain, drawn on demand.
public struct PromisedPictures {
    public var size: PixelSize
    public var rate: FrameRate
    public var frames: Int
    /// Frames to be compared tile by tile.
    public var looks: Set<Int>
    /// A frame, valid until the next call.
    public var picture: (Int) throws -> PicturePlanes
    /// Whether a frame is known to equal the one before it without drawing either.
    public var repeatsPrevious: (Int) throws -> Bool

    public init(
        size: PixelSize, rate: FrameRate, frames: Int, looks: Set<Int>,
        picture: @escaping (Int) throws -> PicturePlanes,
        repeatsPrevious: @escaping (Int) throws -> Bool
    ) {
        (self.size, self.rate, self.frames, self.looks) = (size, rate, frames, looks)
        (self.picture, self.repeatsPrevious) = (picture, repeatsPrevious)
    }
}

/// A decoded picture compared with the drawn one of its time. Numbers are differences of luma, 0...255, in the cell of
/// 32 by 18 that differs most.
public struct PromisedPicture: Codable, Sendable, Hashable {
    /// Frame of the plan; the last one for pictures after its end.
    public var frame: Int
    /// Difference to the drawn picture.
    public var apart: Float
    /// Difference of the drawn picture, and of the decoded one, to the picture before.
    public var planned: Float
    public var shown: Float

    /// Difference at which a picture counts as another one.
    static let other: Float = 24
}

/// Takes the decoded pictures of a file in display order.
final class PromiseKeeper {
    private let promised: PromisedPictures
    private(set) var pictures: [PromisedPicture] = []
    private(set) var likeness: [Inspection.SampledLikeness] = []
    private(set) var failure: (any Error)?
    private let fitter = PlaneFitter()
    private var first: Double?
    private var before: (drawn: [Float], shown: [Float])?
    private var drawn: (frame: Int, cells: [Float])?

    init(_ promised: PromisedPictures) { self.promised = promised }

    /// - Parameter time: in seconds, on the file's clock.
    func take(_ frame: Frame, at time: Double) {
        guard failure == nil else { return }
        do {
            guard let shown = PicturePlanes(frame, as: promised.size, fitter) else { return }
            let start = first ?? time
            first = start
            let number = max(
                0, min(promised.frames - 1, promised.rate.frame(atSeconds: max(0, min(1e6, time - start)))))
            let isNew = pictures.last.map { $0.frame != number } ?? true
            let expected = try cells(ofDrawn: number), seen = Self.cells(shown)
            pictures.append(
                PromisedPicture(
                    frame: number, apart: Self.apart(expected, seen),
                    planned: before.map { Self.apart($0.drawn, expected) } ?? 0,
                    shown: before.map { Self.apart($0.shown, seen) } ?? 0))
            before = (expected, seen)
            if isNew, promised.looks.contains(number) {
                let drawn = try promised.picture(number)
                if let tile = TileLikeness.of(drawn, shown) {
                    likeness.append(.init(frame: number, tile: tile, stroke: .between(drawn, shown)))
                }
            }
        } catch { failure = error }
    }

    private func cells(ofDrawn number: Int) throws -> [Float] {
        if let drawn, drawn.frame == number { return drawn.cells }
        if let drawn, drawn.frame == number - 1, try promised.repeatsPrevious(number) {
            self.drawn = (number, drawn.cells)
            return drawn.cells
        }
        let cells = Self.cells(try promised.picture(number))
        drawn = (number, cells)
        return cells
    }

    private static let columns = 32, rows = 18

    private static func cells(_ picture: PicturePlanes) -> [Float] {
        withExtendedLifetime(picture.owner) {
            let width = picture.size.width, height = picture.size.height
            var cells: [Float] = []
            cells.reserveCapacity(columns * rows)
            for row in 0..<rows {
                for column in 0..<columns {
                    var sum = 0, count = 0
                    for y in stride(from: row * height / rows, to: (row + 1) * height / rows, by: 2) {
                        let line = picture.y + y * picture.yStride
                        for x in stride(from: column * width / columns, to: (column + 1) * width / columns, by: 2) {
                            sum += Int(line[x])
                            count += 1
                        }
                    }
                    cells.append(Float(sum) / Float(max(1, count)))
                }
            }
            return cells
        }
    }

    private static func apart(_ a: [Float], _ b: [Float]) -> Float { zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) } }
}

/// Converts pictures of any format and size to 8-bit 4:2:0 of one size.
final class PlaneFitter {
    private var scaler: OpaquePointer?
    private var result: Frame?
    deinit { sws_freeContext(scaler) }

    func fit(_ frame: Frame, to size: PixelSize) -> Frame? {
        let fields = frame.pointer.pointee
        guard fields.width > 0, fields.height > 0, sws_isSupportedInput(AVPixelFormat(fields.format)) > 0 else {
            return nil
        }
        scaler = sws_getCachedContext(
            scaler, fields.width, fields.height, AVPixelFormat(fields.format), Int32(size.width), Int32(size.height),
            AV_PIX_FMT_YUV420P, SWS_BICUBIC | SWS_ACCURATE_RND, nil, nil, nil)
        guard scaler != nil, let target = try? result ?? Frame() else { return nil }
        if result == nil {
            target.pointer.pointee.format = AV_PIX_FMT_YUV420P.rawValue
            target.pointer.pointee.width = Int32(size.width)
            target.pointer.pointee.height = Int32(size.height)
            guard av_frame_get_buffer(target.pointer, 0) == 0 else { return nil }
            result = target
        }
        return sws_scale_frame(scaler, target.pointer, frame.pointer) >= 0 ? target : nil
    }
}

extension PicturePlanes {
    /// nil if the frame cannot be converted.
    init?(_ frame: Frame, as size: PixelSize, _ fitter: PlaneFitter) {
        if let planes = PicturePlanes(frame), planes.size == size { self = planes; return }
        guard let fitted = fitter.fit(frame, to: size), let planes = PicturePlanes(fitted) else { return nil }
        self = planes
    }
}
