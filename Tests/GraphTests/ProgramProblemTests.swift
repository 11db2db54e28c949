// The words of what goes wrong with a user's program: each text of `ProgramProblem`, and who causes it.
import Diagnostics
import Testing

@Suite struct ProgramProblemTests {
    static let run = ProgramProblem.Run(node: "a.mp4:voice", line: "python3 say.py", lastLines: ["one", "two"])
    static let silent = ProgramProblem.Run(node: "a.mp4:voice", line: "true", lastLines: [])

    static let texts: [(ProgramProblem, String)] = [
        (
            .failed(run, status: 3),
            """
            error: a.mp4:voice: 'python3 say.py' ended with status 3 [program-failed]
              hint: last output: one | two
            """
        ),
        (.failed(silent, status: 1), "error: a.mp4:voice: 'true' ended with status 1 [program-failed]"),
        (
            .failed(.init(node: "n", line: "l", lastLines: ["x"], suspicion: .undeclaredFile), status: 1),
            """
            error: n: 'l' ended with status 1 [program-failed]
              hint: last output: x; if it needs an undeclared file, add it to the stage's inputs
            """
        ),
        (
            .failed(.init(node: "n", line: "l", lastLines: ["x"], suspicion: .hiddenFile("notes/a.txt")), status: 1),
            """
            error: n: 'l' ended with status 1 [program-failed]
              hint: last output: x; 'notes/a.txt' exists, but is not among the stage's inputs
            """
        ),
        (
            .secretInPath(node: "n"),
            """
            error: n: the program read a file whose name contains one of its secrets [program-secret-path]
              hint: rename the file: records keep the names of files
            """
        ),
        (
            .failed(.init(node: "n", line: "l", lastLines: [], suspicion: .network), status: 1),
            """
            error: n: 'l' ended with status 1 [program-failed]
              hint: if it needs the network, write 'network: true'
            """
        ),
        (
            .failed(
                .init(node: "n", line: "l", lastLines: [], suspicion: .memory(limit: 100 << 20, peak: 99 << 20)),
                status: 1),
            """
            error: n: 'l' ended with status 1 [program-failed]
              hint: memory limit 100 MB; peak use 99 MB
            """
        ),
        (
            .killed(run, signal: "SIGSEGV"),
            """
            error: a.mp4:voice: 'python3 say.py' was killed by SIGSEGV [program-killed]
              hint: last output: one | two
            """
        ),
        (
            .timedOut(run, seconds: 30),
            """
            error: a.mp4:voice: 'python3 say.py' reached its timeout of 30 s [program-timeout]
              hint: if it needs longer, raise the stage's 'timeout'; last output: one | two
            """
        ),
        (
            .usedUpCPU(silent, seconds: 0.5),
            """
            error: a.mp4:voice: 'true' reached its limit of 0.5 s of processor time [program-cpu-limit]
              hint: if it needs more, raise the stage's limit
            """
        ),
        (
            .usedUpMemory(silent, limit: 100 << 20, used: 130 << 20),
            """
            error: a.mp4:voice: 'true' and its children used 130 MB of memory; the limit is 100 MB \
            [program-memory-limit]
              hint: if they need more, raise the stage's 'memory'; files in /dev/shm count
            """
        ),
        (
            .tooManyProcesses(run, limit: 2000),
            """
            error: a.mp4:voice: 'python3 say.py' started more than 2000 processes at once [program-process-limit]
              hint: last output: one | two
            """
        ),
        (
            .usedUpDisk(silent, limit: 100 << 20, used: 130 << 20),
            """
            error: a.mp4:voice: 'true' and its children wrote 130 MB; the limit is 100 MB [program-disk-limit]
              hint: if they need more, give the stage 'disk: 50GB'; temporary files and files in /dev/shm count
            """
        ),
        (
            .failed(.init(node: "n", line: "l", lastLines: [], suspicion: .disk(limit: 100 << 20)), status: 1),
            """
            error: n: 'l' ended with status 1 [program-failed]
              hint: disk limit 100 MB ('disk')
            """
        ),
        (
            .cannotStart(node: "n", program: "/x", reason: "permission denied"),
            "error: n: cannot start '/x': permission denied [program-start]"
        ),
        (
            .cannotStart(node: "n", program: "/x", reason: "argument list too long"),
            """
            error: n: cannot start '/x': argument list too long [program-start]
              hint: put the arguments in a file that the program reads
            """
        ),
        (
            .sandboxRefused(node: "n", reason: "No permissions"),
            """
            error: n: cannot set up the sandbox: No permissions [sandbox-failed]
              hint: run 'vgraph doctor' to see what is missing
            """
        ),
        (
            .cannotPrepare(node: "n", path: "in/a", reason: "no space left on device"),
            "error: n: cannot place 'in/a' in the program's folder: no space left on device [program-prepare]"
        ),
        (
            .placeTaken(node: "n", path: "a"),
            """
            error: n: two of its inputs and outputs have the same path, 'a' [place-taken]
              hint: give one of them another path
            """
        ),
        (
            .outputMissing(node: "n", output: "wav", file: "a.wav"),
            """
            error: n: the program succeeded but did not write 'a.wav', its output 'wav' [program-output-missing]
              hint: write to that path, relative to the folder that the program starts in
            """
        ),
        (
            .listEmpty(node: "n", output: "frames", pattern: "*.png"),
            """
            error: n: the program succeeded but wrote no file that matches '*.png', its output 'frames' \
            [program-output-no-match]
              hint: write to such paths, relative to the folder that the program starts in
            """
        ),
        (
            .outputEmpty(node: "n", output: "wav", file: "a.wav"),
            """
            error: n: 'a.wav', its output 'wav', is empty [program-output-empty]
              hint: if it may be empty, write 'empty: true' for the output
            """
        ),
        (
            .outputNotAFile(node: "n", file: "a", found: "a link"),
            """
            error: n: its output 'a' is a link, not a file [program-output-not-a-file]
              hint: copy the link's target
            """
        ),
        (
            .outputNotAFile(node: "n", file: "a", found: "a folder"),
            "error: n: its output 'a' is a folder, not a file [program-output-not-a-file]"
        ),
        (
            .outputNotAFolder(node: "n", file: "a", found: "a file"),
            """
            error: n: its output 'a' is a file, not a folder [program-output-not-a-folder]
              hint: write the files into that folder, which exists when the program starts
            """
        ),
        (
            .outputThroughLink(node: "n", file: "o/a", link: "o"),
            """
            error: n: its output 'o/a' lies behind the link 'o' [program-output-outside]
              hint: write outputs into the folder that the program starts in, not through links
            """
        ),
        (
            .outputUnreadable(node: "n", file: "a", reason: "permission denied"),
            "error: n: cannot read its output 'a': permission denied [program-output-unreadable]"
        ),
        (
            .tooManyOutputs(node: "n", output: "o", limit: 9),
            "error: n: its output 'o' has more than 9 files [program-output-too-many]"
        ),
        (
            .undeclared(node: "n", files: ["a", "b"], more: 0),
            """
            warning: n: the program left files that are not outputs: a, b [program-undeclared]
              hint: vgraph drops them; declare them as outputs, or write them to $TMPDIR
            """
        ),
        (
            .listMissing(node: "n", file: "o.d"),
            """
            error: n: the program succeeded but did not write 'o.d', the list of files that it read \
            [program-inputs-missing]
              hint: without that list, vgraph cannot tell when the result is stale
            """
        ),
        (
            .listMalformed(node: "n", file: "o.d", line: 2, column: 5, reason: "a name contains a NUL byte"),
            """
            o.d:2:5: error: n: 'o.d' is not a list of the files that the program read: a name contains a NUL byte \
            [program-inputs-malformed]
              hint: write a depfile as 'gcc -MD' does, 'output: input input', or JSON: {"inputs": ["path"]}
            """
        ),
        (
            .inputUnreadable(node: "n", file: "o.d", input: "x", reason: "permission denied"),
            "error: n: cannot read 'x', which 'o.d' lists: permission denied [program-input-unreadable]"
        ),
    ]

    @Test(arguments: texts) func text(_ problem: ProgramProblem, _ text: String) {
        #expect(problem.diagnostic.text() == text)
    }
}
