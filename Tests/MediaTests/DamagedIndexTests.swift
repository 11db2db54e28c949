// An index that no longer tells of pictures which are in the file: names, tables, tracks, edit lists and fragments of
// an MP4, tracks and blocks of a Matroska file, pictures that one bit hides. And what looks like that and is none:
// files that were cut on purpose.
import Composition
import Glibc
import Media
import TestSupport
import Testing

@Suite struct DamagedIndexTests {
    private static let film = [
        "-f", "lavfi", "-i", "testsrc2=size=96x64:rate=10:duration=2", "-f", "lavfi", "-i",
        "sine=frequency=440:sample_rate=48000:duration=2", "-c:a", "aac", "-threads", "1",
    ]
    private static let h264 = film + ["-c:v", "libx264", "-bf", "2"]
    private static let fragments = h264 + ["-g", "5", "-movflags", "frag_keyframe+empty_moov+default_base_moof"]

    private func opens(_ path: String) throws -> CheckResult { try check(path: path, plan: nil)["D01"] }

    /// Where a name is, for the `number`-th time.
    private func place(of name: String, in bytes: [UInt8], number: Int = 1) throws -> Int {
        let wanted = Array(name.utf8)
        var left = number
        for at in 0..<bytes.count - wanted.count
        where bytes[at] == wanted[0] && bytes[at..<at + wanted.count].elementsEqual(wanted) {
            left -= 1
            if left == 0 { return at }
        }
        return try #require(nil, "there is no \(name)")
    }

