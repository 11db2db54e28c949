// A small slice of Tests/Tools/fuzz.py, the same files each time: that it runs, and that these are no finds.
import Foundation
import TestSupport
import Testing

@Suite struct FuzzSliceTests {
    @Test(.timeLimit(.minutes(5))) func aFewOfEachKind() throws {
        let run = try Workspace.run(
            "python3", [Repository.file("Tests/Tools/fuzz.py").path, "--count", "21", "--seed", "7"],
            in: Repository.root, environment: ["VGRAPH": Repository.binary("vgraph")])
        #expect(run.status == 0, "\(run.out) \(run.err)")
        #expect(
            run.out.contains("21 files (3 media, 3 assets, 3 fonts, 3 captions, 3 yaml, 3 archives, 3 state), 0 finds"),
            "\(run.out)")
    }
}
