// The work of a stage or a request, bound to its definition. Every stage that runs in a worker has exactly one body
// here, as a test checks (`vgraph-worker --bodies`).
import Work

struct StageBody: Sendable {
    typealias Progress = (Reply.Progress) -> Void
    typealias Work = @Sendable (_ job: Job, _ progress: Progress) throws -> Outcome

    let name: String
    let perform: Work

    init(of stage: StageDescriptor, _ perform: @escaping Work) {
        name = stage.name
        self.perform = perform
    }

    init(of request: Request, _ perform: @escaping Work) {
        name = request.name
        self.perform = perform
    }

    /// Stages in flow order, then requests.
    static let all: [StageBody] = [
        .validate, .proofread, .contrast, .render, .encode, .audio, .mux, .measure, .baseline, .check, .review,
        .reviewRequest, .reviewer,
        .still, .keyFrames, .inspect, .essence, .checks, .difference, .answers, .pixels,
    ]
}
