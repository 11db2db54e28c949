// review-request: what reviewers are given: the claims, frames of the delivered file as pictures, its sound. Runs in a
// worker.
import Composition
import Work

public enum ReviewRequestStage {
    public static let media = Slot("media", .media)
    public static let questions = Slot("questions", .questions)

    /// Frames cost seconds, and the reviewers that vgraph brings along look at none while they are not installed.
    public enum Audience: String, CaseIterable, Sendable { case any, installed }

    public static let reviewers = Parameter(
        "reviewers", choice: Audience.any, "for whom: `installed` takes no frames while vgraph's own are not installed")

    public static let request = Output("request", .request, file: "request.json")
    /// What is looked at part by part: requests without the film's hash, which last as long as what they show.
    public static let pictures = Output("pictures", list: .request, file: "pictures.json")
    public static let sentences = Output("sentences", list: .request, file: "sentences.json")
    /// One, or none of a silent film.
    public static let soundtrack = Output("soundtrack", list: .request, file: "soundtrack.json")
    /// Those of the request in its order, then those that only parts have.
    public static let exhibits = Output("exhibits", list: .exhibits, file: "exhibit")

    public static let stage = StageDescriptor(
        name: "review-request", version: 4, summary: "takes frames and sound of the delivered file for reviewers",
        slots: [media.declared, questions.declared],
        outputs: [
            request.declared, pictures.declared, sentences.declared, soundtrack.declared, exhibits.declared,
        ],
        parameters: [reviewers.declared],
        tools: [ReviewerStage.tool, "libavformat", "libavcodec", "libswscale", "libswresample", "cairo"],
        place: .worker)
}
