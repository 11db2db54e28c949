// The pixel kernels in C against plain Swift of the same arithmetic, on all values or on random pictures.
import CPixels
import Media
import Render
import TestSupport
import Testing

private struct Planes {
    let width, height: Int
    var y, a, u, v, ac: [UInt8]
    init(_ bitmap: Bitmap, alpha: Bool) {
        width = (bitmap.width + 1) & ~1
        height = (bitmap.height + 1) & ~1
        let luma = width * height
        (y, a) = ([UInt8](repeating: 0, count: luma), [UInt8](repeating: 255, count: luma))
        (u, v, ac) = (
            [UInt8](repeating: 0, count: luma / 4), [UInt8](repeating: 0, count: luma / 4),
            [UInt8](repeating: 255, count: luma / 4)
        )
        let w = Int32(bitmap.width), h = Int32(bitmap.height)
        if alpha {
            cpixels_bgra_to_yuva(bitmap.pixels, bitmap.stride, w, h, &y, &a, width, &u, &v, &ac, width / 2)
        } else {
            cpixels_bgra_to_yuva(bitmap.pixels, bitmap.stride, w, h, &y, nil, width, &u, &v, nil, width / 2)
        }
    }
}

@Suite(.serialized) struct KernelTests {
    @Test func everyColourIsWithinOneOfTheReference() {
        // One 4x4 block a colour: chroma is taken inside, where all its neighbours are alike.
        var worst = (y: 0.0, c: 0.0), total = 0.0, count = 0.0
        for red in stride(from: 0, through: 255, by: 15) {
            let side = 18, bitmap = Bitmap(width: side * 4, height: side * 4)
            for row in 0..<side * 4 {
                for column in 0..<side * 4 {
                    let p = bitmap.row(row) + 4 * column
                    (p[0], p[1], p[2], p[3]) = (UInt8(column / 4 * 15), UInt8(row / 4 * 15), UInt8(red), 255)
                }
            }
            let planes = Planes(bitmap, alpha: false)
            for row in 0..<side {
                for column in 0..<side {
                    let want = reference(Double(red), Double(row * 15), Double(column * 15))
                    let at = (row * 2) * (planes.width / 2) + column * 2 + 1
                    let off = abs(Double(planes.y[row * 4 * planes.width + column * 4 + 1]) - want.y)
                    worst.y = max(worst.y, off)
                    worst.c = max(worst.c, abs(Double(planes.u[at]) - want.u), abs(Double(planes.v[at]) - want.v))
                    total += off
                    count += 1
                }
            }
        }
        // Rounding alone is at most a half.
        #expect(worst.y <= 0.52 && worst.c <= 0.52, "\(worst)")
        #expect(total / count < 0.27)
    }

    @Test func bytesOfAPictureAreReordered() {
        func reordered(_ pixels: [UInt8], _ channels: Int32) -> [UInt8] {
            var out = [UInt8](repeating: 0, count: 8)
            cpixels_rgb_to_bgra(pixels, pixels.count, channels, 2, 1, &out, 8)
            return out
        }
        #expect(reordered([1, 2, 3, 4, 5, 6], 3) == [3, 2, 1, 255, 6, 5, 4, 255])
        #expect(reordered([1, 2, 3, 40, 5, 6, 7, 80], 4) == [3, 2, 1, 40, 7, 6, 5, 80])
    }

    @Test func chromaIsSitedToTheLeft() {
        // A red column of pixels at x = 4: chroma sample 2 lies on it, samples 1 and 3 see nothing of it.
        let bitmap = Bitmap(width: 12, height: 4)
        for y in 0..<4 {
            for x in 0..<12 { bitmap.row(y)[4 * x + 3] = 255; if x == 4 { bitmap.row(y)[4 * x + 2] = 255 } }
        }
        let planes = Planes(bitmap, alpha: false)
        #expect(planes.v[2] > 170 && planes.v[1] == 128 && planes.v[3] == 128)
        // At x = 5 it is half way between samples 2 and 3, and both see a quarter.
        for y in 0..<4 { bitmap.row(y)[4 * 4 + 2] = 0; bitmap.row(y)[4 * 5 + 2] = 255 }
        let odd = Planes(bitmap, alpha: false)
        #expect(odd.v[2] == odd.v[3] && odd.v[2] == 156)
    }

