// What vgraph tells a vgraph-remote that is to have jobs done: the server, and the bundle that the jobs run in. Secrets
// are named by environment variable and are not in it. Must not know a protocol.
import Remotes

public struct ExecutorFile: Codable, Sendable {
    public var remote: RemoteSettings.Remote
    public var bundle: WorkerBundle
    /// Seconds that a job may take on a machine.
    public var limit = 1800.0

    public init(remote: RemoteSettings.Remote, bundle: WorkerBundle) {
        self.remote = remote
        self.bundle = bundle
    }
}
