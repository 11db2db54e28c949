// Measures the light and red of the cells of decoded pictures, and the shares of a picture that are striped or outside
// the levels allowed for broadcast. Light is the relative luminance of WCAG 2 (sRGB's transfer, BT.709's weights) of
// the cell's mean. On the display of 200 cd/m2 that ITU-R BT.1702 assumes, 1.0 is 200 cd/m2, so one scale serves both.
import CFFmpeg
import CPixels
import Glibc

final class FlashMeter {
    private var cells = FlashCells()
    private var packer: FlashPacker?
    private var frames = 0
    private var values: [UInt8] = []
    private static let stripesEvery = 4
    private var outside: [Float] = [], striped: [Float] = []
    /// Whether stripes were looked for in this picture, or in an equal one just before.
    private var isLookedAt = false
    /// Set by a picture in a format that cannot be measured; then no picture is judged.
    private var isRefused = false

    private static let linear: [UInt16] = (0..<Int(CPIXELS_FLASH_LEVELS)).map { level in
        let value = Double(level) / Double(CPIXELS_FLASH_LEVELS - 1)
        let light = value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
        return UInt16((light * 65535).rounded())
    }

    /// - Parameter repeats: whether the picture is known to equal the one before.
    func take(_ frame: Frame, repeats: Bool) {
        guard !isRefused else { return }
        let isDue = frames % Self.stripesEvery == 0
        if repeats, isLookedAt || !isDue, let outside = outside.last, let striped = striped.last {
            self.outside.append(outside)
            self.striped.append(striped)
            packer?.add(values)
            frames += 1
            return
        }
        let fields = frame.pointer.pointee
        guard fields.width > 0, fields.height > 0, var picture = Self.picture(frame) else {
            isRefused = true
            return
        }
        if packer == nil {
            (cells.columns, cells.rows) = FlashCells.grid(width: Int(fields.width), height: Int(fields.height))
            packer = FlashPacker(width: cells.cells * 2)
            values = [UInt8](repeating: 0, count: cells.cells * 2)
        }
        let count = cells.cells, columns = Int32(cells.columns), rows = Int32(cells.rows)
        values.withUnsafeMutableBufferPointer { values in
            guard let base = values.baseAddress else { return }
            Self.linear.withUnsafeBufferPointer { linear in
                picture.linear = linear.baseAddress
                let points = cpixels_flash_cells(&picture, columns, rows, base, base + count)
                outside.append(Self.share(Int(points), of: count * Int(CPIXELS_FLASH_POINTS * CPIXELS_FLASH_POINTS)))
                // Stripes must last half a second, so one picture of four is enough.
                isLookedAt = isDue
                striped.append(
                    isDue
                        ? Self.share(Int(cpixels_striped_cells(&picture, columns, rows)), of: count) : striped.last ?? 0
                )
            }
        }
        packer?.add(values)
        frames += 1
    }

    /// Stores the measures, unless a picture could not be measured.
    func finish(_ video: inout Inspection.Video) {
        guard !isRefused, var packer else { return }
        packer.end()
        cells.parts = [FlashCells.Part(frames: frames, bytes: packer.bytes)]
        video.flashes = cells
        video.outside = outside
        video.striped = striped
    }

    /// Rounded to 1/10000, so that it is short as text.
    private static func share(_ part: Int, of whole: Int) -> Float {
        (Float(part) / Float(max(1, whole)) * 10000).rounded() / 10000
    }

    /// Planar Y'CbCr or grey of 8 to 16 bits in this machine's byte order.
    private static func picture(_ frame: Frame) -> cpixels_flash_picture? {
        let fields = frame.pointer.pointee
        guard let format = av_pix_fmt_desc_get(AVPixelFormat(fields.format))?.pointee, let luma = frame.plane(0).data
        else { return nil }
        let refused = UInt64(
            AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BE | AV_PIX_FMT_FLAG_HWACCEL
                | AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_FLOAT)
        let depth = format.comp.0.depth
        func isPlane(_ component: AVComponentDescriptor, _ plane: Int32) -> Bool {
            component.plane == plane && component.offset == 0 && component.shift == 0 && component.depth == depth
                && component.step == (depth > 8 ? 2 : 1)
        }
        guard format.flags & refused == 0, (8...16).contains(depth), isPlane(format.comp.0, 0) else { return nil }
        var picture = cpixels_flash_picture()
        picture.luma = UnsafePointer(luma)
        picture.luma_stride = frame.plane(0).stride
        if format.nb_components >= 3 {
            guard isPlane(format.comp.1, 1), isPlane(format.comp.2, 2), let blue = frame.plane(1).data,
                let red = frame.plane(2).data,
                frame.plane(1).stride == frame.plane(2).stride
            else { return nil }
            picture.blue = UnsafePointer(blue)
            picture.red = UnsafePointer(red)
            picture.chroma_stride = frame.plane(1).stride
        }
        picture.width = fields.width
        picture.height = fields.height
        picture.chroma_x = Int32(format.log2_chroma_w)
        picture.chroma_y = Int32(format.log2_chroma_h)
        picture.depth = depth

        // Weights of red and blue in luma. Untagged pictures are treated as players do, by their size.
        let weights: (red: Double, blue: Double) =
            switch fields.colorspace {
            case AVCOL_SPC_BT709: (0.2126, 0.0722)
            case AVCOL_SPC_BT470BG, AVCOL_SPC_SMPTE170M: (0.299, 0.114)
            case AVCOL_SPC_BT2020_NCL, AVCOL_SPC_BT2020_CL: (0.2627, 0.0593)
            default: fields.height >= 720 ? (0.2126, 0.0722) : (0.299, 0.114)
            }
        let isFull =
            fields.color_range == AVCOL_RANGE_JPEG
            || [AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUVJ422P, AV_PIX_FMT_YUVJ444P].contains(AVPixelFormat(fields.format))
        let steps = Double(CPIXELS_FLASH_LEVELS - 1) * 65536
        let luminance = steps / (isFull ? 255 : 219), chroma = steps / (isFull ? 255 : 224)
        let green = 1 - weights.red - weights.blue
        picture.y_offset = isFull ? 0 : 16
        picture.y_scale = Int32(luminance)
        picture.r_cr = Int32(chroma * 2 * (1 - weights.red))
        picture.b_cb = Int32(chroma * 2 * (1 - weights.blue))
        picture.g_cr = Int32(chroma * 2 * (1 - weights.red) * weights.red / green)
        picture.g_cb = Int32(chroma * 2 * (1 - weights.blue) * weights.blue / green)
        return picture
    }
}
