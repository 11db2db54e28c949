// The built engine-probe, and builds by it in processes of their own.
import EngineFakes
import Glibc
import Store
import TestSupport

enum Probe {
    static let path = Repository.binary("engine-probe")

    static func workspace(_ pipeline: String = FakeWorkspace.pipeline) throws -> FakeWorkspace {
        try FakeWorkspace(worker: path, pipeline: pipeline)
    }

    /// Starts `engine-probe` with its output in a file and with these variables alone.
    static func start(_ arguments: [String], output: String, environment: [String: String] = [:]) throws -> Program {
        try Program([path] + arguments, environment: environment, output: output)
    }

    static func run(_ world: FakeWorkspace, _ target: String, environment: [String: String] = [:]) throws -> (
        status: Int32, output: String
    ) {
        let output = world.root + "/output"
        let status = try start(
            ["build", world.workspace, world.cache, target, "2"], output: output, environment: environment
        ).wait()
        return (status, world.read(output) ?? "")
    }
}
