// A clip's pictures by time, decoded in order; going back, or far ahead, seeks to a key frame first.
// Holds two decoded pictures and one converted, whatever the clip's length.
import CFFmpeg
import Composition
import Diagnostics

public final class ClipReader: ClipFrames {
    public let duration: Rational
    /// Of the pictures as shown: turned, with square pixels.
    public let width: Int
    public let height: Int

    private let name: String
    private let input: FormatInput
    private let clip: ClipStream
    private let decoder: CodecContext
    private let clock: ClipClock
    /// nil: a picture that is not whole is shown as well as it can be.
    private let damage: ClipDamage?
    /// Where the key frames are, once it was looked for: only in files without an index of their own.
    private var keys: [KeyPlace]?
    private let packet: Packet
    private let converter = BitmapConverter()

    private struct Shown {
        var frame: Frame
        var time: Rational
    }
    /// The picture at the reader's place and the one after it; nil before the first and after the last.
    private var current: Shown?
    private var next: Shown?
    /// The one before; nil at the beginning and after a seek.
    private var previous: Shown?
    private var hasEnded = false
    /// The last stamp plus a frame, for files whose pictures carry none.
    private var expected: Rational = 0
    private var isSettled = true
    /// Whether `expected` is the time of the key frame that reading began at.
    private var isPlaced = false
    /// The first packet since the last seek, and whether one after it is shown before it.
    private var keyTime: Rational?
    private var keyDecodeTime: Rational?
    private var hasLeading = false
    private var converted: (time: Rational, bitmap: Bitmap)?

    private static let mostErrors = 1000

    /// Beyond this it is cheaper to look for a key frame than to decode what lies between.
    private static let patience: Rational = 2

    /// - Parameters:
    ///   - name: how messages name the file.
    ///   - isStrict: what is damaged is not shown, and what leans on it; else it is shown as well as it can be.
    /// - Throws: `MediaProblem`
    public init(path: String, name: String? = nil, isStrict: Bool = false) throws {
        let name = name ?? path
        self.name = name
        do {
            input = try FormatInput(path: path, name: name)
            guard let clip = try ClipStream(input) else {
                throw MediaProblem.wrongKind(name: name, actual: "a file without moving pictures", wanted: ["a clip"])
            }
            self.clip = clip
            decoder = try clip.open(input, recognition: isStrict ? AV_EF_EXPLODE : 0)
            damage = isStrict ? ClipDamage(clip, in: input) : nil
            clock = ClipClock(input, clip)
            packet = try Packet()
        } catch let error as LibAVError {
            throw MediaProblem(error)
        }
        let size = clip.orientation.applied(width: clip.width, height: clip.height)
        width = size.width
        height = size.height
        duration = input.lengthOfPictures(clip).map(clock.length(ofPictures:)) ?? 0
        // Only this stream is read: packets of the others are dropped by the demuxer.
        for (index, stream) in input.streams.enumerated() where index != clip.index {
            stream?.pointee.discard = AVDISCARD_ALL
        }
    }

    public func bitmap(at time: Rational) throws -> Bitmap {
        let shown = try picture(at: time)
        if let converted, converted.time == shown.time { return converted.bitmap }
        // A stream that changes its size half way is shown at the size its header promised.
        let bitmap = try converter.bitmap(
            shown.frame, between: neighbours(of: shown), untagged: .clip, orientation: clip.orientation,
            width: clip.width, height: clip.height, name: name)
        converted = (shown.time, bitmap)
        return bitmap
    }

    /// What an interlaced picture is put together from; at either end of a clip the one neighbour stands for both.
    private func neighbours(of shown: Shown) -> (before: Frame, after: Frame)? {
        guard shown.frame.isInterlaced, let one = previous ?? next else { return nil }
        return (one.frame, (next ?? one).frame)
    }

    /// The decoded frame at a time, not turned; valid until the next call.
    func frame(at time: Rational) throws -> Frame { try picture(at: time).frame }

    private func picture(at asked: Rational) throws -> Shown {
        let time = min(max(asked, 0), Rational(ClipProbe.maximumSeconds)) + ClipTime.grace
        do {
            if let current, time < current.time, current.time > 0 {
                try rewind(to: time)
            } else if let ahead = next?.time ?? current?.time, time > ahead + Self.patience, !hasEnded {
                try rewind(to: time)
            } else if current == nil {
                if time > Self.patience { try rewind(to: time) } else { next = try decode() }
            }
            try advance(to: time)
            // What a picture looks like must not depend on where reading began: after a seek the one before it is
            // fetched too.
            if let current, current.frame.isInterlaced, previous == nil, current.time > 0 {
                try rewind(to: max(0, current.time - Rational(1, 1000)))
                try advance(to: time)
            }
        } catch let error as LibAVError {
            throw MediaProblem.damaged(
                name: name, what: "clip", place: "the picture at \(tenths(time.seconds)) s",
                reason: error.text.lowercasedFirst)
        }
        if let current, let damage, let reason = damage.fault(showing: current.time, until: time, next: next?.time) {
            throw MediaProblem.damaged(
                name: name, what: "clip", place: "the picture at \(tenths(time.seconds)) s", reason: reason)
        }
        guard let current else {
            throw MediaProblem.damaged(
                name: name, what: "clip", place: "the picture at \(tenths(time.seconds)) s",
                reason: "nothing comes out")
        }
        return current
    }

    private func advance(to time: Rational) throws {
        while let following = next, current == nil || following.time <= time {
            previous = current
            current = following
            next = try decode()
        }
    }

