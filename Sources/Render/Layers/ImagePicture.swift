// Pictures and the frames of clips, sampled from their own pixels through the window of their box.
import CPango
import CPixels
import Composition
import Glibc
import Media

/// How a picture fits into the box of a layer. Lengths are in units of the layer's content.
struct Fitting {
    /// The layer's box.
    let boxWidth, boxHeight: Double
    /// The part of the box that shows the picture.
    let x, y, width, height: Double
    /// From the picture's pixels to the box.
    let scaleX, scaleY: Double
    let offsetX, offsetY: Double

    init?(pictureWidth: Int, pictureHeight: Int, box: PixelSize?, fit: Fit, crop: CropPlace?) {
        let pw = Double(pictureWidth), ph = Double(pictureHeight)
        boxWidth = box.map { Double($0.width) } ?? pw
        boxHeight = box.map { Double($0.height) } ?? ph
        guard boxWidth > 0, boxHeight > 0 else { return nil }
        let across = boxWidth / pw, down = boxHeight / ph
        switch fit {
        case .fill: (scaleX, scaleY) = (across, down)
        case .cover: (scaleX, scaleY) = (max(across, down), max(across, down))
        case .contain: (scaleX, scaleY) = (min(across, down), min(across, down))
        }
        func share(_ value: Double?) -> Double { fit == .cover ? max(0, min(1, value ?? 0.5)) : 0.5 }
        offsetX = (boxWidth - pw * scaleX) * share(crop?.x)
        offsetY = (boxHeight - ph * scaleY) * share(crop?.y)
        x = max(0, offsetX)
        y = max(0, offsetY)
        width = min(boxWidth, pw * scaleX)
        height = min(boxHeight, ph * scaleY)
    }
}

/// Samples a picture from the coarsest level whose resolution is at least the frame's. Near the switch to the next
/// coarser level the two are mixed, so that a slow zoom shows no jump.
private func sprite(
    _ levels: PictureLevels, fitting: Fitting, cornerRadius: Double, pose: Pose, layer: Layer, view: View,
    smooth: Bool, onto frame: I420Frame?
) throws -> Sprite? {
    let place = pose.transform(anchorX: layer.anchorX * fitting.boxWidth, anchorY: layer.anchorY * fitting.boxHeight)
    let windowToFrame = Affine(tx: fitting.x, ty: fitting.y).then(place)
    let window = Window(width: fitting.width, height: fitting.height, radius: cornerRadius.isFinite ? cornerRadius : 0)
    let shrink = max(fitting.scaleX, fitting.scaleY) * pose.scale
    let coarsest = levels.coarsest
    var level = 0, ratio = shrink
    while ratio <= 0.5, level < coarsest { (level, ratio) = (level + 1, ratio * 2) }

    func sampled(_ level: Int, onto frame: I420Frame?) throws -> Sprite? {
        let step = Double(1 << level)
        let toBox = Affine(a: fitting.scaleX * step, d: fitting.scaleY * step, tx: fitting.offsetX, ty: fitting.offsetY)
        return Sampler.sprite(
            of: try levels.planes(level), toFrame: toBox.then(place), window: window, windowToFrame: windowToFrame,
            in: view, onto: frame)
    }
    guard let fine = try sampled(level, onto: frame) else { return nil }
    let amount = smooth && level < coarsest ? Int((max(0, min(1, (0.65 - ratio) / 0.15)) * 256).rounded()) : 0
    guard amount > 0, let coarse = try sampled(level + 1, onto: nil) else { return fine }
    fine.planes.mix(coarse.planes, amount: amount)
    return fine
}

extension Planes {
    /// For every plane: this = (this * (256 - amount) + other * amount) / 256. Both have the same size and kind.
    func mix(_ other: Planes, amount: Int) {
        func plane(
            _ mine: UnsafeMutablePointer<UInt8>?, _ theirs: UnsafeMutablePointer<UInt8>?,
            _ stride: KeyPath<Planes, Int>,
            _ width: Int, _ height: Int
        ) {
            guard let mine, let theirs else { return }
            // Planes of a frame have rows without padding.
            let own = self[keyPath: stride]
            cpixels_mix(
                mine, own, mine, own, theirs, other[keyPath: stride], Int32(width), Int32(height), Int32(amount))
        }
        plane(y, other.y, \.stride, width, height)
        plane(a, other.a, \.stride, width, height)
        plane(u, other.u, \.chromaStride, width / 2, height / 2)
        plane(v, other.v, \.chromaStride, width / 2, height / 2)
        plane(chromaAlpha, other.chromaAlpha, \.chromaStride, width / 2, height / 2)
    }
}

final class ImagePicture: LayerPicture {
    private let content: ImageContent
    private let source: (AssetDigest) throws -> PictureLevels
    private var levels: PictureLevels?
    /// The blurred picture and the scale it was made for.
    private var blurred: (scale: Double, levels: PictureLevels)?

    init(_ content: ImageContent, source: @escaping (AssetDigest) throws -> PictureLevels) {
        self.content = content
        self.source = source
    }

