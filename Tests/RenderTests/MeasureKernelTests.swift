// The kernels that measure pictures for checks: the same with and without AVX2, and what plain Swift computes.
import CPixels
import TestSupport
import Testing

/// Random bytes, some at the extremes.
private func noise(_ count: Int, seed: UInt64) -> [UInt8] {
    var random = Seeded(seed: seed)
    return (0..<count).map { _ in
        let value = UInt8.random(in: 0...255, using: &random)
        return value < 16 ? 0 : value > 240 ? 255 : value
    }
}

extension KernelTests {
    /// What checks measure is the same with and without AVX2, and what plain Swift counts.
    @Test(arguments: [(64, 36), (193, 61), (1000, 80)]) func measuresAreEqualOnEveryMachine(width: Int, height: Int) {
        let stride = width + 13, a = noise(stride * height, seed: 1), b = noise(stride * height, seed: 2)
        let w = Int32(width), h = Int32(height)
        func both<Result: Equatable>(_ name: Comment, _ work: () -> Result) -> Result {
            cpixels_set_portable(1)
            let portable = work()
            cpixels_set_portable(0)
            #expect(work() == portable, name)
            return portable
        }
        let luma = both("luma") {
            var result = cpixels_luma()
            cpixels_measure_luma8(a, stride, b, stride, w, h, 4, 38, &result)
            return [result.samples, result.sum, result.dark, result.bright, result.difference]
        }
        var want: [UInt64] = [0, 0, 0, 0, 0]
        for y in Swift.stride(from: 0, to: height, by: 4) {
            for x in 0..<width {
                let v = a[y * stride + x], old = b[y * stride + x]
                want[0] += 1
                want[1] += UInt64(v)
                want[2] += v <= 38 ? 1 : 0
                want[3] += v > 80 ? 1 : 0
                want[4] += UInt64(abs(Int(v) - Int(old)))
            }
        }
        #expect(luma == want)

        let mark = both("mark") {
            var mark = cpixels_mark()
            cpixels_greatest_mark(a, stride, b, stride, w, h, 3, &mark)
            return [Float(mark.x), Float(mark.y), mark.value]
        }
        var most: [Float] = [0, 0, 0]
        for row in 0..<height / 3 - 1 {
            for column in 0..<width / 3 - 1 {
                var sum = 0
                for y in row * 3..<row * 3 + 6 {
                    for x in column * 3..<column * 3 + 6 { sum += Int(a[y * stride + x]) - Int(b[y * stride + x]) }
                }
                if Float(abs(sum)) / 36 > most[2] {
                    most = [Float(column * 3), Float(row * 3), Float(abs(sum)) / 36]
                }
            }
        }
        #expect(mark == most)

        _ = both("tiles") {
            var shift = [Double](repeating: 0, count: 12), distance = shift, similarity = shift
            cpixels_tile_distance(a, stride, b, stride, w, h, 4, 3, &shift, &distance)
            cpixels_similarity(a, stride, b, stride, w, h, 4, 3, &similarity)
            return shift + distance + similarity
        }
    }

    /// The similarity of one tile by the definition: every window of 8 by 8, every 4 samples.
    @Test func similarityIsThatOfItsDefinition() {
        let width = 24, height = 16, a = noise(width * height, seed: 3), b = noise(width * height, seed: 4)
        var total = 0.0, count = 0.0
        for top in Swift.stride(from: 0, through: height - 8, by: 4) {
            for left in Swift.stride(from: 0, through: width - 8, by: 4) {
                var (p, q, squares, product) = (0.0, 0.0, 0.0, 0.0)
                for y in top..<top + 8 {
                    for x in left..<left + 8 {
                        let v = Double(a[y * width + x]), w = Double(b[y * width + x])
                        p += v
                        q += w
                        squares += v * v + w * w
                        product += v * w
                    }
                }
                let c1 = 6.5025 * 4096, c2 = 58.5225 * 4096
                let variance = squares * 64 - p * p - q * q, covariance = product * 64 - p * q
                total += (2 * p * q + c1) * (2 * covariance + c2) / ((p * p + q * q + c1) * (variance + c2))
                count += 1
            }
        }
        var tile = [0.0]
        cpixels_similarity(a, width, b, width, Int32(width), Int32(height), 1, 1, &tile)
        #expect(abs(tile[0] - total / count) < 1e-12)
    }

