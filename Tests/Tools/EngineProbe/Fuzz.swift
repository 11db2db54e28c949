// `engine-probe fuzz KIND FIRST COUNT SECONDS SEEDFILE [CORPUS...]`: damaged inputs, one for each seed from FIRST on,
// until COUNT or SECONDS are over. The seed at work is in SEEDFILE (8 bytes), for whoever finds us dead. Exit status 1:
// damage was taken for sound, and is said.
import Diagnostics
import Digests
import EngineFakes
import Files
import Glibc
import Graph
import Pipelines
import Processes
import Programs
import Spec
import Store
import Work
import YAML

private typealias Case = (_ mutator: inout Mutator) throws -> String?

func fuzz(_ arguments: [String]) -> Int32 {
    guard arguments.count >= 5, let first = UInt64(arguments[1]), let count = UInt64(arguments[2]),
        let seconds = Double(arguments[3])
    else { return 2 }
    let file = open(arguments[4], O_WRONLY | O_CREAT, 0o644)
    guard file >= 0 else { return 2 }
    do {
        let corpus = try arguments[5...].compactMap { try FileContent.read($0, keepBytes: true)?.bytes }
        let world = try FakeWorkspace(worker: "")
        let test = try fuzzCase(arguments[0], corpus, world)
        let begun = monotonicSeconds()
        var done: UInt64 = 0
        while done < count && monotonicSeconds() - begun < seconds {
            var seed = first &+ done
            pwrite(file, &seed, 8, 0)
            // Nothing here should take a second.
            alarm(30)
            var mutator = Mutator(seed: seed)
            if let failure = try test(&mutator) {
                print("\(arguments[0]) seed \(seed): \(failure)")
                return 1
            }
            done += 1
        }
        print("\(done) cases")
        return 0
    } catch {
        print("\(arguments[0]): \(error)")
        return 1
    }
}

private func fuzzCase(_ kind: String, _ corpus: [[UInt8]], _ world: FakeWorkspace) throws -> Case {
    func damaged(_ texts: [[UInt8]], _ mutator: inout Mutator) -> [UInt8] {
        guard !texts.isEmpty else { return mutator.mutate([]) }
        let index = Int(mutator.next() % UInt64(texts.count))
        return mutator.mutate(texts[index], with: texts[(index + 1) % texts.count])
    }
    switch kind {
    case "yaml":
        return { mutator in
            _ = try? YAML.parse(bytes: damaged(corpus, &mutator), file: "f.yaml")
            return nil
        }
    case "pipeline":
        let empty = world.root + "/empty", texts = corpus + [Array(FakeWorkspace.pipeline.utf8)]
        try Folder.create(empty)
        return { mutator in
            let text = String(decoding: damaged(texts, &mutator), as: UTF8.self), files = FileTable()
            guard
                let found = try? Rules.load(
                    Folders(workspace: empty), fallback: ("built-in", text), kinds: FakeStages.all, files: files)
            else { return nil }
            _ = try? found.offered(files)
            _ = try? found.wanted("a.out", files: files)
            return nil
        }
    case "spec":
        return { mutator in
            _ = try? ValidSpec.read(spec: damaged(corpus, &mutator), specName: "f.video.yaml")
            return nil
        }
    case "depfile":
        let texts = ["out: a b c\n", "a.o b.o: x \\\n  y\\ z \\#1 $$ \\\r\n\tq\nx:\ny:\n", "# c\nout: \\\\ \\\n"].map {
            Array($0.utf8)
        }
        return { mutator in
            let bytes = damaged(texts, &mutator)
            guard let inputs = try? Depfile.inputs(bytes) else { return nil }
            return inputs.contains { $0.isEmpty || $0.utf8.count > Depfile.longestPath + 1 || $0.utf8.contains(0) }
                ? "it gave a path that is none" : nil
        }
    case "state": return try stateCase(world)
    case "trace": return try traceCase(world)
    case "record": return try recordCase(world)
    case "archive": return try archiveCase(world)
    default: throw Diagnostic("fuzz", "no such kind")
    }
}

/// In place: another file for each case would cost more than the case.
private func put(_ bytes: [UInt8], _ path: String) {
    chmod(path, 0o644)
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    _ = bytes.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
    close(file)
}

/// Mutated bytes, or mutated ones whose checksum at the end was made to fit.
private func damage(_ whole: [UInt8], _ mutator: inout Mutator) -> (bytes: [UInt8], isSealed: Bool) {
    var bytes = mutator.mutate(whole)
    guard mutator.next() % 2 == 0, bytes.count >= 16 else { return (bytes, false) }
    bytes.removeLast(16)
    let sum = Digest.of(bytes)
    for word in [sum.high, sum.low] { withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) } }
    return (bytes, true)
}

private func someLeaves(_ world: FakeWorkspace) throws -> [Leaf] {
    let files = FileTable()
    for name in ["a.txt", "b.txt"] {
        try world.write(name, name)
        _ = try files.digest(of: world.workspace + "/" + name)
    }
    _ = try files.digest(of: world.workspace + "/absent")
    _ = try files.names(in: world.workspace)
    return files.leaves
}

private func stateCase(_ world: FakeWorkspace) throws -> Case {
    let identity = Digest.of("fuzz"), path = world.root + "/state", leaves = try someLeaves(world)
    try StateFile(identity: identity, leaves: leaves, summary: .init(status: .done, nodes: 3, text: "fine")).write(
        to: path, by: world.root)
    guard let whole = try FileContent.read(path, keepBytes: true)?.bytes,
        StateFile.load(path, identity: identity) != nil
    else { throw Diagnostic("fuzz", "no state") }
    return { mutator in
        let (bytes, isSealed) = damage(whole, &mutator)
        put(bytes, path)
        let isTaken = StateFile.load(path, identity: identity) != nil
        _ = StateFile.upToDate(path, identity: identity, by: world.root)
        return isTaken && !isSealed && bytes != whole ? "a damaged state was taken for sound" : nil
    }
}

