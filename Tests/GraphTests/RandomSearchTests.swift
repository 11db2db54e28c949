// Random edits of what searches find (a program and an interpreter in PATH, a font in two folders), of folders that are
// results, and of files that vgraph published: one build is what making everything anew makes, and a second one has
// nothing to do. What a user changed in a published file is replaced and kept in the cache; what is the user's in a
// folder stays.
import Diagnostics
import Digests
import EngineFakes
import Files
import Glibc
import Graph
import Store
import TestSupport
import Testing

@Suite struct RandomSearchTests {
    /// `ROOT` is a folder of the test's own.
    static let pipeline = """
        pipeline: search
        target: all.out
        stages:
          tool:   { run: [vgraph-test-tool, $in, $out], inputs: [a.txt] }
          script: { run: [tools/s.sh, $in.text, $out], inputs: { text: a.txt, tool: tools/s.sh }, env: { PATH: \
        "ROOT/p1:ROOT/p2:/usr/bin:/bin" } }
          letter: { uses: letter, text: a.txt, font: serif }
          tree:
            run: [sh, -c, 'cd "$1"; while read -r p; do case $$p in */) mkdir -p "$$p";; *) mkdir -p "$(dirname \
        "$$p")"; echo "$$p" > "$$p";; esac; done < "$$OLDPWD/$0"', $in, $out]
            inputs: [words.txt]
            output: all.d/
          pick:   { run: [sh, -c, 'o="$1"; shift; cat "$@" /dev/null > "$$o"', sh, $out.o, $in.x], inputs: { x: \
        "$tree/**/*.x?" }, outputs: { o: { file: o, empty: true } } }
          walk:   { run: [sh, -c, '(cd "$0" && find . | LC_ALL=C sort) > "$1"', $tree, $out] }
          every:  { run: [cp, $in, $out], inputs: [b.txt], cache: false }
          all:    { run: [sh, -c, 'o="$1"; shift; cat "$@" > "$$o"', sh, $out, $tool, $script, $letter, $pick, $walk, \
        $every], output: all.out }

        """

    struct World {
        /// What a program says, by its folder; negative: it is there and cannot be run.
        var tools: [Int?] = [nil, 0]
        var shells: [Int?] = [nil, 0]
        var fonts: [Int?] = [nil, nil]
        var words = ["1.x"]
        var text = 0
        var other = 0

        static let paths = ["1.x", "2.x", "sub/3.x", "sub/deep/4.x", "5.y", "none/", "sub/empty/", "sub"]

        private func first(_ found: [Int?]) -> Int { found.compactMap { $0 }.first { $0 >= 0 }! }

        /// Words that do not stand in each other's way.
        var made: [String] { words.filter { word in !words.contains { $0.beneath(word) != nil } } }

        var expected: String {
            let text = "text \(self.text)\n"
            var all = "tool \(first(tools))\n" + text + "shell \(first(shells))\n" + text
            all += (fonts.compactMap { $0 }.first.map { "font \($0)\n" } ?? "plain\n") + text
            all += made.filter { $0.hasSuffix(".x") }.sorted { $0.precedes($1) }.map { $0 + "\n" }.joined()
            var names: Set<String> = ["."]
            for word in made {
                var path = word.hasSuffix("/") ? String(word.dropLast()) : word
                while !path.isEmpty {
                    names.insert("./" + path)
                    path = path.folderPart
                }
            }
            return all + names.sorted { $0.precedes($1) }.map { $0 + "\n" }.joined() + "other \(other)\n"
        }

        mutating func edit(using random: inout Seeded) {
            func change(_ found: inout [Int?], mayGo: Bool) {
                let at = Int.random(in: 0..<2, using: &random)
                found[at] = Int.random(in: 0..<3, using: &random) == 0 ? nil : Int.random(in: -1..<3, using: &random)
                if !mayGo && found.allSatisfy({ $0 ?? -1 < 0 }) { found[1] = 0 }
                if mayGo, found[at] == -1 { found[at] = nil }
            }
            switch Int.random(in: 0..<8, using: &random) {
            case 0: change(&tools, mayGo: false)
            case 1: change(&shells, mayGo: false)
            case 2: change(&fonts, mayGo: true)
            case 3, 4:
                let word = Self.paths.randomElement(using: &random)!
                if words.contains(word) { words.removeAll { $0 == word } } else { words.append(word) }
            case 5: words.shuffle(using: &random)
            case 6: text = Int.random(in: 0..<3, using: &random)
            default: other = Int.random(in: 0..<3, using: &random)
            }
        }