    /// Light and red of cells, against the same arithmetic in Swift, for colour and grey, 8 and 10 bits.
    @Test(arguments: [(true, 8), (false, 8), (true, 10)]) func cellsOfFlashes(isColour: Bool, depth: Int) {
        let width = 500, height = 90, columns = 48, rows = 9, bytes = depth > 8 ? 2 : 1
        var luma = noise(width * height * bytes, seed: 5), blue = noise(width / 2 * height / 2 * bytes, seed: 6)
        var red = noise(width / 2 * height / 2 * bytes, seed: 7)
        if depth > 8 {
            // Little endian: the upper byte has two bits.
            for i in Swift.stride(from: 1, to: luma.count, by: 2) { luma[i] &= 3 }
            for i in Swift.stride(from: 1, to: blue.count, by: 2) { blue[i] &= 3; red[i] &= 3 }
        }
        let linear = (0..<1024).map { UInt16($0 * $0 * 65535 / (1023 * 1023)) }
        func value(_ plane: [UInt8], _ index: Int) -> Int {
            guard depth > 8 else { return Int(plane[index]) }
            return ((Int(plane[2 * index]) | Int(plane[2 * index + 1]) << 8) >> (depth - 8)) & 255
        }
        let (yScale, rCr, gCb, gCr, bCb) = (306_000, 471_000, 56_000, 140_000, 555_000)
        func measure() -> ([UInt8], [UInt8], UInt32) {
            var light = [UInt8](repeating: 0, count: columns * rows), reds = light, outside: UInt32 = 0
            luma.withUnsafeBufferPointer { y in
                blue.withUnsafeBufferPointer { u in
                    red.withUnsafeBufferPointer { v in
                        linear.withUnsafeBufferPointer { table in
                            var picture = cpixels_flash_picture()
                            picture.luma = y.baseAddress
                            picture.blue = isColour ? u.baseAddress : nil
                            picture.red = isColour ? v.baseAddress : nil
                            (picture.luma_stride, picture.chroma_stride) = (width * bytes, width / 2 * bytes)
                            (picture.width, picture.height) = (Int32(width), Int32(height))
                            (picture.chroma_x, picture.chroma_y, picture.depth) = (1, 1, Int32(depth))
                            (picture.y_offset, picture.y_scale, picture.r_cr) = (16, Int32(yScale), Int32(rCr))
                            (picture.g_cb, picture.g_cr, picture.b_cb) = (Int32(gCb), Int32(gCr), Int32(bCb))
                            picture.linear = table.baseAddress
                            outside = cpixels_flash_cells(&picture, Int32(columns), Int32(rows), &light, &reds)
                        }
                    }
                }
            }
            return (light, reds, outside)
        }
        var light: [UInt8] = [], reds: [UInt8] = [], outside: UInt32 = 0
        func isOutside(_ value: Int) -> Bool { value < -Int(51.5 * 65536) || value > Int(1074.5 * 65536) }
        for row in 0..<rows {
            for column in 0..<columns {
                var sums = (r: 0, g: 0, b: 0)
                for j in 0..<8 {
                    for i in 0..<8 {
                        let x = (2 * (column * 8 + i) + 1) * width / (2 * columns * 8)
                        let y = (2 * (row * 8 + j) + 1) * height / (2 * rows * 8)
                        let grey = (value(luma, y * width + x) - 16) * yScale
                        let chroma = y / 2 * (width / 2) + x / 2
                        let cb = isColour ? value(blue, chroma) - 128 : 0, cr = isColour ? value(red, chroma) - 128 : 0
                        let rgb = [grey + rCr * cr, grey - gCb * cb - gCr * cr, grey + bCb * cb]
                        if (rgb + [grey]).contains(where: isOutside) { outside += 1 }
                        let levels = rgb.map { Int(linear[max(0, min(1023, $0 >> 16))]) }
                        sums = (sums.r + levels[0], sums.g + levels[1], sums.b + levels[2])
                    }
                }
                let full = 65535 * 64
                light.append(
                    UInt8(((2126 * sums.r + 7152 * sums.g + 722 * sums.b) / 10000 * 255 + full / 2) / full))
                let excess = max(0, ((sums.r - sums.g - sums.b) * 127 + full / 2) / full)
                let isRed = sums.r > sums.g + sums.b && excess > 0 && 5 * sums.r >= 4 * (sums.r + sums.g + sums.b)
                reds.append(UInt8((sums.r > sums.g + sums.b ? excess : 0) | (isRed ? 128 : 0)))
            }
        }
        for portable in [Int32(1), 0] {
            cpixels_set_portable(portable)
            let measured = measure()
            #expect(measured.0 == light && measured.1 == reds && measured.2 == outside, "portable \(portable)")
        }
    }
}
