// Converts libav's decoded frames of any pixel format to premultiplied BGRA in sRGB. Frames with other colours (HDR,
// wide primaries, a profile) go through 16 bits and `ColorConversion`. Knows nothing of files and time.
import CFFmpeg
import CPixels
import Diagnostics

final class BitmapConverter {
    private struct Shape: Hashable {
        var width, height, format: Int32
        var outWidth, outHeight: Int32
        var matrix, range: Int32
        var color: ColorConversion.Source?
    }
    private var color: ColorConversion?
    private var scaler: OpaquePointer?
    private var shape: Shape?

    deinit { sws_freeContext(scaler) }

    /// The matrix assumed for untagged frames: BT.601 for pictures (as JFIF and WebP specify), by the height for clips.
    enum Untagged { case picture, clip }

    /// - Parameter width, height: size of the result before rotation by `orientation`; the frame's own unless its
    ///   pixels are not square.
    /// - Parameter neighbours: the pictures before and after it in a clip.
    func bitmap(
        _ frame: Frame, between neighbours: (before: Frame, after: Frame)? = nil, untagged: Untagged,
        orientation: Orientation = Orientation(),
        width: Int? = nil, height: Int? = nil, name: String
    ) throws(MediaProblem) -> Bitmap {
        let frame = try whole(frame, neighbours)
        let source = frame.pointer.pointee
        let outWidth = width ?? Int(source.width), outHeight = height ?? Int(source.height)
        guard source.width > 0, source.height > 0, outWidth > 0, outHeight > 0,
            PictureHeader.fits(width: Int(source.width), height: Int(source.height)),
            PictureHeader.fits(width: outWidth, height: outHeight)
        else { throw .pictureTooLarge(name: name, width: outWidth, height: outHeight) }
        let format = AVPixelFormat(source.format)
        guard av_pix_fmt_desc_get(format) != nil, sws_isSupportedInput(format) > 0 else {
            throw .unsupported(name: name, what: "in an unusual pixel format", hint: "convert it to 8-bit RGB or 4:2:0")
        }

        let color = ColorConversion.source(of: frame, untagged: untagged)
        let bitmap: Bitmap
        if color == nil, let channels = Self.channels(format), outWidth == Int(source.width),
            outHeight == Int(source.height), let data = frame.plane(0).data
        {
            // Most pictures: only the order of the bytes differs.
            bitmap = Bitmap(width: outWidth, height: outHeight)
            cpixels_rgb_to_bgra(
                data, frame.plane(0).stride, channels, source.width, source.height, bitmap.pixels, bitmap.stride)
        } else {
            bitmap = try scaled(frame, color, width: outWidth, height: outHeight, untagged: untagged, name: name)
        }
        if Self.hasAlpha(format) { premultiply(bitmap) }
        return orientation.isIdentity ? bitmap : turned(bitmap, orientation)
    }

    /// Whether pixels of this format may be transparent. An unknown one may be.
    static func hasAlpha(_ format: AVPixelFormat) -> Bool {
        guard let description = av_pix_fmt_desc_get(format) else { return true }
        return description.pointee.flags & UInt64(AV_PIX_FMT_FLAG_ALPHA) != 0 || format == AV_PIX_FMT_PAL8
    }

    private static func channels(_ format: AVPixelFormat) -> Int32? {
        format == AV_PIX_FMT_RGB24 ? 3 : format == AV_PIX_FMT_RGBA ? 4 : nil
    }

