// Files that a spec names: told from their bytes, kept inside the workspace, each mistake with its own words.
import Composition
import Diagnostics
import Glibc
import Media
import TestSupport
import Testing

@Suite struct InspectAssetTests {
    let folder = TemporaryFolder()

    private func census(_ path: String, _ kinds: Set<AssetFacts.Kind> = [], families: ((String) -> [String])? = nil)
        -> AssetCensus
    {
        AssetCensus.take(
            [
                AssetRequest(
                    name: "it", path: path, kinds: kinds, place: Place(file: "a.video.yaml", line: 3, column: 7))
            ],
            in: Folders(workspace: folder.path), families: families)
    }
    private func complaint(_ path: String, _ kinds: Set<AssetFacts.Kind> = []) -> String {
        census(path, kinds).problems.map { "\($0.id): \($0.message)\($0.hint.map { " / \($0)" } ?? "")" }.joined(
            separator: "\n")
    }

    @Test func aGoodAsset() throws {
        folder.make("hero.png", ["-f", "lavfi", "-i", "color=red:size=40x30", "-frames:v", "1"])
        let census = census("./hero.png", [.image])
        #expect(census.problems.isEmpty)
        let facts = try #require(census.facts.assets["it"])
        #expect(facts.path == "hero.png" && facts.kind == .image && facts.size == PixelSize(width: 40, height: 30))
        #expect(facts.bytes == folder.read("hero.png").count && facts.digest.hex.count == 32)
        let sum = try Program.run(["xxhsum", "-H2", folder("hero.png")]).out
        if !sum.isEmpty { #expect(sum.hasPrefix(facts.digest.hex)) }
        #expect(census.files.map(\.path) == ["hero.png"] && census.files[0].digest == facts.digest)
    }

    /// What was decoded to see that it is whole is there for whoever draws it, once.
    @Test func aPictureIsDecodedOnce() throws {
        folder.make("hero.jpg", ["-f", "lavfi", "-i", "testsrc2=size=64x48", "-frames:v", "1"])
        let known = KnownFiles(), request = AssetRequest(name: "it", path: "hero.jpg", kinds: [.image])
        let census = AssetCensus.take([request], in: Folders(workspace: folder.path), known: known)
        let digest = try #require(census.facts.assets["it"]).digest
        let taken = try #require(known.takePicture(digest)).bitmap(name: "hero.jpg")
        let decoded = try Picture.decode(path: folder("hero.jpg"))
        #expect(taken.byteCount == decoded.byteCount && memcmp(taken.pixels, decoded.pixels, taken.byteCount) == 0)
        #expect(known.takePicture(digest) == nil)
        // What is known already is not decoded again.
        _ = AssetCensus.take([request], in: Folders(workspace: folder.path), known: known)
        #expect(known.takePicture(digest) == nil)
        let other = KnownFiles()
        _ = AssetCensus.take([request], in: Folders(workspace: folder.path), known: other)
        other.forgetPictures()
        #expect(other.takePicture(digest) == nil)
    }

    /// What is known of a file that has not changed is taken without reading it: other bytes of the same length show that.
    @Test func whatHasNotChangedIsNotReadAgain() throws {
        folder.make("hero.png", ["-f", "lavfi", "-i", "color=red:size=40x30", "-frames:v", "1"])
        let request = AssetRequest(name: "it", path: "./hero.png", kinds: [.image])
        let before = AssetCensus.take([request], in: Folders(workspace: folder.path))
        #expect(before.examined == [try #require(before.facts.assets["it"])])
        func again(_ kinds: Set<AssetFacts.Kind> = [.image]) -> AssetCensus {
            AssetCensus.take(
                [AssetRequest(name: "it", path: "hero.png", kinds: kinds)], in: Folders(workspace: folder.path),
                unchanged: before.examined)
        }
        let bytes = folder.read("hero.png")
        #expect(again([.video]).problems.map(\.message).joined().contains("PNG"), "what it is, the file says")
        try folder.write("hero.png", [UInt8](repeating: 0, count: bytes.count))
        let known = again()
        #expect(known.problems.isEmpty && known.facts == before.facts && known.examined == before.examined)
        #expect(known.files.map(\.path) == ["hero.png"] && known.files[0].digest == before.files[0].digest)
        // Of another length it cannot be the same.
        try folder.write("hero.png", [UInt8](repeating: 0, count: bytes.count + 1))
        #expect(!again().problems.isEmpty)
        unlink(folder("hero.png"))
        #expect(!again().problems.isEmpty)
        symlink("/etc/hostname", folder("hero.png"))
        #expect(again().problems.map(\.id) == ["asset-outside-workspace"])
    }

    /// A file with a warning is read each time, so that the warning is said each time.
    @Test func aFileWithAWarningIsReadAgain() throws {
        folder.make("photo.jpg", ["-f", "lavfi", "-i", "testsrc2=size=64x48", "-frames:v", "1"])
        try folder.write("photo.png", folder.read("photo.jpg"))
        let census = census("photo.png")
        try #require(census.problems.contains { $0.severity == .warning })
        #expect(census.examined.isEmpty && census.facts.assets["it"] != nil)
    }

    @Test func whatItsNameDoesNotSay() throws {
        try folder.write("page.mp4", "<!DOCTYPE html>\n<html><body>404</body></html>")
        try folder.write("note.png", "this is text")
        try folder.write("noise.jpg", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
        folder.make("really.png", ["-f", "lavfi", "-i", "color=red:size=16x16", "-frames:v", "1"])
        try folder.write("photo.jpg", folder.read("really.png"))
        #expect(
            complaint("page.mp4")
                == "asset-not-what-its-name-says: 'page.mp4' is an HTML page, not an MP4 clip / check how the file "
                + "was made or downloaded"
        )
        #expect(
            complaint("note.png")
                == "asset-not-what-its-name-says: 'note.png' is a text file, not a PNG picture / check how the file "
                + "was made or downloaded"
        )
        #expect(
            complaint("noise.jpg")
                == "asset-not-what-its-name-says: 'noise.jpg' is of no known format, not a JPEG picture / check how "
                + "the file was made or downloaded"
        )
        // A picture is a picture: that one is only told of.
        let census = census("photo.jpg", [.image])
        #expect(
            census.problems.map(\.id) == ["asset-name-misleads"]
                && census.problems.allSatisfy { $0.severity == .warning })
        #expect(census.facts.assets["it"]?.kind == .image)
    }

    @Test func theWrongKind() {
        folder.make("tone.wav", ["-f", "lavfi", "-i", "sine=duration=1"])
        #expect(
            complaint("tone.wav", [.image, .video])
                == "asset-wrong-kind: 'tone.wav' is a WAV sound, but this needs a picture or a clip")
        folder.make("tone.mp4", ["-f", "lavfi", "-i", "sine=duration=1"])
        #expect(
            complaint("tone.mp4", [.video])
                == "asset-wrong-kind: 'tone.mp4' is an MP4 with sound only, but this needs a clip")
    }

    @Test func outsideTheWorkspace() {
        let other = TemporaryFolder()
        other.make("secret.png", ["-f", "lavfi", "-i", "color=red:size=16x16", "-frames:v", "1"])
        symlink(other("secret.png"), folder("link.png"))
        symlink(other.path, folder("door"))
        mkdir(folder("sub"), 0o755)
        let told =
            "asset-outside-workspace: file '%' lies outside the workspace / copy it into the workspace, or declare "
            + "its folder with --root NAME=FOLDER and write 'NAME:FILE': a build may read nothing else"
        for path in [
            "link.png", "door/secret.png", "../\(other.path.split(separator: "/").last!)/secret.png",
            other("secret.png"),
            "../nothing-there.png", "/etc/passwd", "sub/../../x.png",
        ] {
            #expect(complaint(path) == told.split(separator: "%").joined(separator: path), "\(path)")
        }
        // Links and dots that stay inside are fine, and keep the name the spec uses.
        folder.make("hero.png", ["-f", "lavfi", "-i", "color=red:size=16x16", "-frames:v", "1"])
        symlink("../hero.png", folder("sub/alias.png"))
        #expect(census("sub/alias.png").facts.assets["it"]?.path == "sub/alias.png")
        #expect(census("sub/../hero.png").facts.assets["it"]?.path == "hero.png")
        #expect(census(folder("hero.png")).facts.assets["it"]?.path == "hero.png")
    }

    @Test func whatIsNotAFile() throws {
        mkdir(folder("folder.png"), 0o755)
        mkfifo(folder("pipe.mp4"), 0o644)
        try folder.write("empty.wav", [])
        try folder.write("heroes.png", [1])
        #expect(complaint("folder.png") == "asset-is-folder: 'folder.png' is a folder, not a file")
        #expect(complaint("pipe.mp4") == "asset-not-regular: 'pipe.mp4' is a pipe, socket or device, not a file")
        #expect(complaint("empty.wav") == "asset-empty: file 'empty.wav' is empty")
        #expect(complaint("heros.png") == "asset-missing: file 'heros.png' does not exist / did you mean 'heroes.png'?")
        #expect(complaint("nothing/at/all.png") == "asset-missing: file 'nothing/at/all.png' does not exist")
        #expect(complaint("") == "asset-missing: file '' does not exist")
        #expect(complaint("a\u{0}b") == "asset-missing: file 'a\u{0}b' does not exist")
        #expect(complaint(String(repeating: "x", count: 9000)).hasPrefix("asset-unreadable"))
        symlink("loop.png", folder("loop.png"))
        #expect(complaint("loop.png").hasPrefix("asset-unreadable: cannot read file 'loop.png'"))
        if geteuid() != 0 {
            try folder.write("locked.png", [1])
            chmod(folder("locked.png"), 0)
            #expect(complaint("locked.png") == "asset-unreadable: cannot read file 'locked.png': Permission denied")
        }
    }

    @Test func allMistakesOfARun() throws {
        try folder.write("empty.wav", [])
        let requests = ["a.png", "empty.wav", "b.png"].enumerated().map {
            AssetRequest(name: "n\($0)", path: $1, kinds: [], place: Place(file: "v.yaml", line: $0 + 1, column: 1))
        }
        let census = AssetCensus.take(requests, in: Folders(workspace: folder.path))
        #expect(census.problems.map(\.id) == ["asset-missing", "asset-empty", "asset-missing"])
        #expect(census.problems.map { $0.place?.line } == [1, 2, 3])
        #expect(census.facts.assets.isEmpty)
    }

    @Test func fonts() throws {
        // A table that lies outside: the header of a font with one table of 100 bytes at 12.
        let cut: [UInt8] =
            [0, 1, 0, 0, 0, 1, 0, 16, 0, 0, 0, 0] + Array("glyf".utf8) + [0, 0, 0, 0, 0, 0, 0, 28, 0, 0, 0, 100]
        try folder.write("cut.ttf", cut)
        #expect(
            complaint("cut.ttf")
                == "asset-truncated: 'cut.ttf' is a truncated font: it ends after 28 bytes, but its header requires 128 / "
                + "copy or download it again"
        )
        try folder.write("whole.ttf", cut + [UInt8](repeating: 0, count: 100))
        let census = census("whole.ttf", [.font], families: { _ in ["Inter"] })
        #expect(census.facts.assets["it"]?.kind == .font && census.facts.assets["it"]?.families == ["Inter"])
        #expect(
            self.census("whole.ttf", [.font], families: { _ in [] }).problems.map(\.message)
                == ["'whole.ttf' is a damaged font: it cannot be decoded (it contains no font face)"])
    }

    @Test func aPointerInsteadOfTheFile() throws {
        let pointer =
            "version https://git-lfs.github.com/spec/v1\noid sha256:" + String(repeating: "0", count: 64)
            + "\nsize 9\n"
        try folder.write("hero.png", pointer)
        #expect(census("hero.png", [.image]).problems.map(\.id) == ["asset-lfs-pointer"])
        // A text that says so is one.
        try folder.write("long.txt", pointer + String(repeating: "x", count: 2000))
        #expect(census("long.txt", [.text]).problems.isEmpty)
    }

    @Test func textsAndRefusals() throws {
        try folder.write("c.vtt", "WEBVTT\n\n00:00.000 --> 00:01.000\nhi\n")
        #expect(census("c.vtt", [.text]).facts.assets["it"]?.kind == .text)
        try folder.write("d.svg", "<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"/>")
        #expect(
            complaint("d.svg")
                == "asset-unsupported: 'd.svg' is an SVG drawing, which is not supported / convert it to a PNG that is "
                + "as wide as it is shown at its largest: 'rsvg-convert -w 1000 -o d.png d.svg', of Debian's librsvg2-bin"
        )
        try folder.write("e.pdf", "%PDF-1.7\n")
        #expect(complaint("e.pdf").hasPrefix("asset-unsupported: 'e.pdf' is a PDF document"))
        // A playlist names other files: it is text, and no demuxer is let near it.
        try folder.write("list.m3u8", "#EXTM3U\n/etc/passwd\n")
        #expect(
            complaint("list.m3u8", [.video]) == "asset-wrong-kind: 'list.m3u8' is a text file, but this needs a clip")
    }
}
