// check: measures the delivered file and judges it by the plan and the profile. A fault that it finds is a result, not
// an error of the stage. Runs in a worker.
import Composition
import Work

public enum CheckStage {
    public static let media = Slot("media", .media)
    public static let plan = Slot("plan", .plan)
    public static let measures = Slot("measures", list: .measures)
    /// The output of the audio stage, which the sound of the delivered file has to equal.
    public static let sound = Slot("sound", optional: .sound)
    /// The measures of that output, decoded: they apply if the delivered file has its packets.
    public static let heard = Slot("heard", optional: .heard)
    public static let baseline = Slot("baseline", optional: .comparison)
    public static let profile = Slot("profile", optional: .profile)

    public static let report = Output("report", .report, file: "check.json")

    public static let stage = StageDescriptor(
        name: "check", version: 15, summary: "measures the delivered file and judges it by the plan and the profile",
        slots: [
            media.declared, plan.declared, measures.declared, sound.declared, heard.declared, baseline.declared,
            profile.declared,
        ],
        outputs: [report.declared],
        tools: ["libavformat", "libavcodec", "libswresample", "libebur128"],
        place: .worker,
        // Pictures and sound were measured before: it reads the packets, about 6 ms for a segment.
        estimate: { job in Double(job.inputs.count { $0.slot == measures.name }) * 0.006 },
        reads: { _ in [] })
}
