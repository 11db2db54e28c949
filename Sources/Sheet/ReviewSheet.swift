// The review sheet: one HTML file for the person who decides, which needs nothing else but the film. It knows what the
// build found, what the gate says and what persons signed, as values; equal values give equal bytes. It must not know
// where they come from.
import Composition
import Decisions
import Diagnostics
import FoundationEssentials

public struct ReviewSheet {
    /// Where the film is.
    public enum Film: Sendable {
        /// Its bytes, in the page.
        case embedded(Data)
        /// Its path from the page.
        case beside(String)
        /// Why it cannot be played.
        case missing(String)
    }

    /// What persons signed, of this file and of others.
    public struct Persons: Sendable {
        /// Approvals and revisions, oldest first, then answers.
        public var decisions: [SignedDecision] = []
        public var answers: [SignedDecision] = []
        public init() {}
    }

    /// What is new since a person approved a version.
    public enum Since: Sendable {
        case never
        /// This file is the approved one.
        case same(SignedDecision)
        /// - sound: whether it differs; nil: not known.
        case changes(SignedDecision, PlanChanges, sound: Bool?)
        /// The cache no longer has the approved version.
        case unknown(SignedDecision)
    }

    public let target: String
    public let content: SheetContent
    /// Where the film comes from, in the words of `vgraph gate`.
    public let made: [(name: String, value: String)]
    /// What else the build observed, for example pictures that are not as approved.
    public let observations: [Observation]
    /// SHA-256 of the file that lies at the target now; nil: there is none.
    public let sha256: String?
    /// nil: no gate has judged.
    public let gate: GateDecision?
    /// Why it does not pass: the gate's reasons, and what else `vgraph gate` says.
    public let reasons: [GateReason]
    public let claims: ClaimList?
    public let reports: [ReviewerReport]
    public let persons: Persons
    public let since: Since
    public let film: Film
    /// When the page was written, UTC, for people.
    public let written: String

    public init(
        target: String, content: SheetContent, made: [(name: String, value: String)] = [], observations: [Observation],
        sha256: String?, gate: GateDecision?,
        reasons: [GateReason],
        claims: ClaimList?, reports: [ReviewerReport], persons: Persons, since: Since, film: Film, written: String
    ) {
        self.target = target
        self.content = content
        self.made = made
        self.observations = observations
        self.sha256 = sha256
        self.gate = gate
        self.reasons = reasons
        self.claims = claims
        self.reports = reports
        self.persons = persons
        self.since = since
        self.film = film
        self.written = written
    }

    /// By this a page of vgraph is known from any other file of its name.
    public static let mark = pageMark("review")

    var plan: Plan { content.plan }
    var report: CheckReport { content.report }
    var title: String { plan.title.isEmpty ? target : plan.title }
    var seconds: Double { plan.rate.seconds(ofFrame: plan.frames) }
    func seconds(_ frame: Int) -> Double { plan.rate.seconds(ofFrame: frame) }

    public var html: String {
        let verdict = verdict
        var page = pageHead(
            by: "review", title: "\(verdict.word) · \(title) · review",
            allows: ["img-src data:", "media-src file: blob:", "script-src '\(SheetScript.hash)'"])
        page += plan.size.height > plan.size.width ? "<body class=\"tall\">\n" : "<body>\n"
        page += "<a class=\"skip\" href=\"#decision\">Skip to the decision</a>\n"
        page += header(verdict)
        page += "<div class=\"page\">\n<div class=\"side\">\n" + player + contents + "</div>\n<main>\n"
        page += decisionPart + sincePart + findingsPart + claimsPart + checksPart + proofPart + baselinePart
        page += timelinePart + postersPart + captionsPart + provenancePart
        page += "</main>\n</div>\n" + help
        page += "<footer>Written by <code>vgraph review \(escaped(target))</code>, \(escaped(written)). "
        page += "It shows what was known then; <code>vgraph gate</code> says what holds now.</footer>\n"
        if case .embedded(let bytes) = film {
            page += "<script type=\"text/plain\" id=\"film-bytes\">\(bytes.base64EncodedString())</script>\n"
        }
        return page + "<script>\(SheetScript.text)</script>\n</body>\n</html>\n"
    }

