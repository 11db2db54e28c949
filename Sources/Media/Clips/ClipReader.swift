// Returns a clip's pictures by time. Decodes in order; to go back, or far ahead, it first seeks to a key frame. Holds
// three decoded pictures and one converted, however long the clip is.
import CFFmpeg
import Composition
import Diagnostics

public final class ClipReader: ClipFrames {
    public let duration: Rational
    /// Of the pictures as shown: after rotation, in square pixels.
    public let width: Int
    public let height: Int

    private let name: String
    private let input: FormatInput
    private let clip: ClipStream
    private let decoder: CodecContext
    private let clock: ClipClock
    /// nil: damaged pictures are shown as well as possible.
    private let damage: ClipDamage?
    /// The key frames of a file without an index, once they have been searched for.
    private var keys: [KeyPlace]?
    private let packet: Packet
    private let converter = BitmapConverter()

    private struct Shown {
        var frame: Frame
        var time: Rational
    }
    /// The picture at the current time and the next one; nil before the first and after the last.
    private var current: Shown?
    private var next: Shown?
    /// The picture before; nil at the beginning and after a seek.
    private var previous: Shown?
    private var hasEnded = false
    /// The time after the last picture, used for pictures without a time stamp.
    private var expected: Rational = 0
    private var isSettled = true
    /// Where reading began: the target of the last seek.
    private var begun: Rational = 0
    /// Whether `expected` has been set to the time of the key frame at which reading began.
    private var isPlaced = false
    /// The times of the first packet since the last seek, and whether a later packet is shown before it.
    private var keyTime: Rational?
    private var keyDecodeTime: Rational?
    private var hasLeading = false
    private var converted: (time: Rational, bitmap: Bitmap)?

    private static let mostErrors = 1000

    /// Seconds ahead beyond which seeking to a key frame is cheaper than decoding the pictures in between.
    private static let patience: Rational = 2

