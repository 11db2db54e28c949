// D01: the file opens, and every picture and sound in it decodes.
import Composition

extension Check {
    static let opens = Check(rule: .opens) { inspection, _ in
        let expected = "no error"
        if let refusal = inspection.refusal { return Finding(.fail, measured: refusal, expected: expected, from: 0) }
        // An index that promises nothing is kept by a file that shows nothing.
        if let video = inspection.video, video.frames.count == 0, inspection.faults.isEmpty {
            return Finding(
                .fail, measured: "no picture comes out of its stream of pictures", expected: expected, from: 0)
        }
        guard let first = inspection.faults.first else {
            let pictures = inspection.video.map { "\($0.frames.count) pictures" }
            let sound = inspection.audio.map { "\(tenths($0.duration)) s of sound" }
            return Finding(
                .pass, measured: [pictures, sound].compactMap { $0 }.joined(separator: ", "), expected: expected)
        }
        // Faults are noted in the order they were met; the earliest one with a time is where to look.
        let time = inspection.faults.compactMap(\.time).min()
        let rest = inspection.faultCount > 1 ? " (and \(inspection.faultCount - 1) more)" : ""
        let place = first.time.map { "at \(tenths($0)) s: " } ?? ""
        return Finding(.fail, measured: place + first.what + rest, expected: expected, from: time)
    }
}
