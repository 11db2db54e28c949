// What a cache tells of earlier builds, and what of it goes to another machine: runs, traces, archives, CI keys.
import Diagnostics
import Foundation
import TestSupport
import Testing

@Suite struct HistoryTests {
    private func built(_ spec: String = Sample.spec()) throws -> Workspace {
        let workspace = try Workspace(["clip.video.yaml": spec])
        let run = try workspace.vgraph("build", "clip.mp4", "--json")
        try #require(run.status == 0, "\(run.out)\(run.err)")
        return workspace
    }

    // MARK: log

    @Test func logListsRunsNewestFirstAndSaysWhatEachDid() throws {
        let workspace = try built()
        defer { workspace.remove() }
        try workspace.write("clip.video.yaml", Sample.spec(caption: "Another text"))
        #expect(try workspace.vgraph("build", "clip.mp4").status == 0)

        let runs = try workspace.vgraph("log", "--json").events
        try #require(runs.count == 2)
        #expect((runs[0]["hits"] as? Int ?? 0) > 0 && runs[1]["hits"] as? Int == 0)
        #expect(runs.allSatisfy { $0["status"] as? String == "built" && $0["targets"] as? [String] == ["clip.mp4"] })
        #expect(try workspace.vgraph("log", "clip.mp4").out.split(separator: "\n").count == 2)
        #expect(try workspace.vgraph("log", "--limit", "1").out.split(separator: "\n").count == 1)

        let newest = try #require(runs[0]["run"] as? String)
        let last = try workspace.vgraph("log", "last", "--json").events,
            named = try workspace.vgraph("log", newest, "--json").events
        #expect(last[0]["run"] as? String == newest && named[0]["run"] as? String == newest)
        let nodes = last.filter { $0["node"] != nil }
        #expect(nodes.count == runs[0]["nodes"] as? Int)
        let ran = nodes.filter { $0["outcome"] as? String == "ran" }
        #expect(ran.count == runs[0]["ran"] as? Int)
        for node in ran {
            #expect((node["seconds"] as? Double ?? 0) > 0 && !(node["why"] as? [String] ?? []).isEmpty, "\(node)")
        }
        let cost = nodes.compactMap { $0["cost"] as? [String: Any] }
        #expect(cost.count == nodes.count && cost.allSatisfy { $0["wall"] is Double })
        let text = try workspace.vgraph("log", "last").out
        #expect(
            text.contains("ran      clip.mp4:captions") && text.contains("has changed")
                && text.contains("hit      clip.mp4:audio"), "\(text)")
    }

    /// Bisecting by eye costs an afternoon; the cache remembers.
    @Test func theFirstBuildInWhichACheckFailed() throws {
        let workspace = try built()
        defer { workspace.remove() }
        func first(_ id: String, _ more: String...) throws -> Workspace.Run {
            try Workspace.run(
                Repository.binary("vgraph"), ["log", "clip.mp4", "--first-bad", id] + more, in: workspace.folder)
        }
        #expect(try first("D02").err.contains("[never-bad]") && first("D2x").err.contains("[not-judged]"))
        let short = "review: { claims: [the square is legible] }\n"
        try workspace.write("clip.video.yaml", Sample.spec(caption: "Another text"))
        #expect(try workspace.vgraph("build", "clip.mp4").status == 0)
        try workspace.write("clip.video.yaml", Sample.spec(caption: "Another text") + short)
        #expect(try workspace.vgraph("build", "clip.mp4").status == 3)
        try workspace.write("clip.video.yaml", Sample.spec(caption: "A third text") + short)
        #expect(try workspace.vgraph("build", "clip.mp4").status == 3)

        let runs = try workspace.vgraph("log", "--json").events.compactMap { $0["run"] as? String }
        try #require(runs.count == 4)
        let found = try first("gate", "--json").done
        #expect((found["bad"] as? [String: Any])?["run"] as? String == runs[1], "\(found)")
        #expect((found["good"] as? [String: Any])?["run"] as? String == runs[2] && found["unknown"] as? Int == 0)
        let text = try first("gate")
        #expect(text.status == 0 && text.out.contains("gate fails since \(runs[1])"), "\(text)")
        #expect(text.out.contains("gate: pass, then revise") && text.out.contains("~ clip.video.yaml"), "\(text.out)")
        #expect(try workspace.vgraph("log", "--first-bad", "gate").status == 2, "it needs a target")
    }

    @Test func logOfAFailureAndOfNothing() throws {
        let workspace = try Workspace([
            "clip.video.yaml": Sample.spec().replacingOccurrences(
                of: "scenes:", with: "assets: { a: missing.png }\nscenes:")
        ])
        defer { workspace.remove() }
        let nothing = try workspace.vgraph("log", "last")
        #expect(nothing.status == 2 && nothing.err.contains("[no-runs]"), "\(nothing.err)")
        #expect(try workspace.vgraph("log").out == "")
        #expect(!workspace.exists("cache"), "looking makes no cache")
        #expect(try workspace.vgraph("build", "clip.mp4").status == 2)
        let log = try workspace.vgraph("log", "last")
        #expect(
            log.status == 0 && log.out.contains("failed   clip.mp4:validate") && log.out.contains("missing.png"),
            "\(log.out)")
        let unknown = try workspace.vgraph("log", "nonsense.mp4")
        #expect(unknown.status == 2 && unknown.err.contains("[no-such-run]"))
    }

    @Test func logShowsThisFoldersRunsUnlessAskedForAll() throws {
        let one = try Workspace(["a.video.yaml": Sample.spec()]), two = try Workspace(["b.video.yaml": Sample.spec()])
        defer { one.remove(); two.remove() }
        let cache = ["VGRAPH_CACHE": one.path("shared")]
        #expect(try one.vgraph("build", "a.mp4:plan", environment: cache).status == 0)
        #expect(try two.vgraph("build", "b.mp4:plan", environment: cache).status == 0)
        let own = try one.vgraph("log", environment: cache).out
        #expect(own.contains("a.mp4:plan") && !own.contains("b.mp4"))
        let all = try one.vgraph("log", "--all", environment: cache).out
        #expect(all.contains("a.mp4:plan") && all.contains("b.mp4:plan"))
        let ambiguous = try one.vgraph("log", "--all", "2", environment: cache)
        #expect(ambiguous.status == 2 && ambiguous.err.contains("[ambiguous-run]"))
        try #require(try one.vgraph("log", "2", "--json", environment: cache).status == 0)
    }

    // MARK: archive

    @Test func whatOneMachineExportsAnotherNeedNotRender() throws {
        let first = try built(), second = try Workspace(["clip.video.yaml": Sample.spec()])
        defer { first.remove(); second.remove() }
        let one = try first.vgraph("cache", "export", "--for", "clip.mp4", "one.tar", "--json")
        #expect(one.status == 0, "\(one.out)\(one.err)")
        #expect(try first.vgraph("cache", "export", "clip.mp4", "two.tar").status == 0)
        #expect(try first.bytes("one.tar") == first.bytes("two.tar"))
        let names = try Workspace.run("tar", ["--numeric-owner", "-tvf", "one.tar"], in: first.folder)
        #expect(
            names.status == 0 && names.err == "" && names.out.hasPrefix("-r--r--r-- 0/0")
                && names.out.contains("1970-01-01"), "\(names)")

        let taken = try second.vgraph("cache", "import", first.path("one.tar"), "--json")
        #expect(taken.status == 0, "\(taken.out)\(taken.err)")
        #expect(taken.done["records"] as? Int == one.done["records"] as? Int && taken.done["known"] as? Int == 0)
        #expect(try second.vgraph("cache", "verify").status == 0)
        let build = try second.vgraph("build", "clip.mp4", "--json")
        #expect(build.status == 0 && build.done["ran"] as? Int == 0, "\(build.out)")
        #expect(try second.bytes("clip.mp4") == first.bytes("clip.mp4"))

        let again = try second.vgraph("cache", "import", first.path("one.tar"), "--json")
        #expect(again.done["records"] as? Int == 0 && again.done["blobs"] as? Int == 0)
        #expect((again.done["known"] as? Int ?? 0) > 0)
    }

    @Test func anExportIsTheTargetsClosureAndNoMore() throws {
        let workspace = try built()
        defer { workspace.remove() }
        let whole = try workspace.vgraph("cache", "export", "--for", "clip.mp4", "whole.tar", "--json").done
        let plan = try workspace.vgraph("cache", "export", "--for", "clip.mp4:plan", "plan.tar", "--json").done
        #expect(plan["records"] as? Int == 4, "validate, resolve, proofread, plan")
        #expect((whole["records"] as? Int ?? 0) > 10)
        try workspace.write("clip.video.yaml", Sample.spec(title: "Edited"))
        let stale = try workspace.vgraph("cache", "export", "--for", "clip.mp4", "stale.tar")
        #expect(
            stale.status == 2 && stale.err.contains("[not-up-to-date]") && stale.err.contains("clip.mp4:validate"),
            "\(stale.err)")
        #expect(!workspace.exists("stale.tar"))
    }

    @Test func hostileArchivesAreRefusedAndChangeNothing() throws {
        let workspace = try built(), target = try Workspace(["keep.txt": "x"])
        defer { workspace.remove(); target.remove() }
        #expect(try workspace.vgraph("cache", "export", "--for", "clip.mp4:plan", "good.tar").status == 0)
        let good = [UInt8](try workspace.bytes("good.tar"))
        #expect(try target.vgraph("cache", "import", workspace.path("good.tar")).status == 0)
        let other = try Workspace()
        defer { other.remove() }
        // An empty cache, made by a refused import, is what stays the same.
        try other.write("bad.tar", "nonsense")
        #expect(try other.vgraph("cache", "import", "bad.tar").err.contains("[archive-truncated]"))
        let before = try listing(other)

        let members = Tar.members(good)
        let blob = try #require(members.first { $0.name.hasPrefix("blobs/") }),
            record = try #require(members.first { $0.name.hasPrefix("records/") })
        let format = members[0]
        var flipped = good
        flipped[blob.offset + 512] ^= 1
        var flippedRecord = good
        flippedRecord[record.offset + 512 + record.size / 2] ^= 1
        var flippedHeader = good
        flippedHeader[record.offset + 3] ^= 1
        let end = [UInt8](repeating: 0, count: 1024)
        func archive(_ parts: [UInt8]...) -> [UInt8] { Array(good[0..<1024]) + parts.flatMap { $0 } + end }
        let wrongKey = Array(good[record.offset + 512..<record.offset + 512 + record.size])
        let cases: [(String, [UInt8], String)] = [
            ("a flipped byte in a blob", flipped, "archive-blob"),
            ("a flipped byte in a record", flippedRecord, "archive-record"),
            ("a flipped byte in a header", flippedHeader, "archive-damaged"),
            ("cut in a blob", Array(good[..<(blob.offset + 700)]), "archive-truncated"),
            ("cut between members", Array(good[..<record.offset]), "archive-truncated"),
            ("cut before the second zero block", Array(good[..<(good.count - 512)]), "archive-truncated"),
            ("more after the end", good + [1], "archive-trailing"),
            ("a name that climbs", archive(Tar.member("blobs/../../keep.txt", Array("evil".utf8))), "archive-climbs"),
            ("an absolute name", archive(Tar.member("/tmp/keep.txt", Array("evil".utf8))), "archive-climbs"),
            (
                "a symbolic link", archive(Tar.member("blobs/ab/cd", [], kind: "2", link: "/etc/passwd")),
                "archive-not-a-file"
            ),
            ("a hard link", archive(Tar.member("records/ab/cd", [], kind: "1", link: "FORMAT")), "archive-not-a-file"),
            ("a device", archive(Tar.member("blobs/ab/cd", [], kind: "3")), "archive-not-a-file"),
            ("an extended header", archive(Tar.member("blobs/x", [], kind: "x")), "archive-not-a-file"),
            (
                "another file of a cache", archive(Tar.member("runs/20260101T000000Z-a.json", Array("{}".utf8))),
                "archive-name"
            ),
            ("FORMAT twice", archive(Array(good[0..<1024])), "archive-order"),
            ("a newer format", Tar.member("FORMAT", Array("vgraph cache 3\n".utf8)) + end, "archive-format"),
            ("no FORMAT", Array(good[blob.offset...]), "archive-foreign"),
            (
                "a record of two gigabytes", archive(Tar.member(record.name, [], size: 0o20000000000)),
                "archive-too-large"
            ),
            ("a size that is no number", archive(Tar.member(record.name, [], sizeField: "-1")), "archive-damaged"),
            (
                "a record under another's name",
                archive(Tar.member("records/00/" + String(repeating: "0", count: 30) + ".json", wrongKey)),
                "archive-record"
            ),
            ("nothing", [], "archive-truncated"), ("zeros", end, "archive-foreign"),
            ("text", [UInt8](repeating: 65, count: 2048), "archive-foreign"),
        ]
        #expect(format.name == "FORMAT")
        for (what, bytes, id) in cases {
            try Data(bytes).write(to: other.folder.appending(path: "bad.tar"))
            let run = try other.vgraph("cache", "import", "bad.tar")
            #expect(run.status != 0 && run.err.contains("[\(id)]"), "\(what): \(run.status) \(run.err)")
            #expect(try listing(other) == before, "\(what)")
        }
        #expect(try target.text("keep.txt") == "x")

        // Truncated and flipped everywhere: never a crash, never anything but the whole good archive taken.
        var random = Seeded(seed: 7)
        for _ in 0..<40 {
            var bytes = good
            if Bool.random(using: &random) {
                bytes.removeLast(Int.random(in: 1..<bytes.count, using: &random))
            } else {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            }
            try Data(bytes).write(to: other.folder.appending(path: "bad.tar"))
            let run = try other.vgraph("cache", "import", "bad.tar")
            // A flip in the padding or in an owner's field's blanks changes nothing that counts.
            if run.status == 0 { break }
            #expect(run.status == 2 && run.err.contains("[archive-"), "\(run.status) \(run.err)")
            #expect(try listing(other) == before)
        }
    }

    /// All files below, with their sizes.
    private func listing(_ workspace: Workspace) throws -> [String] {
        try Workspace.run(
            "find", [".", "-type", "f", "-not", "-name", "bad.tar", "-printf", "%p %s\n"], in: workspace.folder
        ).out
            .split(separator: "\n").map(String.init).sorted()
    }

    // MARK: hash

    @Test func hashIsOfWhatGoesIn() throws {
        let spec = Sample.spec(title: "{{who}}").replacingOccurrences(
            of: "theme:",
            with:
                "props: { who: { type: string, default: World } }\nassets: { hero: assets/hero.png }\nacceptance: { "
                + "baseline: approved }\ntheme:"
        )
        let files = ["clip.video.yaml": spec, "assets/hero.png": "one"]
        let first = try Workspace(files), second = try Workspace(files)
        defer { first.remove(); second.remove() }
        func hash(_ workspace: Workspace, _ more: String...) throws -> String {
            let run = try Workspace.run(
                Repository.binary("vgraph"), ["hash", "clip.mp4"] + more, in: workspace.folder)
            #expect(run.status == 0, "\(run.err)")
            return run.out
        }
        let key = try hash(first)
        #expect(key.count == 33 && key.dropLast().allSatisfy(\.isHexDigit))
        #expect(!first.exists("cache"), "no work, no cache")
        #expect(try hash(second) == key)
        #expect(try hash(first, "--set", "who=Ada") != key)
        #expect(try hash(first, "--list").contains("file assets/hero.png"))

        func isOther(_ change: String, _ file: String, _ text: String) throws {
            let before = try? second.text(file)
            try second.write(file, text)
            #expect(try hash(second) != key, "\(change)")
            if let before {
                try second.write(file, before)
            } else {
                try FileManager.default.removeItem(atPath: second.path(file))
            }
            #expect(try hash(second) == key, "\(change) and back")
        }
        try isOther("an asset", "assets/hero.png", "two")
        try isOther("the spec", "clip.video.yaml", spec + "\n# a comment\n")
        try isOther("props", "clip.props.yaml", "who: Ada\n")
        try isOther("a baseline", "approved/baseline.json", "{}")
        try isOther("a profile", "pipelines/profiles/default.yaml", "profile: default\n")
        let pipeline = try Repository.text("pipelines/video.yaml")
        try isOther(
            "a parameter", "pipelines/video.yaml", pipeline.replacingOccurrences(of: "crf: 20", with: "crf: 21"))
        try second.write("pipelines/video.yaml", pipeline + "\n# a comment\n")
        #expect(try hash(second) == key, "the built-in pipeline written out is the same")

        let broken = try second.vgraph("hash", "nonsense.mp4")
        #expect(broken.status == 2)
    }

    // MARK: trace

    @Test func aTraceHasAnEventForEachNode() throws {
        let workspace = try Workspace(["clip.video.yaml": Sample.spec()])
        defer { workspace.remove() }
        func events(_ file: String) throws -> [[String: Any]] {
            let root = try #require(try JSONSerialization.jsonObject(with: workspace.bytes(file)) as? [String: Any])
            return try #require(root["traceEvents"] as? [[String: Any]])
        }
        let first = try workspace.vgraph("build", "clip.mp4", "-j", "2", "--trace", "first.json", "--json")
        #expect(first.status == 0, "\(first.err)")
        let complete = try events("first.json").filter { $0["ph"] as? String == "X" }
        let ran = first.events.filter { $0["event"] as? String == "node" && $0["outcome"] as? String == "ran" }
            .compactMap { $0["node"] as? String }
        #expect(complete.compactMap { $0["name"] as? String }.sorted() == ran.sorted())
        for event in complete {
            let arguments = try #require(event["args"] as? [String: Any])
            #expect(
                (arguments["key"] as? String)?.count == 32 && !(arguments["why"] as? [String] ?? []).isEmpty
                    && arguments["outcome"] as? String == "ran")
        }
        // In one lane nothing overlaps: that is what a lane is.
        for (_, lane) in Dictionary(grouping: complete, by: { $0["tid"] as? Int ?? -1 }) {
            var end = 0.0
            for event in lane {
                let start = try #require(event["ts"] as? Double), length = try #require(event["dur"] as? Double)
                #expect(start >= end - 1)
                end = start + length
            }
        }
        try workspace.write("clip.video.yaml", Sample.spec(caption: "Another text"))
        #expect(try workspace.vgraph("build", "clip.mp4", "--trace", "second.json").status == 0)
        let second = try events("second.json")
        let hits = second.filter { $0["ph"] as? String == "i" }
        #expect(!hits.isEmpty && hits.contains { $0["name"] as? String == "clip.mp4:audio" })
        #expect(second.filter { $0["ph"] as? String == "X" }.count < ran.count)
        let device = try workspace.vgraph("build", "clip.mp4", "--trace", "/dev/null")
        #expect(device.status == 1 && device.err.contains("[cannot-write]"))
    }
}

