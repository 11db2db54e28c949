// One check of a spec before rendering: its description for people, and the function that judges a draft. The renderer
// has measured the texts; checks draw nothing.
import Composition
import Diagnostics

/// A row of the table of checks. Each file of this folder ends in such values; `ProofCheck.all` lists them.
public struct ProofCheck: Sendable {
    public let rule: CheckRule
    let judge: @Sendable (Proof) -> [ProofProblem]

    init(
        _ id: String, _ title: String, measures: String, unit: String = "", threshold: String, source: String,
        changedBy: String?,
        severity: CheckRule.Severity, runbook: String, judge: @escaping @Sendable (Proof) -> [ProofProblem]
    ) {
        rule = CheckRule(
            id: id, title: title, measures: measures, unit: unit, threshold: threshold, source: source,
            changedBy: changedBy,
            severity: severity, runbook: runbook)
        self.judge = judge
    }

    public static let all: [ProofCheck] = [
        .structure, .profile, .rate, .shape, .duration, .narration, .assets, .lengths, .cadence, .sound, .captions,
        .frame, .layer, .cut, .focus, .keep, .enlarged, .stretched, .group, .fit, .small, .words,
        .lines, .characters,
        .width, .glyphs, .fonts, .fontTaken, .fontWeight, .fontGlyphs, .box, .captionDuration, .gaps, .speed, .dwell,
        .empty, .flash, .repeated, .unseen, .moves,
        .zones, .kept, .overlap,
        .collision, .contrast, .unreadable, .licenses, .generated, .trained, .credentials,
        .spoken, .unspoken, .oneCaption, .uncaptioned, .said, .lips,
        .source, .unbound, .numbers, .slips, .dates, .polarity, .nameSpelling, .address,
        .forbidden, .unsaid, .template, .placeholder, .spelling, .doubled, .notation, .unchecked, .languages,
        .untranslated, .stale, .unknownText, .keptVoice, .keptCaptions,
    ]

    public static var rules: [CheckRule] { all.map(\.rule) }
}

/// The input of the checks: a draft, the measures of its texts, and the rules.
public struct Proof: Sendable {
    public var draft: Draft
    public var facts: Facts
    /// In the order of `draft.texts`.
    public var measured: [MeasuredText]
    public var profile: Profile
    /// Which of the spec's fonts are available.
    public var fonts: FontAnswers
    /// Whether a voice is heard, in steps of 50 ms; nil if the sound was not analysed.
    public var speech: [Bool]?
    public var spelling: SpellingAnswers
    let contradictions: Contradictions
    /// When voices sound and captions are shown, and by what all of them are apart; looked for once for four checks.
    private(set) var heard: (captions: SpokenCaptions, shift: (scene: Int, steps: Int)?)?

    public init(
        draft: Draft, facts: Facts, measured: [MeasuredText], profile: Profile, fonts: FontAnswers = FontAnswers(),
        speech: [Bool]? = nil, spelling: SpellingAnswers
    ) {
        self.speech = speech
        self.spelling = spelling
        self.fonts = fonts
        self.draft = draft
        self.facts = facts
        self.measured = measured
        self.profile = profile
        let language = primaryLanguage(draft.video.language)
        contradictions = Contradictions(draft.statements, language: language)
        heard = SpokenCaptions(self).map { ($0, $0.shift(self)) }
    }

    var texts: [(text: DraftText, measured: MeasuredText)] { zip(draft.texts, measured).map { ($0, $1) } }
    var captions: [(text: DraftText, measured: MeasuredText)] { texts.filter(\.text.isCaption) }
    var video: ResolvedVideo { draft.video }
    var isPortrait: Bool { video.size.height > video.size.width }
    /// nil: the call to action, which is no scene of the spec.
    func place(ofScene index: Int) -> Place? {
        let names = draft.written.sceneNames
        return names.indices.contains(index) ? names[index] : nil
    }
    func seconds(_ frames: Int) -> Double { video.rate.seconds(ofFrame: frames) }

    /// The most findings of one check; the rest are only counted. Reports may show fewer.
    static let told = 200

    /// The findings of all checks on all drafts, in file order. A finding that recurs in another size is reported once.
    /// The first draft is the film that is made: what is wrong with others is a warning, and an error where they are made.
    public static func read(_ proofs: [Proof]) -> [Diagnostic] {
        var findings: [Diagnostic] = []
        for check in ProofCheck.all {
            var earlier: Set<String> = [], all: [Diagnostic] = [], rest = 0
            for (index, proof) in proofs.enumerated() {
                guard var severity = proof.profile.diagnosticSeverity(of: check.rule) else { continue }
                if index > 0 && severity == .error { severity = .warning }
                var here: Set<String> = []
                // The copies of a repeated scene have equal findings.
                var told: Set<Diagnostic> = []
                for problem in check.judge(proof) {
                    var finding = problem.diagnostic(severity)
                    let place =
                        "\(finding.id) \(finding.place?.file ?? "") \(finding.place?.line ?? 0) "
                        + "\(finding.place?.column ?? 0)"
                    guard !earlier.contains(place), told.insert(finding).inserted else { continue }
                    here.insert(place)
                    finding.message += proof.draft.name
                    if all.count < Self.told {
                        all.append(finding)
                    } else {
                        rest += 1
                        if rest == 1, let place = finding.place {
                            all.append(ProofProblem.more(id: finding.id, count: 1, at: place).diagnostic(severity))
                        }
                    }
                }
                earlier.formUnion(here)
            }
            if rest > 1, let last = all.last, let place = last.place {
                all[all.count - 1] = ProofProblem.more(id: last.id, count: rest, at: place).diagnostic(last.severity)
            }
            findings += all
        }
        return findings.inFileOrder()
    }
}

extension Profile {
    /// The severity of a breach's diagnostic; nil if the check is off.
    public func diagnosticSeverity(of rule: CheckRule) -> Diagnostic.Severity? {
        switch severities[rule.id] {
        case .off?: nil
        case .warn?: .warning
        case .fail?: .error
        case nil:
            switch rule.severity {
            case .fail: .error
            case .warn: .warning
            case .info: .note
            }
        }
    }
}

/// "1.25 s", "0.833 s": without trailing zeros.
/// "29.97"
func rateWords(_ rate: FrameRate) -> String { plainNumber((rate.perSecond * 1000).rounded() / 1000) }
func secondsWords(_ seconds: Double) -> String { plainNumber((seconds * 1000).rounded() / 1000) + " s" }

/// "14", "4.5": rounded to a tenth.
func tenthsWords(_ value: Double) -> String { plainNumber((value * 10).rounded() / 10) }
