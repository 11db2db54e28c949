// Random edits under several pipelines that read each other's files by name, by pattern and by listing a folder, with
// names that differ in their bytes alone: one build is what making everything anew makes, and a second one has nothing
// to do.
import Diagnostics
import EngineFakes
import Files
import Glibc
import Graph
import Store
import TestSupport
import Testing

@Suite struct RandomEdgeTests {
    static let names = ["a", "b", "\u{E9}", "e\u{301}", "c d", "z[1]"]
    static let pipelines = [
        "mid": """
        pipeline: mid
        target: "{name}.mid"
        stages: { s: { run: [sh, -c, 'tr a-z A-Z < "$0" > "$1"', $in, $out], inputs: ["{name}.src"], output: \
        "{name}.mid" } }

        """,
        "text": """
        pipeline: all
        target: all.fin
        stages:
          all:
            run: [sh, -c, 'o="$1"; shift; cat "$@" /dev/null > "$$o"', sh, $out, $in.mids, $in.gens, $names]
            inputs: { mids: "*.mid?", gens: "gen/[a-z]?.txt" }
            output: all.fin
          one: { run: [sh, -c, 'cat "$0" > "$1"', $in, $out], inputs: [n.txt], output: gen/g1.txt }
          two: { run: [sh, -c, 'cat "$0" "$0" > "$1"', $in, $out], inputs: [gen/g1.txt], output: gen/g2.txt }
          names:
            run: [sh, -c, 'LC_ALL=C ls lib > "$0"; echo "o: lib" > d', $out]
            reads: lib
            depfile: d
          kept: { run: [sh, -c, 'sort "$0" > "$1"', $in, $out], inputs: [n.txt], output: lib/kept }

        """,
    ]

    struct World {
        var sources: [ByteText: String] = [:]
        /// What lies at the targets of the first pipeline, sources or none.
        var mids: [ByteText: String] = [:]
        var number = 0
        var library: Set<ByteText> = [ByteText("kept")]
        var byHand = false

        var expected: String {
            let gens = (byHand ? ["hand\n"] : []) + ["\(number)\n", "\(number)\n\(number)\n"]
            return (mids.keys.sorted().map { mids[$0]! } + gens).joined() + library.texts.map { $0 + "\n" }.joined()
        }

        mutating func edit(_ folder: FakeWorkspace, using random: inout Seeded) throws {
            let name = RandomEdgeTests.names.randomElement(using: &random)!, key = ByteText(name)
            switch Int.random(in: 0..<8, using: &random) {
            case 0, 1, 2:
                sources[key] = "text \(Int.random(in: 0..<4, using: &random))\n"
                try folder.write(name + ".src", sources[key]!)
            case 3:
                sources[key] = nil
                unlink(folder.workspace + "/" + name + ".src")
            case 4:
                // Comes back where it has a source.
                mids[key] = nil
                unlink(folder.workspace + "/" + name + ".mid")
            case 5:
                number += 1
                try folder.write("n.txt", "\(number)\n")
            case 6:
                if library.insert(key).inserted {
                    try folder.write("lib/" + name, "")
                } else {
                    library.remove(name)
                    unlink(folder.workspace + "/lib/" + name)
                }
            default:
                byHand.toggle()
                if byHand { try folder.write("gen/a0.txt", "hand\n") } else { unlink(folder.workspace + "/gen/a0.txt") }
            }
        }

        mutating func make() { for (name, text) in sources { mids[name] = text.uppercased() } }
    }

    @Test(arguments: 0..<8) func incrementalIsClean(_ seed: Int) throws {
        var random = Seeded(seed: UInt64(seed) &+ 3000)
        let folder = try Probe.workspace(Self.pipelines["text"]!)
        try folder.write("pipelines/mid.yaml", Self.pipelines["mid"]!)
        try folder.write("n.txt", "0\n")
        var world = World()
        for round in 0..<12 {
            let comment = Comment(rawValue: "seed \(seed), round \(round)")
            for _ in 0..<Int.random(in: 0...3, using: &random) { try world.edit(folder, using: &random) }
            switch Int.random(in: 0..<8, using: &random) {
            case 0: if let blob = try folder.blobs().randomElement(using: &random) { unlink(blob) }
            case 1: unlink(folder.workspace + "/gen/g1.txt")
            case 2: Folder.remove(folder.workspace + "/gen"); if world.byHand { world.byHand = false }
            case 3 where round % 5 == 4: Folder.remove(folder.cache)
            default: break
            }
            // All that is on offer, or the last target alone: what it reads is made either way.
            let targets = seed % 2 == 0 ? [] : ["all.fin"]
            func build() throws -> BuildResult {
                var request = folder.request(targets)
                request.sandbox = seed % 16 == 0
                return try folder.builder().run(request, catchSignals: false)
            }
            world.make()
            #expect(try build().status == .done, comment)
            #expect(folder.read("all.fin") == world.expected, comment)
            for (name, text) in world.mids { #expect(folder.read(name.text + ".mid") == text, comment) }
            #expect(try build().ran == 0, comment)
        }
    }
}