    private func header(_ verdict: Verdict) -> String {
        """
        <header class="top \(verdict.tone.rawValue)">
        <p class="verdict"><span aria-hidden="true">\(verdict.sign)</span> \(escaped(verdict.word))</p>
        <div><h1 dir="auto">\(escaped(title))</h1><p class="lead">\(escaped(verdict.words))</p></div>
        </header>

        """
    }

    private var player: String {
        var part = "<section class=\"player\" aria-label=\"Film\">\n"
        if case .missing(let reason) = film {
            return part + "<p class=\"blank\" style=\"aspect-ratio:\(ratio)\">\(escaped(reason))</p>\n</section>\n"
        }
        let scenes = plan.scenes.map { escaped("\(decimals(seconds($0.startFrame), 4)) \($0.id)") }
        part += "<video id=\"film\" controls playsinline preload=\"metadata\" aria-label=\"\(escaped(title))\" "
        part += "style=\"aspect-ratio:\(ratio)\" data-seconds=\"\(decimals(seconds, 4))\" "
        part += "data-fps=\"\(decimals(plan.rate.perSecond, 4))\" data-file=\"\(escaped(target))\" "
        part += "data-scenes=\"\(scenes.joined(separator: "&#10;"))\""
        if let jpeg = content.moments.first(where: { $0.jpeg != nil })?.jpeg {
            part += " poster=\"data:image/jpeg;base64,\(jpeg)\""
        }
        if case .beside(let path) = film { part += " src=\"\(escaped(path))\"" }
        part += "></video>\n<p class=\"now\"><span id=\"now\">\(clock(0))</span>"
        part += "<button type=\"button\" id=\"keys\" aria-haspopup=\"dialog\">Keys <kbd>?</kbd></button></p>\n"
        return part + "<p id=\"said\" role=\"status\"></p>\n</section>\n"
    }

    private var ratio: String { "\(max(1, plan.size.width))/\(max(1, plan.size.height))" }

    /// What is on the page, with the state of each part.
    private var contents: String {
        var rows: [(id: String, name: String, state: String)] = [
            ("decision", "Decision", verdict.word.lowercased()), ("since", "Since the last approval", sinceSummary),
        ]
        if !findings.isEmpty { rows.append(("findings", "Findings", "\(findings.count)")) }
        if let claims, !claims.claims.isEmpty {
            rows.append(("claims", "Claims", claimsSummary))
        }
        rows.append(("checks", "Checks", checksSummary.words))
        if !content.proofread.isEmpty {
            rows.append(("spec", "Spec", "\(content.proofread.count)"))
        }
        rows.append(("timeline", "Timeline", clock(seconds)))
        var part = "<nav aria-label=\"On this page\"><ul>\n"
        for row in rows {
            part += "<li><a href=\"#\(row.id)\">\(row.name)</a> <span>\(escaped(row.state))</span></li>\n"
        }
        return part + "</ul></nav>\n"
    }

    private var help: String {
        let keys = [
            ("j", "next finding, and its picture"), ("k", "finding before"), ("Enter", "play from the chosen time"),
            ("Space", "play or pause"), (", and .", "one frame back, one frame on"), ("?", "these keys"),
        ]
        var part = "<dialog id=\"help\" aria-labelledby=\"help-title\"><h2 id=\"help-title\">Keys</h2>\n<dl>"
        for (key, words) in keys { part += "<div><dt><kbd>\(key)</kbd></dt><dd>\(words)</dd></div>" }
        return part + "</dl>\n<form method=\"dialog\"><button>Close</button></form></dialog>\n"
    }
}
