// Where a clip that is being read is not whole: from a picture that did not come out as it was filmed to the next key
// frame, since what lies between leans on it. Pictures that nobody shows may be damaged.
import CFFmpeg
import Composition

final class ClipDamage {
    private struct Stretch {
        var from: Rational
        /// nil: no key frame has come yet.
        var to: Rational?
        var reason: String
    }

    private let stream: ClipStream
    private let container: String
    private var account: PictureAccount
    private var stretches: [Stretch] = []
    /// When key frames are shown, as they came.
    private var keys: [Rational] = []
    /// Pictures that packets owe, by the number of the packet.
    private var owed: [Int64: Rational] = [:]
    /// Whether errors of the last packet are the file's.
    private var concerns = false
    private var time: Rational = 0

    init(_ stream: ClipStream, in input: FormatInput) {
        self.stream = stream
        container = String(cString: input.pointer.pointee.iformat.pointee.name)
        account = PictureAccount(stream.stream, stream.codec, container: container)
    }

    /// Reading goes on somewhere else.
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
        // Before the first key frame everything leans on what was not read.
        concerns = counts && account.hasKey
        self.time = time
        if isKey { keys.append(time) }
        if isKey {
            for index in stretches.indices where stretches[index].to == nil && stretches[index].from < time {
                stretches[index].to = time
            }
        }
        // Decoded after what is damaged, it leans on that, also where it is shown before.
        if !isKey {
            for index in stretches.indices where stretches[index].to == nil && time < stretches[index].from {
                stretches[index].from = time
            }
        }
        if concerns && account.lastOwes { owed[number] = time }
        decoder.pointer.pointee.reordered_opaque = number
        LibAVLog.listen()
    }

    /// The decoder refused the last packet, or gave out an error.
    func blame(_ reason: String) { if concerns { add(from: time, reason) } }

    /// What libav said of the last packet and did not return.
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
        // What is found late may lie before key frames that have come.
        let end = keys.reversed().prefix { $0 > time }.last
        stretches.append(Stretch(from: time, to: end, reason: reason))
    }

    /// What is wrong with showing a picture until a time; nil: nothing.
    /// - Parameter next: when the picture after it is shown; nil: there is none.
    func fault(showing picture: Rational, until shown: Rational, next: Rational?) -> String? {
        // Pictures come out in the order in which they are shown: one before `next` that has not come is lost.
        for (number, time) in owed where next.map({ time < $0 }) ?? true {
            owed[number] = nil
            add(from: time, "a picture does not come out")
        }
        return stretches.first { $0.from <= shown && $0.to.map { picture < $0 } ?? true }?.reason
    }
}
