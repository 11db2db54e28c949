// What measure takes of a segment's pictures beside their measures: cells of the first and last, a small picture of each
// second, and the likeness of some to the drawn ones.
import CFFmpeg
import Composition
import FoundationEssentials

final class SegmentPictures {
    /// Mean luma of 32 by 18 cells.
    private(set) var firstCells: [UInt8] = []
    private(set) var posters = SegmentPosters(frames: [], jpegs: [])
    private(set) var likeness: [Inspection.SampledLikeness] = []
    private(set) var failure: (any Error)?

    private let sampling: Sampling, name: String, posterWidth: Int
    private let drawn: ((Int) throws -> PicturePlanes?)?
    private let areSame: (Int, Int) -> Bool
    private let converter = BitmapConverter()
    /// Whether every picture since the last poster, and since the last that was compared, was the same.
    private var isPosterSame = false, isComparedSame = false

    /// Which pictures of a segment are looked at.
    struct Sampling {
        private let count: Int, step: Int, often: Int

        init(count: Int, rate: AVRational) {
            self.count = count
            step = max(1, Int(rate.den > 0 ? (Double(rate.num) / Double(rate.den)).rounded() : 30))
            often = max(1, step / 2)
        }

        /// Twice a second, so that every caption is sampled, in the middle, and the last, at the end of a fade.
        func isCompared(_ number: Int) -> Bool {
            number % often == often / 2 || number == count / 2 || number == count - 1
        }

        /// Half a second in, then every second.
        func isPoster(_ number: Int) -> Bool { number % step == step / 2 }
    }

    /// - Parameters:
    ///   - posterWidth: width of the small pictures in pixels.
    ///   - drawn, areSame: as for `SegmentMeasures.measure`.
    init(
        _ sampling: Sampling, name: String, posterWidth: Int = 480, drawn: ((Int) throws -> PicturePlanes?)?,
        areSame: @escaping (Int, Int) -> Bool
    ) {
        self.sampling = sampling
        self.name = name
        self.posterWidth = posterWidth
        self.drawn = drawn
        self.areSame = areSame
    }

    /// Takes a picture, in the order shown.
    func take(_ frame: Frame, _ number: Int, repeats: Bool) {
        isPosterSame = isPosterSame && repeats
        isComparedSame = isComparedSame && repeats
        if sampling.isCompared(number), failure == nil { compare(frame, number) }
        if number == 0 { firstCells = Self.cells(frame) }
        if sampling.isPoster(number),
            let jpeg = (isPosterSame ? posters.jpegs.last : nil) ?? (try? poster(of: frame)).map({ Data($0) })
        {
            posters.frames.append(number)
            posters.jpegs.append(jpeg)
            isPosterSame = true
        }
    }

    private func compare(_ frame: Frame, _ number: Int) {
        guard let drawn, let decoded = PicturePlanes(frame) else { return }
        do {
            if isComparedSame, let last = likeness.last, areSame(last.frame, number) {
                likeness.append(.init(frame: number, tile: last.tile, stroke: last.stroke))
            } else if let original = try drawn(number), let tile = TileLikeness.of(original, decoded) {
                likeness.append(.init(frame: number, tile: tile, stroke: .between(original, decoded)))
                isComparedSame = true
            }
        } catch { failure = error }
    }

    private static let columns = 32, rows = 18

    /// Empty unless the pixel format is 8-bit planar, as in encoded segments.
    static func cells(_ frame: Frame) -> [UInt8] {
        let fields = frame.pointer.pointee
        guard [AV_PIX_FMT_YUV420P.rawValue, AV_PIX_FMT_YUVJ420P.rawValue].contains(fields.format),
            let data = frame.plane(0).data,
            fields.width >= columns, fields.height >= rows
        else { return [] }
        let stride = frame.plane(0).stride, width = Int(fields.width), height = Int(fields.height)
        var cells: [UInt8] = []
        cells.reserveCapacity(columns * rows)
        for row in 0..<rows {
            for column in 0..<columns {
                var sum = 0, count = 0
                for y in Swift.stride(from: row * height / rows, to: (row + 1) * height / rows, by: 4) {
                    for x in Swift.stride(from: column * width / columns, to: (column + 1) * width / columns, by: 4) {
                        sum += Int(data[y * stride + x])
                        count += 1
                    }
                }
                cells.append(UInt8(sum / max(1, count)))
            }
        }
        return cells
    }

    /// Made small while it is converted: a full picture in RGB costs ten times as much.
    private func poster(of frame: Frame) throws -> [UInt8] {
        let whole = PixelSize(width: Int(frame.pointer.pointee.width), height: Int(frame.pointer.pointee.height))
        let small = min(whole.width, posterWidth), tall = max(1, whole.height * small / max(1, whole.width))
        return try converter.bitmap(frame, untagged: .clip, width: small, height: tall, name: name).jpeg(width: small)
    }
}
