// How one target differs between two sides, from files to segments. Where keys are equal everything below is equal too,
// so it looks no further.
import Composition
import Digests
import Store
import Work

struct TargetDifference {
    struct File {
        var path: String
        /// nil: this side does not have the file.
        var a: Digest?
        var b: Digest?
    }

    /// A parameter, a version or a tool, for one stage or for several that agree.
    struct Setting {
        var stages: [String]
        var part: String
        var name: String
        var a: String?
        var b: String?
    }

    /// A stage's nodes: how many are the same on both sides, and which are not.
    struct Stage {
        var name: String
        var same = 0
        /// Ids: those in b, and those that only a has.
        var differ: [String] = []
        /// Those of `differ` whose results are equal, so they make no later node differ.
        var equalResults: [String] = []
        /// Only a build could tell.
        var unknown = 0
        /// The pipeline of the other side has no such stage.
        var onlyIn: String?
    }

    struct Segment {
        var change: PlanChanges.Change
        /// Drawn on both sides, and every picture is the same.
        var isDrawnTheSame = false
    }

    var target: String
    /// The other side has no such target.
    var onlyIn: String?
    var files: [File] = []
    var settings: [Setting] = []
    var stages: [Stage] = []
    var segments: [Segment] = []
    /// Why segments cannot be compared, where they cannot.
    var segmentsNote: String?
    /// Checks, findings, claims and the gate that say something else.
    /// Of the second side; nil: its plan is not known.
    private(set) var rate: FrameRate?
    /// How changed segments differ in the delivered films; nil: was not asked for, or one of them is not there.
    var pixels: PixelDifference?
    var judgements: [(id: String, a: Judgements.Finding?, b: Judgements.Finding?)] = []

    var isSame: Bool {
        onlyIn == nil && files.isEmpty && settings.isEmpty && segments.allSatisfy { $0.change.kind == .same }
            && stages.allSatisfy { $0.differ.isEmpty && $0.onlyIn == nil }
    }

    init(_ target: String, _ a: DiffSide, _ b: DiffSide, blobs: Blobs) {
        self.target = target
        let isThere = (a.targets.contains(target), b.targets.contains(target))
        guard isThere.0 && isThere.1 else {
            onlyIn = isThere.0 ? a.name : b.name
            return
        }
        compareStages(a, b)
        // Every key is known and occurs on both sides.
        if stages.allSatisfy({ $0.differ.isEmpty && $0.unknown == 0 && $0.onlyIn == nil }) { return }
        compareFiles(a, b)
        compareSettings(a, b)
        compareSegments(a, b, blobs)
        judgements = Judgements.changes(Judgements(a, target, blobs), Judgements(b, target, blobs))
    }

    private mutating func compareFiles(_ a: DiffSide, _ b: DiffSide) {
        let ours = a.files[target] ?? [:], theirs = b.files[target] ?? [:]
        for path in Set(ours.keys).union(theirs.keys).texts {
            switch (ours[path], theirs[path]) {
            case (let one?, let other?):
                if one.digest != other.digest { files.append(File(path: path, a: one.digest, b: other.digest)) }
            // A file that the other side may have read too is not a known difference.
            case (let one?, nil):
                if b.wouldKnow(one, of: target) { files.append(File(path: path, a: one.digest, b: nil)) }
            case (nil, let other?):
                if a.wouldKnow(other, of: target) { files.append(File(path: path, a: nil, b: other.digest)) }
            case (nil, nil): break
            }
        }
    }

    private mutating func compareSettings(_ a: DiffSide, _ b: DiffSide) {
        let ours = a.stages[target] ?? [:], theirs = b.stages[target] ?? [:]
        for name in ours.keys.sorted() {
            guard let one = ours[name], let other = theirs[name] else { continue }
            for difference in Manifest.differences(one, other) {
                let same = settings.firstIndex {
                    $0.part == difference.part && $0.name == difference.name && $0.a == difference.old
                        && $0.b == difference.new
                }
                if let same {
                    settings[same].stages.append(name)
                } else {
                    settings.append(
                        Setting(
                            stages: [name], part: difference.part, name: difference.name, a: difference.old,
                            b: difference.new))
                }
            }
        }
    }

