// The resolved pipelines of a request, packed, so that the next build need not read YAML. Valid only for the same build
// of vgraph and the same bytes of the pipeline files: both are leaves of the state file beside it.
import Diagnostics
import Digests
import Patterns
import Store
import Work

package final class KeptPipelines: @unchecked Sendable {  // a mapping that is never written to
    private let file: SectionFile
    private let texts: TextTable
    private let kinds: [StageDescriptor]
    package var checksum: Digest { file.checksum }
    /// Where each stage of each pipeline begins.
    private var starts: UnsafeBufferPointer<UInt32> { file.values(2, of: UInt32.self) }
    /// The stages of each pipeline, sources before users.
    private var orders: UnsafeBufferPointer<UInt32> { file.values(4, of: UInt32.self) }

    package init?(_ path: String, identity: Digest, kinds: [StageDescriptor]) {
        guard let file = SectionFile(path, identity: identity), let texts = TextTable(file[1]) else { return nil }
        self.file = file
        self.texts = texts
        self.kinds = kinds
    }

    package func pipelines() -> [Pipeline]? {
        let head = file.values(3, of: UInt32.self)
        guard head.count == 1 else { return nil }
        var reader = Unpacker(file[0], texts: texts, from: Int(head[0]))
        var used = 0, pipelines: [Pipeline] = []
        for _ in 0..<max(0, min(reader.int(), 100_000)) where reader.isSound {
            let name = reader.text(), path = reader.text(), target = reader.text(), place = reader.place(),
                films = reader.optionalText()
            let pools = reader.list { ($0.text(), $0.int()) }, count = reader.int()
            guard let pattern = try? Pattern(target), count >= 0, count <= min(starts.count, orders.count) - used,
                orders[used..<used + count].allSatisfy({ $0 < count })
            else { return nil }
            let first = used, order = orders[used..<used + count].map { Int($0) }
            let stages = PackedStages(
                count: count, name: { self.name(at: Int(self.starts[first + $0])) },
                sketch: { self.sketch(at: Int(self.starts[first + $0]), of: count) },
                unpack: { self.stage(at: Int(self.starts[first + $0]), of: count) })
            used += count
            pipelines.append(
                Pipeline(
                    name: name, file: path, target: pattern, targetPlace: place,
                    films: films.flatMap { try? Pattern($0) },
                    stages: StageList(stages),
                    pools: Dictionary(pools, uniquingKeysWith: { first, _ in first }), order: order))
        }
        return reader.isSound ? pipelines : nil
    }

    package static func write(
        _ pipelines: [Pipeline], identity: Digest, to path: String,
        by folder: String
    ) throws(StoreProblem) -> Digest {
        var packer = Packer(), starts: [UInt32] = []
        // A command of one line has a name and that line as texts of its own.
        let count = pipelines.reduce(0) { $0 + $1.stages.count }
        packer.reserve(bytes: 120 * count, texts: 9 * count / 4)
        // Head and stages share one table of texts, so the same packer packs the head last.
        for pipeline in pipelines {
            for stage in pipeline.stages {
                starts.append(UInt32(packer.bytes.count))
                packer.put(stage)
            }
        }
        let headStart = packer.bytes.count
        packer.put(pipelines) { packer, pipeline in
            packer.put(pipeline.name)
            packer.put(pipeline.file)
            packer.put(pipeline.target.text)
            packer.put(pipeline.targetPlace)
            packer.put(pipeline.films?.text)
            packer.put(pipeline.pools.sorted { $0.key < $1.key }) {
                $0.put($1.key); $0.put($1.value)
            }
            packer.put(pipeline.order.count)
        }
        var draft = SectionFile.Draft(identity: identity, sections: 5)
        packer.add(to: &draft)
        draft.add(starts)
        draft.add([UInt32(headStart)])
        draft.add(pipelines.flatMap { $0.order.map { UInt32($0) } })
        return try draft.write(to: path, by: folder)
    }

    fileprivate func name(at start: Int) -> String {
        var reader = Unpacker(file[0], texts: texts, from: start)
        let name = reader.text()
        return reader.isSound ? name : "?"
    }

    /// Without inputs if it cannot be read back.
    fileprivate func sketch(at start: Int, of count: Int) -> StageList.Sketch {
        var reader = Unpacker(file[0], texts: texts, from: start)
        guard let sketch = reader.sketch(kinds: kinds, count: count), reader.isSound else {
            return StageList.Sketch(name: "?", inputs: [], output: nil)
        }
        return sketch
    }

    fileprivate func stage(at start: Int, count: Int) -> Pipeline.Stage? {
        var reader = Unpacker(file[0], texts: texts, from: start)
        let stage = reader.stage(kinds: kinds, count: count)
        return reader.isSound ? stage : nil
    }

    /// A stage that cannot be read back has no inputs and makes nothing, so that its node fails rather than the
    /// process.
    func stage(at start: Int, of count: Int) -> Pipeline.Stage {
        stage(at: start, count: count)
            ?? Pipeline.Stage(
                name: "?", place: Place(file: "", line: 0, column: 0),
                core: Pipeline.Stage.Core(
                    Pipeline.Kind(
                        StageDescriptor(name: "?", version: 0, summary: "", slots: [], outputs: [], place: .worker))),
                bindings: [], domain: nil, after: [])
    }
}