    private func number(_ bytes: [UInt8], _ at: Int) -> Int { bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } }

    private func put(_ value: Int, at: Int, in bytes: inout [UInt8]) {
        for index in 0..<4 { bytes[at + index] = UInt8(truncatingIfNeeded: value >> (24 - 8 * index)) }
    }

    private func fails(_ bytes: [UInt8], _ what: String, in folder: TemporaryFolder, as name: String = "damaged.mp4")
        throws
    {
        let result = try opens(try folder.write(name, bytes))
        #expect(result.verdict == .fail, "\(what): \(result.measured)")
    }

    /// A box whose name became another is none that readers know: the track, the fragment or its table is not there any
    /// more.
    @Test func namesOfBoxes() throws {
        let folder = TemporaryFolder()
        _ = folder.make("a.mp4", Self.h264)
        _ = folder.make("f.mp4", Self.fragments)
        let index = [
            "mvhd", "trak", "tkhd", "mdia", "mdhd", "hdlr", "vide", "minf", "stbl", "stsd", "avc1", "stts", "stsc",
            "stsz", "stco",
        ]
        for (file, names, number) in [
            ("a.mp4", index, 1), ("f.mp4", ["traf", "tfhd", "trun"], 3), ("f.mp4", ["mvex", "trex"], 1),
        ] {
            let whole = folder.read(file)
            #expect(try opens(folder(file)).verdict == .pass)
            for name in names {
                var bytes = whole
                // Pictures come first and say "avc1" and "videolan" themselves.
                let begin = file == "a.mp4" ? try place(of: "moov", in: bytes) : 0
                bytes[begin + (try place(of: name, in: Array(bytes[begin...]), number: number)) + 1] ^= 0x10
                try fails(bytes, name, in: folder)
            }
        }
    }

    @Test func tablesAndTracks() throws {
        let folder = TemporaryFolder()
        _ = folder.make("a.mp4", Self.h264)
        _ = folder.make("f.mp4", Self.fragments)
        let whole = folder.read("a.mp4"), pieces = folder.read("f.mp4")
        // A time scale of nothing, fewer places than samples, an aspect below nothing.
        var bytes = whole
        put(0, at: try place(of: "mdhd", in: bytes) + 16, in: &bytes)
        try fails(bytes, "time scale", in: folder)
        bytes = whole
        put(0, at: try place(of: "stsc", in: bytes) + 16, in: &bytes)
        try fails(bytes, "samples of a chunk", in: folder)
        bytes = whole
        put(-127, at: try place(of: "pasp", in: bytes) + 4, in: &bytes)
        try fails(bytes, "aspect", in: folder)
        // A fragment of a track that there is not, and one with fewer samples than its table has.
        bytes = pieces
        put(7, at: try place(of: "tfhd", in: bytes, number: 3) + 8, in: &bytes)
        try fails(bytes, "track of a fragment", in: folder)
        bytes = pieces
        put(2, at: try place(of: "trun", in: bytes) + 8, in: &bytes)
        try fails(bytes, "samples of a fragment", in: folder)
        // A fragment that is gone, box and data.
        let from = try place(of: "moof", in: pieces, number: 2) - 4,
            to = try place(of: "moof", in: pieces, number: 3) - 4
        bytes = pieces
        bytes.removeSubrange(from..<to)
        try fails(bytes, "missing fragment", in: folder)
    }

    /// Pictures that an edit list leaves out because it, or a time, is damaged.
    @Test func editLists() throws {
        let folder = TemporaryFolder()
        _ = folder.make("a.mp4", Self.h264)
        _ = folder.make("p.mov", Self.film + ["-an", "-c:v", "prores_ks"])
        for name in ["a.mp4", "p.mov"] {
            let whole = folder.read(name), list = try place(of: "elst", in: whole)
            #expect(try opens(folder(name)).verdict == .pass)
            for duration in [1000, 1872, 1700] {
                var bytes = whole
                put(duration, at: list + 12, in: &bytes)
                try fails(bytes, "\(name): an edit of \(duration) ms", in: folder)
            }
            for later in [1024, 2048, 10240] {
                var bytes = whole
                put(number(bytes, list + 16) + later, at: list + 16, in: &bytes)
                try fails(bytes, "\(name): an edit that begins \(later) later", in: folder)
            }
            // Seconds that are shorter than they were: of the film, and of the track.
            var bytes = whole
            put(3048, at: try place(of: "mvhd", in: bytes) + 16, in: &bytes)
            try fails(bytes, "\(name): the film's time scale", in: folder)
            bytes = whole
            put(2048, at: try place(of: "mdhd", in: bytes) + 16, in: &bytes)
            try fails(bytes, "\(name): the track's time scale", in: folder)
        }
        let whole = folder.read("a.mp4"), offsets = try place(of: "ctts", in: whole), count = number(whole, offsets + 8)
        for entry in 0..<count {
            for offset in [40_000, 65_536 << 8] {
                var bytes = whole
                put(offset, at: offsets + 16 + 8 * entry, in: &bytes)
                try fails(bytes, "offset \(entry) of \(count)", in: folder)
            }
        }
        var bytes = whole
        put(0x1000_0001, at: offsets + 12 + 8 * (count - 4), in: &bytes)
        try fails(bytes, "offsets of more pictures than there are", in: folder)
    }

    /// Cut at pictures and between them, in open groups, with pictures that last a second; in fragments; with chapters
    /// and two tracks.
    @Test func whatIsMeant() throws {
        let folder = TemporaryFolder()
        let film = folder.make("film.mp4", Self.h264 + ["-g", "5"])
        let open = folder.make(
            "open.mp4", Self.film + ["-c:v", "libx264", "-x264-params", "open-gop=1:keyint=5:min-keyint=1:bframes=3"])
        let hevc = folder.make(
            "hevc.mp4", Self.film + ["-c:v", "libx265", "-x265-params", "open-gop=1:keyint=5:log-level=none"])
        let hole = folder.make(
            "hole.mp4",
            Self.film + ["-an", "-vf", "select='lt(n,8)+eq(n,19)'", "-vsync", "vfr", "-c:v", "libx264", "-bf", "3"])
        let still = folder.make("still.mov", Self.film + ["-an", "-c:v", "prores_ks"])
        var files = [open, hevc, hole, still]
        for path in [film, open, hevc, hole, still] {
            let format = path.hasSuffix("mov") ? "mov" : "mp4"
            for start in ["0.05", "0.35", "1.15"] where path != hole || start != "1.15" {
                files.append(folder.make("cut-\(files.count).\(format)", ["-ss", start, "-i", path, "-c", "copy"]))
            }
        }
        files.append(folder.make("short.mp4", ["-ss", "0.35", "-i", film, "-t", "0.6", "-c", "copy"]))
        files.append(
            folder.make("two.mp4", ["-i", film, "-i", open, "-map", "0:v", "-map", "1:v", "-map", "0:a", "-c", "copy"]))
        for flags in [
            "frag_keyframe", "frag_keyframe+separate_moof+empty_moov", "cmaf+frag_keyframe",
            "frag_keyframe+dash+global_sidx",
        ] {
            files.append(folder.make("fragments-\(files.count).mp4", ["-i", film, "-c", "copy", "-movflags", flags]))
        }
        for path in files {
            let result = try opens(path)
            #expect(result.verdict == .pass, "\(path): \(result.measured)")
        }
    }

    /// Of a cut at the end nothing but its writer can tell: one that cuts there is believed.
    @Test func cutAtTheEnd() throws {
        let folder = TemporaryFolder()
        _ = folder.make("a.mp4", Self.h264)
        var bytes = folder.read("a.mp4")
        for (box, offset) in [("mvhd", 20), ("tkhd", 24), ("elst", 12)] {
            put(1500, at: try place(of: box, in: bytes) + offset, in: &bytes)
        }
        try fails(bytes, "FFmpeg ends no edit list before its pictures", in: folder)
        let at = try place(of: "Lavf", in: bytes)
        bytes[at] = UInt8(ascii: "X")
        let result = try opens(try folder.write("cut.mp4", bytes))
        #expect(result.verdict == .pass && result.measured.hasPrefix("15 pictures"), "\(result.measured)")
    }

    @Test func tracksOfMatroska() throws {
        let folder = TemporaryFolder()
        _ = folder.make("a.mkv", Self.h264 + ["-write_crc32", "0"])
        let whole = folder.read("a.mkv"), codec = try place(of: "V_MPEG4", in: whole)
        #expect(try opens(folder("a.mkv")).verdict == .pass)
        // Before the codec's name: the track's entry, its number and its kind.
        let entry = try #require((codec - 80..<codec).first { whole[$0...].starts(with: [0xd7, 0x81, 0x01]) })
        let kind = try #require((entry..<codec + 40).first { whole[$0...].starts(with: [0x83, 0x81, 0x01]) })
        for (at, value) in [
            (entry, 0x57), (entry + 2, 9), (kind, 0x82), (kind + 2, 0x11), (kind + 2, 2), (codec, UInt8(ascii: "A")),
        ] {
            var bytes = whole
            bytes[at] = value
            try fails(bytes, "byte \(at) is \(value)", in: folder, as: "damaged.mkv")
        }
    }

    /// One bit hides a picture of VP8. Encoders hide some on purpose, which stay and never take the last one's place.
    @Test func hiddenPictures() throws {
        let folder = TemporaryFolder()
        let picture = [
            "-f", "lavfi", "-i", "testsrc2=size=96x64:rate=10:duration=4", "-c:v", "libvpx", "-threads", "1",
        ]
        let path = folder.make("plain.ivf", picture + ["-deadline", "realtime", "-t", "1"]),
            whole = folder.read("plain.ivf")
        #expect(try opens(path).verdict == .pass)
        // A header of 32 bytes; each picture behind its size and its time.
        var at = 32, count = 0
        while at + 12 < whole.count {
            var bytes = whole
            bytes[at + 12] &= ~0x10
            try fails(bytes, "picture \(count)", in: folder, as: "damaged.ivf")
            at += 12 + whole[at..<at + 4].reversed().reduce(0) { $0 << 8 | Int($1) }
            count += 1
        }
        #expect(count == 10)
        let two = ["-auto-alt-ref", "1", "-lag-in-frames", "25", "-b:v", "100k", "-passlogfile", folder("log")]
        _ = folder.make("first.webm", picture + two + ["-pass", "1"])
        let kept = folder.make("kept.webm", picture + two + ["-pass", "2"])
        let list = try Program.run(["ffprobe", "-v", "error", "-show_entries", "packet=pos", "-of", "csv=p=0", kept])
        #expect(list.status == 0 && list.out.split(separator: "\n").count > 40, "\(list.err)")
        let result = try opens(kept)
        #expect(result.verdict == .pass && result.measured.hasPrefix("40 pictures"), "\(result.measured)")
    }
}
