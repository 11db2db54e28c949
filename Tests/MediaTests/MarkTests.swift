// What files say of their origin: C2PA manifests and digital source types, where each format keeps them, and files that
// lie about their lengths.
import Composition
import Diagnostics
import Foundation
import Media
import TestSupport
import Testing

@Suite struct MarkTests {
    let folder = TemporaryFolder()

    private static let term = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
    /// The beginning of a manifest store as JUMBF, with an action in CBOR.
    private static let manifest: [UInt8] = {
        let label: [UInt8] = [0x63, 0x32, 0x70, 0x61, 0, 0x11, 0, 0x10, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71]
        let description = box("jumd", label + [3] + Array("c2pa\0".utf8))
        let text = Array("qdigitalSourceType".utf8) + [0x78, UInt8(term.utf8.count)] + Array(term.utf8)
        return box("jumb", description + box("cbor", [0xA1] + text))
    }()
    private static let packet = Array(
        """
        <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description Iptc4xmpExt:DigitalSourceType="\(term)"/></x:xmpmeta>
        """.utf8)

    private static func big(_ value: Int, _ count: Int = 4) -> [UInt8] {
        (0..<count).reversed().map { UInt8(value >> ($0 * 8) & 0xFF) }
    }
    private static func box(_ kind: String, _ content: [UInt8], size: Int? = nil) -> [UInt8] {
        big(size ?? content.count + 8) + Array(kind.utf8) + content
    }
    private static func riff(_ kind: String, _ content: [UInt8], size: Int? = nil) -> [UInt8] {
        Array(kind.utf8) + big(size ?? content.count).reversed() + content + (content.count % 2 == 0 ? [] : [0])
    }
    /// libav checks the sums of chunks.
    private static func png(_ kind: String, _ content: [UInt8]) -> [UInt8] {
        let body = Array(kind.utf8) + content
        var sum: UInt32 = 0xFFFF_FFFF
        for byte in body {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
        }
        return big(content.count) + body + big(Int(~sum))
    }
    private static func jpeg(_ marker: UInt8, _ content: [UInt8]) -> [UInt8] {
        [0xFF, marker] + big(content.count + 2, 2) + content
    }
    private static let c2pa: [UInt8] = [
        0xD8, 0xFE, 0xC3, 0xD6, 0x1B, 0x0E, 0x48, 0x3C, 0x92, 0x97, 0x58, 0x28, 0x87, 0x7E, 0xC4, 0x81,
    ]
    private static let xmp: [UInt8] = [
        0xBE, 0x7A, 0xCF, 0xCB, 0x97, 0xA9, 0x42, 0xE8, 0x9C, 0x71, 0x99, 0x94, 0x91, 0xE3, 0xAF, 0xAC,
    ]

    private func marks(_ name: String, _ bytes: [UInt8]) throws -> OriginMarks? {
        try folder.write(name, bytes)
        let census = AssetCensus.take(
            [AssetRequest(name: "it", path: name, kinds: [])], in: Folders(workspace: folder.path))
        #expect(!census.problems.contains { $0.severity == .error }, "\(name): \(census.problems.map(\.message))")
        return try #require(census.facts.assets["it"]).marks
    }

    private func source(_ name: String) -> [UInt8] {
        let input: [String] =
            name.hasSuffix("wav")
            ? ["sine=duration=0.2"]
            : ["testsrc2=size=32x32:rate=10:duration=0.3"] + (name.hasSuffix("gif") ? [] : ["-frames:v", "1"])
        return folder.read(folder.make(name, ["-f", "lavfi", "-i"] + input))
    }

    private static let signed = OriginMarks(hasCredentials: true, sourceTypes: ["trainedAlgorithmicMedia"])
    private static let stated = OriginMarks(hasCredentials: false, sourceTypes: ["trainedAlgorithmicMedia"])

