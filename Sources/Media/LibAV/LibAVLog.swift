// What libav says at the level of errors and does not return: a demuxer that looks for the next good byte, a decoder
// that paints over what it could not read. Unaware of which file is read.
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

    /// Not told by many good files, or told of what no picture hangs on: side information, marking of references that a
    /// stream cut at a key frame has not, tracks of chapters.
    private static let harmless = ["mmco", "SEI", "APP fields", "chapter"]

    /// Errors and worse on standard error; libav's chatter about harmless things would end up in users' error texts.
    static let isSetUp: Void = {
        av_log_set_level(AV_LOG_ERROR)
        av_log_set_callback { context, level, format, arguments in
            guard let arguments else { return }
            LibAVLog.take(context, level & 0xff, format, arguments)
        }
    }()

    /// - Parameter hearsDecoders: while a file is opened, decoders are tried that know too little yet.
    static func listen(hearsDecoders: Bool = true) {
        state.withLock { $0 = State(isListening: true, hearsDecoders: hearsDecoders) }
    }
    static func stop() { state.withLock { $0 = State() } }

    /// What was said since the last call.
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
        // Without "[h264 @ 0x55bf04629e40] ": an address is another each time.
        let said = line.first == UInt8(ascii: "[") ? line.drop { $0 != UInt8(ascii: "]") }.dropFirst(2) : line[...]
        let text = String(decoding: said.filter { $0 >= 0x20 && $0 != 0x7f }, as: UTF8.self)
        guard !text.isEmpty, !harmless.contains(where: text.contains) else { return }
        state.withLock { if $0.isListening, $0.lines.count < 8 { $0.lines.append(text) } }
    }

    /// A demuxer, or a decoder of pictures: decoders of sound say as much of a first frame that leans on one before it.
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
