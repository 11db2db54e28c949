// A folder with a pipeline of fake stages, a cache, and the builds in it.
import Diagnostics
import Digests
import Files
import Glibc
import Graph
import Remotes
import Store
import TestSupport

public final class FakeWorkspace {
    private let folder = TemporaryFolder()
    public var root: String { folder.path }
    public var workspace: String { root + "/work" }
    public var cache: String { root + "/cache" }
    /// The folder that plays a remote cache, its faults, and what may be done with it; nil: there is none.
    public var remote: (folder: String, faults: [FakeRemote.Fault], access: RemoteSettings.Access)?
    public var download = RemoteSettings.Download.target
    public let worker: String
    public var jobs = 2

    public static let pipeline = """
        pipeline: text
        target: "{name}.out"
        stages:
          split: { uses: split, spec: "{name}.txt", extra: "{name}.extra?" }
          draw:  { uses: draw, each: $split.parts }
          code:  { uses: code, each: $draw, quality: 20 }
          join:  { uses: join, streams: $code, header: $split, output: "{name}.out" }
          judge: { uses: judge, media: $join }

        """

    public init(worker: String, pipeline: String = FakeWorkspace.pipeline) throws {
        self.worker = worker
        try Folder.create(workspace)
        try write("pipelines/text.yaml", pipeline)
    }

    public func write(_ path: String, _ text: String) throws {
        let full = workspace + "/" + path
        if let slash = full.lastIndex(of: "/") { try Folder.create(String(full[..<slash])) }
        unlink(full)
        try Array(text.utf8).withUnsafeBytes { try AtomicFile.write($0, to: full, by: root) }
    }

    /// As an earlier build would have: a build may replace it.
    public func writeAsBuilt(_ path: String, _ text: String) throws {
        try write(path, text)
        let written = Published(workspace: workspace, cache: try Cache(cache))
        written.note(path, digest: Digest.of(text))
        try written.save()
    }

    public func read(_ path: String) -> String? {
        folder.text(path.hasPrefix("/") ? path : workspace + "/" + path)
    }

    public func builder() -> Builder {
        var engine = Engine(
            kinds: FakeStages.all, worker: worker, version: "test", fallback: ("built-in", Self.pipeline))
        if let remote { engine.remote = [worker, "remote", remote.folder] + remote.faults.map(\.rawValue) }
        return Builder(engine)
    }

    public func request(_ targets: [String]) -> BuildRequest {
        var request = BuildRequest(workspace: workspace, cache: cache, targets: targets, jobs: jobs) { result in
            "text \(result.nodes)"
        }
        if let remote, let url = RemoteAddress("http://localhost/fake") {
            var one = RemoteSettings.Remote(name: "fake", url: url)
            one.access = remote.access
            request.remotes.remotes = [one]
            request.remotes.download = download
        }
        return request
    }

    /// Builds and says what happened.
    @discardableResult
    public func build(
        _ targets: String..., interruption: Interruption? = nil, change: (inout BuildRequest) -> Void = { _ in }
    )
        throws -> (result: BuildResult, seen: RecordingObserver)
    {
        var request = request(targets)
        change(&request)
        let observer = RecordingObserver()
        let result = try builder().run(request, observer: observer, interruption: interruption, catchSignals: false)
        return (result, observer)
    }

    /// The path on which nothing is to do.
    public func upToDate(_ targets: String...) -> StateFile.Summary? {
        request(targets).stateRequest(worker: worker).upToDate(cache: cache)
    }

    /// Absolute paths of all blobs.
    public func blobs() throws -> [String] {
        try (Folder.names(cache + "/blobs") ?? []).flatMap { folder in
            try (Folder.names(cache + "/blobs/" + folder) ?? []).map { cache + "/blobs/" + folder + "/" + $0 }
        }
    }
}
