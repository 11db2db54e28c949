// The entry point of the worker, which vgraph starts. `vgraph-worker --tools` prints its libraries, `--bodies` the
// stages and requests that it can perform, `--parts` what it needs on another machine; `--job FOLDER` does the jobs
// of a folder.
import CSystem
import Glibc

// The user's locale is not an input of a video, so libraries see the same one everywhere.
for name in ["LANGUAGE", "PANGO_LANGUAGE", "FC_LANG", "LC_CTYPE", "LANG"] { unsetenv(name) }
setenv("LC_ALL", "C.UTF-8", 1)
readOwnFonts()
// Exceeding the limit on file sizes becomes an error of the write, not the end of the process.
signal(SIGXFSZ, SIG_IGN)

switch CommandLine.arguments.dropFirst().first {
case nil:
    csystem_keep_freed_memory()
    exit(serve())
case "--again":
    csystem_keep_freed_memory()
    guard let job = leftJob(CommandLine.arguments.dropFirst(2)) else { exit(2) }
    exit(serve(first: job))
case "--tools": print(toolsReport()); exit(0)
case "--parts": exit(printParts())
case "--job" where CommandLine.arguments.count <= 3:
    csystem_keep_freed_memory()
    exit(performFolder(CommandLine.arguments.count == 3 ? CommandLine.arguments[2] : "."))
case "--bodies": print(StageBody.all.map(\.name).joined(separator: "\n")); exit(0)
default:
    print(
        "vgraph-worker does the media work of vgraph, which starts it.\nusage: vgraph-worker [--tools | --bodies | --parts | --job [FOLDER]]"
    )
    exit(CommandLine.arguments.contains("--help") ? 0 : 2)
}
