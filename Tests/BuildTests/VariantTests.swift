// Films of one spec: formats and rows of a table as targets, built in one build, each only where it differs.
import Foundation
import TestSupport
import Testing

@Suite struct VariantTests {
    /// Two scenes, of which the first shows the row's values.
    static func spec(_ second: String = "For all", formats: String = "{ tall: 120x200 }", variants: Bool = true)
        -> String
    {
        """
        version: 1
        video: { size: 200x120, fps: 10, background: "#101820", title: "{{product}}" }
        theme: { fonts: { body: [Inter, sans-serif] } }
        props:
          product: { type: string, default: Aurora, max_length: 12 }
          price: { type: integer, default: 149, min: 1 }
        formats: \(formats)
        \(variants ? "variants: { from: rows.csv, name: \"launch-{sku}\" }" : "")
        scenes:
          - { id: offer, duration: 1s, layers: [{ text: "{{product}} {{price}}", style: title, at: [center, 40%] }] }
          - { id: end, duration: 1s, layers: [{ text: "\(second)", style: title, at: [center, 40%] }] }

        """
    }

    private func targets(_ run: Workspace.Run) -> [String: [String: Any]] {
        Dictionary(
            run.events.filter { $0["event"] as? String == "target" }.map { ($0["target"] as? String ?? "", $0) },
            uniquingKeysWith: { first, _ in first })
    }

    private func ran(_ run: Workspace.Run, _ stage: String) -> Int {
        run.events.count {
            $0["event"] as? String == "node" && $0["outcome"] as? String == "ran" && $0["stage"] as? String == stage
        }
    }

