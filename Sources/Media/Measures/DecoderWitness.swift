// Compares what libavcodec's decoder shows of a segment with what its encoder reconstructed: the beginning of each group
// of pictures, and of one with a hold all until the hold has begun.
import CFFmpeg
import Digests

final class DecoderWitness {
    private let decoder: CodecContext
    private let groups: [ReconstructionMeter.Group]
    /// Of the pictures that must be shown, by their place.
    private let expected: [Int: Digest]
    private let frame: Frame
    private var group = -1, inGroup = 0
    private var confirmed: Set<Int> = []
    private var hasOther = false
    private var isDecoding = false

    init(
        _ decoder: CodecContext, _ groups: [ReconstructionMeter.Group], _ expected: [Int: Digest]
    ) throws(LibAVError) {
        self.decoder = decoder
        self.groups = groups
        self.expected = expected
        frame = try Frame()
    }

    /// Takes a packet in the order of the file.
    func take(_ packet: Packet) throws(LibAVError) {
        let fields = packet.pointer.pointee
        if fields.flags & AV_PKT_FLAG_KEY != 0 {
            try end()
            group += 1
            inGroup = 0
        }
        inGroup += 1
        guard groups.indices.contains(group), inGroup <= groups[group].confirmed, fields.duration > 0 else { return }
        isDecoding = true
        decoder.pointer.pointee.reordered_opaque = fields.pts / fields.duration
        try decoder.send(packet, "decode pictures")
        try receive()
    }

    /// Whether the decoder has shown all that it must, and nothing else.
    func confirms() throws(LibAVError) -> Bool {
        try end()
        return !hasOther && confirmed == Set(expected.keys)
    }

    /// Takes what the decoder still has of a group.
    private func end() throws(LibAVError) {
        guard isDecoding else { return }
        isDecoding = false
        try decoder.sendEnd()
        try receive()
        avcodec_flush_buffers(decoder.pointer)
    }

    private func receive() throws(LibAVError) {
        while try decoder.receive(frame, "decode pictures") == .got {
            let shown = Int(frame.pointer.pointee.reordered_opaque)
            // Of those before a hold only some are compared.
            guard let digest = expected[shown] else { continue }
            confirmed.insert(shown)
            hasOther = hasOther || frame.samples != digest
        }
    }
}
