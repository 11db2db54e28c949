// What vgraph tells a vgraph-remote that is to have jobs done: the server, and the bundle that the jobs run in. Secrets
// are named by environment variable and are not in it. Must not know a protocol.
import Remotes

public struct ExecutorFile: Codable, Sendable {
    public var remote: RemoteSettings.Remote
    public var bundle: WorkerBundle
    /// Seconds that a job may wait for a machine, and that it may take on one.
    public var queue = 60.0
    public var limit = 1800.0
    /// What the server must have besides.
    public var properties: [String: String]

    public init(remote: RemoteSettings.Remote, bundle: WorkerBundle, properties: [String: String]) {
        self.remote = remote
        self.bundle = bundle
        self.properties = properties
    }
}
