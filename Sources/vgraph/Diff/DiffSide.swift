// One side of a comparison: a run, a revision, or the folder as it is now, as nodes with keys, stages, files and plans.
import Composition
import Diagnostics
import Digests
import Files
import FoundationEssentials
import Glibc
import Graph
import Store
import Work

struct DiffSide {
    struct Node {
        var id: String
        var target: String
        var stage: String
        var element: Int?
        var key: Digest?
        /// nil: there is no record.
        var kept: KeptRecord?
        var record: Record? { kept?.record }

        /// Which of several results under one key this is; nil: not known.
        var world: String?
    }

    /// A record that is read when it is asked for.
    final class KeptRecord {
        private let source: (cache: Cache, key: Digest, world: String?)?
        private(set) lazy var record = read()

        init(_ key: Digest, world: String?, in cache: Cache) { source = (cache, key, world) }
        init(_ record: Record) {
            source = nil
            self.record = record
        }

        private func read() -> Record? {
            guard let source, let found = source.cache.peek(source.key, world: source.world), found.key == source.key
            else { return nil }
            return found
        }
    }

    struct File {
        var digest: Digest
        /// Stages that read it; none: the pipeline names it, whether it was read or not.
        var stages: Set<String>
    }

    /// As the user typed it.
    var name: String
    /// What that is: `run 20260101T…`, `commit 0123abcd (subject)`, `the folder now`.
    var title: String
    var targets: [String] = []
    /// As the build has them: those of a stage follow each other.
    private(set) var nodes: [Node] = []
    /// By id.
    private var places: [ByteText: Int] = [:]
    /// Stage by target and name: kind, version, parameters, tools; no inputs.
    var stages: [ByteText: [String: Manifest]] = [:]
    /// Names of a target's stages, as they follow each other.
    private(set) var order: [ByteText: [String]] = [:]
    /// By target, then by path (of the workspace, or absolute): what its nodes are given and what they also read.
    private(set) var files: [ByteText: [ByteText: File]] = [:]
    /// By target and stage: whether the records of all its nodes are known, and with them all files it read.
    private var seen: [ByteText: [String: Bool]] = [:]
    /// Why something is not known, once each.
    var notes: [String] = []
    /// What is wrong with it, for example a spec with errors.
    var problems: [Diagnostic] = []
    /// Where its results lie; nil: in the cache of the folder.
    private var ownBlobs: Blobs?

    init(name: String, title: String) {
        self.name = name
        self.title = title
    }

    /// Two finished builds. Most of their results are the same, and those say nothing of what differs, so their records
    /// are not read unless that may leave something out.
    static func sides(_ a: (name: String, run: History.Run), _ b: (name: String, run: History.Run), cache: Cache)
        -> [DiffSide]
    {
        var results: Set<Result> = []
        results.reserveCapacity(a.run.log.nodes.count)
        for node in a.run.log.nodes { if let result = Result(node) { results.insert(result) } }
        let both = b.run.log.nodes.compactMap { node in
            Result(node).flatMap { results.contains($0) ? $0 : nil }
        }
        let present = Records(cache).present(both.map(\.key))
        let shared = Dictionary(
            both.map { ($0, present.contains($0.key)) }, uniquingKeysWith: { first, _ in first })
        let quick = [a, b].map { DiffSide(name: $0.name, run: $0.run, cache: cache, besides: shared) }
        // A file that one side's own nodes read may be one that shared nodes of the other read; and what a program gets
        // may be the result of a shared node.
        let paths = quick.map { $0.files.mapValues { Set($0.keys) } }
        if paths[0] == paths[1], !quick.contains(where: \.hasPrograms) { return quick }
        return [a, b].map { DiffSide(name: $0.name, run: $0.run, cache: cache) }
    }

    private struct Result: Hashable {
        var key: Digest
        var world: String?
        init?(_ node: RunLog.Node) {
            guard let key = node.key else { return nil }
            (self.key, world) = (key, node.world)
        }

        /// A key has few worlds.
        func hash(into hasher: inout Hasher) { hasher.combine(key.high) }
    }

    /// Whether a node whose record was read is a user's program.
    private var hasPrograms = false

    /// A finished build, from its log and the records of its keys.
    init(name: String, run: History.Run, cache: Cache) {
        self.init(name: name, run: run, cache: cache, besides: [:])
    }