private func traceCase(_ world: FakeWorkspace) throws -> Case {
    let identity = Digest.of("fuzz"), path = world.root + "/trace"
    var trace = Trace()
    trace.targets = [
        .init(
            file: "a.out", name: "a", film: "a", choice: "{}", pipeline: 0, stage: nil, published: ["a.out"],
            verdict: .pass)
    ]
    for index in 0..<6 {
        trace.results.append(.init(output: 0, Record.Blob(digest: Digest.of("\(index)"), size: 3)))
        if index > 0 { trace.producers.append(UInt32(index - 1)) }
        trace.leaves.append(UInt32(index % 4))
        trace.nodes.append(
            .init(
                key: Digest.of("k\(index)"), target: 0, stage: index / 2, element: index % 2, flags: [],
                results: .init(start: index, count: 1),
                producers: .init(start: max(0, index - 1), count: index > 0 ? 1 : 0),
                leaves: .init(start: index, count: 1), seconds: 0.5))
    }
    let sum = try trace.write(identity: identity, to: path, by: world.root)
    guard let whole = try FileContent.read(path, keepBytes: true)?.bytes,
        TraceFile(path, identity: identity, checksum: sum, leafCount: 4) != nil
    else { throw Diagnostic("fuzz", "no trace") }
    return { mutator in
        let (bytes, isSealed) = damage(whole, &mutator)
        put(bytes, path)
        guard bytes.count >= 16 else {
            return TraceFile(path, identity: identity, checksum: sum, leafCount: 4) == nil
                ? nil : "a torn trace was taken for sound"
        }
        func word(_ at: Int) -> UInt64 { bytes[at..<at + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) } }
        let its = isSealed ? Digest(high: word(bytes.count - 16), low: word(bytes.count - 8)) : sum
        guard let found = TraceFile(path, identity: identity, checksum: its, leafCount: 4) else { return nil }
        for leaf in 0..<4 { _ = found.reach(of: [leaf]) }
        for row in 0..<found.count { _ = (found.origin(row, of: "n"), found.results(row).count) }
        // What follows a sound record is another, or nothing.
        return isSealed || bytes.starts(with: whole) ? nil : "a damaged trace was taken for sound"
    }
}

private func someRecord(_ number: Int, _ blobs: Blobs) throws -> Record {
    let cache = blobs.cache,
        manifest = Manifest(stage: "fake", version: number, parameters: [:], inputs: [], tools: [:])
    let scratch = try cache.makeScratch()
    defer { Folder.remove(scratch) }
    try Array("blob \(number)\n".utf8).withUnsafeBytes { try AtomicFile.write($0, to: scratch + "/x", by: scratch) }
    let output = Record.Output(
        name: "out", type: "text", fileName: "text.txt", blobs: [try blobs.adopt(scratch + "/x")])
    return Record(
        key: manifest.key, manifest: manifest, outputs: [output], discovered: [Discovered(path: "a.txt", digest: nil)],
        diagnostics: [], verdict: nil,
        cost: Record.Cost(wall: 1, cpu: 1),
        origin: Record.Origin(user: "u", host: "h", time: "2026-01-01T00:00:00Z", vgraph: "test", node: "n"))
}

private func recordCase(_ world: FakeWorkspace) throws -> Case {
    let cache = try Cache(world.cache), records = Records(cache), record = try someRecord(1, Blobs(cache))
    try records.write(record)
    let folder = cache.root + "/records", name = try Folder.names(folder)!.first!,
        path = folder + "/" + name + "/" + (try Folder.names(folder + "/" + name)!.first!)
    guard let whole = try FileContent.read(path, keepBytes: true)?.bytes, let end = whole.firstIndex(of: 0x0A) else {
        throw Diagnostic("fuzz", "no record")
    }
    return { mutator in
        var bytes = mutator.mutate(whole), isSealed = false
        if mutator.next() % 2 == 0 {
            bytes = mutator.mutate(Array(whole[..<end])).filter { $0 != 0x0A }
            bytes += Array("\n{\"xxh3\":\"\(Digest.of(bytes).hex)\"}\n".utf8)
            isSealed = true
        }
        put(bytes, path)
        guard case .found(let found) = records.lookup(record.key) else { return nil }
        if found.key != record.key || found.manifest.key != record.key { return "a record of another key was taken" }
        // What follows a sound record is another, or nothing.
        return isSealed || bytes.starts(with: whole) ? nil : "a damaged record was taken for sound"
    }
}

private func archiveCase(_ world: FakeWorkspace) throws -> Case {
    let source = try Cache(world.root + "/source"), target = try Cache(world.cache), path = world.root + "/archive"
    var records: [Record] = []
    for number in 0..<3 {
        records.append(try someRecord(number, Blobs(source)))
        try Records(source).write(records[number])
    }
    _ = try ArchiveExport(source).write(records.enumerated().map { ("a.out:\($0)", $1) }, to: path)
    guard let whole = try FileContent.read(path, keepBytes: true)?.bytes else { throw Diagnostic("fuzz", "no archive") }
    return { mutator in
        put(mutator.mutate(whole), path)
        guard (try? ArchiveImport(target).read(path)) != nil else { return nil }
        let found = try target.verify()
        return found.damagedBlobs.isEmpty && found.damagedRecords.isEmpty
            ? nil : "a damaged archive was taken for sound"
    }
}
