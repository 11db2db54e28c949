// The entry point of the worker, which vgraph starts. `vgraph-worker --tools` prints its libraries, `--bodies` the
// stages and requests that it can perform.
import CSystem
import Glibc

// The user's locale is not an input of a video, so libraries see the same one everywhere.
for name in ["LANGUAGE", "PANGO_LANGUAGE", "FC_LANG", "LC_CTYPE", "LANG"] { unsetenv(name) }
setenv("LC_ALL", "C.UTF-8", 1)
// Exceeding the limit on file sizes becomes an error of the write, not the end of the process.
signal(SIGXFSZ, SIG_IGN)

switch CommandLine.arguments.dropFirst().first {
case nil:
    csystem_keep_freed_memory()
    exit(serve())
case "--tools": print(toolsReport()); exit(0)
case "--bodies": print(StageBody.all.map(\.name).joined(separator: "\n")); exit(0)
default:
    print(
        "vgraph-worker does the media work of vgraph, which starts it.\nusage: vgraph-worker [--tools | --bodies]")
    exit(CommandLine.arguments.contains("--help") ? 0 : 2)
}
