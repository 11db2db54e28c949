// Turns names into indices: the output that each slot gets, by type; the list that each stage runs over; the order.
import Diagnostics
import Work

struct Wiring {
    private var text: PipelineText
    var problems: [PipelineProblem] = []
    private var stages: [Pipeline.Stage] = []
    private var byName: [String: Int] = [:]
    /// Pattern of a file in the workspace to the stage that writes it.
    private var byOutput: [ByteText: Int] = [:]

    init(_ text: consuming PipelineText) { self.text = text }

    /// nil: `problems` says why.
    mutating func resolve() -> Pipeline? {
        for (index, stage) in text.stages.enumerated() { byName[stage.name] = index }
        checkOutputs()
        checkReferences()
        guard problems.isEmpty, let order = sorted() else { return nil }
        stages.reserveCapacity(text.stages.count)
        for index in text.stages.indices {
            let stage = text.stages[index]
            stages.append(
                Pipeline.Stage(
                    name: stage.name, place: stage.place, core: stage.core,
                    bindings: stage.descriptor.slots.map { Pipeline.Binding(slot: $0, sources: []) },
                    domain: nil, after: after(stage)))
        }
        for index in order {
            bind(index)
            text.stages[index].wires = []
        }
        checkShared(order)
        guard problems.isEmpty else { return nil }
        return Pipeline(
            name: text.name, file: text.file, target: text.target, targetPlace: text.targetPlace, films: text.films,
            stages: StageList(stages), pools: text.pools, order: order)
    }

    private mutating func checkOutputs() {
        var seen: [ByteText: Place] = [:]
        for stage in text.stages {
            guard let output = stage.output else { continue }
            if let first = seen[output.pattern.text] {
                problems.append(.twoOutputs(output.pattern.text, first: first, at: output.place))
            }
            seen[output.pattern.text] = output.place
            if stage.each != nil { problems.append(.outputOfEach(stage: stage.name, at: output.place)) }
            byOutput[output.pattern.text] = byName[stage.name]
        }
        if seen[text.target.text] == nil {
            problems.append(
                .noOutput(
                    target: text.target.text, outputs: seen.keys.sorted().map(\.text),
                    at: text.targetPlace))
        }
    }

    /// A file that every target writes must be the same for every target.
    private mutating func checkShared(_ order: [Int]) {
        guard text.target.hasName else { return }
        var isNamed = [Bool](repeating: false, count: stages.count), isFilm = isNamed
        for index in order {
            let stage = stages[index], sources = stage.bindings.flatMap(\.sources)
            isFilm[index] =
                stage.command?.names(.film) == true || stage.after.contains { isFilm[$0] }
                || stage.parameters.values.contains(.string(Pipeline.choice))
                || sources.contains { source in
                    switch source {
                    case .file(let pattern, _, _): pattern.hasFilm
                    case .files(let glob, _, _, _): glob.text.contains("{film}")
                    case .output(let other, _, _): isFilm[other]
                    }
                }
            isNamed[index] =
                isFilm[index] || stage.command?.names(.name) == true || stage.after.contains { isNamed[$0] }
                || sources.contains { source in
                    switch source {
                    case .file(let pattern, _, _): pattern.hasName
                    case .files(let glob, _, _, _): glob.text.contains("{name}")
                    case .output(let other, _, _): isNamed[other]
                    }
                }
            guard let output = stage.output, let place = stage.outputPlace else { continue }
            let hole = text.films == nil ? "name" : "film"
            if isNamed[index] && !output.hasName || isFilm[index] && !output.hasFilm {
                problems.append(.sharedOutput(output.text, target: text.target.text, hole: hole, at: place))
            }
        }
    }

    private func references(_ stage: StageText) -> [StageText.Reference] {
        ((stage.each.map { [$0] } ?? []) + stage.wires.flatMap(\.wires)).compactMap {
            if case .reference(let reference) = $0 { reference } else { nil }
        } + stage.after
    }

