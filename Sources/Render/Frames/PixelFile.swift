// Frames stored on disk, for segments whose frames take longer to draw than to read.
//
// The format, version 1; numbers are little endian: 8 bytes "vgpixel1" 4 x u32 width, height, number of pictures, 0 ...
// pictures in sequence, each an LZ4 block of the planes Y, U, V (rows without padding) n x 16 u64 offset from the start
// of the file, u64 length; equal pictures may share one block u64 offset of that table Each picture belongs to one run
// of `FrameHashes`, in their order.
import CLZ4
import Composition
import Diagnostics
import Digests
import Files
import Glibc

private let magic = Array("vgpixel1".utf8)
private let headerSize = 24

extension Segment {
    /// Whether drawing a frame takes longer than writing and reading it (about 4 ms at 1080p). Decided from the
    /// description, not by a clock, so that every machine decides alike.
    public var keepsPixels: Bool {
        (stacks.flatMap(\.layers) + overlays).contains { layer in
            if case .video = layer.content { return true }
            // Rotated pictures are sampled slowly, point by point.
            guard !layer.rotation.isConstant, case .image(let image) = layer.content else { return false }
            let area = Double(image.box?.width ?? size.width) * Double(image.box?.height ?? size.height)
            return area > 0.4 * Double(size.width) * Double(size.height)
        }
    }
}

/// Writes a file of frames in sequence. Throws a `Diagnostic`.
public final class PixelFileWriter {
    private let path: String
    private let descriptor: Int32
    private let width, height: Int
    private var position = headerSize
    private var table: [(offset: Int, length: Int)] = []
    private var known: [Digest: Int] = [:]
    private var buffer: [UInt8]

    public init(path: String, size: PixelSize) throws {
        self.path = path
        (width, height) = (size.width, size.height)
        buffer = [UInt8](repeating: 0, count: Int(LZ4_compressBound(Int32(width * height * 3 / 2))))
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw RenderProblem.unwritable(path: path, reason: String(cString: strerror(errno))).diagnostic
        }
        try write([UInt8](repeating: 0, count: headerSize), at: 0)
    }

    deinit { close(descriptor) }

    /// `hash` is the frame's; a picture that is already written is only referred to again.
    public func append(_ frame: I420Frame, hash: Digest) throws {
        precondition(frame.width == width && frame.height == height)
        if let index = known[hash] { return table.append(table[index]) }
        let length = buffer.withUnsafeMutableBytes { target in
            Int(
                LZ4_compress_default(
                    UnsafeRawPointer(frame.y).assumingMemoryBound(to: CChar.self),
                    target.baseAddress!.assumingMemoryBound(to: CChar.self), Int32(frame.byteCount), Int32(target.count)
                ))
        }
        guard length > 0 else { throw RenderProblem.unwritable(path: path, reason: "LZ4 failed").diagnostic }
        try write(buffer[..<length], at: position)
        known[hash] = table.count
        table.append((position, length))
        position += length
    }

    /// Completes the file. It cannot be read before.
    public func finish() throws {
        var tail: [UInt8] = []
        for entry in table { tail += littleEndian(UInt64(entry.offset)) + littleEndian(UInt64(entry.length)) }
        tail += littleEndian(UInt64(position))
        try write(tail, at: position)
        try write(magic + [UInt32(width), UInt32(height), UInt32(table.count), 0].flatMap(littleEndian), at: 0)
    }

    private func write(_ bytes: some Collection<UInt8>, at offset: Int) throws {
        let failure: SystemFailure?? = bytes.withContiguousStorageIfAvailable { buffer in
            do throws(SystemFailure) {
                try OpenFile.write(UnsafeRawBufferPointer(buffer), to: descriptor, at: offset)
            } catch { return error }
            return nil
        }
        if let code = failure??.code {
            throw RenderProblem.unwritable(path: path, reason: String(cString: strerror(code))).diagnostic
        }
    }
}

private func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
}

