// Reads a pipeline file into names and places. Must not know what the names mean: that is for `Wiring`.
import Diagnostics
import Patterns
import Store
import Work
import YAML

struct PipelineReader {
    let kinds: [StageDescriptor]
    let file: String
    var problems: [PipelineProblem] = []
    var filmProblems: [FilmProblem] = []
    var rootProblems: [RootProblem] = []
    private(set) var hasFilms = false

    /// nil: `problems` says why.
    mutating func read(_ root: consuming Node) -> PipelineText? {
        guard let pairs = root.pairs else {
            problems.append(.notAMapping(what: "a pipeline", found: root.kindName, at: root.place))
            return nil
        }
        for pair in pairs where !PipelineSource.fields.contains(pair.name) {
            problems.append(.unknownField(pair.name, known: PipelineSource.fields, at: pair.key.place))
        }
        for field in ["pipeline", "target", "stages"] where root[field] == nil {
            problems.append(.missingField(field, at: head(of: root)))
        }
        hasFilms = root["films"] != nil
        let name = root["pipeline"].flatMap { text($0, "pipeline") }
        let target = root["target"].flatMap { written($0, "target") }
        let films = root["films"].flatMap { self.films($0) }
        if hasFilms, let target, !target.hasFilm, let place = root["target"]?.place {
            filmProblems.append(.targetNeedsFilm(target.text, at: place))
        }
        let pools = root["pools"].map { self.pools($0) } ?? [:]
        let place = root["target"]?.place
        var stages: [StageText] = []
        if var node = root["stages"] {
            if case .mapping(var pairs) = node.content, !pairs.isEmpty {
                // Frees each stage's part of the tree once it is read, so that ten thousand stages are not in
                // memory twice.
                root.content = .sequence([])
                node.content = .sequence([])
                pairs.reverse()
                while let pair = pairs.popLast() { if let stage = stage(pair) { stages.append(stage) } }
                for stage in stages {
                    guard let pool = stage.pool, pools[pool.name] == nil else { continue }
                    problems.append(.unknownPool(pool.name, known: pools.keys.sorted(), at: pool.place))
                }
            } else {
                problems.append(.notAMapping(what: "'stages'", found: node.kindName, at: node.place))
            }
        }
        guard let name, let target, let place else { return nil }
        return PipelineText(
            name: name, file: file, target: target, targetPlace: place, films: films, stages: stages, pools: pools)
    }

    /// The pattern of the specs.
    private mutating func films(_ node: Node) -> Pattern? {
        guard let pattern = pattern(node, "films") else { return nil }
        if pattern.hasName, !pattern.hasFilm, pattern.root == nil { return pattern }
        filmProblems.append(.badSpecPattern(pattern.text, at: node.place))
        return nil
    }

    /// In a pipeline without films each target is the only film of its name.
    func holes(_ text: String) -> String {
        hasFilms ? text : text.replacing("{film}", with: "{name}")
    }

    private mutating func pools(_ node: Node) -> [String: Int] {
        guard let pairs = node.pairs else {
            problems.append(.notAMapping(what: "'pools'", found: node.kindName, at: node.place))
            return [:]
        }
        var pools: [String: Int] = [:]
        for pair in pairs {
            guard let places = pair.value.int else {
                problems.append(
                    .wrongType(
                        pair.name, expected: "a whole number", found: pair.value.kindName,
                        at: pair.value.place))
                continue
            }
            guard (1...1000).contains(places) else {
                problems.append(
                    .outOfRange(
                        pair.name, value: "\(places)", low: "1", high: "1000",
                        at: pair.value.place))
                continue
            }
            pools[pair.name] = places
        }
        return pools
    }

    /// The first line only, since underlining the whole file would not help.
    private func head(of root: Node) -> Place {
        root.pairs?.first?.key.place ?? root.place
    }

    mutating func text(_ node: Node, _ key: String) -> String? {
        if let text = node.string, !text.isEmpty { return text }
        problems.append(.wrongType(key, expected: "a text", found: node.kindName, at: node.place))
        return nil
    }

    mutating func pattern(_ node: Node, _ key: String) -> Pattern? {
        guard var text = text(node, key).map(holes) else { return nil }
        // Of a stage whose result is a folder.
        if text.utf8.count > 1, text.utf8.last == UInt8(ascii: "/") {
            text = String(decoding: text.utf8.dropLast(), as: UTF8.self)
        }
        do throws(Pattern.Refusal) { return try Pattern(text) } catch {
            guard case .reason(let reason) = error else { return nil }
            problems.append(.badPattern(text, reason: reason, at: node.place))
            return nil
        }
    }

    /// A pattern of files that a stage writes: not in a root.
    mutating func written(_ node: Node, _ key: String) -> Pattern? {
        guard let pattern = pattern(node, key) else { return nil }
        guard let root = pattern.root else { return pattern }
        rootProblems.append(.noOutput(pattern.text, root: root, at: node.place))
        return nil
    }