    private func scaled(
        _ frame: Frame, _ conversion: ColorConversion.Source?, width outWidth: Int, height outHeight: Int,
        untagged: Untagged, name: String
    ) throws(MediaProblem) -> Bitmap {
        let source = frame.pointer.pointee, format = AVPixelFormat(source.format)
        let wanted = Shape(
            width: source.width, height: source.height, format: source.format,
            outWidth: Int32(outWidth), outHeight: Int32(outHeight),
            matrix: matrix(source, untagged), range: isFull(source) ? 1 : 0,
            color: conversion)
        if shape != wanted {
            sws_freeContext(scaler)
            shape = nil
            // Full chroma interpolation; without it each pair of pixels shares a chroma sample and coloured edges have
            // steps.
            let flags = SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP
            scaler = sws_getContext(
                wanted.width, wanted.height, format, wanted.outWidth, wanted.outHeight,
                wanted.color == nil ? AV_PIX_FMT_BGRA : AV_PIX_FMT_RGBA64LE,
                flags, nil, nil, nil)
            guard scaler != nil else {
                throw .library(doing: "convert the picture of '\(name)'", text: "no converter for its format")
            }
            sws_setColorspaceDetails(
                scaler, sws_getCoefficients(wanted.matrix), wanted.range,
                sws_getCoefficients(SWS_CS_DEFAULT), 1, 0, 1 << 16, 1 << 16)
            color = wanted.color.map { ColorConversion($0) }
            shape = wanted
        }

        let bitmap = Bitmap(width: outWidth, height: outHeight)
        // libswscale writes beyond the end of a row.
        let deepBytes = bitmap.stride * 2 * outHeight + 64
        let deep = color == nil ? nil : UnsafeMutableRawBufferPointer.allocate(byteCount: deepBytes, alignment: 64)
        defer { deep?.deallocate() }
        let target = deep.map { $0.baseAddress!.assumingMemoryBound(to: UInt8.self) } ?? bitmap.pixels
        var targets: [UnsafeMutablePointer<UInt8>?] = [target, nil, nil, nil]
        let targetStrides: [Int32] = [Int32(bitmap.stride * (deep == nil ? 1 : 2)), 0, 0, 0]
        var planes: [UnsafePointer<UInt8>?] = [], strides: [Int32] = []
        for index in 0..<4 {
            let plane = frame.plane(index)
            planes.append(UnsafePointer(plane.data))
            strides.append(Int32(plane.stride))
        }
        let rows = sws_scale(scaler, planes, strides, 0, source.height, &targets, targetStrides)
        guard rows == Int32(outHeight) else {
            throw .library(
                doing: "convert the picture of '\(name)'", text: "libswscale returned \(rows) of \(outHeight) rows")
        }
        if let color, let deep {
            color.convert(deep.baseAddress!.assumingMemoryBound(to: UInt16.self), stride: bitmap.stride * 2, to: bitmap)
        }
        return bitmap
    }

    private func whole(_ frame: Frame, _ neighbours: (before: Frame, after: Frame)?) throws(MediaProblem) -> Frame {
        do { return try frame.deinterlaced(between: neighbours) } catch { throw MediaProblem(error) }
    }

    private func isFull(_ frame: AVFrame) -> Bool {
        if frame.color_range == AVCOL_RANGE_JPEG { return true }
        if frame.color_range == AVCOL_RANGE_MPEG { return false }
        return [
            AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUVJ422P, AV_PIX_FMT_YUVJ444P, AV_PIX_FMT_YUVJ440P, AV_PIX_FMT_YUVJ411P,
            AV_PIX_FMT_GRAY8, AV_PIX_FMT_YA8, AV_PIX_FMT_GRAY16BE, AV_PIX_FMT_GRAY16LE, AV_PIX_FMT_YA16BE,
            AV_PIX_FMT_YA16LE,
        ]
        .contains(AVPixelFormat(frame.format))
    }

    private func matrix(_ frame: AVFrame, _ untagged: Untagged) -> Int32 {
        switch frame.colorspace {
        case AVCOL_SPC_BT709: SWS_CS_ITU709
        case AVCOL_SPC_BT470BG, AVCOL_SPC_SMPTE170M: SWS_CS_ITU601
        case AVCOL_SPC_FCC: SWS_CS_FCC
        case AVCOL_SPC_SMPTE240M: SWS_CS_SMPTE240M
        case AVCOL_SPC_BT2020_NCL, AVCOL_SPC_BT2020_CL: SWS_CS_BT2020
        default: untagged == .clip && frame.height >= 720 ? SWS_CS_ITU709 : SWS_CS_ITU601
        }
    }

    private func premultiply(_ bitmap: Bitmap) {
        for y in 0..<bitmap.height {
            let row = bitmap.row(y)
            for x in 0..<bitmap.width {
                let pixel = row + x &* 4
                let alpha = UInt32(pixel[3])
                if alpha == 255 { continue }
                // (v·a + 127) / 255, exact for 8 bits.
                for channel in 0..<3 {
                    pixel[channel] = UInt8(truncatingIfNeeded: (UInt32(pixel[channel]) &* alpha &+ 127) / 255)
                }
            }
        }
    }

    private func turned(_ bitmap: Bitmap, _ orientation: Orientation) -> Bitmap {
        let size = orientation.applied(width: bitmap.width, height: bitmap.height)
        let result = Bitmap(width: size.width, height: size.height)
        for y in 0..<size.height {
            let row = UnsafeMutableRawPointer(result.row(y)).assumingMemoryBound(to: UInt32.self)
            let sourceY = orientation.flipsY ? size.height - 1 - y : y
            for x in 0..<size.width {
                let sourceX = orientation.flipsX ? size.width - 1 - x : x
                let (column, line) = orientation.transposes ? (sourceY, sourceX) : (sourceX, sourceY)
                row[x] = UnsafeRawPointer(bitmap.row(line)).load(fromByteOffset: column &* 4, as: UInt32.self)
            }
        }
        return result
    }
}
