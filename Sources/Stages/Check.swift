// Measures the delivered file and holds it against the plan. Runs in a worker. A fault that is found is a result.
import Work

extension StageDescriptor {
    static let check = StageDescriptor(
        name: "check", version: 7, summary: "measures the delivered file against the plan and the rules",
        slots: [Slot("media", accepts: ["media"]), Slot("plan", accepts: ["plan"]),
                Slot("measures", accepts: ["measures"], count: .list), Slot("sound", accepts: ["sound"], count: .optional),
                Slot("baseline", accepts: ["comparison"], count: .optional),
                Slot("profile", accepts: ["profile"], count: .optional)],
        outputs: [Output("report", type: "report", fileName: "check.json")],
        tools: ["libavformat", "libavcodec", "libswresample", "libebur128"],
        place: .worker)
}
