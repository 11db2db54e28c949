// Frames as they are drawn: each kind of layer, its motion, colours and blending against a reference in floating point.
import Composition
import Digests
import Media
import Render
import TestSupport
import Testing

/// Everything at once: photo zoom, sliding title, clip, blur, turning shape, crossfade, caption.
private func busy() -> Segment {
    let size = PixelSize(width: 320, height: 180)
    let first = Stack(
        background: .linear(
            angle: 30,
            stops: [
                GradientStop(offset: 0, color: black),
                GradientStop(offset: 1, color: Color(red: 40, green: 50, blue: 90)),
            ]),
        layers: [
            layer(
                .image(
                    ImageContent(
                        asset: .of("photo"), box: PixelSize(width: 200, height: 120), cornerRadius: 12, blur: 2)),
                x: Track(100), y: Track(80)),
            layer(
                .text(text("Sliding")), x: ramp(20, 250, frames: 23, ease: .easeOut), opacity: ramp(0, 1, frames: 10)),
            layer(
                .shape(
                    ShapeContent(
                        form: .rectangle, box: PixelSize(width: 60, height: 30), fill: .color(white), cornerRadius: 8)),
                y: Track(40), rotation: ramp(0, 200, frames: 23)),
        ])
    let second = Stack(
        background: night,
        layers: [
            layer(.image(ImageContent(asset: .of("photo"), box: size)), scale: ramp(1, 1.4, frames: 23)),
            layer(
                .video(VideoContent(asset: .of("clip"), box: PixelSize(width: 90, height: 60), start: 0.4)),
                x: Track(250), y: Track(50)),
        ], opacity: Track([Keyframe(frame: 6, value: 0), Keyframe(frame: 14, value: 1)]),
        offsetX: ramp(0.2, 0, frames: 10))
    return Segment(
        size: size, rate: FrameRate(30), frames: 24, stacks: [first, second],
        overlays: [
            layer(
                .text(
                    text(
                        "caption", size: 20, background: .color(Color(red: 0, green: 0, blue: 0, alpha: 180)),
                        padding: 6)), y: Track(160))
        ])
}

extension Track {
    fileprivate func moved(_ frames: Int) -> Track {
        Track(keyframes.map { Keyframe(frame: $0.frame - Double(frames), value: $0.value, ease: $0.ease) })
    }
}

extension Segment {
    /// The part of it from a frame on, as plan would describe it.
    fileprivate func part(from start: Int, count: Int) -> Segment {
        func cut(_ layer: Layer) -> Layer {
            var layer = layer
            layer.from -= start
            layer.to = min(layer.to - start, count)
            for path in [\Layer.x, \Layer.y, \Layer.scale, \Layer.rotation, \Layer.opacity] {
                layer[keyPath: path] = layer[keyPath: path].shifted(by: start, count: count)
            }
            if case .video(var video) = layer.content {
                video.start = video.start + rate.time(ofFrame: start)
                layer.content = .video(video)
            }
            return layer
        }
        var part = self
        part.frames = count
        part.overlays = overlays.map(cut)
        part.stacks = stacks.map {
            Stack(
                background: $0.background, layers: $0.layers.map(cut),
                opacity: $0.opacity.shifted(by: start, count: count),
                offsetX: $0.offsetX.shifted(by: start, count: count),
                offsetY: $0.offsetY.shifted(by: start, count: count))
        }
        return part
    }
}

/// A zoom that fills the frame and then rests, below a text that goes on moving.
private func resting() -> Segment {
    let size = PixelSize(width: 320, height: 180)
    return segment(
        [
            layer(.image(ImageContent(asset: .of("photo"), box: size, fit: .cover)), scale: ramp(1, 1.3, frames: 6)),
            layer(.text(text("Moving on")), x: ramp(40, 260, frames: 13)),
        ], frames: 14, overlays: [layer(.text(text("below", size: 18)), y: ramp(150, 165, frames: 13))])
}

