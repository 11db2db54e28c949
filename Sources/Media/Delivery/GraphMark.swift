// The mark that says which graph made a film: a message of the kind 'user data unregistered' (ITU-T H.264, D.1.7) before
// the first picture of each segment. Decoders skip it. A copy into another container keeps it, and so does a cut.
import CFFmpeg
import Digests
import Glibc

enum GraphMark {
    /// Of vgraph's messages. Without zeros, so that no emulation prevention is needed.
    static let id: [UInt8] = [
        0x7c, 0x1e, 0x9d, 0x3a, 0x5b, 0x64, 0x4f, 0x2e, 0x9a, 0x8b, 0xc3, 0xd1, 0x5e, 0x7f, 0x6a, 0x92,
    ]
    static let words = "graph "

    /// The NAL unit, without what separates it from others.
    static func unit(_ graph: Digest) -> [UInt8] {
        let payload = id + Array((words + graph.hex).utf8)
        // Type of the unit, type and size of the message, the message, the stop bit.
        return [AccessUnit.Kind.message, 5, UInt8(payload.count)] + payload + [0x80]
    }

    /// The graph that a NAL unit names; nil: it is not a mark.
    static func graph(in unit: UnsafeRawBufferPointer) -> Digest? {
        let length = 3 + id.count + words.utf8.count + 32 + 1
        guard unit.count == length, unit[0] == AccessUnit.Kind.message, unit[1] == 5,
            unit[3..<3 + id.count].elementsEqual(id)
        else { return nil }
        let text = String(decoding: unit[(3 + id.count)..<length - 1], as: UTF8.self)
        return text.hasPrefix(words) ? Digest(hex: String(text.dropFirst(words.utf8.count))) : nil
    }

    /// Puts the mark before the first slice of a packet whose units have lengths before them.
    static func put(_ graph: Digest, into packet: Packet, _ parameters: UnsafePointer<AVCodecParameters>) throws {
        let size = Int(packet.pointer.pointee.size)
        guard AccessUnit.lengthSize(parameters) == 4, let data = packet.pointer.pointee.data else {
            return
        }
        let picture = AccessUnit(UnsafeRawBufferPointer(start: data, count: size), lengthSize: 4)
        guard let slice = picture.units.first(where: { AccessUnit.Kind.slices.contains(picture.kind(of: $0)) }) else {
            return
        }
        let unit = unit(graph), at = slice.lowerBound - 4
        let added: [UInt8] = [0, 0, 0, UInt8(unit.count)] + unit
        try libav(av_grow_packet(packet.pointer, Int32(added.count)), "mark a segment")
        guard let grown = packet.pointer.pointee.data else { return }
        memmove(grown + at + added.count, grown + at, size - at)
        (grown + at).update(from: added, count: added.count)
    }

    /// The bytes of a packet as they were before it was marked, in pieces.
    static func unmarked(_ packet: UnsafeRawBufferPointer, lengthSize: Int?) -> [UnsafeRawBufferPointer] {
        guard lengthSize == 4 else { return [packet] }
        let picture = AccessUnit(packet, lengthSize: 4)
        let mark = picture.units.first {
            picture.kind(of: $0) == AccessUnit.Kind.message
                && graph(in: UnsafeRawBufferPointer(rebasing: packet[$0])) != nil
        }
        guard let mark else { return [packet] }
        return [packet[..<(mark.lowerBound - 4)], packet[mark.upperBound...]].map(
            UnsafeRawBufferPointer.init(rebasing:))
    }
}
