// D01: the file opens, and all its pictures and sound decode.
import Composition
import Diagnostics

extension Check {
    static let opens = Check(rule: .opens) { inspection, _ in
        let expected = "no error"
        if let refusal = inspection.refusal { return Finding(.fail, measured: refusal, expected: expected, from: 0) }
        // A reader finds no fault in an index that lists no pictures, but a video stream without pictures is one.
        if let video = inspection.video, video.frames.count == 0, inspection.faults.isEmpty {
            return Finding(
                .fail, measured: "the video stream contains no pictures", expected: expected, from: 0)
        }
        guard let first = inspection.faults.first else {
            let pictures = inspection.video.map { "\($0.frames.count) pictures" }
            let sound = inspection.audio.map { "\(tenths($0.duration)) s of sound" }
            return Finding(
                .pass, measured: [pictures, sound].compactMap { $0 }.joined(separator: ", "), expected: expected)
        }
        // Faults are in the order in which the reader met them; the earliest time says where to look.
        let time = inspection.faults.compactMap(\.time).min()
        let rest = inspection.faultCount > 1 ? " (and \(inspection.faultCount - 1) more)" : ""
        let place = first.time.map { "at \(tenths($0)) s: " } ?? ""
        return Finding(.fail, measured: place + first.what + rest, expected: expected, from: time)
    }
}
