// What can be wrong with a pipeline file, and with a requested target.

public enum PipelineProblem: Problem, Hashable {
    case notAMapping(what: String, found: String, at: Place)
    case missingField(String, at: Place)
    case unknownField(String, known: [String], at: Place)
    case badStageName(String, at: Place)
    case badPattern(String, reason: String, at: Place)
    case unknownKind(String, known: [String], at: Place)
    /// `renamed`: what the key is called now.
    case unknownKey(String, stage: String, slots: [String], parameters: [String], renamed: String?, at: Place)
    case wrongType(String, expected: String, found: String, at: Place)
    case outOfRange(String, value: String, low: String, high: String, at: Place)
    case notAChoice(String, value: String, choices: [String], at: Place)
    case unknownStage(String, known: [String], at: Place)
    case unknownOutput(String, stage: String, known: [String], at: Place)
    case typeMismatch(slot: String, accepts: [String], reference: String, offers: [String], at: Place)
    /// A list where one file is expected.
    case tooMany(slot: String, reference: String, at: Place)
    case notAList(reference: String, at: Place)
    case notAFolder(reference: String, at: Place)
    /// `each` over files of a folder that a stage writes: only a run can tell how many there are.
    case eachOfOutput(String, writer: String, at: Place)
    case cannotRepeat(kind: String, at: Place)
    case missingSlot(String, stage: String, accepts: [String], at: Place)
    case cycle([String], at: Place)
    /// Two pipelines with the same target, or two that match a file equally well.
    case twoRules(target: String, first: Place, at: Place)
    case twoOutputs(String, first: Place, at: Place)
    case noOutput(target: String, outputs: [String], at: Place)
    case outputOfEach(stage: String, at: Place)
    /// A stage whose result differs from target to target writes one file for all of them.
    case sharedOutput(String, target: String, hole: String, at: Place)
    /// Two stages, of one target or of two, write one file. `other`: `a.mp4:mux`.
    case sameOutput(String, writer: String, other: String, at: Place)
    /// A file, a pattern or a folder that a stage reads and in which its own output lies.
    case readsOwnOutput(String, stage: String, output: String, at: Place)
    /// A program reported that it read a file that is made from its own result.
    case readsLater(node: String, path: String, maker: String, at: Place)
    case includeMissing(String, at: Place)
    case includeCycle([String], at: Place)
    case badVariable(String, at: Place)
    case unknownVariable(String, at: Place)
    case unknownPool(String, known: [String], at: Place)
    case usesAndRun(stage: String, at: Place)
    case neitherUsesNorRun(stage: String, at: Place)
    case runIsText(at: Place)
    case unknownCommandKey(String, known: [String], at: Place)
    case reservedName(String, meaning: String, at: Place)
    case unknownReference(String, known: [String], at: Place)
    case severalOutputs(known: [String], at: Place)
    case badOutput(String, reason: String, at: Place)
    case readsUntold(at: Place)
    /// `key`: the field that keeps it here.
    case cannotTravel(key: String, at: Place)
    case emptyCommand(at: Place)
    case retryPaid(times: Int, at: Place)

    /// `builtIn`: the built-in pipeline would make it but is not used.
    case noRule(target: String, offered: [String], builtIn: Bool)
    case badTarget(String, reason: String)
    case noSuchStage(String, target: String, known: [String])
    case missingInput(target: String, path: String, near: [String], at: Place)
    case noMatch(target: String, pattern: String, at: Place)
    /// A search found a link to a folder outside the workspace.
    case passedBy(String, link: String, at: Place)
    case nothingOffered(patterns: [String])
    /// A value of `--set` that no stage takes.
    case unusedSetting(String, targets: [String])