    @Test func premultipliedPlanesBlendToTheReference() {
        let bitmap = Bitmap(width: 8, height: 8)
        for alpha in stride(from: 0, through: 255, by: 5) {
            for y in 0..<8 {
                for x in 0..<8 {
                    let p = bitmap.row(y) + 4 * x
                    (p[0], p[1], p[2], p[3]) = (
                        UInt8(40 * alpha / 255), UInt8(200 * alpha / 255), UInt8(120 * alpha / 255), UInt8(alpha)
                    )
                }
            }
            let planes = Planes(bitmap, alpha: true)
            var below = [UInt8](repeating: 100, count: 64)
            cpixels_blend(&below, 8, planes.y, planes.a, 8, 8, 8, 256)
            let a = Double(alpha) / 255
            let want =
                reference(Double(120 * alpha / 255), Double(200 * alpha / 255), Double(40 * alpha / 255)).y - 16 + 16
                * a + 100 * (1 - a)
            #expect(abs(Double(below[0]) - want) <= 1.01, "alpha \(alpha)")
        }
    }

    @Test func fullAndNoOpacityAreExact() {
        let bitmap = Bitmap.noise(40, 20, seed: 3, alpha: false), planes = Planes(bitmap, alpha: true)
        var below = [UInt8](repeating: 77, count: planes.y.count)
        cpixels_blend(&below, 40, planes.y, planes.a, 40, 40, 20, 0)
        #expect(below.allSatisfy { $0 == 77 })
        cpixels_blend(&below, 40, planes.y, planes.a, 40, 40, 20, 256)
        #expect(below == planes.y)
        var mixed = below
        let other = [UInt8](repeating: 9, count: below.count)
        cpixels_mix(&mixed, 40, below, 40, other, 40, 40, 20, 0)
        #expect(mixed == below)
        cpixels_mix(&mixed, 40, below, 40, other, 40, 40, 20, 256)
        #expect(mixed == other)
    }

    @Test func samplingAtWholePositionsCopies() {
        var noise = Seeded(seed: 5)
        let source = (0..<64 * 40).map { _ in UInt8.random(in: 0...255, using: &noise) }
        let one: Int64 = 1 << 32
        var out = [UInt8](repeating: 0, count: 20 * 10)
        cpixels_scale(source, 64, 64, 40, &out, 20, 20, 10, 7 * one, one, 3 * one, one)
        for y in 0..<10 {
            #expect(Array(out[y * 20..<y * 20 + 20]) == Array(source[(y + 3) * 64 + 7..<(y + 3) * 64 + 27]))
        }
        // Half way between two samples is their mean; outside, the edge is repeated.
        cpixels_scale(source, 64, 64, 40, &out, 20, 20, 1, one / 2, one, 0, one)
        for x in 0..<20 {
            let sum = Int(source[x]) + Int(source[x + 1])
            #expect(abs(2 * Int(out[x]) - sum) <= 1)
        }
        cpixels_scale(source, 64, 64, 40, &out, 20, 20, 1, -50 * one, one, -9 * one, one)
        #expect(out[..<20].allSatisfy { $0 == source[0] })
        cpixels_scale(source, 64, 64, 40, &out, 20, 20, 1, 90 * one, one, 80 * one, one)
        #expect(out[..<20].allSatisfy { $0 == source[39 * 64 + 63] })
    }

