// Where the worker starts. `vgraph-worker --tools` prints which libraries it would use, `--bodies` which stages and
// requests it can do. Started by vgraph, not by people.
import CSystem
import Glibc

// Which language a person's terminal speaks is no input of a video: libraries that would ask hear the same everywhere.
for name in ["LANGUAGE", "PANGO_LANGUAGE", "FC_LANG", "LC_CTYPE", "LANG"] { unsetenv(name) }
setenv("LC_ALL", "C.UTF-8", 1)
// A limit on the size of files is an error that is told, not the end.
signal(SIGXFSZ, SIG_IGN)

switch CommandLine.arguments.dropFirst().first {
case nil:
    csystem_return_freed_memory()
    exit(serve())
case "--tools": print(toolsReport()); exit(0)
case "--bodies": print(StageBody.all.map(\.name).joined(separator: "\n")); exit(0)
default:
    print(
        "vgraph-worker does the media work of vgraph and is started by it.\nusage: vgraph-worker [--tools | --bodies]")
    exit(CommandLine.arguments.contains("--help") ? 0 : 2)
}
