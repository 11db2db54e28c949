import Diagnostics
import Testing

@Suite struct StoreProblemTests {
    static let texts: [(StoreProblem, String)] = [
        (StoreProblem.cacheIsNotAFolder(path: "/c"), """
            error: the cache '/c' is a file, not a folder [cache-not-a-folder]
              hint: remove it or name another folder with --cache
            """),
        (.cacheIsNotOurs(path: "/c", found: "cat.jpg"), """
            error: '/c' is not a cache: it holds 'cat.jpg' [cache-not-ours]
              hint: name an empty or a new folder with --cache
            """),
        (.cacheOfOthers(path: "/c"), """
            error: the cache '/c' has no mark that you made it: nothing is removed [cache-of-others]
              hint: if all of it may go, remove the folder yourself
            """),
        (.newerFormat(path: "/c", found: 2, known: 1), """
            error: the cache '/c' has format 2, this vgraph knows formats up to 1 [cache-format-newer]
              hint: use the newer vgraph, or another folder with --cache
            """),
        (.damagedFormat(path: "/c/FORMAT"), """
            error: '/c/FORMAT' does not say which format the cache has [cache-format-damaged]
              hint: delete the cache folder: it costs time, nothing else
            """),
        (.readOnly(path: "/c", reason: "read-only file system"), """
            error: cannot write in the cache '/c': read-only file system [cache-read-only]
              hint: make it writable or name another folder with --cache
            """),
        (.diskFull(path: "/c/x"), """
            error: no space left to write '/c/x' [disk-full]
              hint: free some space; 'vgraph cache gc --max-size 1G' makes the cache smaller
            """),
        (.cannotWrite(path: "/x", reason: "permission denied"), "error: cannot write '/x': permission denied [cannot-write]"),
        (.cannotRead(path: "/x", reason: "permission denied"), "error: cannot read '/x': permission denied [cannot-read]"),
        (.notAFile(path: "/x", found: "a folder"), "error: '/x' is a folder, not a file [not-a-file]"),
        (.changing(path: "/x"), """
            error: '/x' keeps changing while it is being read [file-changing]
              hint: wait until it is written, then build again
            """),
        (.damagedRecord(key: "ab"), "warning: record ab is damaged and not used [record-damaged]"),
        (.damagedBlob(digest: "ab"), "warning: blob ab is not what its name says; what made it runs again [blob-damaged]"),
        (.busy(path: "/c"), """
            error: a build is using the cache '/c' [busy]
              hint: try again when it is done
            """),
        (.linkedCache(path: "/c/tmp"), """
            error: '/c/tmp' is a link, and a cache has none [linked-cache]
              hint: remove the link: what it leads to stays, and the next build makes what the cache lacks
            """),
        (.leadsOut(path: "/w/x"), """
            error: '/w/x' is a link that leads out of its folder [leads-out]
              hint: put the file itself there, or declare the folder that it leads to with --root NAME=FOLDER and name the file 'NAME:FILE'; nothing else outside is read, and nothing is written there
            """),
        (.forbidden(path: "/w/x"), """
            error: '/w/x' leads into the cache or a git repository's own folder, where no output goes [output-forbidden]
              hint: give the stage another 'output', or remove the link
            """),
        (.notWrittenHere(path: "/w/x", found: "a file"), """
            error: '/w/x' is a file that vgraph did not write, and another is to go there [not-ours]
              hint: move it away, or let 'vgraph build --overwrite' replace it
            """),
        (.notWrittenHere(path: "/w/x", found: "a folder"), """
            error: '/w/x' is a folder, and a file is to go there [not-ours]
              hint: move it away
            """),
        (.notAFolder(path: "/w/x"), """
            error: '/w/x' is a file, and a folder is to go there [not-ours]
              hint: move it away
            """),
        (.changedSince(path: "/w/x", kept: "/c/blobs/ab/cd"), """
            warning: '/w/x' was changed after vgraph wrote it, and is replaced [changed-result]
              hint: what it held is in '/c/blobs/ab/cd' until 'vgraph cache gc'; change a result's sources, or write to another file
            """),
        (.isALink(path: "/c/x"), """
            error: '/c/x' is a link, or leads through one [is-a-link]
              hint: remove the link and put what it leads to in its place
            """),
    ]

    @Test(arguments: texts) func text(_ problem: StoreProblem, _ text: String) { #expect(problem.diagnostic.text() == text) }
}
