// What a workspace can make: the targets of all rules whose inputs exist or can be made.
import Diagnostics
import Patterns
import Store

extension Rules {
    package typealias Offer = (file: String, isFolder: Bool, wanted: WantedTarget)

    /// Every file and folder that the stages of all possible targets write.
    package func offeredFiles(_ files: FileTable) throws(Diagnostics) -> [Offer] {
        var all: [Offer] = []
        for offer in try offers(files) {
            for (index, stage) in offer.pipeline.stages.enumerated() {
                guard let output = stage.output else { continue }
                var wanted = offer
                wanted.stage = index
                all.append((output.file(for: offer.name), stage.writesFolder, wanted))
            }
        }
        return all
    }

    /// Every target whose required files exist or can be made. A rule does not apply to its own results:
    /// `{name}.out.txt` from `{name}.txt` would never end.
    func offers(_ files: FileTable) throws(Diagnostics) -> [WantedTarget] {
        var found: [WantedTarget] = [], taken: [Set<ByteText>] = all.map { _ in [] }, made: Set<ByteText> = []
        var isGrowing = true
        while isGrowing {
            isGrowing = false
            for (index, pipeline) in all.enumerated() {
                let required = pipeline.requiredFiles
                for name in try names(for: pipeline, required, made, files) where !taken[index].contains(name) {
                    let targets = try targets(of: pipeline, name, files)
                    guard let first = targets.first else { continue }
                    var isPossible = true
                    for (pattern, _) in required where isPossible {
                        // A film has no file of its own that it needs.
                        let path = pattern.file(for: first.name)
                        if pattern.root == nil, let maker = maker(of: path, files, path: []) {
                            isPossible = !maker.pipelines.contains(index)
                        } else {
                            isPossible = isThere(pattern.fileName(for: first.name), files)
                        }
                    }
                    guard isPossible else { continue }
                    taken[index].insert(name)
                    found += targets
                    isGrowing = true
                    for target in targets {
                        for stage in pipeline.stages {
                            if let output = stage.output { made.insert(output.file(for: target.name)) }
                        }
                    }
                }
            }
        }
        return found
    }

    /// The targets of a pipeline for a value of `{name}`: one, or those films of the spec that are made unasked.
    private func targets(
        of pipeline: Pipeline, _ name: String, _ files: FileTable
    ) throws(Diagnostics) -> [WantedTarget] {
        guard let spec = pipeline.films else {
            let name = TargetName(name)
            return [WantedTarget(file: pipeline.target.file(for: name), pipeline: pipeline, name: name)]
        }
        let list = films.films(of: name, spec, files)
        let offered = list.films.filter { $0.isOffered && $0.base == nil }
        // A spec that cannot be read is still a film, whose first stage says why.
        if offered.isEmpty, !list.faults.isEmpty { throw Diagnostics(list.faults) }
        return offered.map { wanted(pipeline, name, $0) }
    }

    /// The possible values of `{name}`, from files that exist or will be made.
    private func names(
        for pipeline: Pipeline, _ required: [(pattern: Pattern, place: Place)], _ made: Set<ByteText>,
        _ files: FileTable
    ) throws(Diagnostics) -> [String] {
        guard pipeline.target.hasName else { return [""] }
        let named = pipeline.films.map { [$0] } ?? required.map(\.pattern).filter(\.hasName)
        guard let probe = named.first(where: { $0.root == nil }) ?? named.first else { return [] }
        let prefix = probe.prefix, folder = probe.root == nil ? prefix.folderPart : nil
        let path =
            prefix.isEmpty
            ? workspace
            : (probe.root == nil ? workspace + "/" + prefix : folders.path(prefix)).folderPart
        var names: Set<ByteText> = []
        do throws(StoreProblem) {
            for entry in try files.names(in: path) ?? [] where entry.utf8.first != UInt8(ascii: ".") {
                let isText = entry.utf8.last != UInt8(ascii: "/"),
                    text =
                        isText
                        ? entry
                        : String(decoding: entry.utf8.dropLast(), as: UTF8.self)
                guard let name = probe.name(in: prefix + text) else { continue }
                guard isText else { throw .nameNotText(folder: path, name: text) }
                names.insert(name)
            }
        } catch { throw Diagnostics([error.diagnostic]) }
        for file in made where folder?.isSameBytes(file.text.folderPart) == true {
            if let name = probe.name(in: file.text) { names.insert(name) }
        }
        return names.texts
    }
}
