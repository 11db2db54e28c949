// Random edits under a pipeline of programs, globs, lists that grow and shrink, and files found while running: what is
// made is what making everything anew makes, and a second build has nothing to do.
import EngineFakes
import Files
import Glibc
import Graph
import Store
import TestSupport
import Testing

@Suite struct RandomCommandTests {
    static let pipeline = """
        pipeline: random
        target: all.out
        pools: { one: 1 }
        vars: { from: a-z, to: A-Z }
        stages:
          upper: { each: "parts/*.txt?", run: [sh, -c, 'tr {from} {to} < "$0" > "$1"', $each, $out] }
          lines:
            run: [sh, -c, 'mkdir l; i=0; while read -r w; do i=$((i+1)); echo "$$w" > l/$$i.txt; done < "$0"; : > \
        l/0.txt', $in.words]
            inputs: { words: words.txt }
            outputs: { each: { file: "l/*.txt", empty: true } }
          twice: { each: $lines.each, run: [sh, -c, 'cat "$0" "$0" > "$1"', $each, $out.o], outputs: { o: { file: o, \
        empty: true } }, pool: one }
          page:
            run: [sh, -c, ': > "$1"; echo "x:" > d; for f in $(cat "$0"); do cat lib/$$f.txt >> "$1"; echo "x: \
        lib/$$f.txt" >> d; done', $in.index, $out.o]
            inputs: { index: index.txt }
            outputs: { o: { file: o, empty: true } }
            reads: lib
            depfile: d
          side: { uses: mix, from: [extra.txt?, words.txt], salt: s, output: side.out }
          all:
            run: [sh, -c, 'o="$1"; shift; cat "$@" > "$$o"', sh, $out, $in.upper, $in.twice, $in.page, $in.side]
            inputs: { upper: $upper, twice: $twice, page: $page, side: side.out }
            output: all.out

        """

    struct World {
        var parts: [String: String] = [:]
        var words: [String] = ["one"]
        var library: [String: String] = ["a": "la\n", "b": "lb\n"]
        var index: [String] = ["a"]
        var extra: String?
        /// Names of parts that are no files, and what they are.
        var kinds: [String: String] = [:]

        /// Everything from scratch.
        var expected: String {
            var text = parts.keys.sorted().map { parts[$0]!.uppercased() }.joined()
            // Files of a list are in the order of their names' bytes: 1, 10, 2.
            for name in words.indices.map({ String($0 + 1) }).sorted() {
                text += String(repeating: words[Int(name)! - 1] + "\n", count: 2)
            }
            text += index.map { library[$0]! }.joined()
            return text + FakeStages.mixed((extra.map { [$0] } ?? []) + [words.map { $0 + "\n" }.joined()], salt: "s")!
        }

        mutating func edit(using random: inout Seeded) {
            let name = ["p", "q", "r", "s"].randomElement(using: &random)!
            switch Int.random(in: 0..<10, using: &random) {
            case 9:
                parts[name] = nil
                kinds[name] = ["folder", "link"].randomElement(using: &random)!
            case 0: parts[name] = nil
            case 1, 2: parts[name] = "part \(Int.random(in: 0..<3, using: &random))\n"
            case 3: words.append(["x", "y", "z"].randomElement(using: &random)!)
            case 4: if words.count > 1 { words.remove(at: Int.random(in: 0..<words.count, using: &random)) }
            case 5:
                words[Int.random(in: 0..<words.count, using: &random)] = ["x", "y", "z"].randomElement(using: &random)!
            case 6: library[["a", "b"].randomElement(using: &random)!] = "l\(Int.random(in: 0..<3, using: &random))\n"
            case 7: index = [["a"], ["b"], ["a", "b"], []].randomElement(using: &random)!
            default: extra = extra == nil ? "more\n" : nil
            }
        }

