// The entry point of vgraph-remote, which vgraph starts where a remote is configured. It alone knows a network.
import CCurl
import Glibc
import Remotes
import Wire

ccurl_start()
exit(0)
