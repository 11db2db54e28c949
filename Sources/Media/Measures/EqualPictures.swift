// Whether two decoded pictures are the same: every sample, and how samples are to be read.
import CFFmpeg
import Glibc

extension Frame {
    /// Only pictures of 8-bit 4:2:0, as segments have, are compared; others count as different.
    func shows(_ other: Frame) -> Bool {
        let a = pointer.pointee, b = other.pointer.pointee
        guard a.format == b.format, a.width == b.width, a.height == b.height, a.color_range == b.color_range,
            a.colorspace == b.colorspace,
            [AV_PIX_FMT_YUV420P.rawValue, AV_PIX_FMT_YUVJ420P.rawValue].contains(a.format)
        else { return false }
        let width = Int(a.width), height = Int(a.height)
        return (0..<3).allSatisfy { index in
            let (one, two) = (plane(index), other.plane(index))
            guard let mine = one.data, let theirs = two.data else { return false }
            let bytes = index == 0 ? width : (width + 1) / 2, rows = index == 0 ? height : (height + 1) / 2
            return (0..<rows).allSatisfy { memcmp(mine + $0 * one.stride, theirs + $0 * two.stride, bytes) == 0 }
        }
    }
}
