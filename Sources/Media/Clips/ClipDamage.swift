// The damaged stretches of a clip while it is read: from a damaged picture to the next key frame, since the pictures in
// between depend on it. Damage to pictures that are not shown does not matter.
import CFFmpeg
import Composition

final class ClipDamage {
    private struct Stretch {
        var from: Rational
        /// nil until the next key frame.
        var to: Rational?
        var reason: String
    }

    private let stream: ClipStream
    private let container: String
    private var account: PictureAccount
    private var stretches: [Stretch] = []
    /// The times of key frames, in the order of reading.
    private var keys: [Rational] = []
    /// Times of pictures that are still to come, by the number of their packet.
    private var owed: [Int64: Rational] = [:]
    /// Whether errors in the last packet are faults of the file.
    private var concerns = false
    private var time: Rational = 0

    init(_ stream: ClipStream, in input: FormatInput) {
        self.stream = stream
        container = String(cString: input.pointer.pointee.iformat.pointee.name)
        account = PictureAccount(stream.stream, stream.codec, container: container)
    }

    /// Forgets everything after a seek.
    func restart() {
        account = PictureAccount(stream.stream, stream.codec, container: container)
        stretches = []
        keys = []
        owed = [:]
        concerns = false
    }

    /// Notes a packet that is about to be sent.
    /// - Parameter time: when its picture is shown.
    func take(_ packet: Packet, at time: Rational, to decoder: CodecContext) {
        let number = Int64(account.count), isKey = packet.pointer.pointee.flags & AV_PKT_FLAG_KEY != 0
        let counts = account.take(packet)
        // Before the first key frame every picture depends on pictures that were not read.
        concerns = counts && account.hasKey
        self.time = time
        if isKey { keys.append(time) }
        if isKey {
            for index in stretches.indices where stretches[index].to == nil && stretches[index].from < time {
                stretches[index].to = time
            }
        }
        // A picture that is decoded after the damage depends on it, even if it is shown before.
        if !isKey {
            for index in stretches.indices where stretches[index].to == nil && time < stretches[index].from {
                stretches[index].from = time
            }
        }
        if concerns && account.lastOwes { owed[number] = time }
        decoder.pointer.pointee.reordered_opaque = number
        LibAVLog.listen()
    }

    /// The decoder refused the last packet or returned an error.
    func blame(_ reason: String) { if concerns { add(from: time, reason) } }

    /// Takes over errors that libav logged for the last packet but did not return.
    func readLog() { if let line = LibAVLog.taken().first { blame(line.lowercasedFirst) } }

    func give(_ frame: Frame, at time: Rational) {
        let fields = frame.pointer.pointee
        let wasOwed = owed.removeValue(forKey: fields.reordered_opaque) != nil
        if wasOwed, fields.flags & AV_FRAME_FLAG_CORRUPT != 0 || fields.decode_error_flags != 0 {
            add(from: time, "parts of the picture are missing")
        }
    }

    private func add(from time: Rational, _ reason: String) {
        if let last = stretches.last, last.to == nil, time >= last.from { return }
        // Damage that is found late may precede key frames that were already read.
        let end = keys.reversed().prefix { $0 > time }.last
        stretches.append(Stretch(from: time, to: end, reason: reason))
    }

    /// The fault in showing a picture until the given time; nil if there is none.
    /// - Parameter next: the time of the following picture; nil if it is the last.
    func fault(showing picture: Rational, until shown: Rational, next: Rational?) -> String? {
        // Pictures come out in display order, so one before `next` that has not come out is lost.
        for (number, time) in owed where next.map({ time < $0 }) ?? true {
            owed[number] = nil
            add(from: time, "the decoder loses a picture")
        }
        return stretches.first { $0.from <= shown && $0.to.map { picture < $0 } ?? true }?.reason
    }
}
