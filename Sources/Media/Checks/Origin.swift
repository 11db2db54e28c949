// D15: the file contains exactly the packets that were built.
import Composition

extension Check {
    static let origin = Check(
        id: "D15", title: "Packets of the built segments",
        measures:
            "every video packet and parameter set against those of the encoded segments, byte for byte; encoding fails "
            + "unless each picture that goes into the encoder has the hash that render recorded",
        unit: "", threshold: "equal", source: "vgraph", severity: .fail,
        runbook:
            "the file was changed after the build, or comes from an older one: 'vgraph build TARGET --force' makes it "
            + "again"
    ) { inspection, _ in
        if inspection.refusal != nil {
            return .notRun("the file does not open", expected: "the encoded packets")
        }
        guard let video = inspection.video, video.groups.packets > 0 else {
            return .notRun("no pictures were decoded", expected: "the encoded packets")
        }
        guard let isKnown = inspection.isOfKnownSegments else {
            return Finding(.notApplicable, measured: "no segments to compare with", expected: "none asked")
        }
        let expected = "the encoded packets"
        return isKnown
            ? Finding(.pass, measured: "all \(video.groups.packets) packets", expected: expected)
            : Finding(.fail, measured: "packets differ from the encoded ones", expected: expected)
    }
}
