// A clip's pictures by time, decoded in order; going back, or far ahead, seeks to a key frame first.
// Holds two decoded pictures and one converted, whatever the clip's length.
import CFFmpeg
import Diagnostics

/// Time 0 is where the earliest stream of the file begins, so that its own sound and its pictures stay together.
public final class ClipReader: ClipFrames {
    public let duration: Double
    /// Of the pictures as shown: turned, with square pixels.
    public let width: Int
    public let height: Int

    private let name: String
    private let input: FormatInput
    private let clip: ClipStream
    private let decoder: CodecContext
    private let packet: Packet
    private let converter = BitmapConverter()

    private struct Shown {
        var frame: Frame
        var time: Double
    }
    /// The picture at the reader's place and the one after it; nil before the first and after the last.
    private var current: Shown?
    private var next: Shown?
    private var hasEnded = false
    /// The last stamp plus a frame, for files whose pictures carry none.
    private var expected = 0.0
    private var isSettled = true
    /// The first packet since the last seek, and whether one after it is shown before it.
    private var keyTime: Double?
    private var keyDecodeTime: Double?
    private var hasLeading = false
    private var converted: (time: Double, bitmap: Bitmap)?

    /// Beyond this it is cheaper to look for a key frame than to decode what lies between.
    private static let patience = 2.0

    /// - Parameter name: how messages name the file.
    /// - Throws: `MediaProblem`
    public init(path: String, name: String? = nil) throws {
        let name = name ?? path
        self.name = name
        do {
            input = try FormatInput(path: path, name: name)
            guard let clip = try ClipStream(input) else { throw MediaProblem.wrongKind(name: name, actual: "a file without moving pictures", wanted: ["a clip"]) }
            self.clip = clip
            decoder = try clip.open(input)
            packet = try Packet()
        } catch let error as LibAVError {
            throw MediaProblem(error)
        }
        let size = clip.orientation.applied(width: clip.width, height: clip.height)
        width = size.width
        height = size.height
        duration = input.headerDuration ?? 0
        // Only this stream is read: packets of the others are dropped by the demuxer.
        for (index, stream) in input.streams.enumerated() where index != clip.index { stream?.pointee.discard = AVDISCARD_ALL }
    }

    public func bitmap(atSeconds seconds: Double) throws -> Bitmap {
        let shown = try picture(atSeconds: seconds)
        if let converted, converted.time == shown.time { return converted.bitmap }
        // A stream that changes its size half way is shown at the size its header promised.
        let bitmap = try converter.bitmap(shown.frame, untagged: .clip, orientation: clip.orientation,
                                          width: clip.width, height: clip.height, name: name)
        converted = (shown.time, bitmap)
        return bitmap
    }

    /// The decoded frame at a time, not turned; valid until the next call.
    func frame(atSeconds seconds: Double) throws -> Frame { try picture(atSeconds: seconds).frame }

    private func picture(atSeconds seconds: Double) throws -> Shown {
        // NaN and infinities: the first picture, or the last.
        let time = seconds.isNaN ? 0 : min(max(seconds, 0), ClipProbe.maximumSeconds)
        do {
            if let current, time < current.time, current.time > 0 {
                try rewind(to: time)
            } else if let ahead = next?.time ?? current?.time, time > ahead + Self.patience, !hasEnded {
                try rewind(to: time)
            } else if current == nil {
                if time > Self.patience { try rewind(to: time) } else { next = try decode() }
            }
            while let following = next, current == nil || following.time <= time {
                current = following
                next = try decode()
            }
        } catch let error as LibAVError {
            throw MediaProblem.damaged(name: name, what: "clip", place: "the picture at \(tenths(time)) s", reason: error.text.lowercasedFirst)
        }
        guard let current else {
            throw MediaProblem.damaged(name: name, what: "clip", place: "the picture at \(tenths(time)) s", reason: "nothing comes out")
        }
        return current
    }

    /// Goes to a key frame whose picture is not after `time`. Seeking goes by decoding order and indexes lie,
    /// so what comes out is looked at, and a seek that landed late is repeated from further back. An open group needs the
    /// group before it too: decoders may lose pictures when they begin at one.
    private func rewind(to time: Double) throws {
        var target = time, back = 1.0, isOneGroupBack = false
        while true {
            restart(seekingTo: max(0, target))
            next = try decode()
            if target <= 0 { return }
            if let next, next.time <= time {
                guard hasLeading, !isOneGroupBack, let key = keyTime, key > 0 else { return }
                isOneGroupBack = true
                target = min(key, keyDecodeTime ?? key, target) - 0.001
            } else {
                target = time - back
                back *= 4
            }
        }
    }

    private func restart(seekingTo time: Double) {
        let didSeek = input.seek(toSeconds: time) || av_seek_frame(input.pointer, Int32(clip.index), 0, AVSEEK_FLAG_BYTE) >= 0
        avcodec_flush_buffers(decoder.pointer)
        current = nil
        next = nil
        hasEnded = false
        keyTime = nil
        keyDecodeTime = nil
        hasLeading = false
        expected = didSeek ? time : 0
        isSettled = time <= 0
    }

    /// The next picture in order of display; nil at the end.
    private func decode() throws -> Shown? {
        if hasEnded { return nil }
        let frame = try Frame()
        while true {
            let step: CodecContext.Step
            do { step = try decoder.receive(frame, "decode '\(name)'") } catch {
                if isSettled || error.isOutOfMemory { throw error }
                continue
            }
            switch step {
            case .got:
                isSettled = true
                let fields = frame.pointer.pointee
                let time = seconds(fields.best_effort_timestamp, clip.timeBase).map { $0 - input.start } ?? expected
                expected = time + (seconds(max(0, fields.pkt_duration), clip.timeBase) ?? 0)
                return Shown(frame: frame, time: time)
            case .ended:
                hasEnded = true
                return nil
            case .needsInput:
                let more = try nextPacket()
                do {
                    if more { try decoder.send(packet, "decode '\(name)'") } else { try decoder.sendEnd() }
                } catch {
                    // The first packets after a seek may lean on pictures that were not read.
                    if isSettled || error.isOutOfMemory { throw error }
                }
            }
        }
    }

    private func nextPacket() throws(LibAVError) -> Bool {
        while try input.read(packet) {
            guard packet.pointer.pointee.stream_index == Int32(clip.index) else { continue }
            if let time = seconds(packet.pointer.pointee.pts, clip.timeBase).map({ $0 - input.start }) {
                if let keyTime {
                    hasLeading = hasLeading || time < keyTime
                } else {
                    keyTime = time
                    keyDecodeTime = seconds(packet.pointer.pointee.dts, clip.timeBase).map { $0 - input.start }
                }
            }
            return true
        }
        return false
    }
}
