// A type of file that stages pass to each other: its name in pipelines, and how a stage reads it. Must not know which
// types exist.

/// `Content` is what a stage gets: a decoded value, or the `Job.Input` itself for files that it reads in its own way.
public struct ArtifactKind<Content>: Sendable {
    public let type: ArtifactType
    let read: @Sendable (Job.Input, Job) throws -> Content
}

extension ArtifactKind where Content: Decodable & SendableMetatype {
    /// A file of JSON.
    public init(_ type: ArtifactType) {
        self.init(type: type) { input, job in try job.decoded(input) }
    }
}

extension ArtifactKind where Content == Job.Input {
    /// A file that stages read in their own way or pass on unread.
    public init(file type: ArtifactType) {
        self.init(type: type) { input, _ in input }
    }
}

/// A file of a list; it is read only when the stage asks for its content.
public struct Unread<Content> {
    let read: () throws -> Content
    public func content() throws -> Content { try read() }
}
