// A target that somebody asked for, and the pipeline that makes it.

/// What a target on the command line means: `launch.mp4`, or `launch.mp4:plan` for one stage's result.
public struct WantedTarget: Sendable {
    public var file: String
    public var pipeline: Pipeline
    /// What `{name}` stands for.
    public var name: String
    /// nil: everything.
    public var stage: Int?

    package init(file: String, pipeline: Pipeline, name: String, stage: Int? = nil) {
        self.file = file
        self.pipeline = pipeline
        self.name = name
        self.stage = stage
    }
}
