// review-request: what reviewers are given: the claims, frames of the delivered file as pictures, its sound. Runs in a
// worker.
import Composition
import Work

public enum ReviewRequestStage {
    public static let media = Slot("media", .media)
    public static let questions = Slot("questions", .questions)

    public static let request = Output("request", .request, file: "request.json")
    /// In the order of the request's.
    public static let exhibits = Output("exhibits", list: .exhibits, file: "exhibit")

    public static let stage = StageDescriptor(
        name: "review-request", version: 1, summary: "takes frames and sound of the delivered file for reviewers",
        slots: [media.declared, questions.declared],
        outputs: [request.declared, exhibits.declared],
        tools: ["libavformat", "libavcodec", "libswscale", "libswresample", "cairo"],
        place: .worker)
}