        func write(to world: FakeWorkspace) throws {
            try Folder.create(world.workspace + "/parts")
            for name in ["p", "q", "r", "s"] {
                let path = "parts/\(name).txt", full = world.workspace + "/" + path
                if parts[name] == nil, let kind = kinds[name] {
                    var status = stat()
                    if lstat(full, &status) == 0
                        && (status.st_mode & S_IFMT == S_IFREG
                            || status.st_mode & S_IFMT == (kind == "link" ? S_IFDIR : S_IFLNK))
                    {
                        Folder.remove(full)
                    }
                    if kind == "link" { symlink("nowhere", full) } else { mkdir(full, 0o755) }
                    continue
                }
                var status = stat()
                if lstat(full, &status) == 0, status.st_mode & S_IFMT != S_IFREG { Folder.remove(full) }
                if let text = parts[name] {
                    if world.read(path) != text { try world.write(path, text) }
                } else {
                    unlink(world.workspace + "/" + path)
                }
            }
            var files = [
                "words.txt": words.map { $0 + "\n" }.joined(), "index.txt": index.joined(separator: " ") + "\n",
            ]
            for (name, text) in library { files["lib/\(name).txt"] = text }
            if let extra { files["extra.txt"] = extra } else { unlink(world.workspace + "/extra.txt") }
            for (path, text) in files where world.read(path) != text { try world.write(path, text) }
        }
    }

    @Test(arguments: 0..<6) func incrementalIsClean(_ seed: Int) throws {
        var random = Seeded(seed: UInt64(seed) &+ 1000)
        let folder = try Probe.workspace(Self.pipeline)
        var world = World(), before = [World()]
        for round in 0..<14 {
            let comment = Comment(rawValue: "seed \(seed), round \(round)")
            for _ in 0..<Int.random(in: 0...2, using: &random) { world.edit(using: &random) }
            // Another branch, or an edit undone.
            if Int.random(in: 0..<4, using: &random) == 0 { world = before.randomElement(using: &random)! }
            before.append(world)
            try world.write(to: folder)
            switch Int.random(in: 0..<8, using: &random) {
            case 0: if let blob = try folder.blobs().randomElement(using: &random) { unlink(blob) }
            case 1: unlink(folder.workspace + "/all.out")
            case 2: unlink(folder.workspace + "/side.out")
            case 3 where round % 5 == 4: Folder.remove(folder.cache)
            default: break
            }
            let build = try folder.build("all.out") { $0.sandbox = seed % 16 == 0 }
            #expect(build.result.status == .done, comment)
            #expect(folder.read("all.out") == world.expected, comment)
            let again = try folder.build("all.out") { $0.sandbox = seed % 16 == 0 }
            #expect(again.result.ran == 0 && again.result.status == .done, comment)
        }
    }

    /// An edit under a list of programs' results runs what it must: exact counts, resumed.
    @Test func exactCounts() throws {
        let folder = try Probe.workspace(Self.pipeline)
        var world = World()
        world.parts = ["p": "pp\n", "q": "qq\n"]
        world.words = ["one", "two", "three"]
        try world.write(to: folder)
        #expect(try folder.build("all.out").result.ran == 2 + 1 + 4 + 1 + 1 + 1)
        func ran(_ change: (inout World) -> Void) throws -> Set<String> {
            change(&world)
            try world.write(to: folder)
            let build = try folder.build("all.out")
            #expect(folder.read("all.out") == world.expected)
            return Set(build.seen.ran.map { String($0.dropFirst("all.out:".count)) })
        }
        #expect(try ran { $0.parts["q"] = "QQ\n" } == ["upper[1]"], "the same in capitals: it stops there")
        #expect(try ran { $0.parts["q"] = "new\n" } == ["upper[1]", "all"])
        #expect(
            try ran {
                $0.parts["o"] = nil; $0.library["b"] = "unread\n"
            } == [])
        #expect(try ran { $0.library["a"] = "read\n" } == ["page", "all"])
        #expect(try ran { $0.words[1] = "zwei" } == ["lines", "twice[2]", "side", "all"])
        #expect(try ran { $0.extra = "# a comment\n" } == ["side", "all"])
        #expect(try ran { $0.parts["s"] = "last\n" } == ["upper[2]", "all"])
    }
}