    /// Of many films the cache keeps no second copies, and nothing that needs their bytes misses them.
    @Test func aFilmOfManyLiesInTheWorkspaceAlone() throws {
        let rows = (10..<26).map { "\($0),Lamp \($0),\($0)\n" }.joined()
        let workspace = try Workspace([
            "launch.video.yaml": Self.spec(formats: "{}"), "rows.csv": "sku,product,price\n" + rows,
        ])
        defer { workspace.remove() }
        func blobs() throws -> [Data] {
            try #require(FileManager.default.enumerator(atPath: workspace.path("cache/blobs"))).compactMap {
                try? workspace.bytes("cache/blobs/\($0)")
            }
        }
        func kept() throws -> Int {
            let films = try Set((10..<26).map { try workspace.bytes("launch-\($0).mp4") })
            return try blobs().count { films.contains($0) }
        }
        #expect(try workspace.vgraph("build").status == 0)
        let film = try workspace.bytes("launch-10.mp4")
        #expect(try kept() == 0)
        #expect(try workspace.vgraph("build", "--verify-outputs", "--json").events.last?["ran"] as? Int == 0)
        #expect(try kept() == 0)
        // A check that runs again takes the bytes from the published files.
        try workspace.write(
            "launch.video.yaml", Self.spec(formats: "{}") + "acceptance: { rules: { duration: { max: 9 } } }\n")
        let checked = try workspace.vgraph("build", "--json")
        #expect(ran(checked, "check") == 16 && ran(checked, "mux") == 0, "\(checked.err)")
        // A file that is gone, or that is another now, is joined again.
        try FileManager.default.removeItem(atPath: workspace.path("launch-10.mp4"))
        #expect(try ran(workspace.vgraph("build", "--json"), "mux") == 1)
        #expect(try workspace.bytes("launch-10.mp4") == film)
        var other = film
        other[other.count / 2] ^= 1
        try workspace.write("launch-10.mp4", Array(other))
        #expect(try workspace.vgraph("build", "launch-10.mp4", "-o", "copy.mp4").status == 0)
        #expect(try workspace.bytes("copy.mp4") == film)
        // What a new film replaces is kept: it is the only copy of the old one.
        try workspace.write("launch.video.yaml", Self.spec("For you", formats: "{}"))
        #expect(try workspace.vgraph("build").status == 0)
        #expect(try blobs().contains(film))
    }

    /// What a language does not change is drawn, encoded and mixed once.
    @Test func languagesShareWhatTheyHaveInCommon() throws {
        let workspace = try Workspace([
            "launch.video.yaml": """
            version: 1
            video: { size: 200x120, fps: 10, background: "#101820", title: Launch }
            theme: { fonts: { body: [Inter, sans-serif] } }
            languages: { default: en, de: texts.de.yaml }
            scenes:
              - { id: offer, duration: 1s, layers: [{ text: "Good morning", style: title, at: [center, 40%] }] }
              - { id: end, duration: 1s, layers: [{ shape: rect, size: [50%, 50%], fill: "#ff8800", at: [50%, 50%] }] }
            audio: { tracks: [{ asset: assets/tone.wav }] }

            """, "texts.de.yaml": "scene.offer.1: Guten Morgen\n",
        ])
        defer { workspace.remove() }
        try workspace.write("assets/tone.wav", Wave.file((0..<96_000).map { Int16(3000 * sin(Double($0) / 24)) }))
        let built = try workspace.vgraph("build", "--json")
        #expect(
            targets(built).keys.sorted() == ["launch.de.mp4", "launch.mp4"], "\(built.err)\(built.out.suffix(1000))")
        #expect(ran(built, "encode") == 3 && ran(built, "measure") == 3 && ran(built, "audio") == 1)
        // The other language alone changes: nothing of the film in the spec's own is made again.
        try workspace.write("texts.de.yaml", "scene.offer.1: Schönen Morgen\n")
        let edited = try workspace.vgraph("build", "--json")
        #expect(ran(edited, "encode") == 1 && ran(edited, "audio") == 0 && ran(edited, "mux") == 1)
    }

    /// Two platforms take the same size and show the same but for one scene.
    @Test func formatsOfOneSizeShareTheirFrames() throws {
        let workspace = try Workspace([
            "launch.video.yaml": """
            version: 1
            video: { size: 200x120, fps: 10, background: "#101820", title: Launch }
            theme: { fonts: { body: [Inter, sans-serif] } }
            formats: { story: 120x200, clip: 120x200 }
            scenes:
              - { id: offer, duration: 1s, layers: [{ text: "Good", style: title, at: [60px, 100px] }] }
              - id: end
                duration: 1s
                layers:
                  - { shape: rect, size: [50%, 50%], fill: "#ff8800", by_format: { clip: { size: [25%, 25%] } } }

            """
        ])
        defer { workspace.remove() }
        let built = try workspace.vgraph("build", "launch.story.mp4", "launch.clip.mp4", "--json")
        #expect(targets(built).keys.sorted() == ["launch.clip.mp4", "launch.story.mp4"], "\(built.err)")
        #expect(ran(built, "render") == 3 && ran(built, "encode") == 3 && ran(built, "measure") == 3, "\(built.out)")
        #expect(ran(built, "proofread") == 2 && ran(built, "mux") == 2)
    }

    @Test func aMatrixIsOneBuild() throws {
        let workspace = try Workspace([
            "launch.video.yaml": Self.spec(), "rows.csv": "sku,product,price\nA7,Aurora,149\nB2,Boreal,99\n",
        ])
        defer { workspace.remove() }
        let films = ["launch-A7.mp4", "launch-A7.tall.mp4", "launch-B2.mp4", "launch-B2.tall.mp4"]
        let built = try workspace.vgraph("build", "--json")
        #expect(built.status == 0, "\(built.out.suffix(2000))\(built.err)")
        #expect(targets(built).keys.sorted() == films)
        #expect(targets(built).values.allSatisfy { $0["outcome"] as? String == "built" })
        // The second scene of each format is drawn once.
        #expect(ran(built, "render") == 6 && ran(built, "encode") == 6)
        #expect(targets(built).values.contains { $0["shared"] as? Int ?? 0 >= 3 })
        #expect(try Set(films.map { try workspace.bytes($0) }).count == 4)
        #expect(try probe(workspace, "launch-B2.tall.mp4")["height"] == "200")

        // Nothing to do, for all and for one by its name.
        _ = try settled { try workspace.vgraph("build") }
        let again = try workspace.vgraph("build")
        #expect(again.out.split(separator: "\n").count == 4 && again.out.contains("launch-B2.tall.mp4 is up to date"))
        // A note that every film repeats is shown three times and counted.
        #expect(again.err.split(separator: "\n").count { $0.contains("[claims-open]") } == 3, "\(again.err)")
        #expect(again.err.contains("\n1 more of claims-open: --findings FILE lists all\n"), "\(again.err)")
        #expect(try workspace.vgraph("build", "launch-B2.tall.mp4").out.contains("launch-B2.tall.mp4: up to date"))

        // One row changes, and only its films are made again.
        try workspace.write("rows.csv", "sku,product,price\nA7,Aurora,149\nB2,Boreal,89\n")
        let edited = try workspace.vgraph("build", "--json")
        #expect(edited.status == 0, "\(edited.err)")
        #expect(targets(edited)["launch-A7.mp4"]?["outcome"] as? String == "up-to-date")
        #expect(targets(edited)["launch-B2.mp4"]?["outcome"] as? String == "built")
        #expect(ran(edited, "render") == 2)

        // A row comes, and a format goes.
        try workspace.write("rows.csv", "sku,product,price\nA7,Aurora,149\nB2,Boreal,89\nC3,Cumulus,10\n")
        let grown = try workspace.vgraph("build", "--json")
        #expect(targets(grown).count == 6 && ran(grown, "render") == 2, "\(grown.err)")
        try workspace.write("launch.video.yaml", Self.spec(formats: "{}"))
        let shrunk = try workspace.vgraph("build", "--json")
        #expect(targets(shrunk).keys.sorted() == ["launch-A7.mp4", "launch-B2.mp4", "launch-C3.mp4"])
        let gone = try workspace.vgraph("build", "launch-A7.tall.mp4")
        #expect(gone.status == 2 && gone.err.contains("[film-unknown]"), "\(gone.err)")

        // What a film was made of is known by it, and a check of its file holds it against its own size.
        #expect(try workspace.vgraph("provenance", "launch-B2.mp4", "--json").out.contains("\"product\" : \"Boreal\""))
        let check = try workspace.vgraph("check", "launch-B2.mp4", "--spec", "launch.video.yaml")
        #expect(check.status == 0, "\(check.out)\(check.err)")

        // Other commands find the spec of a film.
        #expect(try workspace.vgraph("gate", "launch-A7.mp4").status == 0)
        #expect(try workspace.vgraph("graph", "launch-B2.mp4").out.contains("launch-B2.mp4:encode"))
        let hashes = try films.filter { !$0.contains("tall") }.map { try workspace.vgraph("hash", $0).out }
        #expect(Set(hashes).count == 2)
        #expect(try workspace.vgraph("why", "launch-A7.mp4").out.contains("fresh  launch-A7.mp4:plan"))

        // What formats and rows that are gone have left is removed too, and nothing of the user's.
        try workspace.write("launch-mine.mp4", "mine")
        #expect(try workspace.vgraph("clean").status == 0)
        #expect(!workspace.exists("launch-A7.mp4") && !workspace.exists("launch-A7.tall.mp4"))
        #expect(workspace.exists("launch-mine.mp4"))
    }

    @Test func rowsOnTheCommandLine() throws {
        let workspace = try Workspace([
            "launch.video.yaml": Self.spec(variants: false),
            "rows.json": #"[{ "sku": "A7", "product": "Aurora" }, { "sku": "B2", "price": 99 }]"#,
        ])
        defer { workspace.remove() }
        let one = try workspace.vgraph("build", "launch.mp4", "--each", "rows.json", "--where", "sku=B2")
        #expect(
            one.status == 0 && workspace.exists("launch-B2.mp4") && !workspace.exists("launch-A7.mp4"), "\(one.err)")
        let named = try workspace.vgraph(
            "build", "launch.tall.mp4", "--each", "rows.json", "--name", "launch_{sku}", "--json")
        #expect(targets(named).keys.sorted() == ["launch_A7.tall.mp4", "launch_B2.tall.mp4"], "\(named.err)")
        #expect(!workspace.exists("launch.mp4"))
        #expect(
            try settled {
                try workspace.vgraph("build", "launch.mp4", "--each", "rows.json", "--where", "sku=B2")
            } == "launch-B2.mp4 is up to date, gate: pass\n")
        try workspace.write("rows.json", #"[{ "sku": "B2", "price": 9 }]"#)
        let edited = try workspace.vgraph("build", "launch.mp4", "--each", "rows.json", "--where", "sku=B2", "--json")
        #expect(ran(edited, "render") == 1)

        // One film elsewhere: the target's own file stays away.
        let other = try workspace.vgraph("build", "launch.mp4", "--set", "product=Delta", "-o", "out/delta.mp4")
        #expect(
            other.status == 0 && workspace.exists("out/delta.mp4") && !workspace.exists("launch.mp4"), "\(other.err)")
        #expect(try workspace.vgraph("build", "launch.mp4").status == 0 && workspace.exists("launch.mp4"))
        #expect(try workspace.bytes("out/delta.mp4") != workspace.bytes("launch.mp4"))
        #expect(
            try workspace.vgraph("build", "launch.mp4", "-o", "launch.video.yaml").err.contains(
                "must end like the target"))
    }

    @Test func whatIsWrongHasItsPlace() throws {
        let workspace = try Workspace([
            "launch.video.yaml": Self.spec(), "rows.csv": "sku;product;price\r\nA7;Aurora;149\r\nB2;Boreal;free\r\n",
            "plain.video.yaml": Self.spec(formats: "{}", variants: false),
        ])
        defer { workspace.remove() }
        func refused(_ arguments: [String], _ words: String) throws {
            let run = try Workspace.run(Repository.binary("vgraph"), arguments, in: workspace.folder)
            #expect(run.status == 2 && run.err.contains(words), "\(arguments): \(run.out)\(run.err)")
        }
        try refused(["build"], "rows.csv:3:11: error: prop 'price' takes a whole number, not 'free' [prop-type]")
        try refused(["build", "launch-A7.mp4"], "rows.csv:3:11: error")
        #expect(!workspace.exists("launch-A7.mp4"))
        #expect(try workspace.vgraph("build", "plain.mp4").status == 0, "another spec does not need this table")
        try refused(["build", "launch.tal.mp4"], "rows.csv:3:11: error")
        try workspace.write("rows.csv", "sku,product\nA7,Aurora\n")
        try refused(["build", "launch-A7.tal.mp4"], "did you mean 'launch-A7.tall.mp4'?")
        try refused(["build", "launch.mp4", "--each", "../rows.csv"], "[bad-each]")
        try refused(["build", "launch.mp4", "--each", "rows.csv", "--where", "sku"], "[bad-where]")
        try workspace.write("old.yaml", "")
        try workspace.write(
            "pipelines/video.yaml", "pipeline: video\ntarget: \"{name}.mp4\"\ninclude: builtin\n")
        try refused(["build", "plain.mp4", "--each", "rows.csv"], "[film-no-rows]")
    }

    @Test func aFailedFilmLeavesTheOthers() throws {
        let workspace = try Workspace([
            "launch.video.yaml": Self.spec(formats: "{}").replacingOccurrences(
                of: "duration: 1s, layers: [{ text: \"For", with: "duration: \"{{price}}s\", layers: [{ text: \"For"),
            "rows.csv": "sku,product,price\nA7,Aurora,1\nB2,Boreal,99999\nC3,Cumulus,1\n",
        ])
        defer { workspace.remove() }
        let built = try workspace.vgraph("build", "-k")
        #expect(built.status == 2 && built.err.contains("[time-out-of-range]"), "\(built.out)\(built.err)")
        #expect(
            workspace.exists("launch-A7.mp4") && !workspace.exists("launch-B2.mp4") && workspace.exists("launch-C3.mp4")
        )
        #expect(built.out.contains("3 targets: 2 built, 1 failed; gate: 2 pass"), "\(built.out)")
    }

    @Test(arguments: [UInt64(1), 2])
    func randomEditsEndInTheBytesOfACleanBuild(seed: UInt64) throws {
        var random = Seeded(seed: seed)
        let workspace = try Workspace()
        defer { workspace.remove() }
        let words = ["Alpha", "Beta", "Gamma"], formats = ["{}", "{ tall: 120x200 }", "{ tall: 120x180, sq: 120x120 }"]
        var rows = [["A7", "Alpha", "1"]], spec = Self.spec()
        for step in 0..<4 {
            for _ in 0...Int.random(in: 0...1, using: &random) {
                switch Int.random(in: 0..<4, using: &random) {
                case 0:
                    spec = Self.spec(
                        words.randomElement(using: &random)!, formats: formats.randomElement(using: &random)!)
                case 1:
                    rows.append(["N\(step)\(rows.count)", words.randomElement(using: &random)!, "\(rows.count + 1)"])
                case 2 where rows.count > 1: rows.remove(at: Int.random(in: 0..<rows.count, using: &random))
                default: rows[Int.random(in: 0..<rows.count, using: &random)][1] = words.randomElement(using: &random)!
                }
            }
            let files = [
                "launch.video.yaml": spec,
                "rows.csv": "sku,product,price\n" + rows.map { $0.joined(separator: ",") + "\n" }.joined(),
            ]
            for (name, text) in files { try workspace.write(name, text) }
            let incremental = try workspace.vgraph("build", "--json")
            #expect(incremental.status == 0, "seed \(seed) step \(step): \(incremental.out.suffix(2000))")
            let clean = try Workspace(files)
            defer { clean.remove() }
            let made = try clean.vgraph("build", "--json")
            #expect(targets(incremental).keys.sorted() == targets(made).keys.sorted(), "seed \(seed) step \(step)")
            for film in targets(made).keys {
                #expect(try workspace.bytes(film) == clean.bytes(film), "seed \(seed) step \(step) \(film)")
            }
        }
    }
}
