// The events of a running build. Observers are called on the build's own thread, one call at a time.
import Diagnostics
import Work

public struct NodeName: Sendable, Hashable {
    /// `launch.mp4:encode[3]`.
    public var id: String
    public var target: String
    public var stage: String
    /// From 0; nil for a stage that runs once.
    public var element: Int?

    static func id(target: String, stage: String, element: Int?) -> String {
        target + ":" + stage + (element.map { "[\($0)]" } ?? "")
    }
}

public enum Printing: Sendable { case live, ran, failed, hit }

public enum BuildEvent: Sendable {
    case started(targets: [String])
    /// How many nodes are known so far; grows when a list becomes known.
    case grew(nodes: Int)
    /// Hits that get no events of their own: nothing that they depend on has changed.
    case kept(nodes: Int)
    case nodeStarted(NodeName, why: [String])
    /// It runs on another machine, which has this name.
    /// `with`: the node whose action it shares.
    case sent(NodeName, to: String, with: NodeName?)
    case progress(NodeName, Reply.Progress)
    /// `from`: the remote cache that it came from in this build.
    case hit(NodeName, from: String?)
    case ran(NodeName, seconds: Double)
    case failed(NodeName, [Diagnostic], seconds: Double)
    case skipped(NodeName, because: String)
    /// What a program printed, without secrets: live, or all of it when it ended, or from the record of a hit.
    case printed(NodeName, [UInt8], Printing)
    /// A file in the workspace (relative path) is now up to date.
    case published(NodeName, file: String, hasChanged: Bool)
    /// A warning or note of a node that ran or hit, or of the build itself.
    case diagnostic(NodeName?, Diagnostic)
    /// "pass" or "revise".
    case verdict(NodeName, Verdict)
    /// The build is over, and this many results still go to a remote cache.
    case uploading(Int)
    case finished(BuildResult)
}

public protocol BuildObserver: AnyObject {
    func observe(_ event: BuildEvent)
}

/// Keeps all events, for tests and for `--json` at the end.
public final class RecordingObserver: BuildObserver {
    public private(set) var events: [BuildEvent] = []
    public init() {}
    public func observe(_ event: BuildEvent) { events.append(event) }

    /// Ids of the nodes that ran, in the order in which they were done.
    public var ran: [String] { events.compactMap { if case .ran(let node, _) = $0 { node.id } else { nil } } }
    public var hits: [String] { events.compactMap { if case .hit(let node, _) = $0 { node.id } else { nil } } }
    public var failed: [String] { events.compactMap { if case .failed(let node, _, _) = $0 { node.id } else { nil } } }
    public var published: [String] {
        events.compactMap { if case .published(_, let file, hasChanged: true) = $0 { file } else { nil } }
    }
    /// Why a node ran; empty if it did not.
    public func why(_ id: String) -> [String] {
        for case .nodeStarted(let node, let why) in events where node.id == id { return why }
        return []
    }
}