/// Enough of tar to write what no honest program would.
enum Tar {
    struct Member { var name: String, offset: Int, size: Int }

    static func members(_ bytes: [UInt8]) -> [Member] {
        var members: [Member] = [], offset = 0
        while offset + 512 <= bytes.count, bytes[offset] != 0 {
            let name = String(decoding: bytes[offset..<offset + 100].prefix { $0 != 0 }, as: UTF8.self)
            let size = Int(String(decoding: bytes[offset + 124..<offset + 135], as: UTF8.self), radix: 8)!
            members.append(Member(name: name, offset: offset, size: size))
            offset += 512 + (size + 511) / 512 * 512
        }
        return members
    }

    static func member(
        _ name: String, _ bytes: [UInt8], kind: String = "0", link: String = "", size: Int? = nil,
        sizeField: String? = nil
    ) -> [UInt8] {
        var block = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, _ offset: Int) {
            block.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
        }
        func octal(_ number: Int, _ digits: Int) -> String {
            let text = String(number, radix: 8)
            return String(repeating: "0", count: max(0, digits - text.count)) + text
        }
        put(name, 0); put("0000444", 100); put(sizeField ?? octal(size ?? bytes.count, 11), 124); put("        ", 148)
        put(kind, 156); put(link, 157); put("ustar", 257); put("00", 263)
        put(octal(block.reduce(0) { $0 + Int($1) }, 6) + "\u{0} ", 148)
        return block + bytes + [UInt8](repeating: 0, count: (512 - bytes.count % 512) % 512)
    }
}
