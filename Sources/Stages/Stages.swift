// The table of stages, in flow order; each is a file of this folder. The body of a worker's stage is in vgraph-worker.
import Work

public enum Stages {
    public static let all: [StageDescriptor] = [
        ValidateStage.stage, ResolveStage.stage, ProofreadStage.stage, PlanStage.stage,
        ContrastStage.stage, ProofStage.stage, RenderStage.stage, EncodeStage.stage,
        AudioStage.stage, CaptionsStage.stage, MuxStage.stage,
        MeasureStage.stage, BaselineStage.stage, CheckStage.stage, ReviewStage.stage,
        ClaimsStage.stage, ReviewRequestStage.stage, ReviewerStage.stage,
        CollectStage.stage, GateStage.stage,
    ]

    /// Types of output that the cache drops first, since drawing frames again costs less than keeping them.
    public static let droppedFirst: Set = ["pixels"]
}
