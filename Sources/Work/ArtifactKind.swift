// A type of file that stages hand to each other: its word in pipelines, and how a stage reads it. Unaware of which
// there are.

/// `Content` is what a stage gets: a decoded value, or for files that it reads in its own way the `Job.Input` itself.
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
    /// A file that stages read in their own way or hand on unread.
    public init(file type: ArtifactType) {
        self.init(type: type) { input, _ in input }
    }
}

/// A file of a list that is read only when a stage asks for its content.
public struct Unread<Content> {
    let read: () throws -> Content
    public func content() throws -> Content { try read() }
}
