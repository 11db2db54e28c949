// Where the process starts. Having nothing to do is the commonest build, so it is tried before anything of the
// command line's grammar, JSON or YAML is touched.
import Glibc

if let status = answerIfNothingToDo(CommandLine.arguments) { exit(status) }
VgraphCommand.start(globalOptionsMovedBehindCommand(Array(CommandLine.arguments.dropFirst())))
