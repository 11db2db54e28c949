// What a finished MP4 says of itself as XMP (ISO 16684-1), in a box after all others: its graph, and where its parts come
// from as IPTC's digital source type (Photo Metadata Standard, Iptc4xmpExt). Nothing else in the file moves.
import Composition
import Digests
import Files
import Glibc

enum FilmTags {
    static func append(_ graph: Digest, _ source: DigitalSourceType, to path: String) throws {
        let packet = Array(
            """
            <?xpacket begin="\u{feff}" id="W5M0MpCehiHzreSzNTczkc9d"?>
            <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
            <rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" \
            xmlns:vgraph="urn:vgraph:xmp:1" Iptc4xmpExt:DigitalSourceType="\(source.uri)" vgraph:graph="\(graph.hex)"/>
            </rdf:RDF></x:xmpmeta>
            <?xpacket end="r"?>
            """.utf8)
        let box = MarkReader.packetBox, size = 8 + box.count + packet.count
        let bytes = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: size >> $0) } + Array("uuid".utf8) + box + packet
        let file = Descriptor(open(path, O_WRONLY | O_APPEND | O_CLOEXEC))
        guard file.number >= 0 else { throw LibAVError(code: -errno, doing: "describe the film") }
        do throws(SystemFailure) {
            try bytes.withBytes { bytes throws(SystemFailure) in try OpenFile.write(bytes, to: file.number) }
        } catch { throw LibAVError(code: -error.code, doing: "describe the film") }
    }
}
