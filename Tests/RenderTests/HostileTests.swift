// Numbers, texts and pictures at the edges of what a plan may hold: drawn or refused, never a crash.
import Composition
import Diagnostics
import Media
import Render
import Testing

struct HostileTests {
    private let contents: [Content] = [
        .text(text("hostile", background: .color(white), padding: 4)),
        .shape(
            ShapeContent(
                form: .ellipse, box: PixelSize(width: 50, height: 50), fill: .color(white), stroke: white,
                strokeWidth: 3)),
        .image(ImageContent(asset: .of("photo"), box: PixelSize(width: 100, height: 50), cornerRadius: 5)),
        .image(ImageContent(asset: .of("photo"), box: nil, blur: 4)),
        .video(VideoContent(asset: .of("clip"), box: nil, start: 0)),
    ]

    @Test(arguments: [0, -1, 1e-9, 1e-3, 77.7, 1e5, 1e18, .infinity, -.infinity, .nan]) func numbersOfALayer(
        value: Double
    ) throws {
        for content in contents {
            for path in [\Layer.x, \Layer.y, \Layer.scale, \Layer.rotation, \Layer.opacity] {
                var hostile = layer(content)
                hostile[keyPath: path] = Track(value)
                _ = try SegmentRenderer(segment([hostile]), sources: sources()).frame(0)
            }
            var hostile = layer(content)
            hostile.anchorX = value
            hostile.anchorY = value
            _ = try SegmentRenderer(segment([hostile]), sources: sources()).frame(0)
        }
    }

    @Test(arguments: [0, -1, 1e-9, 1e9, .infinity, .nan]) func numbersOfContents(value: Double) throws {
        let stops = [GradientStop(offset: value, color: white), GradientStop(offset: 0.5, color: black)]
        let paints: [Paint] = [
            .linear(angle: value, stops: stops), .linear(angle: 30, stops: []),
            .radial(centerX: value, centerY: 0, radius: 1, stops: stops),
            .radial(centerX: 0, centerY: 0, radius: value, stops: stops),
            .radial(centerX: 0, centerY: 0, radius: 1, stops: []),
        ]
        for paint in paints {
            _ = try SegmentRenderer(
                segment(
                    [layer(.shape(ShapeContent(form: .rectangle, box: PixelSize(width: 40, height: 40), fill: paint)))],
                    background: paint), sources: sources()
            ).frame(0)
        }
        _ = try lone(
            .shape(
                ShapeContent(
                    form: .rectangle, box: PixelSize(width: 40, height: 40), fill: nil, stroke: white,
                    strokeWidth: value, cornerRadius: value)))
        _ = try lone(
            .image(
                ImageContent(
                    asset: .of("photo"), box: PixelSize(width: 40, height: 40), cornerRadius: value, blur: value)))
        _ = try lone(
            .video(
                VideoContent(asset: .of("clip"), box: nil, start: Rational(value), speed: Rational(value), loops: true))
        )
        var content = text("x")
        content.letterSpacing = value
        content.lineHeight = value
        content.wrapWidth = value
        content.paddingX = value
        content.cornerRadius = value
        content.outline = white
        content.outlineWidth = value
        content.shadow = TextContent.Shadow(color: white, offsetX: value, offsetY: value, blur: value)
        _ = try lone(.text(content))
    }

    @Test func sizesOfBoxes() throws {
        for (width, height) in [
            (0, 0), (0, 10), (-5, 10), (1, 1), (1, 1_000_000_000), (Int.max, Int.max), (Int.min, 3),
        ] {
            let box = PixelSize(width: width, height: height)
            _ = try lone(
                .shape(ShapeContent(form: .rectangle, box: box, fill: .color(white), stroke: black, strokeWidth: 2)))
            for fit in Fit.allCases {
                _ = try lone(.image(ImageContent(asset: .of("photo"), box: box, fit: fit, cornerRadius: 3)))
                _ = try lone(.image(ImageContent(asset: .of("photo"), box: box, fit: fit, blur: 3)), rotation: 10)
            }
        }
    }

    @Test func aHugeScaleStaysRightAndSmall() throws {
        // A white box a thousand times larger than the frame covers it, and its edge lies where it should.
        let box = Content.shape(
            ShapeContent(form: .rectangle, box: PixelSize(width: 100, height: 100), fill: .color(white)))
        let covered = try SegmentRenderer(segment([layer(box, scale: Track(3000))]), sources: sources()).frame(0)
        #expect(covered.luma(0, 0) == 235 && covered.luma(319, 179) == 235)
        let edge = try SegmentRenderer(
            segment([layer(box, x: Track(160 + 50 * 100), scale: Track(100))], background: .color(black)),
            sources: sources()
        ).frame(0)
        #expect(edge.luma(154, 90) == 16 && edge.luma(166, 90) == 235)
    }

    @Test func textTooLargeSaysSo() throws {
        for size in [0, -3, 1e9, Double.nan, .infinity] {
            #expect { try sources().measure(text("big", size: size)) } throws: {
                ($0 as? Diagnostic)?.id == "text-too-large"
            }
        }
        #expect { try sources().measure(text(String(repeating: "M", count: 90_000), size: 4000)) } throws: {
            ($0 as? Diagnostic)?.id == "text-too-large"
        }
        _ = try sources().measure(text(String(repeating: "word ", count: 2000), size: 20, wrap: 300))
    }

    @Test func framesThatCannotBeDrawn() throws {
        for (width, height) in [(0, 0), (3, 2), (-2, 2), (100_000, 100_000), (Int.max, 2)] {
            #expect { try SegmentRenderer(segment([], width: width, height: height), sources: sources()) } throws: {
                ($0 as? Diagnostic)?.id == "bad-frame-size"
            }
        }
        for frames in [0, -1, Int.max] {
            #expect { try SegmentRenderer(segment([], frames: frames), sources: sources()) } throws: {
                ($0 as? Diagnostic)?.id == "bad-frame-count"
            }
        }
        var scene = segment([])
        scene.stacks = []
        #expect(try SegmentRenderer(scene, sources: sources()).frame(0).luma(10, 10) == 16, "no stack is black")
    }
}
