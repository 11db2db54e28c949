// A requested target and the pipeline that makes it.
import Patterns

/// A target as the command line names it: `launch.mp4`, or `launch.mp4:plan` for one stage's result.
public struct WantedTarget: Sendable {
    public var file: String
    public var pipeline: Pipeline
    public var name: TargetName
    /// The value of `{choice}`: which film of its spec it is.
    public var choice: String
    /// nil: everything.
    public var stage: Int?

    package init(
        file: String, pipeline: Pipeline, name: TargetName, choice: String = Film.ownChoice, stage: Int? = nil
    ) {
        self.file = file
        self.pipeline = pipeline
        self.name = name
        self.choice = choice
        self.stage = stage
    }
}