    /// What must be done first: the stages it names, and the writers of the workspace files that it reads.
    private func after(_ stage: StageText) -> [Int] {
        let makers = stage.wires.flatMap(\.wires).compactMap { wire -> Int? in
            if case .file(let pattern, _, _) = wire { byOutput[pattern.text] } else { nil }
        }
        return stage.after.compactMap { byName[$0.stage] } + makers
    }

    private mutating func checkReferences() {
        let names = text.stages.map(\.name)
        for stage in text.stages {
            for reference in references(stage) {
                guard let other = byName[reference.stage] else {
                    problems.append(.unknownStage(reference.stage, known: names, at: reference.place))
                    continue
                }
                let outputs = text.stages[other].descriptor.outputs.map(\.name)
                if let output = reference.output, !outputs.contains(output) {
                    problems.append(.unknownOutput(output, stage: reference.stage, known: outputs, at: reference.place))
                }
            }
        }
    }

    /// Sources before users; nil with a problem where stages need each other.
    private mutating func sorted() -> [Int]? {
        var order: [Int] = [], mark = [Int](repeating: 0, count: text.stages.count)
        for start in text.stages.indices where mark[start] == 0 {
            // An explicit stack: recursion over a chain of thousands of stages would overflow the thread's.
            var path: [(stage: Int, next: [Int])] = []
            func enter(_ stage: Int) {
                mark[stage] = 1
                let sources = references(text.stages[stage]).compactMap { byName[$0.stage] } + after(text.stages[stage])
                path.append((stage, sources.reversed()))
            }
            enter(start)
            while let top = path.last {
                guard let next = top.next.last else {
                    mark[top.stage] = 2
                    order.append(top.stage)
                    path.removeLast()
                    continue
                }
                path[path.count - 1].next.removeLast()
                if mark[next] == 0 {
                    enter(next)
                } else if mark[next] == 1 {
                    let chain = path.map(\.stage).drop { $0 != next } + [next]
                    problems.append(.cycle(chain.map { text.stages[$0].name }, at: text.stages[next].place))
                    return nil
                }
            }
        }
        return order
    }

    private mutating func bind(_ index: Int) {
        let stage = text.stages[index], descriptor = stages[index].descriptor, before = problems.count
        if let each = stage.each,
            let slot = descriptor.slots.firstIndex(where: { $0.name == descriptor.eachSlot })
        {
            bindEach(index, slot, each)
        }
        for (slot, wires, _) in stage.wires {
            let at = descriptor.slots.firstIndex { $0.name == slot.name }!
            for wire in wires {
                switch wire {
                case .file(let pattern, let isOptional, let place):
                    stages[index].bindings[at].sources.append(.file(pattern, isOptional: isOptional, at: place))
                case .files(let glob, let isOptional, let place):
                    stages[index].bindings[at].sources.append(
                        .files(
                            glob, isElement: false, isOptional: isOptional,
                            at: place))
                case .reference(let reference):
                    let other = byName[reference.stage]!
                    guard let output = output(of: other, reference, for: slot) else { continue }
                    guard let reach = reach(index, slot, other, output) else {
                        problems.append(.tooMany(slot: slot.name, reference: reference.text, at: reference.place))
                        continue
                    }
                    if let filter = reference.filter {
                        guard stages[other].descriptor.outputs[output].isFolder else {
                            problems.append(.notAFolder(reference: reference.text, at: reference.place))
                            continue
                        }
                        stages[index].bindings[at].filters[stages[index].bindings[at].sources.count] = filter
                    }
                    stages[index].bindings[at].sources.append(.output(stage: other, output: output, reach))
                }
            }
        }
        // A missing slot may be one that could not be read, which is reported already.
        guard problems.count == before else { return }
        let given = Set(stage.wires.map(\.slot.name)).union(stage.each != nil ? [descriptor.eachSlot ?? ""] : [])
        for (at, slot) in descriptor.slots.enumerated() where !given.contains(slot.name) {
            if !slot.isKeyed, let source = material(index, slot) {
                stages[index].bindings[at].sources = [source]
            } else if slot.count == .one {
                problems.append(.missingSlot(slot.name, stage: stage.name, accepts: slot.accepts, at: stage.place))
            }
        }
    }