/// Reads files of `PixelFileWriter` and validates them. Throws a `Diagnostic`.
public final class PixelFile {
    public let size: PixelSize
    /// Number of pictures, one for each run.
    public let pictures: Int
    private let path: String
    private let file: Descriptor
    private let table: [(offset: Int, length: Int)]
    private var frames: SpareFrames
    private var shown: (index: Int, frame: I420Frame)?

    public init(path: String) throws {
        func damaged(_ reason: String) -> Diagnostic { RenderProblem.badPixels(path: path, reason: reason).diagnostic }
        let file = Descriptor(open(path, O_RDONLY | O_CLOEXEC))
        guard file.number >= 0 else { throw damaged(String(cString: strerror(errno))) }
        let end = Int(lseek(file.number, 0, SEEK_END))
        guard end >= headerSize + 8, let header = file.bytes(headerSize, at: 0), Array(header[..<8]) == magic else {
            throw damaged("its signature is wrong")
        }
        func number(_ bytes: [UInt8], _ at: Int, _ count: Int) -> UInt64 {
            (0..<count).reduce(0) { $0 | UInt64(bytes[at + $1]) << UInt64(8 * $1) }
        }
        let width = Int(number(header, 8, 4)), height = Int(number(header, 12, 4)), count = Int(number(header, 16, 4))
        guard 2...16384 ~= width, 2...16384 ~= height, width % 2 == 0, height % 2 == 0,
            count * 16 <= end - headerSize - 8
        else {
            throw damaged("its header is invalid")
        }
        let start = end - 8 - count * 16
        guard let tail = file.bytes(end - start, at: start), number(tail, count * 16, 8) == UInt64(start) else {
            throw damaged("it is truncated")
        }
        let bound = Int(LZ4_compressBound(Int32(width * height * 3 / 2)))
        var table: [(offset: Int, length: Int)] = []
        for index in 0..<count {
            let offset = number(tail, index * 16, 8), length = number(tail, index * 16 + 8, 8)
            guard offset >= UInt64(headerSize), offset <= UInt64(start), length > 0, length <= UInt64(bound),
                length <= UInt64(start) - offset
            else {
                throw damaged("its table is invalid")
            }
            table.append((Int(offset), Int(length)))
        }
        self.path = path
        self.file = file
        self.table = table
        size = PixelSize(width: width, height: height)
        pictures = count
        frames = SpareFrames(width: width, height: height)
    }

    /// Reads a picture, which is valid until the next call, or as long as it is held.
    public func picture(_ index: Int) throws -> I420Frame {
        guard table.indices.contains(index) else {
            throw RenderProblem.badPixels(path: path, reason: "it has \(pictures) pictures, not \(index + 1)")
                .diagnostic
        }
        if let shown, shown.index == index { return shown.frame }
        shown = nil
        let frame = frames.next()
        guard let packed = file.bytes(table[index].length, at: table[index].offset) else {
            throw RenderProblem.badPixels(path: path, reason: "picture \(index) cannot be read").diagnostic
        }
        let length = packed.withUnsafeBytes { source in
            LZ4_decompress_safe(
                source.baseAddress!.assumingMemoryBound(to: CChar.self),
                UnsafeMutableRawPointer(frame.y).assumingMemoryBound(to: CChar.self), Int32(source.count),
                Int32(frame.byteCount))
        }
        guard Int(length) == frame.byteCount else {
            throw RenderProblem.badPixels(path: path, reason: "picture \(index) is damaged").diagnostic
        }
        shown = (index, frame)
        return frame
    }
}

/// Owns a file descriptor.
private final class Descriptor {
    let number: Int32
    init(_ number: Int32) { self.number = number }
    deinit { if number >= 0 { close(number) } }

    /// nil if the file is too short.
    func bytes(_ count: Int, at offset: Int) -> [UInt8]? {
        var whole = true
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let n = pread(number, buffer.baseAddress! + filled, count - filled, off_t(offset + filled))
                if n < 0 && errno == EINTR { continue }
                guard n > 0 else { whole = false; return }
                filled += n
            }
        }
        return whole ? bytes : nil
    }
}
