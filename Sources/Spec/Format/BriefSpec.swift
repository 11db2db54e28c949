// What the film is for: the intent that proofreading, reviewers and the gate hold it to.
import Composition
import Diagnostics
import YAML

struct BriefSpec: Sendable {
    var audience: String?
    var promise: LineSpec?
    var mustSay: [LineSpec] = []
    var mustShow: [LineSpec] = []
    var mustNot: [LineSpec] = []
    var tone: String?
    var sources: [String] = []
    var decides: [String] = []

    private static let lines = Kind<[LineSpec]>.list(LineSpec.kind, limit: 100)

    private static let names: Kind<[String]> = {
        let list = Kind<[String]>.list(Scalar.string, limit: 32, atLeast: 1)
        return Kind(.any([Scalar.string.schema, list.schema])) { node, reader in
            node.items == nil ? Scalar.string.read(node, reader).map { [$0] } : list.read(node, reader)
        }
    }()

    static let kind = Kind<BriefSpec>.object(
        "brief", "What the film is for. Its promise and requirements become claims that the gate wants answered",
        { _ in BriefSpec() },
        [
            Field(
                optional: "audience", \.audience, Scalar.string, "For whom it is made",
                example: "people who work at a desk after dark"),
            Field(
                optional: "promise", \.promise, LineSpec.kind, "What viewers get from it, in one sentence",
                example: "Aurora gives your desk the light of the day."),
            Field(
                "must_say", \.mustSay, lines,
                "What must be said or written. Proofreading warns if its words stand nowhere in texts, captions and "
                    + "narration",
                example: "[it costs 149 dollars]"),
            Field(
                "must_show", \.mustShow, lines, "What must be seen; a reviewer or a person looks for it",
                example: "[the lamp unlit and then lit]"),
            Field(
                "must_not", \.mustNot, lines,
                "What must neither be said nor shown. Proofreading stops if its words stand in a text, a caption, the "
                    + "narration or the title",
                example: "[best in the world]"),
            Field(optional: "tone", \.tone, Scalar.string, "How it speaks", example: "calm and warm"),
            Field(
                "sources", \.sources, .list(Scalar.string, limit: 100), "Where its facts come from, for reviewers",
                example: "[\"data sheet of March 2026\"]"),
            Field(
                "decides", \.decides, names,
                "The names of the keys of those who may approve it; without it, of all in vgraph.keys",
                example: "[anna]"),
        ])
}

extension BriefSpec {
    /// nil for a spec without a brief.
    var resolved: Brief? {
        func requirements(_ lines: [LineSpec], _ name: String, _ opening: String, areSaid: Bool = false)
            -> [Brief.Requirement]
        {
            lines.enumerated().map { index, line in
                Brief.Requirement(
                    id: "brief.\(name).\(index + 1)", statement: opening + line.text.value,
                    words: areSaid ? line.text.value : nil)
            }
        }
        let kept = promise.map {
            [Brief.Requirement(id: "brief.promise", statement: "the film keeps its promise: " + $0.text.value)]
        }
        let all =
            (kept ?? []) + requirements(mustSay, "say", "the film says: ", areSaid: true)
            + requirements(mustShow, "show", "the film shows: ")
            + requirements(mustNot, "not", "the film neither says nor shows: ")
        let isEmpty = all.isEmpty && audience == nil && tone == nil && sources.isEmpty && decides.isEmpty
        return isEmpty
            ? nil
            : Brief(
                audience: audience, tone: tone, sources: sources.isEmpty ? nil : sources,
                decides: decides.isEmpty ? nil : decides, requirements: all)
    }
}