    private mutating func compareStages(_ a: DiffSide, _ b: DiffSide) {
        var names: [String] = []
        for name in (b.order[target] ?? []) + (a.order[target] ?? []) where !names.contains(name) { names.append(name) }
        let families = (a.families(target), b.families(target))
        for name in names {
            let ours = families.0[name] ?? [], theirs = families.1[name] ?? []
            var stage = Stage(name: name)
            let known = (
                a.stages[target]?[name] != nil || !ours.isEmpty, b.stages[target]?[name] != nil || !theirs.isEmpty
            )
            if known.0 != known.1 {
                stage.onlyIn = known.0 ? a.name : b.name
                stages.append(stage)
                continue
            }
            // If not all keys of a stage are known, an unknown one may equal any key of the other side.
            let isWhole = (
                !ours.isEmpty && ours.allSatisfy { $0.key != nil },
                !theirs.isEmpty && theirs.allSatisfy { $0.key != nil }
            )
            // Equal keys are the same work at any index: a segment that moved is the same node.
            var left = Left(ours), others: [DiffSide.Node] = []
            for node in theirs {
                guard let key = node.key else { stage.unknown += 1; continue }
                if left.take(key, world: node.world) {
                    stage.same += 1
                } else {
                    others.append(node)
                }
            }
            for node in others {
                guard isWhole.0 else { stage.unknown += 1; continue }
                stage.differ.append(node.id)
                if let made = node.record, let before = a.node(node.id)?.record,
                    Self.results(made) == Self.results(before)
                {
                    stage.equalResults.append(node.id)
                }
            }
            if isWhole.1 {
                stage.differ += ours.filter { node in
                    node.key.map { left.has($0) } ?? false && b.node(node.id) == nil
                }.map(\.id)
            } else if theirs.isEmpty {
                stage.unknown += ours.count
            }
            stages.append(stage)
        }
    }

    /// The nodes of a stage on one side for which the other side has none yet, by key.
    private struct Left {
        /// Each with the next one of the same key.
        private var nodes: [(world: String?, next: Int?, isTaken: Bool)] = []
        private var first: [Digest: Int] = [:]

        init(_ ours: ArraySlice<DiffSide.Node>) {
            nodes.reserveCapacity(ours.count)
            first.reserveCapacity(ours.count)
            // From the last on, so that of one key the first is found first.
            for node in ours.reversed() {
                guard let key = node.key else { continue }
                let next = first.updateValue(nodes.count, forKey: key)
                nodes.append((node.world, next, false))
            }
        }

        /// Results under one key are equal only in the same world; an unknown world matches any.
        mutating func take(_ key: Digest, world: String?) -> Bool {
            var at = first[key]
            while let index = at {
                let node = nodes[index]
                if !node.isTaken, node.world == world || node.world == nil || world == nil {
                    nodes[index].isTaken = true
                    return true
                }
                at = node.next
            }
            return false
        }

        func has(_ key: Digest) -> Bool {
            var at = first[key]
            while let index = at {
                if !nodes[index].isTaken { return true }
                at = nodes[index].next
            }
            return false
        }
    }

    private static func results(_ record: Record) -> [[Digest]] { record.outputs.map { $0.blobs.map(\.digest) } }

    private mutating func compareSegments(_ a: DiffSide, _ b: DiffSide, _ blobs: Blobs) {
        guard a.stage("plan", of: target) != nil || b.stage("plan", of: target) != nil else { return }
        if let ours = a.blob(target, kind: "plan", output: "plan"),
            let theirs = b.blob(target, kind: "plan", output: "plan"), ours.digest == theirs.digest
        {
            return
        }
        let timelines = [a, b].map { $0.timeline(target, blobs) }
        guard let ours = timelines[0], let theirs = timelines[1] else {
            let missing = zip([a, b], timelines).filter { $0.1 == nil }.map(\.0.name).joined(separator: " and ")
            segmentsNote = "the plan of \(missing) is not in the cache, so segments cannot be compared"
            return
        }
        rate = theirs.rate
        segments = PlanChanges(from: ours, to: theirs).changes.flatMap { change -> [Segment] in
            guard change.kind == .changed, let one = change.a, let other = change.b,
                let before = a.blob(target, kind: "render", element: one.index, output: "frames"),
                let after = b.blob(target, kind: "render", element: other.index, output: "frames")
            else { return [Segment(change: change)] }
            guard before.digest != after.digest else { return [Segment(change: change, isDrawnTheSame: true)] }
            guard let old = a.drawn(target, segment: one.index, blobs),
                let new = b.drawn(target, segment: other.index, blobs)
            else {
                return [Segment(change: change)]
            }
            return PlanChanges.parts(of: change, drawn: old, new, in: ours, theirs).map { Segment(change: $0) }
        }
    }
}