    private mutating func bindEach(_ index: Int, _ at: Int, _ each: StageText.Wire) {
        guard case .reference(let each) = each else {
            if case .files(let glob, let isOptional, let place) = each {
                stages[index].domain = .files(stage: index)
                stages[index].bindings[at].sources = [.files(glob, isElement: true, isOptional: isOptional, at: place)]
            }
            return
        }
        let slot = stages[index].descriptor.slots[at], other = byName[each.stage]!
        guard let output = output(of: other, each, for: slot) else { return }
        let descriptor = stages[other].descriptor.outputs[output]
        if descriptor.isFolder {
            problems.append(.notAList(reference: each.text, at: each.place))
        } else if let domain = stages[other].domain {
            stages[index].domain = domain
            if descriptor.isList { problems.append(.tooMany(slot: slot.name, reference: each.text, at: each.place)) }
            stages[index].bindings[at].sources = [.output(stage: other, output: output, .instance)]
        } else if descriptor.isList {
            stages[index].domain = .list(stage: other, output: output)
            stages[index].bindings[at].sources = [.output(stage: other, output: output, .element)]
        } else {
            problems.append(.notAList(reference: each.text, at: each.place))
        }
    }

    private mutating func output(
        of other: Int, _ reference: StageText.Reference,
        for slot: StageDescriptor.Slot
    ) -> Int? {
        let outputs = stages[other].descriptor.outputs
        if let name = reference.output {
            let index = outputs.firstIndex { $0.name == name }!
            if slot.takes(outputs[index].type) { return index }
            problems.append(
                .typeMismatch(
                    slot: slot.name, accepts: slot.accepts, reference: reference.text,
                    offers: [outputs[index].type], at: reference.place))
            return nil
        }
        if slot.accepts.isEmpty, !outputs.isEmpty { return 0 }
        for type in slot.accepts {
            if let index = outputs.firstIndex(where: { $0.type == type }) { return index }
        }
        problems.append(
            .typeMismatch(
                slot: slot.name, accepts: slot.accepts, reference: reference.text,
                offers: outputs.map(\.type), at: reference.place))
        return nil
    }

    /// nil: the slot takes one file but would get a list.
    private func reach(_ index: Int, _ slot: StageDescriptor.Slot, _ other: Int, _ output: Int) -> Pipeline.Reach? {
        let descriptor = stages[other].descriptor.outputs[output],
            isList = descriptor.isList && !descriptor.isFolder
        guard let domain = stages[other].domain else { return isList && slot.count == .one ? nil : .whole }
        if domain == stages[index].domain && slot.count != .list {
            return isList && slot.count == .one ? nil : .instance
        }
        return slot.count == .list || slot.count == .any ? .gather : nil
    }

    /// Finds a material that the pipeline does not name: by type, among the outputs of the stages that the named inputs
    /// come from, then among the inputs of those stages.
    private func material(_ index: Int, _ slot: StageDescriptor.Slot) -> Pipeline.Source? {
        var near: [Int] = []
        for binding in stages[index].bindings {
            for case .output(let other, _, _) in binding.sources where !near.contains(other) { near.append(other) }
        }
        for other in near {
            for (output, descriptor) in stages[other].descriptor.outputs.enumerated()
            where slot.accepts.contains(descriptor.type) {
                if let reach = reach(index, slot, other, output) { return .output(stage: other, output: output, reach) }
            }
        }
        for other in near {
            for source in stages[other].bindings.flatMap(\.sources) {
                switch source {
                case .file: if slot.takes("file") { return source }
                case .files: continue
                case .output(let stage, let output, let reach):
                    guard slot.takes(stages[stage].descriptor.outputs[output].type) else { continue }
                    if reach == .element && stages[other].domain == stages[index].domain { return source }
                    if let reach = self.reach(index, slot, stage, output) {
                        return .output(stage: stage, output: output, reach)
                    }
                }
            }
        }
        return nil
    }
}
