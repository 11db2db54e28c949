// The stream of sound of a file while it is read.
import CFFmpeg

final class SoundTrack {
    let index: Int
    private(set) var lastTime: Double?
    private let base: AVRational
    private let decoder: CodecContext
    private let meter = SoundMeter()
    private let frame: Frame
    /// Known measures of the sound; if set, packets are not decoded.
    private let known: HeardSound?
    private var audio = Inspection.Audio()
    private var isFirst = true
    /// Seconds at which the last sample ends.
    private(set) var soundEnd: Double?
    /// Samples of the last decoded packet.
    private(set) var lastSamples = 0

    /// Whether the container may begin anywhere in a stream.
    private let isCut: Bool

    init?(index: Int, base: AVRational, decoder: CodecContext, container: String, known: HeardSound? = nil) {
        isCut = container == "mpegts" || container == "mpeg"
        guard let frame = try? Frame() else { return nil }
        self.frame = frame
        self.known = known
        self.index = index
        self.base = base
        self.decoder = decoder
        let context = decoder.pointer.pointee
        audio.codec = String(cString: avcodec_get_name(context.codec_id))
        audio.profile = avcodec_profile_name(context.codec_id, context.profile).map { String(cString: $0) } ?? ""
    }

    func take(_ packet: Packet, _ inspection: inout Inspection) throws {
        if let known {
            lastTime = seconds(packet.pointer.pointee.pts, base) ?? lastTime
            soundEnd = (lastTime ?? 0) + Double(known.lastSamples) / Double(max(1, known.audio.sampleRate))
            if isFirst { audio.start = lastTime ?? 0 }
            isFirst = false
            return
        }
        do { try decoder.send(packet, "decode sound") } catch {
            if error.isOutOfMemory { throw error }
            // A stream cut out of a broadcast may begin in the middle of a packet.
            if isFirst, isCut { return }
            inspection.note(
                "cannot decode sound: \(error.text.lowercasedFirst)",
                at: seconds(packet.pointer.pointee.pts, base) ?? lastTime)
        }
        try receive(&inspection)
    }

    func end(_ inspection: inout Inspection) throws {
        if let known {
            audio.sampleRate = known.audio.sampleRate
            audio.channels = known.audio.channels
            audio.sound = known.audio.sound
            inspection.audio = audio
            return
        }
        do { try decoder.sendEnd() } catch {
            inspection.note("cannot decode sound: \(error.text.lowercasedFirst)", at: lastTime)
        }
        try receive(&inspection)
        audio.sampleRate = meter.rate
        audio.channels = meter.channels
        audio.sound = meter.finish()
        inspection.audio = audio
    }

    private func receive(_ inspection: inout Inspection) throws {
        var errors = 0
        while errors < PictureTrack.patience {
            do { guard try decoder.receive(frame, "decode sound") == .got else { return } } catch {
                if error.isOutOfMemory { throw error }
                inspection.note("cannot decode sound: \(error.text.lowercasedFirst)", at: lastTime)
                errors += 1
                continue
            }
            lastTime = seconds(frame.pointer.pointee.best_effort_timestamp, base) ?? lastTime
            let rate = Double(max(1, frame.pointer.pointee.sample_rate))
            lastSamples = Int(frame.pointer.pointee.nb_samples)
            soundEnd = (lastTime ?? soundEnd ?? 0) + Double(frame.pointer.pointee.nb_samples) / rate
            if isFirst {
                audio.start = lastTime ?? 0
                isFirst = false
            }
            do { try meter.take(frame) } catch is SoundMeter.Refusal {
                inspection.note("the sound changes its sample rate or its channels", at: lastTime)
            }
        }
    }
}