    private mutating func stage(_ pair: Node.Pair) -> StageText? {
        let name = pair.name, place = pair.key.place
        guard !name.isEmpty, name.utf8.allSatisfy({ isWord($0) }) else {
            problems.append(.badStageName(name, at: place))
            return nil
        }
        guard let pairs = pair.value.pairs else {
            problems.append(.notAMapping(what: "the stage '\(name)'", found: pair.value.kindName, at: pair.value.place))
            return nil
        }
        if let run = pair.value["run"] {
            if let uses = pairs.first(where: { $0.name == "uses" }) {
                problems.append(.usesAndRun(stage: name, at: uses.key.place))
            }
            return command(name, place, run, pairs)
        }
        guard let uses = pair.value["uses"] else {
            problems.append(.neitherUsesNorRun(stage: name, at: place))
            return nil
        }
        guard let kind = text(uses, "uses") else { return nil }
        guard let descriptor = kinds.first(where: { $0.name == kind }) else {
            problems.append(.unknownKind(kind, known: kinds.map(\.name), at: uses.place))
            return nil
        }
        var stage = StageText(
            name: name, place: place, descriptor: descriptor,
            parameters: Dictionary(
                descriptor.parameters.map { ($0.name, $0.defaultValue) },
                uniquingKeysWith: { a, _ in a }))
        for pair in pairs where pair.name != "uses" {
            if pair.name == "each" {
                if descriptor.eachSlot == nil {
                    problems.append(.cannotRepeat(kind: kind, at: pair.key.place))
                } else {
                    stage.each = each(pair.value)
                }
            } else if pair.name == "after" {
                stage.after = after(pair.value)
            } else if pair.name == "pool" {
                stage.core.pool = text(pair.value, "pool").map { ($0, pair.value.place) }
            } else if pair.name == "output" {
                if let pattern = written(pair.value, "output") { stage.core.output = (pattern, pair.value.place) }
                if let text = pair.value.text, text.utf8.last == UInt8(ascii: "/") {
                    problems.append(.badOutput(text, reason: "'\(kind)' makes a file", at: pair.value.place))
                }
            } else if Self.termKeys.contains(pair.name) {
                terms(pair.value, pair.name, isPaid: false, into: &stage.core.terms)
            } else if let slot = descriptor.slots.first(where: { $0.name == pair.name }) {
                stage.wires.append((slot, wires(pair.value, slot), pair.key.place))
            } else if let parameter = descriptor.parameters.first(where: { $0.name == pair.name }) {
                if let value = value(pair.value, parameter) { stage.core.parameters[parameter.name] = value }
            } else {
                problems.append(
                    .unknownKey(
                        pair.name, stage: kind, slots: descriptor.slots.map(\.name),
                        parameters: descriptor.parameters.map(\.name),
                        renamed: descriptor.slots.first { $0.formerName == pair.name }?.name,
                        at: pair.key.place))
            }
        }
        return stage
    }

    mutating func each(_ node: Node) -> StageText.Wire? {
        guard let text = text(node, "each") else { return nil }
        if text.hasPrefix("$") { return .reference(reference(text, node.place)) }
        let path = text.utf8.last == UInt8(ascii: "?") ? String(text.unicodeScalars.dropLast()) : text
        if Glob.isGlob(path) { return glob(path, isOptional: path.utf8.count != text.utf8.count, node.place) }
        problems.append(
            .wrongType(
                "each", expected: "a reference such as '$plan' or files such as 'clips/*.mp4'",
                found: "'\(text)'", at: node.place))
        return nil
    }

    mutating func after(_ node: Node) -> [StageText.Reference] {
        if let items = node.items { return items.flatMap { after($0) } }
        guard let text = text(node, "after") else { return [] }
        if text.hasPrefix("$") { return [reference(text, node.place)] }
        problems.append(
            .wrongType(
                "after", expected: "a reference such as '$plan'", found: "'\(text)'",
                at: node.place))
        return []
    }

    mutating func glob(_ text: String, isOptional: Bool, _ place: Place) -> StageText.Wire? {
        let text = holes(text)
        do throws(Pattern.Refusal) { return .files(try Glob(text), isOptional: isOptional, at: place) } catch {
            if case .reason(let reason) = error { problems.append(.badPattern(text, reason: reason, at: place)) }
            return nil
        }
    }

    func reference(_ text: String, _ place: Place) -> StageText.Reference {
        let parts = text.dropFirst().split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        return StageText.Reference(
            stage: String(parts.first ?? ""), output: parts.count > 1 ? String(parts[1]) : nil,
            text: text, place: place)
    }

