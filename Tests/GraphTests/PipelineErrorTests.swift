// What is said of pipelines with commands that cannot be right: every text in Tests/Goldens/pipeline-errors.txt, as
// stages of a pipeline that has a sound last one.
import EngineFakes
import Graph
import TestSupport
import Testing

@Suite struct PipelineErrorTests {
    @Test func everyMessage() throws {
        let last = "  last: { run: [cat, $in], inputs: [a.txt], output: \"{name}.out\" }\n"
        try Golden.run("pipeline-errors.txt", least: 18) { item in
            try PipelineTests.complaints(PipelineTests.stages((item.section("") ?? "") + "\n" + last))
        }
    }
}
