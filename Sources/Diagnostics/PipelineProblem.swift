// What can be wrong with a pipeline file, and with a target that pipelines are asked for.

public enum PipelineProblem: Error, Sendable, Hashable {
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
    /// A list where one is taken.
    case tooMany(slot: String, reference: String, at: Place)
    case notAList(reference: String, at: Place)
    case notAFolder(reference: String, at: Place)
    /// `each` over files of a folder that a stage writes: how many there are only a run can tell.
    case eachOfOutput(String, writer: String, at: Place)
    case cannotRepeat(kind: String, at: Place)
    case missingSlot(String, stage: String, accepts: [String], at: Place)
    case cycle([String], at: Place)
    case twoRules(target: String, first: Place, at: Place)
    case twoOutputs(String, first: Place, at: Place)
    case noOutput(target: String, outputs: [String], at: Place)
    case outputOfEach(stage: String, at: Place)
    /// A stage that makes other bytes for each target writes one file for all of them.
    case sharedOutput(String, target: String, at: Place)
    /// Two stages, of one target or of two, write one file. `other`: `a.mp4:mux`.
    case sameOutput(String, writer: String, other: String, at: Place)
    /// A file, a pattern or a folder that a stage reads and in which its own output lies.
    case readsOwnOutput(String, stage: String, output: String, at: Place)
    /// A file found while running that is made from what the node makes.
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
    case emptyCommand(at: Place)
    case retryPaid(times: Int, at: Place)

    /// `builtIn`: the pipeline that comes with vgraph would make it, and is not used.
    case noRule(target: String, offered: [String], builtIn: Bool)
    case ambiguousTarget(target: String, first: Place, at: Place)
    case badTarget(String, reason: String)
    case noSuchStage(String, target: String, known: [String])
    case missingInput(target: String, path: String, near: [String], at: Place)
    case noMatch(target: String, pattern: String, at: Place)
    /// A search met a link to a folder elsewhere.
    case passedBy(String, link: String, at: Place)
    case nothingOffered(patterns: [String])

