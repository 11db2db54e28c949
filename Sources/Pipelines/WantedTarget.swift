// A requested target and the pipeline that makes it.

/// A target as the command line names it: `launch.mp4`, or `launch.mp4:plan` for one stage's result.
public struct WantedTarget: Sendable {
    public var file: String
    public var pipeline: Pipeline
    /// The value of `{name}`.
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