    /// - Parameter shared: results that the other side has too, and whether the cache has a file of each: if so, its
    ///   record is read when it is asked for, and of its files nothing is known.
    private init(name: String, run: History.Run, cache: Cache, besides shared: [Result: Bool]) {
        self.init(name: name, title: "run \(run.name)")
        var dropped = 0, unmade = 0, own: [Node] = []
        nodes.reserveCapacity(run.log.nodes.count)
        places.reserveCapacity(run.log.nodes.count)
        var target = "", last: String?
        for entry in run.log.nodes {
            let name = Self.parts(of: entry.id)
            if last == nil || name.target != target.utf8.count || !entry.id.utf8.starts(with: target.utf8) {
                target = String(decoding: entry.id.utf8.prefix(name.target), as: UTF8.self)
                if !targets.holds(target) { targets.append(target) }
                last = nil
            }
            var node = Node(
                id: entry.id, target: target, stage: entry.stage, element: name.element, key: entry.key,
                kept: entry.key.map { KeptRecord($0, world: entry.world, in: cache) }, world: entry.world)
            let isPresent = Result(entry).flatMap { shared[$0] }, isShared = isPresent != nil
            // A file of that key is enough: the other side has the same result.
            if isPresent == true, last == entry.stage || stages[target]?[entry.stage] != nil {
                put(node)
                // Nodes of one stage follow each other.
                if last != entry.stage { note(entry.stage, of: target, isSeen: true) }
                last = entry.stage
                continue
            }
            last = ""
            let record = node.record
            if record == nil { node.kept = nil }
            node.world = entry.world ?? record?.world.hex
            put(node)
            if !isShared { own.append(node) }
            note(entry.stage, of: target, isSeen: record != nil)
            guard let record else {
                if ["hit", "ran"].contains(entry.outcome) { dropped += 1 } else { unmade += 1 }
                continue
            }
            var manifest = record.manifest
            manifest.inputs = []
            if stages[target]?[entry.stage] == nil { stages[target, default: [:]][entry.stage] = manifest }
        }
        addFiles(of: own)
        if dropped > 0 {
            notes.append(
                "\(dropped) of \(run.log.nodes.count) records are no longer in the cache ('vgraph cache gc' drops "
                    + "them), so their inputs and results are unknown"
            )
        }
        if unmade > 0 {
            notes.append(
                "\(unmade) of \(run.log.nodes.count) nodes have no result: the build "
                    + "\(run.log.status == .interrupted ? "was interrupted" : "failed")"
            )
        }
    }

    /// What a cache export holds. The archive must outlive this.
    init(name: String, archive: ArchivedCache) {
        let log = archive.nodes.log
        self.init(name: name, run: History.Run(name: name, log: log), cache: archive.cache)
        title = "cache export \(Printable.line(name))"
        ownBlobs = Blobs(archive.cache)
    }

    /// A folder as it is, without drawing or encoding anything.
    init(name: String, title: String, survey: Survey) {
        self.init(name: name, title: title)
        targets = survey.targets
        problems = survey.problems
        for stage in survey.stages {
            stages[stage.target, default: [:]][stage.name] = stage.manifest
            order[stage.target, default: []].append(stage.name)
        }
        for target in survey.targets {
            files[target] = survey.files[target]?.mapValues { File(digest: $0, stages: []) }
        }
        var unknown = 0
        for node in survey.nodes {
            put(
                Node(
                    id: node.id, target: node.target, stage: node.stage, element: node.element, key: node.key,
                    kept: node.record.map { KeptRecord($0) }, world: node.record?.world.hex))
            if node.key == nil { unknown += 1 }
            note(node.stage, of: node.target, isSeen: node.record != nil)
        }
        addFiles(of: nodes)
        if unknown > 0 {
            notes.append(
                "\(unknown) nodes depend on results that are not in the cache; diff makes nothing, so it compares only "
                    + "what goes into them"
            )
        }
    }

    private mutating func note(_ stage: String, of target: String, isSeen: Bool) {
        if order[target]?.contains(stage) != true { order[target, default: []].append(stage) }
        if seen[target, default: [:]][stage] != false { seen[target, default: [:]][stage] = isSeen }
    }

    /// A program's inputs are named by their paths in its folder, and some are results of other nodes; those are not
    /// files of the workspace.
    private mutating func addFiles(of nodes: [Node]) {
        let results = Set(nodes.lazy.compactMap(\.record).flatMap(\.outputs).flatMap(\.blobs).map(\.digest))
        for node in nodes {
            if let record = node.record {
                if record.manifest.stage == "run" { hasPrograms = true }
                add(filesOf: record, to: node.target, node.stage, but: results)
            }
        }
    }