    public var diagnostic: Diagnostic {
        switch self {
        case .notAMapping(let what, let found, let place):
            Diagnostic("pipeline-type", .error, "\(what) must be a mapping, not \(found)", at: place)
        case .missingField(let field, let place):
            Diagnostic("missing-field", .error, "'\(field)' is missing", at: place)
        case .unknownField(let field, let known, let place):
            Diagnostic("unknown-field", .error, "unknown field '\(field)'", hint: suggestion(field, among: known, label: "fields here"), at: place)
        case .badStageName(let name, let place):
            Diagnostic("bad-stage-name", .error, "'\(name)' cannot be the name of a stage", hint: "use letters, digits, '-' and '_'", at: place)
        case .badPattern(let text, let reason, let place):
            Diagnostic("bad-pattern", .error, "'\(text)' is not a path in the workspace: \(reason)", at: place)
        case .unknownKind(let kind, let known, let place):
            Diagnostic("unknown-stage-kind", .error, "no stage is called '\(kind)'", hint: suggestion(kind, among: known, label: "stages"), at: place)
        case .unknownKey(let key, let stage, let slots, let parameters, let renamed, let place):
            Diagnostic("unknown-parameter", .error, "the stage '\(stage)' has no input and no parameter '\(key)'",
                       hint: renamed.map { "'\(key)' of '\(stage)' is called '\($0)' now" }
                           ?? suggestion(key, among: slots + parameters, label: "it has"), at: place)
        case .wrongType(let key, let expected, let found, let place):
            Diagnostic("wrong-type", .error, "'\(key)' must be \(expected), not \(found)", at: place)
        case .outOfRange(let key, let value, let low, let high, let place):
            Diagnostic("out-of-range", .error, "'\(key)' is \(value)", hint: "it must be between \(low) and \(high)", at: place)
        case .notAChoice(let key, let value, let choices, let place):
            Diagnostic("unknown-choice", .error, "'\(key)' cannot be '\(value)'", hint: suggestion(value, among: choices, label: "choices"), at: place)
        case .unknownStage(let name, let known, let place):
            Diagnostic("unknown-stage", .error, "no stage '\(name)' in this pipeline", hint: suggestion(name, among: known, label: "stages here"), at: place)
        case .unknownOutput(let output, let stage, let known, let place):
            Diagnostic("unknown-output", .error, "the stage '\(stage)' has no output '\(output)'",
                       hint: suggestion(output, among: known, label: "outputs"), at: place)
        case .typeMismatch(let slot, let accepts, let reference, let offers, let place):
            Diagnostic("type-mismatch", .error, "'\(slot)' takes \(Self.or(accepts)), but '\(reference)' is \(Self.or(offers))", at: place)
        case .tooMany(let slot, let reference, let place):
            Diagnostic("too-many", .error, "'\(slot)' takes one, but '\(reference)' is a list",
                       hint: "'each: \(reference)' runs the stage once for each of them", at: place)
        case .notAList(let reference, let place):
            Diagnostic("not-a-list", .error, "'each' needs a list, but '\(reference)' is one", at: place)
        case .notAFolder(let reference, let place):
            Diagnostic("not-a-folder", .error, "'\(reference)' asks for files of a folder, and that result is none",
                       hint: "an output that is a folder has a slash at its end: 'frames/'", at: place)
        case .eachOfOutput(let pattern, let writer, let place):
            Diagnostic("each-of-output", .error, "'each' cannot run over '\(pattern)': '\(writer)' writes that folder in the same build",
                       hint: "give that stage a list as an output ('frames/*.png') and run over it", at: place)
        case .cannotRepeat(let kind, let place):
            Diagnostic("cannot-repeat", .error, "the stage '\(kind)' cannot run once for each element", hint: "remove 'each'", at: place)
        case .missingSlot(let slot, let stage, let accepts, let place):
            Diagnostic("missing-input", .error, "the stage '\(stage)' needs '\(slot)'", hint: "give it \(Self.or(accepts))", at: place)
        case .cycle(let names, let place):
            Diagnostic("cycle", .error, "these stages need each other: \(names.joined(separator: " -> "))", at: place)
        case .twoRules(let target, let first, let place):
            Diagnostic("two-rules", .error, "two pipelines make '\(target)'", hint: "the other is at \(first.file):\(first.line)", at: place)
        case .twoOutputs(let output, let first, let place):
            Diagnostic("two-rules", .error, "two stages write '\(output)'", hint: "the other is in line \(first.line)", at: place)
        case .noOutput(let target, let outputs, let place):
            Diagnostic("no-output", .error, "no stage writes '\(target)'",
                       hint: outputs.isEmpty ? "give the stage that makes it 'output: \"\(target)\"'" : "outputs here: \(outputs.joined(separator: ", "))",
                       at: place)
        case .outputOfEach(let stage, let place):
            Diagnostic("output-of-each", .error, "the stage '\(stage)' runs once for each element and cannot write one file", at: place)
        case .sharedOutput(let output, let target, let place):
            Diagnostic("shared-output", .error,
                "every '\(target)' would write '\(output)', each with content of its own",
                       hint: "put '{name}' into the output's path", at: place)
        case .sameOutput(let output, let writer, let other, let place):
            Diagnostic("two-rules", .error, "'\(writer)' and '\(other)' both write '\(output)'",
                hint: "give each a file of its own", at: place)
        case .readsOwnOutput(let text, let stage, let output, let place):
            Diagnostic("cycle", .error, "'\(text)' has '\(output)' in it, which the stage '\(stage)' itself makes",
                hint: "write the output elsewhere, or narrow the input", at: place)
        case .readsLater(let node, let path, let maker, let place):
            Diagnostic("cycle", .error, "'\(node)' has read '\(path)', which '\(maker)' makes from its result",
                at: place)
        case .includeMissing(let file, let place):
            Diagnostic("missing-file", .error, "'\(file)', which is included here, is not there", hint: "paths of 'include' start from the file's own folder", at: place)
        case .includeCycle(let files, let place):
            Diagnostic("include-cycle", .error, "these files include each other: \(files.joined(separator: " -> "))", at: place)
        case .badVariable(let name, let place):
            Diagnostic("bad-variable", .error, name == "name" ? "'name' is what the target's pattern stands for and cannot be a variable" : "'\(name)' cannot be the name of a variable",
                       hint: name == "name" ? nil : "use letters, digits and '_', a letter first", at: place)
        case .unknownVariable(let name, let place):
            Diagnostic("unknown-variable", .error, "no variable is called '\(name)'", hint: "give it a value under 'vars', or write '{{\(name)}}' for the text itself", at: place)
        case .unknownPool(let name, let known, let place):
            Diagnostic("unknown-pool", .error, "no pool is called '\(name)'",
                       hint: suggestion(name, among: known, label: "pools here") ?? "say under 'pools' how many may run at once: 'pools: { \(name): 1 }'", at: place)
        case .usesAndRun(let stage, let place):
            Diagnostic("uses-and-run", .error, "the stage '\(stage)' has both 'uses' and 'run'", hint: "'uses' names a built-in stage, 'run' a program of your own", at: place)
        case .neitherUsesNorRun(let stage, let place):
            Diagnostic("missing-field", .error, "the stage '\(stage)' does not say what it does", hint: "'uses' names a built-in stage, 'run' a program of your own", at: place)
        case .runIsText(let place):
            Diagnostic("wrong-type", .error, "'run' must be a list, not a text", hint: "write each argument on its own: [ffmpeg, -i, $in, $out]; for a shell [sh, -c, \"…\"]", at: place)
        case .unknownCommandKey(let key, let known, let place):
            Diagnostic("unknown-field", .error, "a command has no field '\(key)'", hint: suggestion(key, among: known, label: "it has"), at: place)
        case .reservedName(let name, let meaning, let place):
            Diagnostic("reserved-name", .error, "'\(name)' is taken: it stands for \(meaning)", hint: "choose another name", at: place)
        case .unknownReference(let text, let known, let place):
            Diagnostic("unknown-reference", .error, "'$\(text)' means nothing here",
                       hint: suggestion(text, among: known, label: "there are") ?? "'$$' is a dollar sign", at: place)
        case .severalOutputs(let known, let place):
            Diagnostic("several-outputs", .error, "'$out' could be any of the outputs", hint: "name one: \(known.map { "$out." + $0 }.joined(separator: ", "))", at: place)
        case .badOutput(let text, let reason, let place):
            Diagnostic("bad-output", .error, "'\(text)' cannot be an output: \(reason)", at: place)
        case .readsUntold(let place):
            Diagnostic("reads-untold", .error, "nothing tells which files under 'reads' were read", hint: "have the program write a 'depfile' or a 'discovered' list, or name the files under 'inputs'", at: place)
        case .retryPaid(let times, let place):
            Diagnostic("retry-paid", .error, "every try of this stage costs money",
                hint: "write 'retry: { times: \(times), paid: true }' if that is meant", at: place)
        case .emptyCommand(let place):
            Diagnostic("empty-command", .error, "'run' names no program", at: place)
        case .noRule(let target, _, builtIn: true):
            Diagnostic("no-rule", .error, "no rule makes '\(target)': this folder has pipelines of its own, so the built-in one is not used",
                       hint: "to have both, make pipelines/video.yaml with the lines 'pipeline: video', 'target: \"{name}.mp4\"' and 'include: builtin'")
        case .noRule(let target, let offered, builtIn: false):
            Diagnostic("no-rule", .error, "no rule makes '\(target)'",
                       hint: suggestion(target, among: offered, label: "targets here") ?? "no target can be built in this folder")
        case .ambiguousTarget(let target, let first, let place):
            Diagnostic("two-rules", .error, "two rules make '\(target)'", hint: "the other is at \(first.file):\(first.line)", at: place)
        case .badTarget(let target, let reason):
            Diagnostic("bad-target", .error, "'\(target)' cannot be a target: \(reason)")
        case .noSuchStage(let stage, let target, let known):
            Diagnostic("unknown-stage", .error, "'\(target)' has no stage '\(stage)'", hint: suggestion(stage, among: known, label: "stages"))
        case .missingInput(let target, let path, let near, let place):
            Diagnostic("missing-file", .error, "'\(target)' needs '\(path)', which is not there",
                       hint: didYouMean(path, among: near).map { near in
                           // Equal as texts, and not the same bytes.
                           near == path ? "'\(near)' is there, with another Unicode form of the same name (NFC and NFD): rename one of them"
                               : "did you mean '\(near)'?"
                       }, at: place)
        case .noMatch(let target, let pattern, let place):
            Diagnostic("no-match", .error, "'\(target)' needs files that match '\(pattern)', and there are none",
                       hint: "'\(pattern)?' stands for any number, none too", at: place)
        case .passedBy(let pattern, let link, let place):
            Diagnostic("link-not-followed", .warning, "'\(pattern)' does not look into '\(link)', a link to a folder outside the workspace",
                       hint: "declare that folder with --root NAME=FOLDER and list it by 'NAME:…', or remove the link", at: place)
        case .nothingOffered(let patterns):
            Diagnostic("nothing-to-build", .error, "there is nothing to build in this folder",
                       hint: "targets are made from: \(patterns.joined(separator: ", "))")
        }
    }

    private static func or(_ words: [String]) -> String {
        let quoted = words.map { "'\($0)'" }
        guard quoted.count > 1 else { return quoted.first ?? "nothing" }
        return quoted.dropLast().joined(separator: ", ") + " or " + quoted.last!
    }
}