/// A picture shown at little more than half its size, where two of its sizes are mixed.
private func shrunk() -> Segment {
    segment(
        [
            layer(
                .image(ImageContent(asset: .of("photo"), box: PixelSize(width: 150, height: 90), fit: .cover)),
                x: Track(75), y: Track(45), scale: ramp(1, 1.2, frames: 13))
        ], frames: 14, width: 150, height: 90)
}

/// Texts that come, move and go over a picture that stays: more of them than are remembered one by one.
private func still() -> Segment {
    var layers = [layer(.image(ImageContent(asset: .of("photo"), box: PixelSize(width: 320, height: 180))))]
    for index in 0..<16 {
        var text = layer(
            .text(text("\(index)", size: 14)), x: ramp(Double(10 + index * 18), Double(30 + index * 17), frames: 9),
            y: Track(Double(20 + index * 9)))
        text.from = index / 4
        text.to = 4 + index / 2
        layers.append(text)
    }
    return segment(layers, frames: 14, overlays: [layer(.text(text("caption", size: 20)), frames: 9, y: Track(160))])
}

struct FrameTests {
    @Test(arguments: [busy(), resting(), shrunk(), still()]) func aFrameIsTheSameDrawnAlone(scene: Segment) throws {
        let alone = try (0..<scene.frames).map { try SegmentRenderer(scene, sources: sources()).frame($0).hash }
        #expect(try hashes(scene) == alone)
        // Back and forth, so that each frame follows others than the one before it.
        let renderer = try SegmentRenderer(scene, sources: sources())
        for index in [13, 2, 3, 12, 3, 0, 9, 8, 13, 5, 5, 6, 1] {
            #expect(try renderer.frame(index).hash == alone[index], "frame \(index)")
        }
    }

