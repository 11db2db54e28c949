// Disables the text tracks of a finished MP4, so that players offer them but do not show them by default. The flag is
// in a track's header (tkhd, ISO/IEC 14496-12, 8.3.2).
import CFFmpeg
import FoundationEssentials
import Glibc

enum TextTracks {
    /// Clears the bit in place; nothing else in the file changes.
    static func switchOff(path: String) throws {
        let descriptor = open(path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure }
        defer { close(descriptor) }
        guard
            let index = try boxes(descriptor, 0..<Int(lseek(descriptor, 0, SEEK_END))).first(where: {
                $0.type == "moov"
            })
        else { return }
        for track in try boxes(descriptor, index.content) where track.type == "trak" {
            let parts = try boxes(descriptor, track.content)
            guard let header = parts.first(where: { $0.type == "tkhd" }),
                let media = parts.first(where: { $0.type == "mdia" }),
                let handler = try boxes(descriptor, media.content).first(where: { $0.type == "hdlr" }),
                ["sbtl", "text", "subt"].contains(try text(descriptor, handler.content.lowerBound + 8))
            else { continue }
            // One byte of version, three of flags; the lowest bit is 'enabled'.
            let at = header.content.lowerBound + 3
            var flags = try bytes(descriptor, at, 1)
            flags[0] &= ~1
            guard pwrite(descriptor, flags, 1, off_t(at)) == 1 else { throw failure }
        }
    }

    private static var failure: LibAVError { LibAVError(code: -errno, doing: "switch the text track off") }

    private static func bytes(_ descriptor: Int32, _ at: Int, _ count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        guard pread(descriptor, &bytes, count, off_t(at)) == count else { throw failure }
        return bytes
    }

    private static func text(_ descriptor: Int32, _ at: Int) throws -> String {
        String(decoding: try bytes(descriptor, at, 4), as: UTF8.self)
    }

    private static func boxes(_ descriptor: Int32, _ range: Range<Int>) throws -> [(type: String, content: Range<Int>)]
    {
        var found: [(type: String, content: Range<Int>)] = [], at = range.lowerBound
        while at + 8 <= range.upperBound {
            var header = 8, size = try bytes(descriptor, at, 4).reduce(0) { $0 << 8 | Int($1) }
            if size == 1 {
                header = 16
                size = try bytes(descriptor, at + 8, 8).reduce(0) { $0 << 8 | Int($1) }
            } else if size == 0 {
                size = range.upperBound - at
            }
            guard size >= header, size <= range.upperBound - at else { break }
            found.append((try text(descriptor, at + 4), at + header..<at + size))
            at += size
        }
        return found
    }
}