    /// `$make.frames`, or `$make.frames/*.png`: the matching files of a result that is a folder.
    private mutating func reference(
        _ text: String, _ place: Place,
        within slot: StageDescriptor.Slot
    ) -> StageText.Reference? {
        guard let slash = text.utf8.firstIndex(of: UInt8(ascii: "/")) else { return reference(text, place) }
        let isOptional = text.utf8.last == UInt8(ascii: "?")
        let end = isOptional ? text.utf8.index(before: text.utf8.endIndex) : text.utf8.endIndex
        var found = reference(String(text[..<slash]), place)
        found.text = text
        do throws(Pattern.Refusal) {
            found.filter = Pipeline.Filter(
                glob: try Glob(holes(String(text[text.utf8.index(after: slash)..<end]))),
                isOptional: isOptional, place: place)
        } catch {
            if case .reason(let reason) = error { problems.append(.badPattern(text, reason: reason, at: place)) }
            return nil
        }
        guard slot.count == .list || slot.count == .any else {
            problems.append(.tooMany(slot: slot.name, reference: text, at: place))
            return nil
        }
        return found
    }

    mutating func wires(_ node: Node, _ slot: StageDescriptor.Slot) -> [StageText.Wire] {
        if let items = node.items {
            guard slot.count == .list || slot.count == .any else {
                problems.append(
                    .wrongType(
                        slot.name, expected: "one reference or path", found: "a list",
                        at: node.place))
                return []
            }
            return items.flatMap { wires($0, slot) }
        }
        guard let text = text(node, slot.name == "in" ? "inputs" : slot.name) else { return [] }
        if text.hasPrefix("$") { return reference(text, node.place, within: slot).map { [.reference($0)] } ?? [] }
        guard slot.takes("file") else {
            problems.append(
                .typeMismatch(
                    slot: slot.name, accepts: slot.accepts, reference: text, offers: ["file"],
                    at: node.place))
            return []
        }
        let isOptional = text.utf8.last == UInt8(ascii: "?")
        let path = holes(isOptional ? String(text.unicodeScalars.dropLast()) : text)
        if Glob.isGlob(path) {
            if slot.count == .list || slot.count == .any {
                return glob(path, isOptional: isOptional, node.place).map { [$0] } ?? []
            }
            problems.append(.tooMany(slot: slot.name, reference: text, at: node.place))
            return []
        }
        do throws(Pattern.Refusal) {
            return [.file(try Pattern(path), isOptional: isOptional || slot.count == .optional, at: node.place)]
        } catch {
            if case .reason(let reason) = error { problems.append(.badPattern(path, reason: reason, at: node.place)) }
            return []
        }
    }

    private mutating func value(_ node: Node, _ parameter: StageDescriptor.Parameter) -> Value? {
        func wrong(_ expected: String) -> PipelineProblem {
            .wrongType(parameter.name, expected: expected, found: node.kindName, at: node.place)
        }
        switch parameter.kind {
        case .string:
            if let text = node.string {
                guard text.contains("{choice}") else { return .string(text) }
                if text != "{choice}" { filmProblems.append(.choiceInText(text, at: node.place)) }
                return .string(hasFilms ? text : Film.ownChoice)
            }
            problems.append(wrong("a text"))
        case .bool:
            if let value = node.bool { return .bool(value) }
            problems.append(wrong("true or false"))
        case .integer(let range):
            guard let value = node.int else { problems.append(wrong("a whole number")); break }
            if range.contains(value) { return .int(value) }
            problems.append(
                .outOfRange(
                    parameter.name, value: "\(value)", low: "\(range.lowerBound)",
                    high: "\(range.upperBound)", at: node.place))
        case .number(let range):
            guard let value = node.double else { problems.append(wrong("a number")); break }
            if range.contains(value) { return .number(value) }
            problems.append(
                .outOfRange(
                    parameter.name, value: Value.number(value).canonical,
                    low: Value.number(range.lowerBound).canonical,
                    high: Value.number(range.upperBound).canonical, at: node.place))
        case .choice(let choices):
            guard let text = node.text, node.items == nil else {
                problems.append(wrong("one of \(choices.joined(separator: ", "))"))
                break
            }
            if choices.contains(text) { return .string(text) }
            problems.append(.notAChoice(parameter.name, value: text, choices: choices, at: node.place))
        case .table:
            guard let pairs = node.pairs else { problems.append(wrong("a mapping of names to texts")); break }
            var table: [String: Value] = [:]
            for pair in pairs {
                if let text = pair.value.text {
                    table[pair.name] = .string(text)
                } else {
                    problems.append(
                        .wrongType(
                            pair.name, expected: "a text", found: pair.value.kindName,
                            at: pair.value.place))
                }
            }
            return .object(table)
        case .list:
            guard let items = node.items else { problems.append(wrong("a list")); break }
            return .array(items.compactMap { item in item.text.map(Value.string) })
        }
        return nil
    }
}
