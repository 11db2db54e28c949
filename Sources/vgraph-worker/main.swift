// Where the worker starts. `vgraph-worker --tools` prints which libraries it would use. Started by vgraph, not by people.
import CSystem
import Glibc

switch CommandLine.arguments.dropFirst().first {
case nil:
    csystem_return_freed_memory()
    exit(serve())
case "--tools": print(toolsReport()); exit(0)
default:
    print("vgraph-worker does the media work of vgraph and is started by it.\nusage: vgraph-worker [--tools]")
    exit(CommandLine.arguments.contains("--help") ? 0 : 2)
}
