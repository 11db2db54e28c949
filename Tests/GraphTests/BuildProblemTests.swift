// The words of what stops a build or a worker: each text of `BuildProblem`, as a person reads it.
import Diagnostics
import Testing

@Suite struct BuildProblemTests {
    private static let bug =
        "\n  note: this is a bug in vgraph, not in your files; please report it with this text and the output of "
        + "'vgraph version'"

    static let texts: [(BuildProblem, String)] = [
        (
            BuildProblem.workerDied(node: "a.mp4:draw[2]", how: "was killed by SIGSEGV", stderr: ["one", "two"]),
            """
            error: a.mp4:draw[2]: the worker was killed by SIGSEGV [worker-died]
              hint: last output: one | two
            """
        ),
        (
            .workerDied(node: "a.mp4:draw", how: "ended with status 3", stderr: []),
            "error: a.mp4:draw: the worker ended with status 3 [worker-died]"
        ),
        (
            .workerGarbage(node: "n", line: "hello"),
            "error: n: the worker's answer is not a reply: 'hello' [worker-garbage]"
        ),
        (
            .workerMissing(path: "/w", reason: "no such file or directory"),
            """
            error: cannot start the worker '/w': no such file or directory [worker-missing]
              hint: run 'vgraph doctor' to see what is missing
            """
        ),
        (
            .workerTools(path: "/w", reason: "no answer within 20 s"),
            """
            error: the worker '/w' did not report its tools: no answer within 20 s [worker-tools]
              hint: run 'vgraph doctor' to see what is missing
            """
        ),
        (.stageThrew(node: "n", error: "x"), "error: n: x [stage-error]"),
        (.outputMissing(node: "n", output: "o"), "error: n did not make its output 'o' [output-missing]"),
        (.outputUnknown(node: "n", output: "o"), "error: n made 'o', which it does not declare [output-unknown]"),
        (
            .outputOutside(node: "n", path: "../x"),
            "error: n names an output outside its folder: '../x' [output-outside]"
        ),
        (.tooManyInputs(node: "n", slot: "s", count: 2), "error: n: 's' takes one file, not 2 [too-many-inputs]"),
        (
            .keepsChanging(node: "n", path: "a.yaml"),
            """
            error: n: 'a.yaml' keeps changing while vgraph reads it [file-changing]
              hint: wait until it is written, then build again
            """
        ),
        (
            .otherFile(target: "a.mp4", stage: "gate"),
            """
            warning: 'gate' judged another file than the one at 'a.mp4', so 'a.mp4' has not passed [other-file]
              hint: give check, review and gate the file that becomes 'a.mp4', then build again
            """
        ),
        (
            .olderFile(path: "a.mp4"),
            """
            warning: 'a.mp4' is of an earlier build: the file of this one stayed in the remote cache [older-file]
              hint: 'vgraph build --download target' brings it here
            """
        ),
    ]

    @Test(arguments: texts) func text(_ problem: BuildProblem, _ text: String) {
        let diagnostic = problem.diagnostic
        #expect(diagnostic.text() == (diagnostic.fault == .bug ? text + Self.bug : text))
        let ours = [
            "worker-garbage", "stage-error", "output-missing", "output-unknown", "output-outside", "too-many-inputs",
        ]
        #expect((diagnostic.fault == .bug) == ours.contains(diagnostic.id))
    }
}