    /// Goes to a key frame whose picture is not after `time`. Seeking goes by decoding order and indexes lie, so what
    /// comes out is looked at, and a seek that landed late is repeated from further back. An open group needs the group
    /// before it too: decoders may lose pictures when they begin at one.
    private func rewind(to time: Rational) throws {
        var target = time, back: Rational = 1, isOneGroupBack = false
        while true {
            try restart(seekingTo: max(0, target))
            next = try decode()
            if target <= 0 { return }
            if let next, next.time <= time {
                guard hasLeading, !isOneGroupBack, let key = keyTime, key > 0 else { return }
                isOneGroupBack = true
                target = min(key, keyDecodeTime ?? key, target) - Rational(1, 1000)
            } else {
                target = time - back
                back = back * 4
            }
        }
    }

    private func restart(seekingTo time: Rational) throws {
        let didSeek = try seek(time) || av_seek_frame(input.pointer, Int32(clip.index), 0, AVSEEK_FLAG_BYTE) >= 0
        avcodec_flush_buffers(decoder.pointer)
        damage?.restart()
        current = nil
        next = nil
        previous = nil
        hasEnded = false
        keyTime = nil
        keyDecodeTime = nil
        hasLeading = false
        expected = didSeek ? time : 0
        isSettled = time <= 0
        isPlaced = false
    }

    /// To the key frame at or before a time. Transport and program streams have no index: they are read through once,
    /// without decoding, since a seek that lands anywhere costs a group of pictures for each try.
    private func seek(_ time: Rational) throws -> Bool {
        guard KeyPlace.mustBeLookedFor(input) else { return input.seek(clip, to: clock.stamp(time)) }
        if keys == nil { keys = try KeyPlace.all(of: clip, in: input, clock, packet) }
        guard let key = keys?.last(where: { $0.time <= time }) ?? keys?.first else { return false }
        return av_seek_frame(input.pointer, Int32(clip.index), key.offset, AVSEEK_FLAG_BYTE) >= 0
    }

    /// The next picture in order of display; nil at the end.
    private func decode() throws -> Shown? {
        if hasEnded { return nil }
        let frame = try Frame()
        var errors = 0
        while true {
            let step: CodecContext.Step
            do { step = try decoder.receive(frame, "decode '\(name)'") } catch {
                if error.isOutOfMemory || (isSettled && damage == nil) { throw error }
                damage?.blame(error.text.lowercasedFirst)
                errors += 1
                // A decoder that says nothing else for ever.
                guard errors < Self.mostErrors else { throw error }
                continue
            }
            damage?.readLog()
            switch step {
            case .got:
                isSettled = true
                let fields = frame.pointer.pointee
                // Without a time of its own a reordered picture has that of the packet that let it out: pictures are
                // counted.
                let isCounted = fields.pts == VG_AV_NOPTS_VALUE && clip.stream.pointee.codecpar.pointee.video_delay > 0
                let time = (isCounted ? nil : clock.time(fields.best_effort_timestamp)) ?? expected
                damage?.give(frame, at: time)
                expected =
                    time + Rational(Int(max(0, fields.pkt_duration)))
                    * Rational(
                        Int(clip.timeBase.num),
                        Int(clip.timeBase.den))
                return Shown(frame: frame, time: time)
            case .ended:
                hasEnded = true
                return nil
            case .needsInput:
                let more = try nextPacket()
                if more, let damage {
                    let fields = packet.pointer.pointee
                    // To a decoder an empty packet would be the end.
                    guard fields.size > 0 else { continue }
                    damage.take(packet, at: clock.time(fields.pts) ?? latestTime(fields) ?? expected, to: decoder)
                }
                do {
                    if more { try decoder.send(packet, "decode '\(name)'") } else { try decoder.sendEnd() }
                } catch {
                    // The first packets after a seek may lean on pictures that were not read.
                    if error.isOutOfMemory || (isSettled && damage == nil) { throw error }
                    damage?.blame(error.text.lowercasedFirst)
                }
                damage?.readLog()
            }
        }
    }

    /// When the picture of a packet without a time of its own (AVI has none) is shown at the latest: where pictures are
    /// reordered, a decoder holds back 16 of them at most (Rec. ITU-T H.264, A.3.1).
    private func latestTime(_ packet: AVPacket) -> Rational? {
        let delay = clip.stream.pointee.codecpar.pointee.video_delay > 0 ? 16 : 0
        let tick = Rational(Int(clip.timeBase.num), Int(clip.timeBase.den))
        return clock.time(packet.dts).map { $0 + Rational(delay * Int(clamping: max(1, packet.duration))) * tick }
    }

    private func nextPacket() throws(LibAVError) -> Bool {
        while try input.read(packet) {
            guard packet.pointer.pointee.stream_index == Int32(clip.index) else { continue }
            if let time = clock.time(packet.pointer.pointee.pts) {
                if let keyTime {
                    hasLeading = hasLeading || time < keyTime
                } else {
                    keyTime = time
                    keyDecodeTime = clock.time(packet.pointer.pointee.dts)
                }
            } else if !isSettled, !isPlaced, packet.pointer.pointee.flags & AV_PKT_FLAG_KEY != 0,
                let time = clock.time(packet.pointer.pointee.dts)
            {
                // Without times pictures are counted, from the place of the key frame that a seek came to.
                expected = time
                isPlaced = true
            }
            return true
        }
        return false
    }
}
