// `vgraph version`.
import ArgumentParser
import Work

struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "version", abstract: "Print the version.")
    func run() { print("vgraph \(vgraphVersion)") }
}
