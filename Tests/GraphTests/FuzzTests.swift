// Damaged files for everything that reads files, in a process of its own: whatever it does to itself, its seed is
// known. VGRAPH_FUZZ_SECONDS makes each kind last so long, from a seed that nobody has tried yet.
import EngineFakes
import Files
import Glibc
import Store
import TestSupport
import Testing

@Suite struct FuzzTests {
    private static func files(_ folder: String, _ ending: String) throws -> [String] {
        // What a build left in the checkout is in a cache.
        try Repository.files(in: folder, ending).filter { !$0.contains("/cache/") }.map { Repository.file($0).path }
    }

    @Test(arguments: ["yaml", "pipeline", "spec", "depfile", "state", "trace", "record", "archive"]) func damage(
        _ kind: String
    ) throws {
        let world = try Probe.workspace(), seedFile = world.root + "/seed", output = world.root + "/output"
        let wanted = getenv("VGRAPH_FUZZ_SECONDS").flatMap { Double(String(cString: $0)) }
        let first = wanted == nil ? 1 : UInt64.random(in: 1 << 32...1 << 62)
        let corpus: [String] =
            switch kind {
            case "yaml": try Self.files("pipelines", ".yaml")
            case "pipeline":
                try Self.files("pipelines", ".yaml").filter {
                    !$0.hasSuffix(".video.yaml") && !$0.hasSuffix(".props.yaml")
                }
            case "spec": try Self.files("pipelines", ".video.yaml")
            default: []
            }
        if ["yaml", "spec"].contains(kind) { #expect(corpus.count > 2) }
        let status = try Probe.start(
            ["fuzz", kind, "\(first)", wanted == nil ? "20000" : "\(UInt64.max)", "\(wanted ?? 2)", seedFile] + corpus,
            output: output
        ).wait()
        if status != 0 {
            let bytes = try FileContent.read(seedFile, keepBytes: true)?.bytes ?? [],
                seed = bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            Issue.record(
                """
                status \(status): \(world.read(output) ?? ""); again: engine-probe fuzz \(kind) \(seed) 1 60 \
                /tmp/seed \(corpus.joined(separator: " "))
                """
            )
        }
    }
}
