// Puts the evidence on one page for the person who decides. Runs in a worker.
import Work

extension StageDescriptor {
    static let review = StageDescriptor(
        name: "review", version: 5, summary: "puts frames, captions, checks and provenance on one page",
        slots: [Slot("media", accepts: ["media"]), Slot("plan", accepts: ["plan"]), Slot("check", accepts: ["report"]),
                Slot("posters", accepts: ["posters"], count: .list), Slot("baseline", accepts: ["comparison"], count: .optional),
                Slot("evidence", accepts: ["evidence"], count: .list), Slot("profile", accepts: ["profile"], count: .optional),
                Slot("findings", accepts: ["findings"], count: .list), Slot("texts", accepts: ["texts"], count: .optional)],
        outputs: [Output("sheet", type: "sheet", fileName: "review.html"),
                  Output("observations", type: "observations", fileName: "review.json")],
        tools: ["libavformat", "libavcodec", "libswscale", "libswresample", "libebur128"],
        place: .worker)
}
