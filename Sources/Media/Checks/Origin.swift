// D15: the file is what was built, and nothing else.
import Composition

extension Check {
    static let origin = Check(
        id: "D15", title: "Made of the segments that were built",
        measures:
            "every video packet and parameter set against those of the encoded segments, byte for byte; each picture "
            + "that went into the encoder had the hash that render recorded, or encoding had failed",
        unit: "", threshold: "equal", source: "vgraph", severity: .fail,
        runbook:
            "the file was changed after the build, or is an older take: 'vgraph build TARGET --force' makes it again"
    ) { inspection, _ in
        if inspection.refusal != nil {
            return .notRun("the file does not open", expected: "the packets that were encoded")
        }
        guard let video = inspection.video, video.groups.packets > 0 else {
            return .notRun("no pictures were read", expected: "the packets that were encoded")
        }
        guard let isKnown = inspection.isOfKnownSegments else {
            return Finding(.pass, measured: "no segments to compare with", expected: "none asked")
        }
        let expected = "the packets that were encoded"
        return isKnown
            ? Finding(.pass, measured: "\(video.groups.packets) packets, all of them", expected: expected)
            : Finding(.fail, measured: "other packets", expected: expected)
    }
}
