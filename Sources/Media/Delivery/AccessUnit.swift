// The NAL units of an access unit of H.264, whichever way a container separates them (ITU-T H.264, Annex B; ISO/IEC
// 14496-15, 5.3). Bytes of others: sizes that lie end the list.
import CFFmpeg
import Digests

struct AccessUnit {
    /// Of a NAL unit, the lower five bits of its first byte (table 7-1).
    enum Kind {
        static let slices: ClosedRange<UInt8> = 1...5
        static let message: UInt8 = 6
    }

    let bytes: UnsafeRawBufferPointer
    /// Bytes of the number before each unit; nil: start codes separate them.
    let lengthSize: Int?

    init(_ bytes: UnsafeRawBufferPointer, lengthSize: Int?) {
        self.bytes = bytes
        self.lengthSize = lengthSize
    }

    /// How a stream's packets separate units: an `avcC` begins with 1.
    static func lengthSize(_ parameters: UnsafePointer<AVCodecParameters>) -> Int? {
        let fields = parameters.pointee
        guard fields.extradata_size >= 7, let extra = fields.extradata, extra[0] == 1 else { return nil }
        return Int(extra[4] & 3) + 1
    }

    /// Where each unit lies, without what separates it from others.
    var units: [Range<Int>] { lengthSize.map(counted(by:)) ?? separated }

    /// Of the units, whatever separates them.
    var digest: Digest {
        var writer = DigestWriter()
        for unit in units {
            withUnsafeBytes(of: UInt64(unit.count)) { writer.add($0) }
            writer.add(UnsafeRawBufferPointer(rebasing: bytes[unit]))
        }
        return writer.finish()
    }

    func kind(of unit: Range<Int>) -> UInt8 { unit.isEmpty ? 0 : bytes[unit.lowerBound] & 0x1f }

    private func counted(by size: Int) -> [Range<Int>] {
        var found: [Range<Int>] = [], at = 0
        while at + size <= bytes.count {
            let length = bytes[at..<at + size].reduce(0) { $0 << 8 | Int($1) }
            at += size
            guard length <= bytes.count - at else { break }
            found.append(at..<at + length)
            at += length
        }
        return found
    }

    /// A start code is 00 00 01; zeros before it belong to no unit.
    private var separated: [Range<Int>] {
        var found: [Range<Int>] = [], start: Int?, at = 0
        func end(_ before: Int) {
            guard let from = start else { return }
            var to = before
            while to > from, bytes[to - 1] == 0 { to -= 1 }
            found.append(from..<to)
        }
        while at + 3 <= bytes.count {
            if bytes[at] == 0, bytes[at + 1] == 0, bytes[at + 2] == 1 {
                end(at)
                at += 3
                start = at
            } else {
                at += 1
            }
        }
        end(bytes.count)
        return found
    }
}
