// The words of what is wrong with an archive, a run or a history: each text of these catalogues.
import Diagnostics
import Testing

@Suite struct ArchiveProblemTests {
    static let texts: [(Diagnostic, String)] = [
        (
            ArchiveProblem.cannotRead(archive: "a.tar", reason: "permission denied").diagnostic,
            "error: cannot read the archive 'a.tar': permission denied [archive-unreadable]"
        ),
        (
            ArchiveProblem.notAnArchive(archive: "a.tar").diagnostic,
            """
            error: 'a.tar' is not an archive that 'vgraph cache export' wrote [archive-foreign]
              hint: nothing was imported
            """
        ),
        (
            ArchiveProblem.damagedHeader(archive: "a.tar", offset: 512).diagnostic,
            """
            error: the archive 'a.tar' is damaged at byte 512 [archive-damaged]
              hint: nothing was imported
            """
        ),
        (
            ArchiveProblem.truncated(archive: "a.tar").diagnostic,
            """
            error: the archive 'a.tar' ends too early [archive-truncated]
              hint: nothing was imported; fetch it again
            """
        ),
        (
            ArchiveProblem.trailing(archive: "a.tar").diagnostic,
            """
            error: the archive 'a.tar' goes on after its end [archive-trailing]
              hint: nothing was imported
            """
        ),
        (
            ArchiveProblem.leaves(archive: "a.tar", name: "../\u{1B}[31mx").diagnostic,
            """
            error: the archive 'a.tar' has a name that leads outside the cache: '../?[31mx' [archive-climbs]
              hint: nothing was imported
            """
        ),
        (
            ArchiveProblem.notAFile(archive: "a.tar", name: "x", kind: "a symbolic link").diagnostic,
            """
            error: 'x' in the archive 'a.tar' is a symbolic link, not a file [archive-not-a-file]
              hint: nothing was imported
            """
        ),
        (
            ArchiveProblem.foreign(archive: "a.tar", name: "runs/x").diagnostic,
            """
            error: 'runs/x' in the archive 'a.tar' does not belong in a cache [archive-name]
              hint: nothing was imported
            """
        ),
        (
            ArchiveProblem.unordered(archive: "a.tar", name: "FORMAT").diagnostic,
            """
            error: 'FORMAT' is out of order or twice in the archive 'a.tar' [archive-order]
              hint: nothing was imported
            """
        ),
        (
            ArchiveProblem.tooLarge(archive: "a.tar", name: "blobs/x", size: 9, limit: 8).diagnostic,
            "error: 'blobs/x' is too large for the archive 'a.tar': 9 bytes, at most 8 [archive-too-large]"
        ),
        (
            ArchiveProblem.newerFormat(archive: "a.tar", found: "vgraph cache 2", known: 1).diagnostic,
            """
            error: the archive 'a.tar' has the format 'vgraph cache 2'; this vgraph reads cache formats up to 1 \
            [archive-format]
              hint: nothing was imported; use the vgraph that wrote it, or a newer one
            """
        ),
        (
            ArchiveProblem.damagedBlob(archive: "a.tar", name: "blobs/x").diagnostic,
            """
            error: 'blobs/x' in the archive 'a.tar' is damaged: its bytes do not have that digest [archive-blob]
              hint: nothing was imported
            """
        ),
        (
            ArchiveProblem.damagedRecord(archive: "a.tar", name: "records/x").diagnostic,
            """
            error: the record 'records/x' in the archive 'a.tar' is damaged [archive-record]
              hint: nothing was imported
            """
        ),
        (
            ArchiveProblem.store(.notAFile(path: "/x", found: "a device")).diagnostic,
            "error: '/x' is a device, not a file [not-a-file]"
        ),
        (
            HistoryProblem.noSuchRun("x").diagnostic,
            """
            error: 'x' is neither a run nor a target that was built [no-such-run]
              hint: 'vgraph log' lists this folder's runs, 'vgraph log --all' those of every folder that shares the \
            cache
            """
        ),
        (
            HistoryProblem.noRuns.diagnostic,
            """
            error: this folder has no runs yet [no-runs]
              hint: 'vgraph log --all' lists the runs of every folder that shares the cache
            """
        ),
        (
            HistoryProblem.manyRuns("2", found: ["21", "22"]).diagnostic,
            """
            error: 2 runs begin with '2': 21, 22 [ambiguous-run]
              hint: write more of the run's id
            """
        ),
        (HistoryProblem.damagedRun("x").diagnostic, "error: the log of run 'x' is damaged [run-damaged]"),
        (
            HistoryProblem.notUpToDate(target: "a.mp4", node: "a.mp4:mux", why: "it was never built").diagnostic,
            """
            error: 'a.mp4' is not up to date: a.mp4:mux: it was never built [not-up-to-date]
              hint: run 'vgraph build a.mp4' first, with the same --set
            """
        ),
    ]

    @Test(arguments: texts) func text(_ diagnostic: Diagnostic, _ text: String) { #expect(diagnostic.text() == text) }
}
