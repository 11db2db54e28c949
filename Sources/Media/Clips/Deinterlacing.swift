// Turns an interlaced picture into a progressive one at the time of its first field.
import CFFmpeg
import CPixels

extension Frame {
    var isInterlaced: Bool { pointer.pointee.interlaced_frame != 0 }

    private func hasShape(of other: Frame) -> Bool {
        let (a, b) = (pointer.pointee, other.pointer.pointee)
        return a.format == b.format && a.width == b.width && a.height == b.height
    }

    /// A copy without combing; the frame itself if it is not interlaced or its pixel format is not planar.
    /// - Parameter neighbours: the pictures before and after; without them the missing lines are interpolated within
    ///   the picture.
    func deinterlaced(between neighbours: (before: Frame, after: Frame)? = nil) throws(LibAVError) -> Frame {
        let fields = pointer.pointee
        guard fields.interlaced_frame != 0,
            let description = av_pix_fmt_desc_get(AVPixelFormat(fields.format))
        else { return self }
        let flags = description.pointee.flags, depth = Int(description.pointee.comp.0.depth)
        let unfit = UInt64(
            AV_PIX_FMT_FLAG_BE | AV_PIX_FMT_FLAG_HWACCEL | AV_PIX_FMT_FLAG_PAL
                | AV_PIX_FMT_FLAG_BITSTREAM)
        let bytes = depth > 8 ? 2 : 1
        guard flags & unfit == 0, description.pointee.nb_components == 1 || flags & UInt64(AV_PIX_FMT_FLAG_PLANAR) != 0,
            Int(description.pointee.comp.0.step) == bytes,
            description.pointee.nb_components < 3
                || Int(description.pointee.comp.1.step) == bytes
        else { return self }
        let copy = try Frame()
        copy.pointer.pointee.format = fields.format
        copy.pointer.pointee.width = fields.width
        copy.pointer.pointee.height = fields.height
        try libav(av_frame_get_buffer(copy.pointer, 0), "allocate a picture")
        try libav(av_frame_copy(copy.pointer, pointer), "copy a picture")
        try libav(av_frame_copy_props(copy.pointer, pointer), "copy a picture")
        for index in 0..<min(4, Int(description.pointee.nb_components)) {
            let plane = copy.plane(index), isChroma = index == 1 || index == 2
            guard let data = plane.data, plane.stride > 0 else { continue }
            let shiftX = isChroma ? description.pointee.log2_chroma_w : 0,
                shiftY = isChroma ? description.pointee.log2_chroma_h : 0
            let width = -(-fields.width >> Int32(shiftX)), height = -(-fields.height >> Int32(shiftY))
            let kept: Int32 = fields.top_field_first != 0 ? 0 : 1
            if let neighbours, hasShape(of: neighbours.before), hasShape(of: neighbours.after) {
                let here = self.plane(index), before = neighbours.before.plane(index),
                    after = neighbours.after.plane(index)
                var around = cpixels_fields(
                    before: before.data, here: here.data, after: after.data, before_stride: before.stride,
                    here_stride: here.stride, after_stride: after.stride)
                cpixels_weave(data, plane.stride, &around, width, height, Int32(bytes), kept, Int32(1 << depth - 1))
            } else {
                cpixels_deinterlace(
                    data, plane.stride, width, height, Int32(bytes), kept, Int32(8 << max(0, depth - 8)))
            }
        }
        return copy
    }
}