    /// - Parameters:
    ///   - name: how messages name the file.
    ///   - isStrict: throws for damaged pictures and those that depend on them; otherwise they are shown as well as
    ///     possible.
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
        // The demuxer drops the packets of other streams.
        for (index, stream) in input.streams.enumerated() where index != clip.index {
            stream?.pointee.discard = AVDISCARD_ALL
        }
    }

    public func bitmap(at time: ClipTime) throws -> Bitmap {
        let shown = try picture(at: time)
        if let converted, converted.time == shown.time { return converted.bitmap }
        // A stream that changes its size is shown at the size in its header.
        let bitmap = try converter.bitmap(
            shown.frame, between: neighbours(of: shown), untagged: .clip, orientation: clip.orientation,
            width: clip.width, height: clip.height, name: name)
        converted = (shown.time, bitmap)
        return bitmap
    }

    /// The neighbours from which an interlaced picture is completed; at either end of a clip the only neighbour is used
    /// twice.
    private func neighbours(of shown: Shown) -> (before: Frame, after: Frame)? {
        guard shown.frame.isInterlaced, let one = previous ?? next else { return nil }
        return (one.frame, (next ?? one).frame)
    }

    /// The decoded frame at a time, not rotated; valid until the next call.
    func frame(at seconds: Rational) throws -> Frame { try picture(at: ClipTime(seconds)).frame }

    private func picture(at asked: ClipTime) throws -> Shown {
        var time = asked
        time.seconds = min(max(asked.seconds, 0), Rational(ClipProbe.maximumSeconds)) + ClipTime.grace
        var from: Rational?, back: Rational = 1
        while true {
            do {
                if let from { try rewind(to: time.seconds, from: from) } else { try approach(time) }
                return try shown(at: time)
            } catch let error as LibAVError where error.isOutOfMemory {
                throw MediaProblem(error)
            } catch {
                // A picture after a key frame in the middle may refer to one before it, though it shows nothing of it.
                // So a fault counts if reading from further back finds it too, at last from the beginning.
                guard begun > 0, from.map({ $0 > 0 }) ?? true else {
                    throw (error as? LibAVError).map { damaged(time.seconds, because: $0.text.lowercasedFirst) }
                        ?? error
                }
                from = begun - back
                back = back * 4
            }
        }
    }

    private func damaged(_ time: Rational, because reason: String) -> MediaProblem {
        .damaged(name: name, what: "clip", place: "the picture at \(tenths(time.seconds)) s", reason: reason)
    }

    /// Seeks if reading on would take longer, or cannot reach the time.
    private func approach(_ moment: ClipTime) throws {
        let time = moment.seconds
        if let current, time < current.time, current.time > 0 {
            if let previous, isNearer(current, than: previous, to: moment) { return }
            try rewind(to: time)
        } else if let ahead = next?.time ?? current?.time, time > ahead + Self.patience, !hasEnded {
            try rewind(to: time)
        } else if current == nil, next == nil {
            if time > Self.patience { try rewind(to: time) } else { next = try decode() }
        }
    }

    /// Whether a picture after a time is shown at it. Of two that are equally near it is the one before, also by a
    /// `moment` to which the grace was added.
    private func isNearer(_ later: Shown, than before: Shown, to moment: ClipTime) -> Bool {
        let wait = later.time - moment.seconds + 2 * ClipTime.grace
        return before.time <= moment.seconds && wait < moment.early && wait < moment.seconds - before.time
    }

    /// Reads on to a time.
    private func shown(at time: ClipTime) throws -> Shown {
        try advance(to: time)
        // A deinterlaced picture must not depend on where reading began, so after a seek the picture before it is
        // read too.
        if let current, current.frame.isInterlaced, previous == nil, current.time > 0 {
            try rewind(to: max(0, current.time - Rational(1, 1000)))
            try advance(to: time)
        }
        guard let current else { throw damaged(time.seconds, because: "nothing comes out") }
        if let damage,
            let reason = damage.fault(
                showing: current.time, until: max(time.seconds, current.time), next: next?.time)
        {
            throw damaged(time.seconds, because: reason)
        }
        return current
    }

    private func advance(to time: ClipTime) throws {
        while let following = next,
            following.time <= time.seconds || current.map({ isNearer(following, than: $0, to: time) }) ?? true
        {
            previous = current
            current = following
            next = try decode()
        }
    }

    /// Seeks to a key frame whose picture is not after `time`. Since seeking follows the decoding order and indexes may
    /// be wrong, it checks the first picture and repeats a late seek from further back. For an open group it begins one
    /// group earlier, since decoders may lose pictures when they begin at one.
    /// - Parameter first: where to seek first; `time` by default.
    private func rewind(to time: Rational, from first: Rational? = nil) throws {
        var target = first ?? time, back: Rational = 1, isOneGroupBack = false
        while true {
            try restart(seekingTo: max(0, target))
            next = try decode()
            if target <= 0 { return }
            if let next, next.time <= time {
                guard hasLeading, !isOneGroupBack, let key = keyTime, key > 0 else { return }
                isOneGroupBack = true
                target = min(key, keyDecodeTime ?? key, target) - Rational(1, 1000)
            } else {
                target = target - back
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
        begun = max(0, time)
        keyTime = nil
        keyDecodeTime = nil
        hasLeading = false
        expected = didSeek ? time : 0
        isSettled = time <= 0
        isPlaced = false
    }

    /// Seeks to the key frame at or before a time. Transport and program streams have no index, so they are read once
    /// without decoding; otherwise each imprecise seek would cost a group of pictures.
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
                // The decoder returns nothing but errors.
                guard errors < Self.mostErrors else { throw error }
                continue
            }
            damage?.readLog()
            switch step {
            case .got:
                isSettled = true
                let fields = frame.pointer.pointee
                // A reordered picture without its own time gets the time of a later packet from libav, so pictures are
                // counted instead.
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
                    // A decoder takes an empty packet for the end.
                    guard fields.size > 0 else { continue }
                    damage.take(packet, at: clock.time(fields.pts) ?? latestTime(fields) ?? expected, to: decoder)
                }
                do {
                    if more { try decoder.send(packet, "decode '\(name)'") } else { try decoder.sendEnd() }
                } catch {
                    // The first packets after a seek may depend on pictures that were not read.
                    if error.isOutOfMemory || (isSettled && damage == nil) { throw error }
                    damage?.blame(error.text.lowercasedFirst)
                }
                damage?.readLog()
            }
        }
    }

    /// The latest time of the picture of a packet without its own time (as in AVI): a decoder that reorders pictures
    /// holds back at most 16 (Rec. ITU-T H.264, A.3.1).
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
                // Pictures without times are counted from the key frame that the seek reached.
                expected = time
                isPlaced = true
            }
            return true
        }
        return false
    }
}
