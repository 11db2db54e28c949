// Films that build without an error and that nobody would ship: each is said, and its neighbour that is meant is not.
import Foundation
import TestSupport
import Testing

@Suite struct SilentFaultTests {
    private func make(_ workspace: Workspace, _ file: String, _ arguments: [String]) throws {
        let made = try Workspace.run(
            "ffmpeg", ["-v", "error", "-y"] + arguments + [workspace.path(file)], in: workspace.folder)
        try #require(made.status == 0, "\(made.err)")
    }

    /// A logo for dark backgrounds on a light one, and a picture that was exported without its layers.
    @Test func aLogoInTheColourOfItsBackgroundIsSaid() throws {
        func spec(_ background: String, _ file: String, _ layers: String = "") -> String {
            """
            version: 1
            video: { size: 320x180, fps: 10, background: "\(background)" }
            scenes:
              - id: a
                duration: 1s
                layers:
                  - { shape: rect, size: [20%, 20%], at: [left, top], anchor: [left, top], fill: red }
            \(layers)      - { image: \(file), size: [30%, auto], at: [70%, 60%] }

            """
        }
        let dark = "      - { shape: rect, size: [60%, 60%], at: [70%, 60%], fill: \"#202020\" }\n"
        let workspace = try Workspace([
            "white.video.yaml": spec("#fefefe", "logo.png"), "blue.video.yaml": spec("#204080", "logo.png"),
            "panel.video.yaml": spec("#ffffff", "logo.png", dark), "clear.video.yaml": spec("#204080", "clear.png"),
            "two.video.yaml": spec("#ffffff", "two.png"),
        ])
        defer { workspace.remove() }
        // A ring of one colour with smooth edges; nothing at all; a ring and a dot of another colour.
        let ring = "alpha='255*clip(40-abs(hypot(X-100,Y-50)-30)*8,0,8)/8'"
        for (file, graph) in [
            ("logo.png", "geq=r=255:g=255:b=255:a=\(ring.dropFirst(6))"), ("clear.png", "geq=r=0:g=0:b=0:a=0"),
            ("two.png", "geq=r='if(lt(X,100),20,255)':g=255:b=255:a=\(ring.dropFirst(6))"),
        ] {
            try make(
                workspace, file,
                ["-f", "lavfi", "-i", "color=white:size=200x100,format=rgba,\(graph)", "-frames:v", "1"])
        }
        func said(_ film: String) throws -> [String] {
            let run = try workspace.vgraph("build", "\(film).mp4:proofread", "--json")
            #expect(run.status == 0, "\(run.out)\(run.err)")
            return run.out.split(separator: "\n").filter { $0.contains("P08.unseen") }.map(String.init)
        }
        #expect(try said("white").contains { $0.contains("all of it is #ffffff, as is the background behind it") })
        #expect(try said("clear").contains { $0.contains("its file is transparent throughout") })
        for film in ["blue", "panel", "two"] { #expect(try said(film).isEmpty, "\(film)") }
    }

    /// A row that was copied, and one with a gap in a column that is nearly full.
    @Test func rowsThatMakeTheSameFilmAndRowsWithGapsAreSaid() throws {
        let workspace = try Workspace([
            "lamp.video.yaml": """
            version: 1
            video: { size: 160x90, fps: 10, background: "#101820" }
            variants: { from: rows.csv, name: "lamp-{sku}", ignore: [sku] }
            props:
              product: { type: string, default: Aurora }
              price: { type: integer, default: 149 }
              badge: { type: string, default: "", allow_empty: true }
              tone: { type: string, default: warm }
            scenes:
              - { id: a, duration: 1s, layers: [{ text: "{{product}} {{price}} {{tone}}" }, { text: "{{badge}}", at: [center, 80%] }] }

            """,
            "rows.csv": "sku,product,price,badge,tone\na,Aurora,149,,\nb,Vega,99,New,\nc,Vega,99,New,\nd,Sol,,,cold\n",
        ])
        defer { workspace.remove() }
        let run = try workspace.vgraph("build")
        #expect(run.status == 0, "\(run.err)")
        func lines(_ run: Workspace.Run, _ id: String) -> [String] {
            (run.out + run.err).split(separator: "\n").filter { $0.contains("[\(id)]") }.map(String.init)
        }
        #expect(
            lines(run, "same-film").map { $0.replacingOccurrences(of: " (from the cache)", with: "") } == [
                "warning: 'lamp-c.mp4' is the same film as 'lamp-b.mp4', byte for byte [same-film]"
            ], "which of two equal nodes runs, and which takes its result, is decided while they run")
        // 'tone' is there for the exceptions, and 'badge' may be empty.
        #expect(
            lines(run, "empty-cell") == [
                "lamp.video.yaml:6:3: warning: the row with product 'Sol', tone 'cold' has no value for 'price': its film "
                    + "has the spec's default [empty-cell]"
            ])
        // A build that has nothing to do says it again; a cell that is filled ends it.
        #expect(lines(try workspace.vgraph("build"), "same-film").count == 1)
        try workspace.write(
            "rows.csv",
            "sku,product,price,badge,tone\na,Aurora,149,,\nb,Vega,99,New,\nc,Vega,89,New,\nd,Sol,59,,cold\n")
        let mended = try workspace.vgraph("build")
        #expect(mended.status == 0 && lines(mended, "same-film") + lines(mended, "empty-cell") == [], "\(mended.out)")
    }

    /// Of two streams of pictures a player shows one; a cover is none.
    @Test func aClipWithTwoPicturesIsSaid() throws {
        func spec(_ clip: String) -> String {
            """
            version: 1
            video: { size: 160x90, fps: 10 }
            scenes: [{ id: a, duration: 1s, layers: [{ video: \(clip) }] }]

            """
        }
        let workspace = try Workspace(["two.video.yaml": spec("both.mp4"), "cover.video.yaml": spec("covered.mp4")])
        defer { workspace.remove() }
        let sources = [
            "-f", "lavfi", "-i", "testsrc=size=160x90:rate=10:d=1", "-f", "lavfi", "-i",
            "testsrc2=size=80x60:rate=10:d=1",
        ]
        try make(workspace, "both.mp4", sources + ["-map", "0", "-map", "1", "-c:v", "libx264", "-pix_fmt", "yuv420p"])
        try make(
            workspace, "covered.mp4",
            sources + [
                "-map", "0", "-map", "1", "-c:v:0", "libx264", "-c:v:1", "mjpeg", "-frames:v:1", "1", "-pix_fmt:v:0",
                "yuv420p", "-disposition:v:1", "attached_pic",
            ])
        let two = try workspace.vgraph("build", "two.mp4:validate"),
            cover = try workspace.vgraph("build", "cover.mp4:validate")
        #expect(two.status == 0 && cover.status == 0, "\(two.err)\(cover.err)")
        #expect(
            (two.out + two.err).contains(
                "'both.mp4' is a clip with 2 streams of pictures: number 1 is shown [asset-partly-used]"),
            "\(two.out)\(two.err)")
        #expect(!(cover.out + cover.err).contains("streams of pictures"), "\(cover.out)\(cover.err)")
    }

    /// A film of a sale that is over passes as ever; who approves or publishes it is told.
    @Test func aDeadlineThatIsOverIsSaidWhereAPersonDecides() throws {
        for (text, isOver) in [("Sale until 3 March 2024", true), ("Sale until 3 March 2999", false)] {
            let film = try ApprovedFilm(Sample.spec(title: text))
            defer { film.remove() }
            #expect(try !film.vgraph("build", "clip.mp4").err.contains("[deadline-over]"))
            let published = try film.publish()
            #expect(published.status == 0, "\(published)")
            #expect(published.err.contains("[deadline-over]") == isOver, "\(published)")
            let again = try film.vgraph("approve", "clip.mp4", "--by", "anna", "--reason", "once more")
            #expect(again.err.contains("names a day that is over: 3 March 2024 [deadline-over]") == isOver, "\(again)")
        }
    }
}
