// Collects errors that libav logs but does not return: from a demuxer that searches for the next valid byte, or a
// decoder that conceals damage. Does not know which file is read.
import CFFmpeg
import Glibc
import Synchronization

enum LibAVLog {
    private struct State {
        var isListening = false
        var hearsDecoders = true
        var lines: [String] = []
    }
    private static let state = Mutex(State())

    /// Messages that do not affect a picture: about side information, chapters, and references that are missing in a
    /// stream cut at a key frame.
    private static let harmless = ["mmco", "SEI", "APP fields", "chapter"]

    /// Sends errors to standard error. Less severe messages are dropped, since they would appear in users' error texts.
    static let isSetUp: Void = {
        av_log_set_level(AV_LOG_ERROR)
        av_log_set_callback { context, level, format, arguments in
            guard let arguments else { return }
            LibAVLog.take(context, level & 0xff, format, arguments)
        }
    }()

    /// - Parameter hearsDecoders: false while a file is opened, when libav tries decoders before their parameters are
    ///   known.
    static func listen(hearsDecoders: Bool = true) {
        state.withLock { $0 = State(isListening: true, hearsDecoders: hearsDecoders) }
    }
    static func stop() { state.withLock { $0 = State() } }

    /// The errors logged since the last call.
    static func taken() -> [String] {
        state.withLock { state in
            defer { state.lines = [] }
            return state.lines
        }
    }

    private static func take(
        _ context: UnsafeMutableRawPointer?, _ level: Int32, _ format: UnsafePointer<CChar>?,
        _ arguments: CVaListPointer
    ) {
        guard level <= AV_LOG_ERROR, let format else { return }
        var buffer = [CChar](repeating: 0, count: 512), prefix: Int32 = 1
        guard av_log_format_line2(context, level, format, arguments, &buffer, Int32(buffer.count), &prefix) > 0 else {
            return
        }
        let line = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        _ = line.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
        guard concerns(context, state.withLock { $0.hearsDecoders }) else { return }
        // Without "[h264 @ 0x55bf04629e40] ", since the address differs each time.
        let said = line.first == UInt8(ascii: "[") ? line.drop { $0 != UInt8(ascii: "]") }.dropFirst(2) : line[...]
        let text = String(decoding: said.filter { $0 >= 0x20 && $0 != 0x7f }, as: UTF8.self)
        guard !text.isEmpty, !harmless.contains(where: text.contains) else { return }
        state.withLock { if $0.isListening, $0.lines.count < 8 { $0.lines.append(text) } }
    }

    /// Whether the message is from a demuxer or a picture decoder. Sound decoders log errors for any first frame that
    /// depends on one before it.
    private static func concerns(_ context: UnsafeMutableRawPointer?, _ hearsDecoders: Bool) -> Bool {
        guard let context, let kind = context.load(as: UnsafePointer<AVClass>?.self), let name = kind.pointee.class_name
        else { return false }
        switch String(cString: name) {
        case "AVFormatContext": return true
        case "AVCodecContext":
            let codec = context.assumingMemoryBound(to: AVCodecContext.self)
            return hearsDecoders && codec.pointee.codec_type == AVMEDIA_TYPE_VIDEO
        default: return false
        }
    }
}
