// What the review sheet shows of a film, except what the gate and persons say of it: made where the libraries of
// pictures are, and written as a page where they are not.
import Diagnostics

public struct SheetContent: Codable, Sendable {
    /// A scene or a caption, and a picture of it.
    public struct Moment: Codable, Sendable {
        public var frame: Int
        /// nil for the picture of a scene.
        public var caption: String?
        public var scene: String?
        /// Base64; nil if the picture could not be decoded. So in all that follows.
        public var jpeg: String?
        public init(frame: Int, caption: String?, scene: String?, jpeg: String? = nil) {
            (self.frame, self.caption, self.scene, self.jpeg) = (frame, caption, scene, jpeg)
        }
    }

    /// A finding of a check that has a time.
    public struct Found: Codable, Sendable {
        public var result: CheckResult
        /// When its picture is seen.
        public var seconds: Double
        public var jpeg: String?
        public init(result: CheckResult, seconds: Double, jpeg: String? = nil) {
            (self.result, self.seconds, self.jpeg) = (result, seconds, jpeg)
        }
    }

    /// A finding in the spec.
    public struct Proofread: Codable, Sendable {
        public var finding: Diagnostic
        /// Of its check, for people.
        public var title: String
        /// The middle of the time of the text concerned; nil if the finding concerns no text.
        public var frame: Int?
        public var jpeg: String?
        public init(finding: Diagnostic, title: String, frame: Int? = nil, jpeg: String? = nil) {
            (self.finding, self.title, self.frame, self.jpeg) = (finding, title, frame, jpeg)
        }
    }

    /// A key frame that differs from the approved picture.
    public struct Mismatch: Codable, Sendable {
        public var frame: BaselineComparison.Frame
        /// Expected, actual and difference side by side.
        public var jpeg: String?
        public init(frame: BaselineComparison.Frame, jpeg: String? = nil) {
            (self.frame, self.jpeg) = (frame, jpeg)
        }
    }

    /// A line in the curve of the loudness: what is asked for.
    public struct Target: Codable, Sendable {
        public var value: Double
        public var words: String
        public init(value: Double, words: String) { (self.value, self.words) = (value, words) }
    }

    public var plan: Plan
    public var report: CheckReport
    public var loudness: Target?
    public var moments: [Moment]
    public var found: [Found]
    public var proofread: [Proofread]
    public var baseline: BaselineComparison?
    public var mismatches: [Mismatch]

    public init(
        plan: Plan, report: CheckReport, loudness: Target?, moments: [Moment], found: [Found],
        proofread: [Proofread], baseline: BaselineComparison?, mismatches: [Mismatch]
    ) {
        self.plan = plan
        self.report = report
        self.loudness = loudness
        self.moments = moments
        self.found = found
        self.proofread = proofread
        self.baseline = baseline
        self.mismatches = mismatches
    }
}
