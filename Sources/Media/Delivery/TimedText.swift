// Captions as a track inside an MP4 (3GPP timed text, "tx3g"): read from WebVTT and laid end to end, as the format
// requires.
import Diagnostics

/// A caption with its times in milliseconds, end exclusive.
public struct TimedCue: Sendable, Hashable {
    public var start: Int
    public var end: Int
    public var text: String
    public init(start: Int, end: Int, text: String) {
        self.start = start
        self.end = end
        self.text = text
    }
}

public enum TimedText {
    /// Reads the output of the captions stage, or any other WebVTT. Drops settings, styles, notes and tags.
    public static func cues(webVTT bytes: [UInt8]) throws(MuxProblem) -> [TimedCue] {
        // Split as bytes, since Swift treats "\r\n" as one Character that equals neither "\r" nor "\n".
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { String(decoding: $0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0, as: UTF8.self) }
        if let first = lines.first, first.hasPrefix("\u{FEFF}") { lines[0] = String(first.dropFirst()) }
        guard let first = lines.first, first == "WEBVTT" || first.hasPrefix("WEBVTT ") || first.hasPrefix("WEBVTT\t")
        else {
            throw .badCaptions(line: 1, text: clipped(lines.first ?? ""))
        }
        var cues: [TimedCue] = []
        var index = 1
        while index < lines.count {
            guard lines[index].contains("-->") else {
                // A header, note or style block, or a cue's identifier.
                index += 1
                continue
            }
            let parts = lines[index].split(separator: " ", omittingEmptySubsequences: true)
            guard parts.count >= 3, parts[1] == "-->", let start = milliseconds(parts[0]),
                let end = milliseconds(parts[2]), end > start
            else {
                throw .badCaptions(line: index + 1, text: clipped(lines[index]))
            }
            index += 1
            var text: [String] = []
            while index < lines.count, !lines[index].isEmpty, !lines[index].contains("-->") {
                text.append(plain(lines[index]))
                index += 1
            }
            cues.append(TimedCue(start: start, end: end, text: text.joined(separator: "\n")))
        }
        return cues
    }

    private static func clipped(_ line: String) -> String { line.count > 60 ? line.prefix(57) + "..." : line }

    /// `hh:mm:ss.ttt` or `mm:ss.ttt`.
    private static func milliseconds(_ text: Substring) -> Int? {
        let halves = text.split(separator: ".", omittingEmptySubsequences: false)
        guard halves.count == 2, halves[1].utf8.count == 3, let fraction = digits(halves[1]) else { return nil }
        let fields = halves[0].split(separator: ":", omittingEmptySubsequences: false)
        guard fields.count == 2 || fields.count == 3 else { return nil }
        var seconds = 0
        for field in fields {
            guard let value = digits(field) else { return nil }
            seconds = seconds * 60 + value
        }
        return seconds * 1000 + fraction
    }
    private static func digits(_ text: Substring) -> Int? {
        guard (1...5).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int(text)
    }

    /// A line without `<tags>`, its character references resolved.
    private static func plain(_ line: String) -> String {
        var result = ""
        var rest = line[...]
        let references = [
            "&amp;": "&", "&lt;": "<", "&gt;": ">", "&nbsp;": "\u{A0}", "&lrm;": "\u{200E}", "&rlm;": "\u{200F}",
            "&quot;": "\"",
        ]
        while let character = rest.first {
            if character == "<", let close = rest.firstIndex(of: ">") {
                rest = rest[rest.index(after: close)...]
            } else if character == "&", let (name, text) = references.first(where: { rest.hasPrefix($0.key) }) {
                result += text
                rest = rest.dropFirst(name.count)
            } else {
                result.append(character)
                rest = rest.dropFirst()
            }
        }
        return result
    }

    /// Consecutive samples from 0 to `duration` (milliseconds), since the samples of a track have durations but no
    /// start times. The texts of overlapping cues are joined, earlier first; a pause is an empty text.
    public static func samples(_ cues: [TimedCue], duration: Int) -> [TimedCue] {
        guard duration > 0 else { return [] }
        let shown = cues.filter { $0.start < duration && $0.end > max(0, $0.start) }
        let cuts = Set([0, duration] + shown.flatMap { [max(0, $0.start), min($0.end, duration)] }).sorted()
        var samples: [TimedCue] = []
        for (start, end) in zip(cuts, cuts.dropFirst()) {
            let text = shown.filter { $0.start <= start && $0.end >= end }.map(\.text).joined(separator: "\n")
            if let last = samples.last, last.text == text {
                samples[samples.count - 1].end = end
            } else {
                samples.append(TimedCue(start: start, end: end, text: text))
            }
        }
        return samples
    }

    /// The bytes of a sample: a length, then UTF-8, cut at a character if it exceeds the 16 bits of the length.
    static func payload(_ text: String) -> [UInt8] {
        var text = text[...]
        while text.utf8.count > 65535 { text = text.dropLast() }
        let bytes = Array(text.utf8)
        return [UInt8(bytes.count >> 8), UInt8(bytes.count & 255)] + bytes
    }

    /// The sample description of ISO/IEC 14496-30 and 3GPP TS 26.245, 5.16: centred, at the bottom, white, no box.
    static let description: [UInt8] = [
        0, 0, 0, 0,  // display flags
        1, 0xFF,  // centred, bottom
        0, 0, 0, 0,  // background: transparent
        0, 0, 0, 0, 0, 0, 0, 0,  // text box: the track's
        0, 0, 0, 0, 0, 1, 0, 16,  // style of all characters: font 1, plain, 16
        255, 255, 255, 255,  // white
        0, 0, 0, 18, 0x66, 0x74, 0x61, 0x62, 0, 1, 0, 1, 5, 0x41, 0x72, 0x69, 0x61, 0x6C,  // 'ftab': font 1 is "Arial"
    ]
}