    private mutating func add(filesOf record: Record, to target: String, _ stage: String, but results: Set<Digest>) {
        func add(_ path: String, _ digest: Digest) {
            var file = files[target]?[path] ?? File(digest: digest, stages: [stage])
            if !file.stages.isEmpty { file.stages.insert(stage) }
            files[target, default: [:]][path] = file
        }
        for input in record.manifest.inputs {
            if let path = input.path, !results.contains(input.digest) { add(path, input.digest) }
        }
        for item in record.discovered { if let digest = item.digest { add(item.path, digest) } }
    }

    /// Whether this side would know a file that the other side has.
    func wouldKnow(_ file: File, of target: String) -> Bool {
        file.stages.isEmpty || file.stages.contains { seen[target]?[$0] == true }
    }

    private mutating func put(_ node: Node) {
        // Of two with one id the later counts.
        if let known = places.updateValue(nodes.count, forKey: ByteText(node.id)) {
            places[node.id] = known
            nodes[known] = node
        } else {
            nodes.append(node)
        }
    }

    /// nil: it has no such node.
    func node(_ id: String) -> Node? { places[id].map { nodes[$0] } }

    /// How many bytes of a node's id name its target, and which element it is: `launch.mp4:encode[3]`.
    private static func parts(of id: String) -> (target: Int, element: Int?) {
        var id = id
        return id.withUTF8 { bytes in
            let target = bytes.lastIndex(of: UInt8(ascii: ":")) ?? bytes.count
            guard bytes.last == UInt8(ascii: "]"), let bracket = bytes.lastIndex(of: UInt8(ascii: "[")) else {
                return (target, nil)
            }
            return (target, Int(String(decoding: bytes[(bracket + 1)..<(bytes.count - 1)], as: UTF8.self)))
        }
    }

    /// A target's nodes by stage, in order.
    func families(_ target: String) -> [String: ArraySlice<Node>] {
        var families: [String: ArraySlice<Node>] = [:], from = nodes.startIndex
        while from < nodes.endIndex {
            // Nodes of one stage follow each other.
            let stage = nodes[from].stage
            let end =
                nodes[from...].firstIndex { $0.stage != stage || !$0.target.isSameBytes(target) } ?? nodes.endIndex
            // Of a stage whose nodes follow each other nothing is copied.
            if end > from { families[stage] = families[stage].map { $0 + nodes[from..<end] } ?? nodes[from..<end] }
            from = max(end, from + 1)
        }
        return families.mapValues { nodes in
            let isSorted = zip(nodes, nodes.dropFirst()).allSatisfy { ($0.element ?? -1) <= ($1.element ?? -1) }
            return isSorted ? nodes : nodes.sorted { ($0.element ?? -1) < ($1.element ?? -1) }[...]
        }
    }

    /// The name of the target's stage of a kind.
    func stage(_ kind: String, of target: String) -> String? {
        stages[target]?.filter { $0.value.stage == kind }.keys.sorted().first
    }

    /// The blob of a node's output; nil: the node has no result, or the cache dropped it.
    func blob(_ target: String, kind: String, element: Int? = nil, output: String) -> Record.Blob? {
        guard let stage = stage(kind, of: target) else { return nil }
        return node(target + ":" + stage + (element.map { "[\($0)]" } ?? ""))?.record?.output(output)?.blobs.first
    }

    /// The path of a node's result; nil: there is none, or it is no longer there.
    /// - Parameter blobs: those of the folder's cache.
    func file(
        _ target: String, kind: String, element: Int? = nil, output: String, _ blobs: Blobs
    ) -> (path: String, size: UInt64)? {
        let blobs = ownBlobs ?? blobs
        guard let blob = blob(target, kind: kind, element: element, output: output), blobs.has(blob) else { return nil }
        return (blobs.path(blob.digest), blob.size)
    }

    /// The bytes of a result.
    func bytes(
        _ target: String, kind: String, element: Int? = nil, output: String, _ blobs: Blobs
    ) -> [UInt8]? {
        file(target, kind: kind, element: element, output: output, blobs).flatMap { try? WholeFile.read($0.path) }
    }

    func plan(_ target: String, _ blobs: Blobs) -> Plan? {
        bytes(target, kind: "plan", output: "plan", blobs).flatMap {
            try? JSONDecoder().decode(Plan.self, from: Data($0))
        }
    }

    func timeline(_ target: String, _ blobs: Blobs) -> Timeline? {
        bytes(target, kind: "plan", output: "plan", blobs).flatMap { Timeline(plan: $0) }
    }

    /// The frames that a segment drew; nil: they are not in the cache.
    func drawn(_ target: String, segment: Int, _ blobs: Blobs) -> FrameHashes? {
        bytes(target, kind: "render", element: segment, output: "frames", blobs).flatMap(FrameHashes.init(drawn:))
    }
}