// MARK: One stage

extension Packer {
    mutating func put(_ value: Value) {
        switch value {
        case .null: put(0)
        case .bool(let value): put(1); put(value)
        case .int(let value): put(2); put(value)
        case .number(let value): put(3); put(value)
        case .string(let value): put(4); put(value)
        case .array(let values): put(5); put(values) { $0.put($1) }
        case .object(let values):
            put(6);
            put(values.sorted { $0.key < $1.key }) {
                $0.put($1.key); $0.put($1.value)
            }
        }
    }

    mutating func put(_ stage: Pipeline.Stage) {
        put(stage.name)
        put(stage.place)
        put(stage.command != nil)
        if stage.command != nil {
            put(stage.descriptor.slots) { packer, slot in
                packer.put(slot.name)
                packer.put(slot.accepts) { $0.put($1) }
            }
            put(stage.descriptor.eachSlot)
        } else {
            put(stage.descriptor.name)
        }
        put(stage.bindings) { packer, binding in
            packer.put(binding.sources) { $0.put($1) }
            packer.put(binding.filters.sorted { $0.key < $1.key }) { packer, filter in
                packer.put(filter.key)
                packer.put(filter.value.glob.text)
                packer.put(filter.value.isOptional)
                packer.put(filter.value.place)
            }
        }
        put(stage.output?.text)
        if let place = stage.outputPlace { put(place) }
        // What a drawing shows ends here.
        if let command = stage.command { put(command) }
        put(stage.parameters.sorted { $0.key < $1.key }) {
            $0.put($1.key); $0.put($1.value)
        }
        switch stage.domain {
        case nil: put(0)
        case .list(let other, let output): put(1); put(other); put(output)
        case .files(let other): put(2); put(other)
        }
        put(stage.after) { $0.put($1) }
        put(stage.pool)
        put(stage.terms.retries)
        put(stage.terms.isKept)
        put(stage.terms.maxAge ?? -1)
    }

    private mutating func put(_ source: Pipeline.Source) {
        switch source {
        case .file(let pattern, let isOptional, let place): put(0); put(pattern.text); put(isOptional); put(place)
        case .files(let glob, let isElement, let isOptional, let place):
            put(1); put(glob.text); put(isElement); put(isOptional); put(place)
        case .output(let stage, let output, let reach): put(2); put(stage); put(output); put(reach.rawValue)
        }
    }

    private mutating func put(_ template: CommandStage.Template) {
        put(template.place)
        put(template.parts) { packer, part in
            switch part {
            case .text(let text): packer.put(0); packer.put(text)
            case .name: packer.put(1)
            case .film: packer.put(5)
            case .input(let slot): packer.put(2); packer.put(slot)
            case .output(let name): packer.put(3); packer.put(name)
            case .list(let slot): packer.put(4); packer.put(slot)
            }
        }
    }

