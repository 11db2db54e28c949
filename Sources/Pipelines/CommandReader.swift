// Reads a stage with `run` into a `CommandStage` and the descriptor that the rest of the engine sees.
import Diagnostics
import Patterns
import Store
import Work
import YAML

extension PipelineReader {
    private static let commandKeys =
        [
            "run", "inputs", "outputs", "output", "each", "after", "env", "secrets", "tools",
            "reads", "depfile", "discovered", "network", "travels", "timeout", "cpu_time", "memory",
            "disk", "cost", "pool",
        ] + termKeys
    /// Fields that keep a stage on this machine.
    private static let staying = ["secrets", "network", "reads", "depfile", "discovered", "cost"]
    static let words = [
        "in": "the stage's inputs", "out": "where its outputs go", "each": "the element it runs for",
        "list": "a file that lists its inputs",
    ]

    mutating func command(_ name: String, _ place: Place, _ run: Node, _ pairs: [Node.Pair]) -> StageText? {
        if let meaning = Self.words[name] { problems.append(.reservedName(name, meaning: meaning, at: place)) }
        let fields = Dictionary(pairs.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        for pair in pairs where !Self.commandKeys.contains(pair.name) && pair.name != "uses" {
            problems.append(.unknownCommandKey(pair.name, known: Self.commandKeys, at: pair.key.place))
        }
        var stage = StageText(
            name: name, place: place,
            descriptor: StageDescriptor(
                name: "run", version: 1, summary: "", slots: [], outputs: [],
                place: .command))
        if let node = fields["output"], let pattern = written(node, "output") {
            stage.core.output = (pattern, node.place)
        }
        let isFolder = fields["output"]?.text?.utf8.last == UInt8(ascii: "/")
        if let node = fields["each"] { stage.each = each(node) }
        if let node = fields["after"] { stage.after = after(node) }
        if let node = fields["pool"] { stage.core.pool = text(node, "pool").map { ($0, node.place) } }
        if stage.each != nil { stage.descriptor.slots.append(Self.slot("each")) }
        if let node = fields["inputs"] { inputs(node, &stage) }

        var command = CommandStage(arguments: [], environment: [], secrets: [], tools: [], outputs: [], reads: [])
        command.outputs =
            fields["outputs"].map { self.outputs($0) }
            ?? (fields["output"] == nil
                ? Self.plainOutputs : [Self.onlyOutput(stage.output?.pattern, isFolder: isFolder)])
        if isFolder, let first = command.outputs.first, !first.isFolder {
            let written = "\(first.name): \(first.file)/"
            problems.append(
                .badOutput(
                    fields["output"]?.text ?? "",
                    reason: "the first output, '\(first.file)', is not a folder ('\(written)')",
                    at: fields["output"]!.place))
        }
        command.secrets = fields["secrets"].map { texts($0, "secrets") } ?? []
        command.tools = fields["tools"].map { texts($0, "tools") } ?? []
        command.reads = fields["reads"].map { paths($0, "reads") } ?? []
        command.depfile = fields["depfile"].flatMap { path($0, "depfile") }
        command.discovered = fields["discovered"].flatMap { path($0, "discovered") }
        if !command.reads.isEmpty && command.depfile == nil && command.discovered == nil {
            problems.append(.readsUntold(at: fields["reads"]!.place))
        }
        func flag(_ key: String, _ reader: inout PipelineReader) -> Bool {
            guard let node = fields[key] else { return false }
            if let value = node.bool { return value }
            reader.problems.append(
                .wrongType(key, expected: "true or false", found: node.kindName, at: node.place))
            return false
        }
        command.network = flag("network", &self)
        command.travels = flag("travels", &self)
        // What else it reads or reaches is not known before it runs, is not to leave this machine, or is paid for twice
        // when an answer is lost on the way.
        if command.travels,
            let key = Self.staying.first(where: { fields[$0] != nil && ($0 != "network" || command.network) })
        {
            problems.append(.cannotTravel(key: key, at: fields["travels"]!.place))
        }
        command.timeout = fields["timeout"].flatMap { seconds($0, "timeout") }
        command.cpuTime = fields["cpu_time"].flatMap { seconds($0, "cpu_time") }
        command.memory = fields["memory"].flatMap { bytes($0, "memory") }
        command.disk = fields["disk"].flatMap { bytes($0, "disk") }
        command.price = fields["cost"].flatMap { price($0) }
        for key in Self.termKeys {
            if let node = fields[key] { terms(node, key, isPaid: fields["cost"] != nil, into: &stage.core.terms) }
        }

        guard let items = run.items else {
            problems.append(
                run.text != nil
                    ? .runIsText(at: run.place)
                    : .wrongType("run", expected: "a list", found: run.kindName, at: run.place))
            return nil
        }
        guard !items.isEmpty else { problems.append(.emptyCommand(at: run.place)); return nil }
        command.arguments.reserveCapacity(items.count)
        for item in items {
            if let template = template(item, "run", command.outputs, &stage) { command.arguments.append(template) }
        }
        // A program of the workspace is one of its inputs.
        if case .text(let path)? = command.arguments.first?.parts.first, command.arguments[0].parts.count == 1,
            path.contains("/"), !path.hasPrefix("/")
        {
            let slot = StageDescriptor.Slot("program", accepts: ["file"], count: .any)
            stage.descriptor.slots.append(slot)
            stage.wires.append((slot, wires(items[0], slot), items[0].place))
        }
        if let node = fields["env"] {
            guard let pairs = node.pairs else {
                problems.append(.notAMapping(what: "'env'", found: node.kindName, at: node.place))
                return nil
            }
            for pair in pairs {
                if let value = template(pair.value, pair.name, command.outputs, &stage) {
                    command.environment.append((pair.name, value))
                }
            }
        }
        stage.core.command = command
        if stage.each == nil, fields["outputs"] == nil, stage.output == nil, stage.descriptor.slots.count == 1,
            stage.descriptor.slots[0].name == Self.plain.descriptor.slots[0].name
        {
            stage.core.kind = Self.plain
        } else {
            stage.descriptor.outputs = command.descriptorOutputs
            stage.descriptor.eachSlot = stage.each == nil ? nil : "each"
        }
        return stage
    }

    // MARK: Inputs and outputs

    private mutating func inputs(_ node: Node, _ stage: inout StageText) {
        func add(_ name: String, _ node: Node, _ place: Place, _ reader: inout PipelineReader) {
            let slot = Self.slot(name)
            stage.descriptor.slots.append(slot)
            stage.wires.append((slot, reader.wires(node, slot), place))
        }
        guard let pairs = node.pairs else { return add("in", node, node.place, &self) }
        for pair in pairs {
            guard !pair.name.isEmpty, pair.name.utf8.allSatisfy({ isWord($0) }) else {
                problems.append(.badStageName(pair.name, at: pair.key.place))
                continue
            }
            add("in." + pair.name, pair.value, pair.key.place, &self)
        }
    }

    private static func slot(_ name: String) -> StageDescriptor.Slot { .init(name, accepts: [], count: .any) }

    private static let plainOutputs = [onlyOutput(nil, isFolder: false)]

    /// What most commands of a large pipeline are: one list of inputs, one file that is not published. They share it.
    private static let plain = Pipeline.Kind(
        StageDescriptor(
            name: "run", version: 1, summary: "", slots: [slot("in")],
            outputs: CommandStage(
                arguments: [], environment: [], secrets: [], tools: [], outputs: plainOutputs, reads: []
            ).descriptorOutputs, place: .command))

    private static func onlyOutput(_ published: Pattern?, isFolder: Bool) -> CommandStage.Output {
        if isFolder {
            return CommandStage.Output(
                name: "out", type: "folder", file: "out", isList: false, isOptional: false,
                mayBeEmpty: true, mayMove: true, isFolder: true)
        }
        // Keeps the extension of the published file, since some programs choose a format by it.
        let file = published.map { $0.text.namePart } ?? "", dot = file.lastIndex(of: ".")
        let ending = dot.map { String(file[$0...]) } ?? ""
        return CommandStage.Output(
            name: "out", type: "file", file: "out" + (ending.contains("}") ? "" : ending),
            isList: false, isOptional: false,
            mayBeEmpty: false, mayMove: true)
    }

    private mutating func outputs(_ node: Node) -> [CommandStage.Output] {
        guard let pairs = node.pairs, !pairs.isEmpty else {
            problems.append(.notAMapping(what: "'outputs'", found: node.kindName, at: node.place))
            return []
        }
        var outputs: [CommandStage.Output] = []
        for pair in pairs {
            if pair.name == "log" {
                problems.append(.reservedName("log", meaning: "what the program prints", at: pair.key.place))
            }
            let known = ["file", "type", "optional", "empty"]
            let file = pair.value.pairs == nil ? pair.value : pair.value["file"]
            for field in pair.value.pairs ?? [] where !known.contains(field.name) {
                problems.append(.unknownField(field.name, known: known, at: field.key.place))
            }
            guard let file else { problems.append(.missingField("file", at: pair.key.place)); continue }
            let isFolder = file.text?.utf8.last == UInt8(ascii: "/")
            guard let path = path(file, pair.name, isFolder: isFolder) else { continue }
            let isList = Glob.isGlob(path)
            if isFolder && isList {
                problems.append(.badOutput(path + "/", reason: "a folder's name has no wildcards", at: file.place))
            }
            if isList && path.pathParts.dropLast().contains(where: Glob.isGlob) {
                problems.append(
                    .badOutput(
                        path, reason: "only the file's name can contain '*', '?' and '['",
                        at: file.place))
            } else if isList {
                do throws(Pattern.Refusal) {
                    var parts: [GlobPart] = []
                    for part in path.pathParts { parts += try GlobPart.parts(part, name: nil) }
                    if parts.contains(where: \.isFolders) {
                        problems.append(.badOutput(path, reason: "it cannot contain '**'", at: file.place))
                    }
                } catch {
                    if case .reason(let reason) = error {
                        problems.append(.badOutput(path, reason: reason, at: file.place))
                    }
                }
            }
            func flag(_ name: String) -> Bool {
                guard let node = pair.value["\(name)"] else { return false }
                if let value = node.bool { return value }
                problems.append(.wrongType(name, expected: "true or false", found: node.kindName, at: node.place))
                return false
            }
            outputs.append(
                .init(
                    name: pair.name,
                    type: pair.value["type"].flatMap { text($0, "type") }
                        ?? (isFolder ? "folder" : "file"), file: path,
                    isList: isList, isOptional: flag("optional"), mayBeEmpty: flag("empty"),
                    isFolder: isFolder))
        }
        for (index, output) in outputs.enumerated()
        where outputs[..<index].contains(where: { $0.file.isSameBytes(output.file) }) {
            problems.append(.badOutput(output.file, reason: "it is two outputs", at: node.place))
        }
        for output in outputs {
            for folder in outputs where folder.isFolder && output.file.beneath(folder.file) != nil {
                problems.append(
                    .badOutput(
                        output.file, reason: "it lies in another output, '\(folder.file)/'",
                        at: node.place))
            }
        }
        return outputs
    }

    // MARK: Texts with holes

    private mutating func template(
        _ node: Node, _ key: String, _ outputs: [CommandStage.Output],
        _ stage: inout StageText
    ) -> CommandStage.Template? {
        guard let text = node.text else {
            problems.append(.wrongType(key, expected: "a text", found: node.kindName, at: node.place))
            return nil
        }
        // As it is, so that it is in memory once.
        if !text.isEmpty, !text.utf8.contains(where: { "{}$".utf8.contains($0) }) {
            return CommandStage.Template(parts: [.text(text)], place: node.place)
        }
        var parts: [CommandStage.Template.Part] = [], literal = ""
        func flush() {
            if !literal.isEmpty { parts.append(.text(literal)) }
            literal = ""
        }
        var rest = text[...]
        while let character = rest.popFirst() {
            if character == "{" {
                if rest.first == "{" {
                    rest.removeFirst()
                    literal += "{"
                } else if let close = rest.firstIndex(of: "}"), PipelineSource.isVariable(rest[..<close]) {
                    let name = String(rest[..<close])
                    rest = rest[rest.index(after: close)...]
                    if name == "name" {
                        flush()
                        parts.append(.name)
                    } else if name == "film" {
                        flush()
                        parts.append(hasFilms ? .film : .name)
                    } else {
                        problems.append(.unknownVariable(name, at: node.place))
                    }
                } else {
                    literal += "{"
                }
            } else if character == "}" {
                if rest.first == "}" { rest.removeFirst() }
                literal += "}"
            } else if character == "$" {
                if rest.first == "$" {
                    rest.removeFirst()
                    literal += "$"
                } else if let word = Self.reference(in: &rest) {
                    if let part = part(word, node.place, outputs, &stage) { flush(); parts.append(part) }
                } else {
                    literal += "$"
                }
            } else {
                literal.append(character)
            }
        }
        flush()
        return CommandStage.Template(parts: parts, place: node.place)
    }

    /// Takes `stage`, `stage.output` or either in braces off the front; nil: no name follows the dollar sign.
    private static func reference(in rest: inout Substring) -> String? {
        let isBraced = rest.first == "{"
        var after = isBraced ? rest.dropFirst() : rest
        func word() -> Substring {
            let word = after.prefix { $0.utf8.count == 1 && isWord($0.utf8.first!) }
            after = after.dropFirst(word.count)
            return word
        }
        guard let first = after.utf8.first, !(48...57).contains(first), first != UInt8(ascii: "-") else { return nil }
        var text = String(word())
        // Also where the first letter carries an accent of its own.
        if text.isEmpty { return nil }
        if after.first == "." {
            let dot = after
            after = after.dropFirst()
            let output = word()
            if output.isEmpty { after = dot } else { text += "." + output }
        }
        if isBraced {
            guard after.first == "}" else { return nil }
            after = after.dropFirst()
        }
        rest = after
        return text
    }

    private mutating func part(
        _ word: String, _ place: Place, _ outputs: [CommandStage.Output],
        _ stage: inout StageText
    ) -> CommandStage.Template.Part? {
        let parts = word.split(separator: ".", maxSplits: 1).map(String.init)
        switch parts[0] {
        case "out":
            if parts.count == 1 {
                if outputs.count == 1 { return .output(outputs[0].name) }
                problems.append(.severalOutputs(known: outputs.map(\.name), at: place))
                return nil
            }
            if outputs.contains(where: { $0.name == parts[1] }) { return .output(parts[1]) }
            problems.append(.unknownReference(word, known: outputs.map { "out." + $0.name }, at: place))
            return nil
        case "list":
            let slot = parts.count == 1 ? "in" : parts[1] == "each" ? "each" : "in." + parts[1]
            if stage.descriptor.slots.contains(where: { $0.name == slot }) { return .list(slot) }
            // A stage's result; its list is known by the stage's name.
            if parts.count == 2, stage.descriptor.slots.contains(where: { $0.name == parts[1] }) {
                return .list(parts[1])
            }
            let lists = stage.descriptor.slots.map {
                "list" + ($0.name == "in" ? "" : "." + $0.name.replacing("in.", with: ""))
            }
            problems.append(.unknownReference(word, known: lists, at: place))
            return nil
        case "in", "each":
            if stage.descriptor.slots.contains(where: { $0.name == word }) { return .input(word) }
            problems.append(.unknownReference(word, known: stage.descriptor.slots.map(\.name), at: place))
            return nil
        default:
            // A result that a command names becomes its input.
            if !stage.descriptor.slots.contains(where: { $0.name == word }) {
                let slot = Self.slot(word)
                stage.descriptor.slots.append(slot)
                stage.wires.append((slot, [.reference(reference("$" + word, place))], place))
            }
            return .input(word)
        }
    }

    // MARK: Values

    private mutating func texts(_ node: Node, _ key: String) -> [String] {
        (node.items ?? [node]).compactMap { text($0, key) }
    }

    private mutating func paths(_ node: Node, _ key: String) -> [String] {
        (node.items ?? [node]).compactMap { node in
            guard let text = text(node, key) else { return nil }
            do throws(Pattern.Refusal) { _ = try Pattern.rooted(text) } catch {
                if case .reason(let reason) = error {
                    problems.append(.badPattern(text, reason: reason, at: node.place))
                }
                return nil
            }
            return text
        }
    }

    private mutating func path(_ node: Node, _ key: String, isFolder: Bool = false) -> String? {
        guard var text = text(node, key) else { return nil }
        if isFolder { text = String(decoding: text.utf8.dropLast(), as: UTF8.self) }
        guard let reason = Pattern.fault(ofPath: text) else { return text }
        problems.append(.badPattern(text, reason: reason, at: node.place))
        return nil
    }

    /// A number of seconds, or one with `ms`, `s`, `m`, `h` or `d`.
    mutating func seconds(_ node: Node, _ key: String) -> Double? {
        quantity(
            node, key, units: ["": 1, "ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400],
            range: 0.001...31_536_000, expected: "a duration such as 90s, 10m or 2h")
    }

    private mutating func bytes(_ node: Node, _ key: String) -> UInt64? {
        quantity(
            node, key,
            units: [
                "KB": 1e3, "MB": 1e6, "GB": 1e9, "KiB": 1024, "MiB": 1_048_576,
                "GiB": 1_073_741_824,
            ], range: 1e6...1e15,
            expected: "a size such as 512MB or 4GB"
        ).map { UInt64($0) }
    }

    private mutating func quantity(
        _ node: Node, _ key: String, units: [String: Double], range: ClosedRange<Double>,
        expected: String
    ) -> Double? {
        guard let text = node.text, node.items == nil else {
            problems.append(.wrongType(key, expected: expected, found: node.kindName, at: node.place))
            return nil
        }
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let unit = text.dropFirst(digits.count).drop { $0 == " " }
        guard let number = Double(digits), let factor = units[String(unit)], range.contains(number * factor) else {
            problems.append(.wrongType(key, expected: expected, found: "'\(text)'", at: node.place))
            return nil
        }
        return number * factor
    }

    private mutating func price(_ node: Node) -> Record.Price? {
        let words = (node.text ?? "").split(separator: " ")
        if words.count == 2, let amount = Double(words[0]), amount >= 0, amount < 1e9, words[1].count == 3,
            words[1].utf8.allSatisfy({ (65...90).contains($0) })
        {
            return Record.Price(amount: amount, currency: String(words[1]))
        }
        problems.append(
            .wrongType(
                "cost", expected: "an amount and a currency such as '0.12 USD'",
                found: node.text.map { "'\($0)'" } ?? node.kindName, at: node.place))
        return nil
    }
}