    @Test func whereEachFormatKeepsThem() throws {
        let jpeg = source("a.jpg"), png = source("a.png"), gif = source("a.gif"), wav = source("a.wav"),
            webp = source("a.webp"), mp4 = folder.read(folder.make("a.mp4", Delivered.pictures + Delivered.encode))
        for (name, bytes) in [
            ("a.jpg", jpeg), ("a.png", png), ("a.gif", gif), ("a.wav", wav), ("a.webp", webp), ("a.mp4", mp4),
        ] { #expect(try marks(name, bytes) == nil, "\(name) says nothing") }

        let segment = Self.jpeg(0xEB, [0x4A, 0x50, 0, 1, 0, 0, 0, 1] + Self.manifest)
        #expect(try marks("b.jpg", Array(jpeg[..<2]) + segment + jpeg[2...]) == Self.signed)
        // Cut within the term, as segments of 64 KB do: the second repeats the head of the box.
        let middle = Self.manifest.count - 12
        let halves =
            Self.jpeg(0xEB, [0x4A, 0x50, 0, 1, 0, 0, 0, 1] + Self.manifest[..<middle])
            + Self.jpeg(0xEB, [0x4A, 0x50, 0, 1, 0, 0, 0, 2] + Self.manifest[..<8] + Self.manifest[middle...])
        #expect(try marks("c.jpg", Array(jpeg[..<2]) + halves + jpeg[2...]) == Self.signed)
        let app1 = Self.jpeg(0xE1, Array("http://ns.adobe.com/xap/1.0/\0".utf8) + Self.packet)
        #expect(try marks("d.jpg", Array(jpeg[..<2]) + app1 + jpeg[2...]) == Self.stated)
        // JUMBF that is something else.
        let other = Self.jpeg(0xEB, [0x4A, 0x50, 0, 1, 0, 0, 0, 1] + Self.box("jumb", Self.box("jumd", Self.xmp)))
        #expect(try marks("e.jpg", Array(jpeg[..<2]) + other + jpeg[2...]) == nil)

        let header = 33
        #expect(
            try marks("b.png", Array(png[..<header]) + Self.png("caBX", Self.manifest) + png[header...])
                == Self.signed)
        let text = Array("XML:com.adobe.xmp\0\0\0\0\0".utf8)
        #expect(
            try marks("c.png", Array(png[..<header]) + Self.png("iTXt", text + Self.packet) + png[header...])
                == Self.stated)
        let packed = Array("XML:com.adobe.xmp\0\u{1}\0\0\0".utf8) + [0x78, 0x9C, 3, 0, 0, 0, 0, 1]
        #expect(
            try marks("d.png", Array(png[..<header]) + Self.png("iTXt", packed) + png[header...])
                == OriginMarks(hasCredentials: false, sourceTypes: [], isPartial: true))

        var blocks: [UInt8] = [0x21, 0xFF, 11] + Array("C2PA_GIF".utf8) + [1, 0, 0]
        for start in stride(from: 0, to: Self.manifest.count, by: 100) {
            let block = Self.manifest[start..<min(Self.manifest.count, start + 100)]
            blocks += [UInt8(block.count)] + block
        }
        let table = 13 + (gif[10] & 0x80 == 0 ? 0 : 3 << (Int(gif[10]) & 7 + 1))
        #expect(try marks("b.gif", Array(gif[..<table]) + blocks + [0] + gif[table...]) == Self.signed)

        #expect(try marks("b.wav", wav + Self.riff("C2PA", Self.manifest)) == Self.signed)
        #expect(try marks("c.wav", wav + Self.riff("_PMX", Self.packet)) == Self.stated)
        func sized(_ bytes: [UInt8]) -> [UInt8] {
            Array(bytes[..<4]) + Self.big(bytes.count - 8).reversed() + bytes[8...]
        }
        #expect(try marks("b.webp", sized(webp + Self.riff("C2PA", Self.manifest))) == Self.signed)
        #expect(try marks("c.webp", sized(webp + Self.riff("XMP ", Self.packet))) == Self.stated)

        let purpose: [UInt8] = [0, 0, 0, 0] + Array("manifest\0".utf8) + Self.big(0, 8)
        #expect(try marks("b.mp4", mp4 + Self.box("uuid", Self.c2pa + purpose + Self.manifest)) == Self.signed)
        #expect(try marks("c.mp4", mp4 + Self.box("uuid", Self.xmp + Self.packet)) == Self.stated)
        let element = Array("<a:DigitalSourceType>\n digsrctype:algorithmicMedia </a:DigitalSourceType>".utf8)
        #expect(
            try marks("d.mp4", mp4 + Self.box("uuid", Self.xmp + element))
                == OriginMarks(hasCredentials: false, sourceTypes: ["algorithmicMedia"]))
        // 64-bit sizes, and a size of 0, which means up to the end.
        let long = Self.big(1) + Array("free".utf8) + Self.big(24, 8) + [UInt8](repeating: 0, count: 8)
        #expect(
            try marks("e.mp4", mp4 + long + Self.box("uuid", Self.c2pa + purpose + Self.manifest, size: 0))
                == Self.signed)
    }

    /// Reading is bounded, and whatever is found before a lie is told.
    @Test(.timeLimit(.minutes(1))) func lengthsThatLie() throws {
        let mp4 = folder.read(folder.make("a.mp4", Delivered.pictures + Delivered.encode)), wav = source("a.wav")
        let signed = Self.box("uuid", Self.c2pa + Self.manifest)
        for size in [0, 1, 7, 0x7FFF_FFFF, 0xFFFF_FFFF] {
            try folder.write("lie.mp4", mp4 + signed + Self.box("free", [1, 2, 3], size: size) + signed)
            #expect(try read("lie.mp4") == Self.signed, "a box of \(size)")
            try folder.write("lie.wav", wav + Self.riff("C2PA", Self.manifest, size: max(size, 400)))
            #expect(try read("lie.wav")?.hasCredentials == true, "a chunk of \(size)")
        }
        // The largest 64-bit sizes, and one below its own head.
        for size in [UInt64.max, UInt64(Int64.max), 1 << 63, 0, 15] {
            let head = Self.big(1) + Array("free".utf8) + Self.big(Int(bitPattern: UInt(size)), 8)
            try folder.write("lie.mp4", mp4 + signed + head + signed)
            #expect(try read("lie.mp4") == Self.signed, "a box of \(size)")
        }
        // A million boxes without content hide what comes after them, and that is told.
        let many = [[UInt8]](repeating: Self.box("free", []), count: 300_000).flatMap { $0 }
        try folder.write("many.mp4", Array(mp4[..<32]) + many + signed)
        #expect(try read("many.mp4") == OriginMarks(hasCredentials: false, sourceTypes: [], isPartial: true))
        // More metadata than is searched.
        let vast = Self.box("uuid", Self.c2pa + [UInt8](repeating: 0x64, count: 9 << 20) + Self.manifest)
        try folder.write("vast.mp4", mp4 + vast)
        #expect(try read("vast.mp4") == OriginMarks(hasCredentials: true, sourceTypes: [], isPartial: true))
        // Boxes in boxes are opened to a fixed depth.
        var nested = signed
        for _ in 0..<200 { nested = Self.box("moov", Self.box("udta", nested)) }
        try folder.write("deep.mp4", Array(mp4[..<32]) + nested)
        #expect(try read("deep.mp4") == nil)
    }

    /// Every cut and many damages of files with marks: no crash, no endless loop.
    @Test(.timeLimit(.minutes(1))) func damagedFiles() throws {
        let png = source("a.png"), jpeg = source("a.jpg"), gif = source("a.gif")
        let files = [
            Array(png[..<33]) + Self.png("caBX", Self.manifest) + png[33...],
            Array(jpeg[..<2]) + Self.jpeg(0xEB, [0x4A, 0x50, 0, 1, 0, 0, 0, 1] + Self.manifest) + jpeg[2...], gif,
            source("a.wav") + Self.riff("C2PA", Self.manifest),
            Self.box("ftyp", Array("isom0000".utf8)) + Self.box("uuid", Self.c2pa + Self.manifest),
            Array("ID3".utf8) + [4, 0, 0, 0, 0, 4, 0] + Self.manifest,
        ]
        var random = Seeded(seed: 13)
        for file in files {
            for end in stride(from: 12, to: min(600, file.count), by: 7) {
                try folder.write("cut", Array(file[..<end]))
                _ = try read("cut")
            }
            for _ in 0..<150 {
                var bytes = file
                for _ in 0..<4 {
                    bytes[Int.random(in: 0..<min(700, bytes.count), using: &random)] = UInt8.random(
                        in: 0...255, using: &random)
                }
                try folder.write("cut", bytes)
                _ = try read("cut")
            }
        }
    }

    private func read(_ name: String) throws -> OriginMarks? { try originMarks(path: folder(name)) }

    @Test func aPinHoldsTheBytes() throws {
        try folder.write("words.txt", "said\n")
        let place = Place(file: "a.video.yaml", line: 4, column: 30)
        func problems(_ sha256: String) -> [Diagnostic] {
            AssetCensus.take(
                [AssetRequest(name: "it", path: "words.txt", kinds: [], pin: (sha256, place))],
                in: Folders(workspace: folder.path)
            ).problems
        }
        let sum = try Program.run(["sha256sum", folder("words.txt")]).out.prefix(64)
        #expect(problems(String(sum)).isEmpty)
        let other = try #require(problems(String(repeating: "0", count: 64)).first)
        #expect(other.id == "asset-other-bytes" && other.place == place && other.severity == .error)
        #expect(other.message == "'words.txt' has other bytes than those that the spec pins")
        #expect(other.hint == "restore the file; or, if you chose this one, write sha256: \(sum)")
    }
}