    func sprite(pose: Pose, layer: Layer, time: ClipTime, in view: View, onto frame: I420Frame?) throws -> Sprite? {
        let levels = try self.levels ?? source(content.asset)
        self.levels = levels
        guard
            let fitting = Fitting(
                pictureWidth: levels.width, pictureHeight: levels.height, box: content.box, fit: content.fit,
                crop: content.crop)
        else { return nil }
        guard content.blur.isFinite, content.blur > 0.05 else {
            return try Render.sprite(
                levels, fitting: fitting, cornerRadius: content.cornerRadius, pose: pose, layer: layer, view: view,
                smooth: true, onto: frame)
        }
        let scale = blurScale(pose: pose, fitting: fitting)
        if blurred?.scale != scale { blurred = (scale, PictureLevels(try blur(levels, fitting, scale: scale))) }
        let picture = blurred!.levels
        // The blurred picture is the visible part of the sharp one, in its own resolution.
        let inner = Fitting(shown: fitting, pictureWidth: picture.width, pictureHeight: picture.height)
        return try Render.sprite(
            picture, fitting: inner, cornerRadius: content.cornerRadius, pose: pose, layer: layer, view: view,
            smooth: true, onto: frame)
    }

    /// A blurred picture has no detail finer than its blur, so it is made so small that the blur is at most six pixels.
    private func blurScale(pose: Pose, fitting: Fitting) -> Double {
        var scale = rasterScale(for: pose.scale, width: fitting.width, height: fitting.height)
        while min(content.blur, 1000) * scale > 8 { scale /= 2 }
        return scale
    }

    private func blur(_ levels: PictureLevels, _ fitting: Fitting, scale: Double) throws -> Bitmap {
        var level = 0
        var shrink = max(fitting.scaleX, fitting.scaleY) * scale
        while shrink <= 0.5, level < levels.coarsest { (level, shrink) = (level + 1, shrink * 2) }
        let picture = try levels.bitmap(level), step = Double(1 << level)
        let result = Bitmap(
            width: max(1, Int((fitting.width * scale).rounded())),
            height: max(1, Int((fitting.height * scale).rounded())))
        let canvas = try Canvas(result), source = try Canvas(picture)
        let across = Double(result.width) / fitting.width, down = Double(result.height) / fitting.height
        cairo_scale(canvas.context, across, down)
        cairo_translate(canvas.context, fitting.offsetX - fitting.x, fitting.offsetY - fitting.y)
        cairo_scale(canvas.context, fitting.scaleX * step, fitting.scaleY * step)
        cairo_set_source_surface(canvas.context, cairo_get_target(source.context), 0, 0)
        cairo_pattern_set_extend(cairo_get_source(canvas.context), CAIRO_EXTEND_PAD)
        cairo_pattern_set_filter(cairo_get_source(canvas.context), CAIRO_FILTER_BILINEAR)
        cairo_paint(canvas.context)
        try canvas.check("scale a picture")
        cpixels_blur(
            result.pixels, result.stride, Int32(result.width), Int32(result.height), 4, content.blur * scale, 1)
        return result
    }
}

extension Fitting {
    /// The visible part of `fitting`, filled by another picture of the given size.
    init(shown fitting: Fitting, pictureWidth: Int, pictureHeight: Int) {
        (boxWidth, boxHeight) = (fitting.boxWidth, fitting.boxHeight)
        (x, y, width, height) = (fitting.x, fitting.y, fitting.width, fitting.height)
        scaleX = fitting.width / Double(pictureWidth)
        scaleY = fitting.height / Double(pictureHeight)
        (offsetX, offsetY) = (fitting.x, fitting.y)
    }
}

final class ClipPicture: LayerPicture {
    private let content: VideoContent
    private let clip: any ClipFrames
    private var current: (bitmap: Bitmap, levels: PictureLevels)?

    init(_ content: VideoContent, clip: any ClipFrames) {
        self.content = content
        self.clip = clip
    }

    /// The exact time in the clip that a frame of the segment shows. If the clip's length is known, the time is limited
    /// to it or, in a loop, wrapped.
    func time(frame: Int, rate: FrameRate) -> ClipTime {
        let asked = content.start + rate.time(ofFrame: frame) * content.speed
        let early = rate.time(ofFrame: 1) * content.speed * Rational(1, 2)
        let time = max(0, asked), length = clip.duration
        guard length > 0 else { return ClipTime(time, early: early) }
        guard content.loops else { return ClipTime(min(time, length), early: early) }
        // The first picture of the next round may be early, too.
        let rounds = asked < 0 ? 0 : ((time + early - ClipTime.grace) / length).floor
        return ClipTime(max(0, time - length * Rational(rounds)), early: early)
    }

    func sprite(pose: Pose, layer: Layer, time: ClipTime, in view: View, onto frame: I420Frame?) throws -> Sprite? {
        let bitmap = try clip.bitmap(at: time)
        if current?.bitmap !== bitmap { current = (bitmap, PictureLevels(bitmap)) }
        guard
            let fitting = Fitting(
                pictureWidth: bitmap.width, pictureHeight: bitmap.height, box: content.box, fit: content.fit,
                crop: content.crop)
        else { return nil }
        return try Render.sprite(
            current!.levels, fitting: fitting, cornerRadius: content.cornerRadius, pose: pose, layer: layer,
            view: view, smooth: false, onto: frame)
    }
}