    private mutating func put(_ command: CommandStage) {
        put(command.arguments) { $0.put($1) }
        put(command.environment) {
            $0.put($1.name); $0.put($1.value)
        }
        for list in [command.secrets, command.tools, command.reads] { put(list) { $0.put($1) } }
        put(command.outputs) { packer, output in
            for text in [output.name, output.type, output.file] { packer.put(text) }
            for flag in [output.isList, output.isOptional, output.mayBeEmpty, output.mayMove, output.isFolder] {
                packer.put(flag)
            }
        }
        put(command.depfile)
        put(command.discovered)
        put(command.network)
        put(command.travels)
        for number in [
            command.timeout, command.cpuTime, command.memory.map(Double.init), command.disk.map(Double.init),
            command.price?.amount,
        ] {
            put(number ?? -1)
        }
        put(command.price?.currency)
    }
}

extension Unpacker {
    private mutating func value(depth: Int = 0) -> Value {
        switch depth > 64 ? 0 : int() {
        case 1: .bool(bool())
        case 2: .int(int())
        case 3: .number(double())
        case 4: .string(text())
        case 5: .array(list { $0.value(depth: depth + 1) })
        case 6:
            .object(
                Dictionary(
                    list { ($0.text(), $0.value(depth: depth + 1)) },
                    uniquingKeysWith: { first, _ in first }))
        default: .null
        }
    }

    /// What comes first of a stage.
    fileprivate struct Head {
        var name: String, place: Place, descriptor: StageDescriptor, isCommand: Bool
        var bindings: [Pipeline.Binding] = []
        var output: (pattern: Pattern, place: Place)?
    }

    /// What `head` reads, as far as a drawing shows it; nil: the bytes are damaged.
    fileprivate mutating func sketch(kinds: [StageDescriptor], count: Int) -> StageList.Sketch? {
        let name = text()
        skipPlace()
        var slots: [String]
        if bool() {
            slots = list { reader in
                let name = reader.text()
                for _ in 0..<max(0, reader.int()) where reader.isSound { _ = reader.int() }
                return name
            }
            if bool() { _ = int() }
        } else {
            let kind = text()
            guard let known = kinds.first(where: { $0.name == kind }) else { return nil }
            slots = known.slots.map(\.name)
        }
        var sketch = StageList.Sketch(name: name, inputs: [], output: nil)
        let given = int()
        guard given == slots.count else { return nil }
        sketch.inputs.reserveCapacity(given)
        for slot in slots {
            var sources: [Pipeline.Source] = []
            for _ in 0..<max(0, int()) where isSound {
                guard let source = source(count) else { return nil }
                sources.append(source)
            }
            for _ in 0..<max(0, int()) where isSound {
                _ = (int(), int(), bool())
                skipPlace()
            }
            sketch.inputs.append((slot, sources))
        }
        if bool() {
            guard let pattern = try? Pattern(text()) else { return nil }
            sketch.output = pattern
        }
        return sketch
    }

    /// nil: the bytes are damaged.
    fileprivate mutating func head(kinds: [StageDescriptor], count: Int) -> Head? {
        let name = text(), place = place(), isCommand = bool()
        var descriptor: StageDescriptor
        if isCommand {
            descriptor = StageDescriptor(name: "run", version: 1, summary: "", slots: [], outputs: [], place: .command)
            descriptor.slots = list { reader in
                StageDescriptor.Slot(reader.text(), accepts: reader.list { $0.text() }, count: .any)
            }
            descriptor.eachSlot = optionalText()
        } else {
            let kind = text()
            guard let known = kinds.first(where: { $0.name == kind }) else { return nil }
            descriptor = known
        }
        var head = Head(name: name, place: place, descriptor: descriptor, isCommand: isCommand)
        let sources = list { reader in
            (
                reader.list { $0.source(count) },
                reader.list { reader -> (Int, Pipeline.Filter)? in
                    let index = reader.int(), text = reader.text(), isOptional = reader.bool(), place = reader.place()
                    return (try? Glob(text)).map {
                        (index, Pipeline.Filter(glob: $0, isOptional: isOptional, place: place))
                    }
                }
            )
        }
        guard sources.count == descriptor.slots.count else { return nil }
        for (slot, (sources, filters)) in zip(descriptor.slots, sources) {
            let known = sources.compactMap { $0 }, filtered = filters.compactMap { $0 }
            guard known.count == sources.count, filtered.count == filters.count else { return nil }
            head.bindings.append(
                Pipeline.Binding(
                    slot: slot, sources: known,
                    filters: Dictionary(filtered, uniquingKeysWith: { $1 })))
        }
        if let output = optionalText() {
            let place = self.place()
            guard let pattern = try? Pattern(output) else { return nil }
            head.output = (pattern, place)
        }
        return head
    }

