// The words of what is wrong with a cache or a file: each text of `StoreProblem`.
import Diagnostics
import Testing

@Suite struct StoreProblemTests {
    static let texts: [(StoreProblem, String)] = [
        (
            StoreProblem.cacheIsNotAFolder(path: "/c"),
            """
            error: the cache '/c' is a file, not a folder [cache-not-a-folder]
              hint: remove it or name another folder with --cache
            """
        ),
        (
            .cacheIsNotOurs(path: "/c", found: "cat.jpg"),
            """
            error: '/c' is not a cache: it contains 'cat.jpg' [cache-not-ours]
              hint: name an empty or a new folder with --cache
            """
        ),
        (
            .cacheOfOthers(path: "/c"),
            """
            error: the cache '/c' is not marked as yours, so vgraph removes nothing in it [cache-of-others]
              hint: if you want to remove all of it, delete the folder yourself
            """
        ),
        (
            .newerFormat(path: "/c", found: 2, known: 1),
            """
            error: the cache '/c' has format 2; this vgraph reads formats up to 1 [cache-format-newer]
              hint: use the newer vgraph, or name another folder with --cache
            """
        ),
        (
            .damagedFormat(path: "/c/FORMAT"),
            """
            error: '/c/FORMAT' does not name the format of the cache [cache-format-damaged]
              hint: delete the cache folder: the next build takes longer, nothing else is lost
            """
        ),
        (
            .readOnly(path: "/c", reason: "read-only file system"),
            """
            error: cannot write in the cache '/c': read-only file system [cache-read-only]
              hint: make it writable or name another folder with --cache
            """
        ),
        (
            .diskFull(path: "/c/x"),
            """
            error: cannot write '/c/x': no space left on the disk [disk-full]
              hint: free some space, for example with 'vgraph cache gc --max-size 1G', then build again
            """
        ),
        (
            .cannotWrite(path: "/x", reason: "permission denied"),
            "error: cannot write '/x': permission denied [cannot-write]"
        ),
        (
            .cannotRead(path: "/x", reason: "permission denied"),
            "error: cannot read '/x': permission denied [cannot-read]"
        ),
        (.notAFile(path: "/x", found: "a folder"), "error: '/x' is a folder, not a file [not-a-file]"),
        (
            .changing(path: "/x"),
            """
            error: '/x' keeps changing while vgraph reads it [file-changing]
              hint: wait until it is written, then build again
            """
        ),
        (.damagedRecord(key: "ab"), "warning: the record ab is damaged; vgraph does not use it [record-damaged]"),
        (
            .damagedBlob(digest: "ab"),
            "warning: the blob ab is damaged: its bytes do not have that digest [blob-damaged]\n  hint: build again: "
                + "the stage that made it runs again"
        ),
        (
            .busy(path: "/c"),
            """
            error: a build is using the cache '/c' [busy]
              hint: try again when that build is over
            """
        ),
        (
            .linkedCache(path: "/c/tmp"),
            """
            error: '/c/tmp' is a link, and a cache must not contain links [linked-cache]
              hint: remove the link; its target stays, and the next build makes what the cache lacks
            """
        ),
        (
            .leadsOut(path: "/w/x"),
            """
            error: '/w/x' is a link that leads out of its folder [leads-out]
              hint: put the file itself there, or declare the folder that it leads to with --root NAME=FOLDER and \
            name the file 'NAME:FILE'; vgraph reads nothing else outside, and writes nothing there
            """
        ),
        (
            .forbidden(path: "/w/x"),
            """
            error: '/w/x' leads into the cache or into a '.git' folder, where vgraph writes no output [output-forbidden]
              hint: give the stage another 'output', or remove the link
            """
        ),
        (
            .notWrittenHere(path: "/w/x", found: "a file"),
            """
            error: '/w/x' is a file that vgraph did not write, so vgraph does not replace it [not-ours]
              hint: move it away, or replace it with 'vgraph build --overwrite'
            """
        ),
        (
            .notWrittenHere(path: "/w/x", found: "a folder"),
            """
            error: '/w/x' is a folder, but the build writes a file there [not-ours]
              hint: move it away
            """
        ),
        (
            .notAFolder(path: "/w/x"),
            """
            error: '/w/x' is a file, but the build writes a folder there [file-in-the-way]
              hint: move it away
            """
        ),
        (
            .changedSince(path: "/w/x", kept: "/c/blobs/ab/cd"),
            """
            warning: '/w/x' changed after vgraph wrote it; vgraph replaces it [changed-result]
              hint: '/c/blobs/ab/cd' keeps the changed file until 'vgraph cache gc'; edit the sources of a result, or \
            write to another file
            """
        ),
        (
            .isALink(path: "/c/x"),
            """
            error: '/c/x' is a link, or leads through one [is-a-link]
              hint: remove the link and put what it leads to in its place
            """
        ),
    ]

    @Test(arguments: texts) func text(_ problem: StoreProblem, _ text: String) {
        #expect(problem.diagnostic.text() == text)
    }
}
