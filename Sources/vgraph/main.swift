// Where the process starts. Most builds have nothing to do, so that is tried before the command line's grammar, JSON or
// YAML is touched.
import CSystem
import Glibc

// The next file to be opened would get the number of a closed standard descriptor, and output would go into that file.
csystem_settle()
if let status = answerIfNothingToDo(CommandLine.arguments) { exit(status.rawValue) }
VgraphCommand.start(globalOptionsMovedBehindCommand(Array(CommandLine.arguments.dropFirst())))