    /// nil: the bytes are damaged. - Parameter count: how many stages there are.
    mutating func stage(kinds: [StageDescriptor], count: Int) -> Pipeline.Stage? {
        guard var head = head(kinds: kinds, count: count) else { return nil }
        let command = head.isCommand ? self.command() : nil
        if let command { head.descriptor.outputs = command.descriptorOutputs }
        let parameters = list { ($0.text(), $0.value()) }
        let domain: Pipeline.Domain?
        switch int() {
        case 1: domain = .list(stage: int(), output: int())
        case 2: domain = .files(stage: int())
        default: domain = nil
        }
        let after = list { $0.int() }, pool = optionalText()
        var terms = Pipeline.Terms()
        (terms.retries, terms.isKept) = (int(), bool())
        let age = double()
        terms.maxAge = age > 0 ? age : nil
        guard isSound, after.allSatisfy((0..<count).contains) else { return nil }
        switch domain {
        case .list(let other, let output): guard (0..<count).contains(other), output >= 0 else { return nil }
        case .files(let other): guard (0..<count).contains(other) else { return nil }
        case nil: break
        }
        let core = Pipeline.Stage.Core(
            Pipeline.Kind(head.descriptor),
            parameters: Dictionary(parameters, uniquingKeysWith: { first, _ in first }))
        (core.command, core.output, core.terms) = (command, head.output, terms)
        core.pool = pool.map { ($0, head.place) }
        return Pipeline.Stage(
            name: head.name, place: head.place, core: core, bindings: head.bindings, domain: domain, after: after)
    }

    private mutating func source(_ count: Int) -> Pipeline.Source? {
        switch int() {
        case 0:
            let text = text(), isOptional = bool(), place = place()
            return (try? Pattern(text)).map { .file($0, isOptional: isOptional, at: place) }
        case 1:
            let text = text(), isElement = bool(), isOptional = bool(), place = place()
            return (try? Glob(text)).map { .files($0, isElement: isElement, isOptional: isOptional, at: place) }
        default:
            let stage = int(), output = int()
            guard let reach = Pipeline.Reach(rawValue: int()), (0..<count).contains(stage), output >= 0 else {
                return nil
            }
            return .output(stage: stage, output: output, reach)
        }
    }

    private mutating func template() -> CommandStage.Template {
        let place = place()
        let parts = list { reader -> CommandStage.Template.Part in
            switch reader.int() {
            case 0: .text(reader.text())
            case 2: .input(reader.text())
            case 3: .output(reader.text())
            case 4: .list(reader.text())
            case 5: .film
            default: .name
            }
        }
        return CommandStage.Template(parts: parts, place: place)
    }

    private mutating func command() -> CommandStage {
        var command = CommandStage(
            arguments: list { $0.template() }, environment: list { ($0.text(), $0.template()) },
            secrets: list { $0.text() }, tools: list { $0.text() }, outputs: [],
            reads: list { $0.text() })
        command.outputs = list { reader in
            CommandStage.Output(
                name: reader.text(), type: reader.text(), file: reader.text(), isList: reader.bool(),
                isOptional: reader.bool(), mayBeEmpty: reader.bool(),
                mayMove: reader.bool(), isFolder: reader.bool())
        }
        command.depfile = optionalText()
        command.discovered = optionalText()
        command.network = bool()
        command.travels = bool()
        func known(_ number: Double) -> Double? { number >= 0 ? number : nil }
        command.timeout = known(double())
        command.cpuTime = known(double())
        command.memory = known(double()).flatMap { UInt64(exactly: $0) }
        command.disk = known(double()).flatMap { UInt64(exactly: $0) }
        let amount = known(double()), currency = optionalText()
        if let amount, let currency { command.price = Record.Price(amount: amount, currency: currency) }
        return command
    }
}
