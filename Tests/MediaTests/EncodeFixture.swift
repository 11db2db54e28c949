// The ffmpeg command as a second opinion, and pictures to encode.
import Composition
import Glibc
import Media
import TestSupport
import Testing

struct CommandFailed: Error {
    var command: String
    var status: Int32
    var output: String
}

/// Standard output of a shell command; throws when it fails.
@discardableResult
func shell(_ command: String) throws -> String {
    let run = try Program.run(["sh", "-c", command])
    guard run.status == 0 else { throw CommandFailed(command: command, status: run.status, output: run.out + run.err) }
    return run.out
}

/// A gradient that drifts, with a box that moves over it: frame `index` of an endless clip.
func picture(_ size: PixelSize, _ index: Int) -> (y: [UInt8], u: [UInt8], v: [UInt8]) {
    let (width, height) = (size.width, size.height)
    var y = [UInt8](repeating: 0, count: width * height)
    let box = (index * 5) % max(1, width - 40)
    for row in 0..<height {
        for column in 0..<width {
            let inBox = (box..<(box + 40)).contains(column) && (20..<60).contains(row)
            y[row * width + column] = inBox ? 220 : UInt8(16 + (column + row * 2 + index) % 200)
        }
    }
    let chroma = (width / 2) * (height / 2)
    return (
        y, [UInt8](repeating: UInt8(100 + index % 50), count: chroma),
        [UInt8](repeating: UInt8(150 - index % 50), count: chroma)
    )
}

/// Planes in memory of their own. Strides are in bytes.
func planes(_ y: [UInt8], _ u: [UInt8], _ v: [UInt8], yStride: Int, uvStride: Int, _ size: PixelSize) -> PicturePlanes {
    final class Held {
        let bytes: [UnsafeMutablePointer<UInt8>]
        init(_ planes: [[UInt8]]) {
            bytes = planes.map { plane in
                let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: plane.count)
                copy.initialize(from: plane, count: plane.count)
                return copy
            }
        }
        deinit { for plane in bytes { plane.deallocate() } }
    }
    let held = Held([y, u, v])
    return PicturePlanes(
        y: held.bytes[0], u: held.bytes[1], v: held.bytes[2], yStride: yStride, uvStride: uvStride, size: size,
        owner: held)
}

/// Rows without padding.
func planes(_ picture: (y: [UInt8], u: [UInt8], v: [UInt8]), _ size: PixelSize) -> PicturePlanes {
    planes(picture.y, picture.u, picture.v, yStride: size.width, uvStride: size.width / 2, size)
}

/// Encodes `frames` pictures from `first` on; each of `repeats` is the picture before it again.
@discardableResult
func encodeSegment(_ path: String, _ settings: EncodeSettings, first: Int, frames: Int, repeats: Set<Int> = []) throws
    -> Int
{
    let encoder = try SegmentEncoder(path: path, settings: settings)
    for index in 0..<frames {
        if repeats.contains(index) {
            try encoder.encodeRepeat()
        } else {
            let p = picture(settings.size, first + index)
            try encoder.encode(planes(p, settings.size))
        }
    }
    return try encoder.finish()
}

/// One digest for each decoded frame.
func frameDigests(_ path: String) throws -> [String] {
    try shell("ffmpeg -v error -i '\(path)' -map 0:v -f framemd5 -").split(separator: "\n").filter {
        !$0.hasPrefix("#")
    }
    .map { String($0.split(separator: ",").last!.drop { $0 == " " }) }
}

/// Types of all boxes in order of appearance, containers before what they hold.
func boxes(_ path: String) -> [String] {
    let bytes = fileBytes(path) ?? []
    let containers: Set = ["moov", "trak", "edts", "mdia", "minf", "stbl", "udta"]
    func walk(_ range: Range<Int>) -> [String] {
        var found: [String] = []
        var at = range.lowerBound
        while at + 8 <= range.upperBound {
            let size = bytes[at..<(at + 4)].reduce(0) { $0 << 8 | Int($1) }
            let type = String(decoding: bytes[(at + 4)..<(at + 8)], as: UTF8.self)
            guard size >= 8, at + size <= range.upperBound else { break }
            found.append(type)
            if containers.contains(type) { found += walk((at + 8)..<(at + size)) }
            at += size
        }
        return found
    }
    return walk(0..<bytes.count)
}

extension EncodeSettings {
    static let small = EncodeSettings(size: PixelSize(width: 320, height: 180), rate: FrameRate(30))
}
