// The kinds of file that stages pass to each other, each with its name in pipelines and the type that it decodes to. A
// file that only the worker reads (a stream, measures) is passed on as it is.
import Composition
import Spec
import Work

extension ArtifactKind where Content == Job.Input {
    /// A file of the workspace.
    public static var file: Self { .init(file: "file") }
    public static var captions: Self { .init(file: "captions") }
    public static var evidence: Self { .init(file: "evidence") }
    public static var measures: Self { .init(file: "measures") }
    /// Measures of encoded sound.
    public static var heard: Self { .init(file: "heard") }
    public static var media: Self { .init(file: "media") }
    public static var pixels: Self { .init(file: "pixels") }
    public static var posters: Self { .init(file: "posters") }
    public static var sound: Self { .init(file: "sound") }
    public static var srt: Self { .init(file: "srt") }
    public static var stream: Self { .init(file: "stream") }
}

extension ArtifactKind<Facts> { public static var facts: Self { .init("facts") } }
extension ArtifactKind<[AssetFacts]> { public static var examined: Self { .init("examined") } }
extension ArtifactKind<Profile> { public static var profile: Self { .init("profile") } }
/// Where in the spec each text is written, and when it is shown.
extension ArtifactKind<[TextPlace]> { public static var texts: Self { .init("texts") } }
extension ArtifactKind<ProofAnswers> { public static var proofAnswers: Self { .init("proof-answers") } }
extension ArtifactKind<Findings> { public static var findings: Self { .init("findings") } }
extension ArtifactKind<ResolvedVideo> { public static var composition: Self { .init("composition") } }
/// The spec resolved at its own size, then in each of its formats, with where it is written.
extension ArtifactKind<[Draft]> { public static var drafts: Self { .init("drafts") } }
extension ArtifactKind<Plan> { public static var plan: Self { .init("plan") } }
extension ArtifactKind<Segment> { public static var segment: Self { .init("segment") } }
extension ArtifactKind<AudioMix> { public static var mix: Self { .init("mix") } }
extension ArtifactKind<CueSheet> { public static var cues: Self { .init("cues") } }
extension ArtifactKind<Header> { public static var header: Self { .init("header") } }
extension ArtifactKind<Materials> { public static var materials: Self { .init("materials") } }
extension ArtifactKind<SegmentContrast> { public static var contrast: Self { .init("contrast") } }
extension ArtifactKind<FrameHashes> { public static var frames: Self { .init("frames") } }
extension ArtifactKind<BaselineComparison> { public static var comparison: Self { .init("comparison") } }
extension ArtifactKind<CheckReport> { public static var report: Self { .init("report") } }
/// What the review sheet shows of a film.
extension ArtifactKind<SheetContent> { public static var sheet: Self { .init("sheet") } }
extension ArtifactKind<ReviewReport> { public static var observations: Self { .init("observations") } }
/// What must be true of the film, with the places in the spec; the same as reviewers are asked it, without them.
extension ArtifactKind<ClaimList> {
    public static var claims: Self { .init("claims") }
    public static var questions: Self { .init("questions") }
}
extension ArtifactKind<ReviewRequest> { public static var request: Self { .init("request") } }
/// Pictures and sound of a request.
extension ArtifactKind where Content == Job.Input {
    public static var exhibits: Self { .init(file: "exhibits") }
    public static var reply: Self { .init(file: "reply") }
}
extension ArtifactKind<ReviewerReport> { public static var reviewerReport: Self { .init("reviewer-report") } }
extension ArtifactKind<GateDecision> { public static var decision: Self { .init("decision") } }