    public var diagnostic: Diagnostic {
        switch self {
        case .notAMapping(let what, let found, let place):
            Diagnostic("pipeline-type", "\(what) must be a mapping, not \(found)", at: place)
        case .missingField(let field, let place):
            FieldProblem.missing(field, of: nil, at: place).diagnostic
        case .unknownField(let field, let known, let place):
            FieldProblem.unknown(field, of: nil, known: known, at: place).diagnostic
        case .badStageName(let name, let place):
            Diagnostic(
                "bad-stage-name", "'\(name)' cannot be the name of a stage",
                hint: "use letters, digits, '-' and '_'", at: place)
        case .badPattern(let text, let reason, let place):
            Diagnostic("bad-pattern", "'\(text)' is not a path in the workspace: \(reason)", at: place)
        case .unknownKind(let kind, let known, let place):
            Diagnostic(
                "unknown-stage-kind", "vgraph has no stage '\(kind)'",
                hint: suggestion(kind, among: known, label: "stages"), at: place)
        case .unknownKey(let key, let stage, let slots, let parameters, let renamed, let place):
            Diagnostic(
                "unknown-parameter", "the stage '\(stage)' has no input and no parameter '\(key)'",
                hint: renamed.map { "'\(key)' of '\(stage)' is called '\($0)' now" }
                    ?? suggestion(key, among: slots + parameters, label: "it has"), at: place)
        case .wrongType(let key, let expected, let found, let place):
            FieldProblem.wrongType(key, expected: expected, found: found, hint: nil, at: place).diagnostic
        case .outOfRange(let key, let value, let low, let high, let place):
            FieldProblem.outOfRange(key, value, range: "\(low) to \(high)", at: place).diagnostic
        case .notAChoice(let key, let value, let choices, let place):
            Diagnostic(
                "unknown-choice", "'\(key)' cannot be '\(value)'",
                hint: suggestion(value, among: choices, label: "choices"), at: place)
        case .unknownStage(let name, let known, let place):
            Diagnostic(
                "unknown-stage", "this pipeline has no stage '\(name)'",
                hint: suggestion(name, among: known, label: "stages here"), at: place)
        case .unknownOutput(let output, let stage, let known, let place):
            Diagnostic(
                "unknown-output", "the stage '\(stage)' has no output '\(output)'",
                hint: suggestion(output, among: known, label: "outputs"), at: place)
        case .typeMismatch(let slot, let accepts, let reference, let offers, let place):
            Diagnostic(
                "type-mismatch", "'\(slot)' takes \(Self.or(accepts)), but '\(reference)' is \(Self.or(offers))",
                at: place)
        case .tooMany(let slot, let reference, let place):
            Diagnostic(
                "list-for-one", "'\(slot)' takes one file, but '\(reference)' is a list",
                hint: "write 'each: \(reference)' to run the stage once for each element", at: place)
        case .notAList(let reference, let place):
            Diagnostic("each-needs-list", "'each' takes a list, but '\(reference)' is one file", at: place)
        case .notAFolder(let reference, let place):
            Diagnostic(
                "not-a-folder", "'\(reference)' names files of a folder, but that result is not a folder",
                hint: "write an output that is a folder with a slash at its end: 'frames/'", at: place)
        case .eachOfOutput(let pattern, let writer, let place):
            Diagnostic(
                "each-of-output",
                "'each' cannot run over '\(pattern)': '\(writer)' writes that folder in the same build",
                hint: "give that stage a list as its output ('frames/*.png') and run over that list", at: place)
        case .cannotRepeat(let kind, let place):
            Diagnostic(
                "cannot-repeat", "the stage '\(kind)' cannot run once for each element",
                hint: "remove 'each'", at: place)
        case .missingSlot(let slot, let stage, let accepts, let place):
            Diagnostic(
                "missing-input", "the stage '\(stage)' needs '\(slot)'",
                hint: "give it \(Self.or(accepts))", at: place)
        case .cycle(let names, let place):
            Diagnostic("cycle", "these stages need each other: \(names.joined(separator: " -> "))", at: place)
        case .twoRules(let target, let first, let place):
            Diagnostic(
                "two-rules", "two rules make '\(target)'", hint: "the other is at \(first.file):\(first.line)",
                at: place)
        case .twoOutputs(let output, let first, let place):
            Diagnostic(
                "same-output", "two stages write '\(output)'", hint: "the other is in line \(first.line)",
                at: place)
        case .noOutput(let target, let outputs, let place):
            Diagnostic(
                "no-output", "no stage writes '\(target)'",
                hint: outputs.isEmpty
                    ? "give the stage that makes it 'output: \"\(target)\"'"
                    : "outputs here: \(outputs.joined(separator: ", "))", at: place)
        case .outputOfEach(let stage, let place):
            Diagnostic(
                "output-of-each", "the stage '\(stage)' runs once for each element and cannot write one file",
                at: place)
        case .sharedOutput(let output, let target, let hole, let place):
            Diagnostic(
                "shared-output", "every '\(target)' writes '\(output)', each with its own content",
                hint: "put '{\(hole)}' into the output's path", at: place)
        case .sameOutput(let output, let writer, let other, let place):
            Diagnostic(
                "two-writers", "'\(writer)' and '\(other)' both write '\(output)'",
                hint: "give each its own file", at: place)
        case .readsOwnOutput(let text, let stage, let output, let place):
            Diagnostic(
                "reads-own-output", "'\(text)' contains '\(output)', which the stage '\(stage)' itself makes",
                hint: "write the output elsewhere, or narrow the input", at: place)
        case .readsLater(let node, let path, let maker, let place):
            Diagnostic(
                "reads-later",
                "'\(node)' has read '\(path)', which '\(maker)' makes from the result of '\(node)'",
                at: place)
        case .includeMissing(let file, let place):
            Diagnostic(
                "include-missing", "the included file '\(file)' does not exist",
                hint: "write the path from this file's own folder", at: place)
        case .includeCycle(let files, let place):
            Diagnostic("include-cycle", "these files include each other: \(files.joined(separator: " -> "))", at: place)
        case .badVariable("name", let place):
            Diagnostic(
                "bad-variable", "'name' cannot be a variable: it already means a part of the target's name",
                at: place)
        case .badVariable(let name, let place) where ["film", "choice"].contains(name):
            Diagnostic(
                "bad-variable", "'\(name)' cannot be a variable: it already means a film of a spec", at: place)
        case .badVariable(let name, let place):
            Diagnostic(
                "bad-variable", "'\(name)' cannot be the name of a variable",
                hint: "use letters, digits and '_', a letter first", at: place)
        case .unknownVariable(let name, let place):
            Diagnostic(
                "unknown-variable", "this pipeline has no variable '\(name)'",
                hint: "give it a value under 'vars', or write '{{\(name)}}' for the text itself", at: place)
        case .unknownPool(let name, let known, let place):
            Diagnostic(
                "unknown-pool", "this pipeline has no pool '\(name)'",
                hint: suggestion(name, among: known, label: "pools here")
                    ?? "declare it with the number of programs that may run at once: 'pools: { \(name): 1 }'",
                at: place)
        case .usesAndRun(let stage, let place):
            Diagnostic(
                "uses-and-run", "the stage '\(stage)' has both 'uses' and 'run'", hint: Self.usesOrRun,
                at: place)
        case .neitherUsesNorRun(let stage, let place):
            Diagnostic(
                "no-uses-no-run", "the stage '\(stage)' has neither 'uses' nor 'run'", hint: Self.usesOrRun,
                at: place)
        case .runIsText(let place):
            FieldProblem.wrongType(
                "run", expected: "a list", found: "a text",
                hint: "write each argument on its own: [ffmpeg, -i, $in, $out]; for a shell [sh, -c, \"…\"]",
                at: place
            ).diagnostic
        case .unknownCommandKey(let key, let known, let place):
            FieldProblem.unknown(key, of: "a stage with 'run'", known: known, at: place).diagnostic
        case .reservedName(let name, let meaning, let place):
            Diagnostic(
                "reserved-name", "'\(name)' is reserved: it means \(meaning)", hint: "choose another name",
                at: place)
        case .unknownReference(let text, let known, let place):
            Diagnostic(
                "unknown-reference", "'$\(text)' has no meaning here",
                hint: suggestion(text, among: known, label: "references here")
                    ?? "write '$$' for a dollar sign", at: place)
        case .severalOutputs(let known, let place):
            Diagnostic(
                "several-outputs", "'$out' could be any of several outputs",
                hint: "name one: \(known.map { "$out." + $0 }.joined(separator: ", "))", at: place)
        case .badOutput(let text, let reason, let place):
            Diagnostic("bad-output", "'\(text)' cannot be an output: \(reason)", at: place)
        case .readsUntold(let place):
            Diagnostic(
                "reads-untold", "nothing reports which files under 'reads' the program has read",
                hint: "let the program write a 'depfile' or a 'discovered' list, or name the files under 'inputs'",
                at: place)
        case .cannotTravel(let key, let place):
            Diagnostic(
                "cannot-travel", "a stage with '\(key)' runs on this machine only",
                hint: "remove 'travels', or let a stage of its own do what needs '\(key)'", at: place)
        case .retryPaid(let times, let place):
            Diagnostic(
                "retry-paid", "each try of this stage costs money",
                hint: "to allow that, write 'retry: { times: \(times), paid: true }'", at: place)
        case .emptyCommand(let place):
            Diagnostic("empty-command", "'run' names no program", at: place)
        case .noRule(let target, _, builtIn: true):
            Diagnostic(
                "no-rule",
                "no rule makes '\(target)': this folder has its own pipelines, so vgraph does not use the built-in one",
                hint: "to have both, create pipelines/video.yaml with the lines 'pipeline: video', "
                    + "'films: \"{name}.video.yaml\"', 'target: \"{film}.mp4\"' and 'include: builtin'")
        case .noRule(let target, let offered, builtIn: false):
            Diagnostic(
                "no-rule", "no rule makes '\(target)'",
                hint: suggestion(target, among: offered, label: "targets here")
                    ?? "this folder offers no target")
        case .badTarget(let target, let reason):
            Diagnostic("bad-target", "'\(target)' cannot be a target: \(reason)")
        case .noSuchStage(let stage, let target, let known):
            Diagnostic(
                "no-such-stage", "'\(target)' has no stage '\(stage)'",
                hint: suggestion(stage, among: known, label: "stages"))
        case .missingInput(let target, let path, let near, let place):
            Diagnostic(
                "missing-file", "'\(target)' needs '\(path)', which does not exist",
                hint: didYouMean(path, among: near).map { near in
                    // Equal as texts, and not the same bytes.
                    near == path
                        ? "'\(near)' exists with another Unicode form of the same name (NFC and NFD): rename one of "
                            + "them"
                        : "did you mean '\(near)'?"
                }, at: place)
        case .noMatch(let target, let pattern, let place):
            Diagnostic(
                "no-match", "'\(target)' needs files that match '\(pattern)', but there are none",
                hint: "write '\(pattern)?' where there may be none", at: place)
        case .passedBy(let pattern, let link, let place):
            Diagnostic(
                "link-not-followed", .warning,
                "'\(pattern)' does not look into '\(link)', a link to a folder outside the workspace",
                hint: "declare that folder with --root NAME=FOLDER and list it by 'NAME:…', or remove the link",
                at: place)
        case .unusedSetting(let name, let targets):
            Diagnostic(
                "unused-setting",
                "'--set \(name)' changes nothing: no stage of '\(targets.first ?? "these targets")' takes a "
                    + "spec's props",
                hint: "leave it out; a variable of a pipeline is set in its file, under 'vars'")
        case .nothingOffered(let patterns):
            Diagnostic(
                "nothing-to-build", "this folder has nothing to build",
                hint: "targets are made from: \(patterns.joined(separator: ", "))")
        }
    }

    private static let usesOrRun = "'uses' names a built-in stage, 'run' a program of your own"

    private static func or(_ words: [String]) -> String {
        let quoted = words.map { "'\($0)'" }
        guard quoted.count > 1 else { return quoted.first ?? "nothing" }
        return quoted.dropLast().joined(separator: ", ") + " or " + quoted.last!
    }
}
