// Where the process starts. Having nothing to do is the commonest build, so it is tried before anything of the
// command line's grammar, JSON or YAML is touched.
import CSystem
import Glibc

// A descriptor that is closed would be given to the next file that is opened, and what is printed would go into it.
csystem_settle()
if let status = answerIfNothingToDo(CommandLine.arguments) { exit(status.rawValue) }
VgraphCommand.start(globalOptionsMovedBehindCommand(Array(CommandLine.arguments.dropFirst())))
