// Frames for pictures of a segment that are copied: their memory is used again, since new memory costs more than the copy.
import CFFmpeg
import CPixels
import Composition
import Digests

final class FramePool {
    private let pool: OpaquePointer
    private let size: PixelSize
    private let lumaStride: Int

    init(_ settings: EncodeSettings) throws(LibAVError) {
        size = settings.size
        // libswscale reads whole vectors of rows.
        lumaStride = (size.width + 63) / 64 * 64
        pool = try allocated(av_buffer_pool_init(lumaStride * size.height * 3 / 2 + 64, nil), "measure pictures")
    }

    deinit {
        var pool: OpaquePointer? = pool
        av_buffer_pool_uninit(&pool)
    }

    /// A picture as a decoder would return it.
    func frame(_ picture: X264Encoder.Reconstruction, shown: Int) throws(LibAVError) -> Frame {
        let frame = try empty(), (y, u, v) = (frame.plane(0).data!, frame.plane(1).data!, frame.plane(2).data!)
        let width = Int32(size.width), height = Int32(size.height)
        cpixels_copy(y, lumaStride, picture.luma, picture.lumaStride, width, height)
        cpixels_split(picture.chroma, picture.chromaStride, width / 2, height / 2, u, v, lumaStride / 2)
        frame.place(at: shown)
        return frame
    }

    /// A copy.
    func frame(_ picture: PicturePlanes) throws(LibAVError) -> Frame {
        let frame = try empty(), width = Int32(size.width), height = Int32(size.height)
        withExtendedLifetime(picture.owner) {
            cpixels_copy(frame.plane(0).data!, lumaStride, picture.y, picture.yStride, width, height)
            for (index, plane) in [picture.u, picture.v].enumerated() {
                cpixels_copy(
                    frame.plane(index + 1).data!, lumaStride / 2, plane, picture.uvStride, width / 2, height / 2)
            }
        }
        return frame
    }

    private func empty() throws(LibAVError) -> Frame {
        let frame = try Frame(), fields = frame.pointer
        let buffer = try allocated(av_buffer_pool_get(pool), "measure a picture")
        fields.pointee.buf.0 = buffer
        fields.pointee.format = AV_PIX_FMT_YUV420P.rawValue
        fields.pointee.width = Int32(size.width)
        fields.pointee.height = Int32(size.height)
        fields.pointee.sample_aspect_ratio = AVRational(num: 1, den: 1)
        fields.pointee.color_range = AVCOL_RANGE_MPEG
        fields.pointee.color_primaries = AVCOL_PRI_BT709
        fields.pointee.color_trc = AVCOL_TRC_BT709
        fields.pointee.colorspace = AVCOL_SPC_BT709
        fields.pointee.chroma_location = AVCHROMA_LOC_LEFT
        let luma = buffer.pointee.data!, chroma = lumaStride / 2 * (size.height / 2)
        fields.pointee.data.0 = luma
        fields.pointee.data.1 = luma + lumaStride * size.height
        fields.pointee.data.2 = luma + lumaStride * size.height + chroma
        fields.pointee.linesize.0 = Int32(lumaStride)
        fields.pointee.linesize.1 = Int32(lumaStride / 2)
        fields.pointee.linesize.2 = Int32(lumaStride / 2)
        return frame
    }
}

extension Frame {
    /// Its place in the order shown, in frames.
    func place(at shown: Int) {
        pointer.pointee.pts = Int64(shown)
        pointer.pointee.best_effort_timestamp = Int64(shown)
        pointer.pointee.pkt_duration = 1
    }

    /// Of all samples of a picture of 8-bit 4:2:0.
    var samples: Digest {
        let width = Int(pointer.pointee.width), height = Int(pointer.pointee.height)
        var writer = DigestWriter()
        for index in 0..<3 {
            let plane = plane(index)
            for row in 0..<(index == 0 ? height : (height + 1) / 2) {
                writer.add(
                    UnsafeRawBufferPointer(
                        start: plane.data.map { $0 + row * plane.stride },
                        count: plane.data == nil ? 0 : index == 0 ? width : (width + 1) / 2))
            }
        }
        return writer.finish()
    }
}