        func write(to world: FakeWorkspace) throws {
            func put(_ path: String, _ text: String?, isProgram: Bool = false, mode: mode_t = 0o755) throws {
                let full = "../" + path
                guard let text else { unlink(world.workspace + "/" + full); return }
                if world.read(full) != text { try world.write(full, text) }
                if isProgram { chmod(world.workspace + "/" + full, mode) }
            }
            for index in 0..<2 {
                for (name, found, script) in [
                    (
                        "vgraph-test-tool", tools,
                        "#!/bin/sh\necho tool %; cat \"$1\" > x; (echo tool %; cat x) > \"$2\"; rm x\n"
                    ),
                    ("vgraph-test-shell", shells, "#!/bin/sh\n(echo shell %; cat \"$2\") > \"$3\"\n"),
                ] {
                    try put(
                        "p\(index + 1)/\(name)", found[index].map { script.replacing("%", with: "\(abs($0))") },
                        isProgram: true,
                        mode: (found[index] ?? 0) < 0 ? 0o644 : 0o755)
                }
                try put("fonts\(index + 1)/serif", fonts[index].map { "font \($0)\n" })
            }
            for (path, text) in [
                ("a.txt", "text \(text)\n"), ("b.txt", "other \(other)\n"),
                ("words.txt", made.map { $0 + "\n" }.joined()),
            ]
            where world.read(path) != text { try world.write(path, text) }
        }
    }

    /// HOME and PATH are the process's: tests run one after the other.
    private func with<T>(_ root: String, _ body: () throws -> T) rethrows -> T {
        let names: [String] = ["HOME", "PATH"]
        let before = names.map { name in (name, getenv(name).map { String(cString: $0) }) }
        setenv("HOME", root, 1)
        setenv("PATH", "\(root)/p1:\(root)/p2:/usr/bin:/bin", 1)
        defer { for (name, value) in before { if let value { setenv(name, value, 1) } else { unsetenv(name) } } }
        return try body()
    }

    private func there(_ world: FakeWorkspace) throws -> [String] {
        var found: [String] = [], open = [""]
        while let folder = open.popLast() {
            let entries = try Folder.entries(world.workspace + "/all.d/" + folder) ?? []
            if entries.isEmpty && !folder.isEmpty { found.append(folder) }
            for entry in entries {
                if entry.kind == .folder {
                    open.append(folder + entry.name + "/")
                } else {
                    found.append(folder + entry.name)
                }
            }
        }
        return found.sorted { $0.precedes($1) }
    }

    @Test(arguments: 0..<6) func incrementalIsClean(_ seed: Int) throws {
        var random = Seeded(seed: UInt64(seed) &+ 4000)
        let world = try Probe.workspace()
        try world.write("pipelines/text.yaml", Self.pipeline.replacing("ROOT", with: world.root))
        try world.write("tools/s.sh", "#!/usr/bin/env vgraph-test-shell\nx\n")
        chmod(world.workspace + "/tools/s.sh", 0o755)
        // In a sandbox only the machine's own interpreters are seen.
        var model = World(), before = [World()]
        try with(world.root) {
            func build() throws -> BuildResult { try world.build("all.out") { $0.sandbox = false }.result }
            for round in 0..<14 {
                let comment = Comment(rawValue: "seed \(seed), round \(round)")
                for _ in 0..<Int.random(in: 0...2, using: &random) { model.edit(using: &random) }
                if Int.random(in: 0..<4, using: &random) == 0 { model = before.randomElement(using: &random)! }
                before.append(model)
                try model.write(to: world)
                switch Int.random(in: 0..<10, using: &random) {
                case 0: if let blob = try world.blobs().randomElement(using: &random) { unlink(blob) }
                case 1: unlink(world.workspace + "/all.out")
                case 2:
                    if let file = try there(world).filter({ $0.utf8.last != UInt8(ascii: "/") }).randomElement(
                        using: &random)
                    {
                        unlink(world.workspace + "/all.d/" + file)
                    }
                case 3: Folder.remove(world.workspace + "/all.d")
                case 4: Folder.remove(world.cache)
                case 5: Folder.remove(world.cache + "/state")
                case 6 where world.read("all.out") != nil:
                    // By hand, in place: replaced, and not lost.
                    let text = "by hand \(round)\n", file = open(world.workspace + "/all.out", O_WRONLY | O_TRUNC)
                    _ = text.withCString { Glibc.write(file, $0, text.utf8.count) }
                    close(file)
                    #expect(try build().status == .done && world.read("all.out") == model.expected, comment)
                    #expect(
                        try Blobs(Cache(world.cache)).has(
                            Record.Blob(digest: Digest.of(text), size: UInt64(text.utf8.count))), comment)
                case 7:
                    try world.write("all.d/mine", "mine\n")
                    #expect(try build().status == .done && world.read("all.d/mine") == "mine\n", comment)
                    unlink(world.workspace + "/all.d/mine")
                default: break
                }
                let result = try build()
                #expect(result.status == .done, "\(comment): \(result.diagnostics)")
                #expect(world.read("all.out") == model.expected, comment)
                let found = try there(world), wanted = model.made.sorted { $0.precedes($1) }
                #expect(found == wanted, comment)
                // What is never kept runs, and nothing else.
                #expect(try build().ran == 1, comment)
            }
        }
    }
}