    @Test(arguments: [busy(), resting(), shrunk(), still()]) func aFrameThatIsHeldDoesNotChange(scene: Segment) throws {
        let renderer = try SegmentRenderer(scene, sources: sources()), expected = try hashes(scene)
        var held: [(index: Int, frame: I420Frame)] = []
        for index in 0..<scene.frames {
            held.append((index, try renderer.frame(index)))
            if held.count > 3 { held.removeFirst() }
            for (index, frame) in held { #expect(frame.hash == expected[index], "frame \(index)") }
        }
    }

    @Test func aFrameIsTheSameHoweverItIsReached() throws {
        let scene = busy(), ascending = try hashes(scene)
        #expect(try hashes(scene) == ascending)
        let renderer = try SegmentRenderer(scene, sources: sources())
        var order = Array(0..<scene.frames)
        var noise = Seeded(seed: 11)
        order.shuffle(using: &noise)
        for index in order { #expect(try renderer.frame(index).hash == ascending[index], "frame \(index)") }
        #expect(Set(ascending).count == scene.frames)
    }

    @Test(arguments: [(5, 7), (12, 12), (0, 3), (23, 1)]) func aPartOfASegmentHasItsFrames(start: Int, count: Int)
        throws
    {
        let whole = try hashes(busy()), part = try hashes(busy().part(from: start, count: count))
        #expect(part == Array(whole[start..<start + count]))
    }

    @Test func whatDoesNotChangeIsKnownToRepeat() throws {
        var slide = layer(.text(text("Hold")), x: ramp(40, 160, frames: 6))
        slide.to = 30
        let scene = segment(
            [
                slide,
                layer(
                    .shape(ShapeContent(form: .ellipse, box: PixelSize(width: 20, height: 20), fill: .color(white))),
                    x: Track(30)),
            ], frames: 40)
        let renderer = try SegmentRenderer(scene, sources: sources()), all = try hashes(scene)
        for index in 1..<40 where try renderer.repeatsPrevious(index) { #expect(all[index] == all[index - 1]) }
        let drawn = try (1..<40).filter { try !renderer.repeatsPrevious($0) }
        #expect(drawn == Array(1...6) + [30])
        #expect(try renderer.repeatsPrevious(0) == false)
    }

    @Test func invisibleLayersDoNotMakeFramesDiffer() throws {
        var ghost = layer(.text(text("ghost")), x: ramp(0, 300, frames: 20), opacity: Track(0))
        ghost.to = 20
        let renderer = try SegmentRenderer(segment([ghost], frames: 20), sources: sources())
        #expect(try (1..<20).allSatisfy { try renderer.repeatsPrevious($0) })
    }

    @Test func slowMovesMoveEveryFrame() throws {
        // 12 pixels in 60 frames: a fifth of a pixel each.
        for content in [
            Content.text(text("slow", size: 60)),
            .shape(ShapeContent(form: .rectangle, box: PixelSize(width: 40, height: 40), fill: .color(white))),
        ] {
            let renderer = try SegmentRenderer(
                segment(
                    [layer(content, x: ramp(100, 112, frames: 59), y: ramp(80, 86, frames: 59))], frames: 60,
                    background: .color(black)), sources: sources())
            let places = try (0..<60).map { try renderer.frame($0).centroid(above: 16)! }
            for (before, after) in zip(places, places.dropFirst()) {
                #expect(
                    abs(after.x - before.x - 12.0 / 59) < 0.08 && abs(after.y - before.y - 6.0 / 59) < 0.08,
                    "\(before) \(after)")
            }
        }
    }

    @Test func slowZoomsGrowEveryFrame() throws {
        let disc = Content.shape(
            ShapeContent(form: .ellipse, box: PixelSize(width: 100, height: 100), fill: .color(white)))
        let renderer = try SegmentRenderer(
            segment([layer(disc, scale: ramp(0.9, 1.1, frames: 49))], frames: 50, background: .color(black)),
            sources: sources())
        var last = 0
        for index in 0..<50 {
            let frame = try renderer.frame(index)
            let light = (0..<320 * 180).reduce(0) { $0 + Int(frame.y[$1]) - 16 }
            let scale = 0.9 + 0.2 * Double(index) / 49, want = 219 * Double.pi * 2500 * scale * scale
            #expect(light > last && abs(Double(light) - want) < want * 0.004, "frame \(index)")
            last = light
        }
    }

    @Test func coloursComeOutAsAsked() throws {
        for (red, green, blue) in [
            (255, 0, 0), (0, 255, 0), (0, 0, 255), (124, 92, 255), (255, 255, 255), (0, 0, 0), (11, 16, 32),
        ] {
            let color = Color(red: UInt8(red), green: UInt8(green), blue: UInt8(blue))
            let want = reference(Double(red), Double(green), Double(blue))
            let fills = [
                segment([], background: .color(color)),
                segment([
                    layer(
                        .shape(
                            ShapeContent(form: .rectangle, box: PixelSize(width: 400, height: 300), fill: .color(color))
                        ))
                ]),
                segment(
                    [],
                    background: .linear(
                        angle: 45,
                        stops: [GradientStop(offset: 0, color: color), GradientStop(offset: 1, color: color)])),
            ]
            for fill in fills {
                let got = try SegmentRenderer(fill, sources: sources()).frame(0).sample(160, 90)
                #expect(zip(got, [want.y, want.u, want.v]).allSatisfy { abs(Double($0) - $1) <= 1 }, "\(got) \(want)")
            }
        }
    }

    /// A picture fades in over another; then the frames are those without the lower one, which nobody asks for.
    @Test(arguments: [false, true]) func whatAPictureHidesIsNotDrawn(isPartOfIt: Bool) throws {
        let size = PixelSize(width: 320, height: 180)
        let below = layer(
            .image(ImageContent(asset: .of("glass"), box: isPartOfIt ? PixelSize(width: 60, height: 40) : size)))
        let above = layer(
            .image(ImageContent(asset: .of("photo"), box: size, fit: .cover)), scale: ramp(1, 1.3, frames: 13),
            opacity: ramp(0, 1, frames: 6))
        let title = layer(.text(text("On top")), x: ramp(40, 260, frames: 13))
        let scene = segment([below, above, title], frames: 14), bare = segment([above, title], frames: 14)
        let expected = try hashes(bare)
        #expect(try hashes(scene)[6...] == expected[6...])
        #expect(try hashes(scene)[0..<6].allSatisfy { !expected.contains($0) })
        var asked: Set<AssetDigest> = [], sources = sources()
        let picture = sources.picture
        sources.picture = { digest in
            asked.insert(digest)
            return try picture(digest)
        }
        let renderer = try SegmentRenderer(scene, sources: sources)
        for index in 6..<14 { #expect(try renderer.frame(index).hash == expected[index]) }
        #expect(asked == [.of("photo")])
        #expect(try renderer.frame(3).hash == hashes(scene)[3])
    }

    @Test func opacityIsHalfWay() throws {
        let box = Content.shape(
            ShapeContent(form: .rectangle, box: PixelSize(width: 100, height: 100), fill: .color(white)))
        let frame = try SegmentRenderer(
            segment([layer(box, opacity: Track(0.5))], background: .color(black)), sources: sources()
        ).frame(0)
        #expect(abs(frame.luma(160, 90) - 126) <= 1 && frame.luma(20, 20) == 16)
    }

    @Test func crossfadesAndSlidesMixWholePictures() throws {
        var scene = segment([], frames: 11, background: .color(black))
        scene.stacks.append(Stack(background: .color(white), layers: [], opacity: ramp(0, 1, frames: 10)))
        let fade = try SegmentRenderer(scene, sources: sources())
        for index in 0...10 { #expect(abs(try Double(fade.frame(index).luma(5, 5)) - 16 - 21.9 * Double(index)) <= 1) }
        scene.stacks[1].opacity = Track(1)
        scene.stacks[1].offsetX = Track(0.25)
        let slid = try SegmentRenderer(scene, sources: sources()).frame(0)
        #expect(slid.luma(79, 90) == 16 && slid.luma(80, 90) == 235 && slid.luma(319, 0) == 235)
        scene.stacks[1].offsetX = Track(0)
        scene.stacks[1].offsetY = Track(-0.5)
        let up = try SegmentRenderer(scene, sources: sources()).frame(0)
        #expect(up.luma(5, 89) == 235 && up.luma(5, 90) == 16)
    }

    @Test func gradientsRunTheWayCSSSays() throws {
        let stops = [GradientStop(offset: 0, color: black), GradientStop(offset: 1, color: white)]
        let right = try SegmentRenderer(segment([], background: .linear(angle: 90, stops: stops)), sources: sources())
            .frame(0)
        #expect(right.luma(2, 90) < 20 && right.luma(317, 90) > 230 && abs(right.luma(160, 90) - 126) <= 2)
        let up = try SegmentRenderer(segment([], background: .linear(angle: 0, stops: stops)), sources: sources())
            .frame(0)
        #expect(up.luma(160, 2) > 230 && up.luma(160, 177) < 20)
        let disc = try SegmentRenderer(
            segment([], background: .radial(centerX: 0.5, centerY: 0.5, radius: 0.5, stops: stops)), sources: sources()
        ).frame(0)
        #expect(disc.luma(160, 90) < 20 && disc.luma(0, 90) > 230 && abs(disc.luma(80, 90) - 126) <= 3)
    }

    @Test func darkGradientsAreDitheredNotBanded() throws {
        let stops = [
            GradientStop(offset: 0, color: Color(red: 10, green: 10, blue: 10)),
            GradientStop(offset: 1, color: Color(red: 14, green: 14, blue: 14)),
        ]
        let frame = try SegmentRenderer(segment([], background: .linear(angle: 90, stops: stops)), sources: sources())
            .frame(0)
        // Four levels over 320 columns: without a dither a column holds one value, and its mean jumps.
        let means = (0..<40).map { block in
            (0..<8).reduce(0.0) { sum, x in sum + (0..<8).reduce(0.0) { $0 + Double(frame.luma(block * 8 + x, $1)) } }
                / 64
        }
        #expect(zip(means, means.dropFirst()).allSatisfy { $1 - $0 > -0.02 && $1 - $0 < 0.2 }, "\(means)")
    }

    /// Shapes, and boxes behind text, have as many shades as the ground: what lies on it is dithered as it is.
    @Test func gradientsOfLayersAreDithered() throws {
        let stops = [
            GradientStop(offset: 0, color: Color(red: 10, green: 10, blue: 10)),
            GradientStop(offset: 1, color: Color(red: 14, green: 14, blue: 14)),
        ]
        func means(_ layers: [Layer], background: Paint = .color(black)) throws -> [Double] {
            let frame = try SegmentRenderer(segment(layers, background: background), sources: sources()).frame(0)
            return (1..<39).map { block in
                (0..<8).reduce(0.0) { sum, x in
                    sum + (0..<8).reduce(0.0) { $0 + Double(frame.luma(block * 8 + x, 80 + $1)) }
                } / 64
            }
        }
        let paint = Paint.linear(angle: 90, stops: stops), box = PixelSize(width: 320, height: 180)
        let ground = try means([], background: paint)
        let shape = try means([layer(.shape(ShapeContent(form: .rectangle, box: box, fill: paint)))])
        let button = try means([layer(.text(text(" ", size: 8, background: paint, padding: 155)))])
        for values in [ground, shape] {
            #expect(
                Set(values).count > 30
                    && zip(values, values.dropFirst()).allSatisfy { $1 - $0 > -0.05 && $1 - $0 < 0.25 }, "\(values)")
        }
        #expect(Set(button).count > 30, "\(button)")
        #expect(zip(ground, shape).allSatisfy { abs($0 - $1) < 0.1 }, "\(zip(ground, shape).map { $0 - $1 })")
        // Translucent: the ground is seen through it as much as before.
        let veil = Paint.linear(
            angle: 90,
            stops: [
                GradientStop(offset: 0, color: Color(red: 0, green: 0, blue: 0, alpha: 0)),
                GradientStop(offset: 1, color: black),
            ])
        let veiled = try means(
            [layer(.shape(ShapeContent(form: .rectangle, box: box, fill: veil)))],
            background: .color(Color(red: 90, green: 90, blue: 90)))
        let from = Double(reference(90, 90, 90).y)
        #expect(
            veiled.enumerated().allSatisfy { abs($1 - (from + (16 - from) * (Double($0) * 8 + 12) / 320)) < 0.8 },
            "\(veiled)")
        // A line around it, and round corners, are what they were.
        let framed = try lone(
            .shape(
                ShapeContent(
                    form: .ellipse, box: PixelSize(width: 100, height: 60), fill: paint, stroke: white, strokeWidth: 6))
        )
        #expect(framed.luma(160, 60) > 230 && framed.luma(160, 90) < 40 && framed.luma(5, 5) == 16)
    }

    @Test func picturesFitTheirBoxes() throws {
        func shown(_ fit: Fit, width: Int, height: Int) throws -> I420Frame {
            try lone(.image(ImageContent(asset: .of("photo"), box: PixelSize(width: width, height: height), fit: fit)))
        }
        // The picture is 301x203 and never darker than 40 in red, which is a luma of 23.
        let floor = 19
        for (fit, width, height) in [(Fit.cover, 100, 100), (.fill, 60, 120)] {
            let frame = try shown(fit, width: width, height: height)
            #expect(abs(frame.pixels(above: floor) - width * height) < width * height / 50, "\(fit)")
            #expect(frame.luma(160 - width / 2 - 2, 90) < floor)
        }
        let contained = try shown(.contain, width: 100, height: 100)
        #expect(abs(contained.pixels(above: floor) - 100 * 67) < 200)
        #expect(contained.luma(160, 90 - 40) < floor && contained.luma(160, 90) > floor)
    }

    /// A zoom through three levels and back, then a blur, which begins with the picture's own pixels.
    @Test(arguments: [false, true]) func aPictureIsDecodedAgainIfItsPixelsAreGone(hasAlpha: Bool) throws {
        let whole = PixelSize(width: 320, height: 180)
        var blurred = layer(.image(ImageContent(asset: .of("photo"), box: whole, blur: 2)))
        blurred.from = 20
        let zoom = Track([0, 10, 20].map { Keyframe(frame: $0, value: $0 == 10 ? 0.1 : 1.2, ease: .linear) })
        let scene = segment(
            [layer(.image(ImageContent(asset: .of("photo"), box: whole)), scale: zoom), blurred], frames: 24)
        func drawn(_ levels: PictureLevels) throws -> [Digest] {
            var sources = sources()
            sources.picture = { _ in levels }
            let renderer = try SegmentRenderer(scene, sources: sources)
            return try (0..<scene.frames).map { try renderer.frame($0).hash }
        }
        let picture = Bitmap.sample(301, 203, alpha: hasAlpha), kept = PictureLevels(picture)
        var decoded = 0
        let again = PictureLevels(picture) {
            decoded += 1
            return .sample(301, 203, alpha: hasAlpha)
        }
        let expected = try drawn(kept)
        #expect(try drawn(again) == expected)
        #expect(decoded > 0)
        let first = PictureLevels(picture) { picture }, other = PictureLevels(picture)
        var short = scene
        short.frames = 1
        for levels in [first, other] {
            var sources = sources()
            sources.picture = { _ in levels }
            _ = try SegmentRenderer(short, sources: sources).frame(0)
        }
        #expect(other.byteCount - first.byteCount > picture.byteCount / 2, "its own pixels are gone")
    }

    @Test func picturesWithAlphaLetThroughWhatIsBelow() throws {
        let frame = try lone(.image(ImageContent(asset: .of("glass"), box: nil)))
        #expect(abs(frame.luma(102, 90) - frame.luma(5, 5)) <= 3, "its left edge is transparent")
        #expect(frame.sample(215, 90) != frame.sample(5, 5))
    }

    @Test func edgesAreAntiAliasedAtAnyAngle() throws {
        let box = Content.image(
            ImageContent(asset: .of("photo"), box: PixelSize(width: 120, height: 80), cornerRadius: 10))
        for angle in [0.0, 17, 45, 90, 133, 270] {
            let frame = try lone(box, rotation: angle)
            let covered = frame.pixels(above: 19)
            #expect(abs(covered - 120 * 80) < 420, "\(angle): \(covered)")
        }
    }

    @Test func clipsRunByTheirOwnTime() throws {
        func asked(_ video: VideoContent, frames: Int) throws -> [Double] {
            let clip = SampleClip()
            let renderer = try SegmentRenderer(
                segment([layer(.video(video))], frames: frames), sources: sources(clip: clip))
            for index in 0..<frames { _ = try renderer.frame(index) }
            return clip.asked
        }
        func near(_ got: [Double], _ want: [Double]) -> Bool {
            got.count == want.count && zip(got, want).allSatisfy { abs($0 - $1) < 2e-6 }
        }
        #expect(
            near(try asked(VideoContent(asset: .of("c"), box: nil, start: 0.5), frames: 3), [0.5, 0.533333, 0.566667]))
        #expect(
            near(try asked(VideoContent(asset: .of("c"), box: nil, start: 0.5, speed: 3), frames: 3), [0.5, 0.6, 0.7]))
        #expect(
            near(try asked(VideoContent(asset: .of("c"), box: nil, start: -1), frames: 3), [0]),
            "held before its beginning")
        #expect(
            near(try asked(VideoContent(asset: .of("c"), box: nil, start: 1.95), frames: 4), [1.95, 1.983333, 2]),
            "held past its end")
        #expect(
            near(
                try asked(VideoContent(asset: .of("c"), box: nil, start: 1.95, loops: true), frames: 4),
                [1.95, 1.983333, 0.016667, 0.05]))
        #expect(segment([layer(.video(VideoContent(asset: .of("c"), box: nil, start: 0)))]).keepsPixels)
        #expect(!segment([layer(.text(text("cheap")))]).keepsPixels)
    }

    @Test func aFrameIsAPNG() throws {
        let frame = try lone(.text(text("png")))
        #expect(try frame.png().prefix(8) == [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10])
        let color = Color(red: 200, green: 90, blue: 30)
        let bitmap = try SegmentRenderer(segment([], background: .color(color)), sources: sources()).frame(0).bitmap()
        let pixel = (0..<4).map { bitmap.row(90)[4 * 160 + $0] }
        #expect(abs(Int(pixel[2]) - 200) <= 2 && abs(Int(pixel[1]) - 90) <= 2 && abs(Int(pixel[0]) - 30) <= 2)
    }
}
