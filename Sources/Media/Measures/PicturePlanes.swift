// A picture as planes in memory: the form in which drawn pictures are passed to the encoder and to comparisons. Does
// not know its origin.
import CFFmpeg
import Composition

/// 8-bit 4:2:0 planes. `owner` owns their memory and is kept alive by this value.
public struct PicturePlanes {
    public var y, u, v: UnsafePointer<UInt8>
    public var yStride, uvStride: Int
    public var size: PixelSize
    let owner: AnyObject

    public init(
        y: UnsafePointer<UInt8>, u: UnsafePointer<UInt8>, v: UnsafePointer<UInt8>, yStride: Int, uvStride: Int,
        size: PixelSize, owner: AnyObject
    ) {
        (self.y, self.u, self.v, self.yStride, self.uvStride, self.size, self.owner) = (
            y, u, v, yStride, uvStride, size, owner
        )
    }

    /// nil for a frame in another pixel format.
    init?(_ frame: Frame) {
        let fields = frame.pointer.pointee
        guard [AV_PIX_FMT_YUV420P.rawValue, AV_PIX_FMT_YUVJ420P.rawValue].contains(fields.format),
            fields.width > 0, fields.height > 0,
            let y = frame.plane(0).data, let u = frame.plane(1).data, let v = frame.plane(2).data,
            frame.plane(1).stride == frame.plane(2).stride
        else { return nil }
        self.init(
            y: y, u: u, v: v, yStride: frame.plane(0).stride, uvStride: frame.plane(1).stride,
            size: PixelSize(width: Int(fields.width), height: Int(fields.height)), owner: frame)
    }
}

extension Frame {
    /// Becomes a picture without copying it. The picture's owner lives until libav lets go of it.
    func refer(to picture: PicturePlanes) throws(LibAVError) {
        clear()
        let fields = pointer
        fields.pointee.format = AV_PIX_FMT_YUV420P.rawValue
        fields.pointee.width = Int32(picture.size.width)
        fields.pointee.height = Int32(picture.size.height)
        let owner = Unmanaged.passRetained(picture.owner)
        // libav only reads it; the size says nothing about the planes.
        do {
            fields.pointee.buf.0 = try allocated(
                av_buffer_create(
                    UnsafeMutablePointer(mutating: picture.y), picture.yStride * picture.size.height,
                    { owner, _ in Unmanaged<AnyObject>.fromOpaque(owner!).release() }, owner.toOpaque(),
                    AV_BUFFER_FLAG_READONLY), "take a picture")
        } catch {
            owner.release()
            throw error
        }
        fields.pointee.data.0 = UnsafeMutablePointer(mutating: picture.y)
        fields.pointee.data.1 = UnsafeMutablePointer(mutating: picture.u)
        fields.pointee.data.2 = UnsafeMutablePointer(mutating: picture.v)
        fields.pointee.linesize.0 = Int32(picture.yStride)
        fields.pointee.linesize.1 = Int32(picture.uvStride)
        fields.pointee.linesize.2 = Int32(picture.uvStride)
    }
}