    /// Equal bytes on every machine: the wide variants must give what the portable ones give.
    @Test(arguments: [UInt64(1), 2, 3, 4, 5, 6]) func wideEqualsPortable(seed: UInt64) {
        guard cpixels_has_avx2() != 0 else { return }
        defer { cpixels_set_portable(0) }
        func both(_ name: String, _ work: () -> [UInt8]) {
            cpixels_set_portable(1)
            let portable = work()
            cpixels_set_portable(0)
            #expect(work() == portable, "\(name)")
        }
        func drawn(_ count: Int, _ from: [UInt8]? = nil, _ work: (UnsafeMutablePointer<UInt8>) -> Void) -> [UInt8] {
            var plane = from ?? [UInt8](repeating: 0, count: count)
            plane.withUnsafeMutableBufferPointer { work($0.baseAddress!) }
            return plane
        }
        var noise = Seeded(seed: seed)
        let width = Int.random(in: 2...300, using: &noise), height = Int.random(in: 2...50, using: &noise)
        let bitmap = Bitmap.noise(width, height, seed: seed, alpha: true)
        for alpha in [true, false] {
            both("convert") {
                let made = Planes(bitmap, alpha: alpha)
                var all: [UInt8] = made.y
                for plane: [UInt8] in [made.a, made.u, made.v, made.ac] { all.append(contentsOf: plane) }
                return all
            }
        }
        for channels in [3, 4] {
            // The rows of a bitmap hold as many pixels of three bytes, and more.
            both("order") {
                drawn(width * height * 4) {
                    cpixels_rgb_to_bgra(
                        bitmap.pixels, bitmap.stride, Int32(channels), Int32(width), Int32(height), $0, width * 4)
                }
            }
        }
        let p = Planes(bitmap, alpha: true), w = Int32(p.width), h = Int32(p.height)
        let other: [UInt8] = (0..<p.y.count).map { _ in UInt8.random(in: 0...255, using: &noise) }
        for opacity in [Int32(0), 1, 100, 255, 256] {
            both("blend") { drawn(0, other) { cpixels_blend($0, p.width, p.y, p.a, p.width, w, h, opacity) } }
            both("mix") { drawn(0, other) { cpixels_mix($0, p.width, p.y, p.width, p.a, p.width, w, h, opacity) } }
        }
        both("multiply") { drawn(0, other) { cpixels_multiply($0, p.width, p.a, p.width, w, h) } }
        let one = Int64(1) << 32
        for _ in 0..<8 {
            let x = Int64.random(in: -20 * one...400 * one, using: &noise),
                y = Int64.random(in: -20 * one...60 * one, using: &noise)
            let step = Int64.random(in: one / 16...one * 5 / 2, using: &noise),
                turn = Int64.random(in: -one...one, using: &noise)
            both("scale") { drawn(4000) { cpixels_scale(p.y, p.width, w, h, $0, 200, 200, 20, x, step, y, step) } }
            both("shift") { drawn(4000) { cpixels_scale(p.y, p.width, w, h, $0, 200, 200, 20, x, one, y, one) } }
            both("affine") {
                drawn(2000) { cpixels_affine(p.y, p.width, w, h, $0, 100, 100, 20, x, step, -turn, y, turn, step) }
            }
        }
        both("coverage") {
            drawn(4500) { cpixels_coverage($0, 90, 90, 50, -45.3, 0.99, 0.1, -25.7, -0.1, 0.99, 30, 18, 7, 1) }
        }
        both("blur") {
            let copy = Bitmap.noise(width, height, seed: seed, alpha: true)
            cpixels_blur(copy.pixels, copy.stride, Int32(width), Int32(height), 4, 3.3, 1)
            return Array(UnsafeBufferPointer(start: copy.pixels, count: copy.byteCount))
        }
    }

    @Test func coverageOfAWindowIsItsArea() {
        // Turned by nothing and by the smallest angle: the first takes the short way through the middle of each row.
        for (halfWidth, halfHeight, radius) in [
            (30.0, 18.0, 7.0), (30.25, 18.4, 0), (4, 22, 4), (0.4, 20, 0), (60, 40, 5),
        ] {
            var straight = [UInt8](repeating: 7, count: 90 * 50), turned = straight
            cpixels_coverage(&straight, 90, 90, 50, -44.5, 1, 0, -24.5, 0, 1, halfWidth, halfHeight, radius, 1)
            cpixels_coverage(&turned, 90, 90, 50, -44.5, 1, 0, -24.5, 1e-12, 1, halfWidth, halfHeight, radius, 1)
            #expect(straight == turned)
            guard halfWidth < 45, halfWidth > 1 else { continue }
            let area = straight.reduce(0.0) { $0 + Double($1) } / 255,
                want = 4 * halfWidth * halfHeight - (4 - Double.pi) * radius * radius
            #expect(abs(area - want) < 2, "\(area) \(want)")
        }
    }

    @Test func blurKeepsTheMeanAndSpreads() {
        var plane = [UInt8](repeating: 0, count: 101 * 101)
        plane[50 * 101 + 50] = 255
        plane[50 * 101 + 51] = 255
        cpixels_blur(&plane, 101, 101, 101, 1, 1.5, 0)
        #expect(plane[50 * 101 + 50] > plane[50 * 101 + 47] && plane[50 * 101 + 47] > 0 && plane[50 * 101 + 30] == 0)
        var flat = [UInt8](repeating: 90, count: 101 * 101)
        cpixels_blur(&flat, 101, 101, 101, 1, 9, 1)
        #expect(flat.allSatisfy { $0 == 90 })
        cpixels_blur(&flat, 101, 101, 101, 1, .nan, 1)
        cpixels_blur(&flat, 101, 101, 101, 1, 1e300, 1)
        #expect(flat.allSatisfy { $0 == 90 })
    }
}
