// Opens every file that a spec names and checks that it is inside the workspace, of the right kind and whole. Knows
// nothing of specs.
import Composition
import Diagnostics
import Digests
import Glibc

/// A file to be examined.
public struct AssetRequest: Sendable {
    /// The key in `Facts.assets`.
    public var name: String
    /// As the user wrote it: relative to the workspace, or absolute.
    public var path: String
    /// The kinds that it may be; empty: any.
    public var kinds: Set<AssetFacts.Kind>
    /// Where it is named, for messages.
    public var place: Place?
    /// The SHA-256 that its bytes must have, and where it is written.
    public var pin: (sha256: String, place: Place)?
    public init(
        name: String, path: String, kinds: Set<AssetFacts.Kind>, place: Place? = nil,
        pin: (sha256: String, place: Place)? = nil
    ) {
        self.pin = pin
        self.name = name
        self.path = path
        self.kinds = kinds
        self.place = place
    }

    func takes(_ kind: AssetFacts.Kind) -> Bool { kinds.isEmpty || kinds.contains(kind) }
}

public struct AssetCensus: Sendable {
    public var facts = Facts(assets: [:])
    /// Every file that was read: path relative to the workspace and XXH3-128 of its bytes; sorted by path, each once.
    public var files: [(path: String, digest: Digest)] = []
    /// What was found in files without a warning, sorted by path, each once.
    public var examined: [AssetFacts] = []
    /// Errors and warnings, in the order of the requests.
    public var problems: [Diagnostic] = []

    /// - Parameters:
    ///   - folders: a file outside them, also one behind a link, is refused.
    ///   - families: returns the family names that a font file declares, or none if it is not a font. Media itself
    ///     cannot read fonts.
    ///   - known: what was found in files before; films of one spec name the same ones.
    ///   - unchanged: what was found before in files without a warning, which have the same bytes now: they are not
    ///     read. A pinned one is, for its SHA-256.
    ///   - progress: called with the number of requests done.
    public static func take(
        _ requests: [AssetRequest], in folders: Folders, known: KnownFiles = KnownFiles(),
        unchanged: [AssetFacts] = [], families: ((String) -> [String])? = nil, progress: (Int) -> Void = { _ in }
    ) -> AssetCensus {
        var census = AssetCensus()
        var seen: [ByteText: Result<Looked, MediaProblem>] = [:]
        let unchanged = Dictionary(unchanged.map { (ByteText($0.path), $0) }) { first, _ in first }
        let pinned = Set(requests.filter { $0.pin != nil }.map { ByteText($0.path) })
        guard let workspace = resolved(folders.workspace) else {
            census.problems.append(MediaProblem.missing(name: folders.workspace, similar: nil).diagnostic)
            return census
        }
        for (index, request) in requests.enumerated() {
            func look(_ unchanged: [ByteText: AssetFacts]) -> Result<Looked, MediaProblem> {
                Self.look(
                    request.path, workspace, folders, known, unchanged,
                    isPinned: pinned.contains(ByteText(request.path)), families: families)
            }
            var looked = seen[request.path] ?? look(unchanged)
            // What a file of the wrong kind is, only the file says.
            if case .success(let found) = looked, found.probe == nil, !request.takes(found.facts.kind) {
                looked = look([:])
            }
            let isNew = seen.updateValue(looked, forKey: ByteText(request.path)) == nil
            switch looked {
            case .failure(let problem): census.problems.append(problem.diagnostic(at: request.place))
            case .success(let found):
                let (facts, probe) = (found.facts, found.probe)
                if isNew {
                    let warnings = probe?.warnings ?? []
                    census.problems += warnings.map { $0.diagnostic(at: request.place) }
                    if !census.files.contains(where: { $0.path.isSameBytes(facts.path) }) {
                        census.files.append((facts.path, facts.digest))
                        if warnings.isEmpty { census.examined.append(facts) }
                    }
                }
                if let pin = request.pin, let sha256 = found.sha256, pin.sha256 != sha256 {
                    census.problems.append(
                        MediaProblem.otherBytes(name: request.path, sha256: sha256).diagnostic(at: pin.place))
                }
                if let probe, !request.takes(facts.kind) {
                    let wanted = AssetFacts.Kind.allInOrder.filter(request.kinds.contains).map(\.words)
                    census.problems.append(
                        MediaProblem.wrongKind(name: request.path, actual: described(probe), wanted: wanted)
                            .diagnostic(at: request.place))
                } else {
                    census.facts.assets[request.name] = facts
                }
            }
            progress(index + 1)
        }
        census.examined.sort { $0.path.precedes($1.path) }
        census.files.sort { $0.path.precedes($1.path) }
        return census
    }

    /// What was found in a file; `sha256` of a pinned one; no probe of one that was not read again.
    private struct Looked {
        var facts: AssetFacts
        var probe: ProbeResult?
        var sha256: String?
    }

    private static func look(
        _ path: String, _ workspace: String, _ folders: Folders, _ known: KnownFiles,
        _ unchanged: [ByteText: AssetFacts], isPinned: Bool, families: ((String) -> [String])?
    ) -> Result<Looked, MediaProblem> {
        do {
            guard !path.isEmpty, !path.utf8.contains(0) else { throw MediaProblem.missing(name: path, similar: nil) }
            let named = Folders.root(of: path)
            guard let root = named == nil ? workspace : folders.roots[named!.root].flatMap(resolved) else {
                throw MediaProblem.missing(name: path, similar: nil)
            }
            let inside = named?.rest ?? path
            let full = inside.hasPrefix("/") ? inside : root + "/" + inside
            guard let real = resolved(full) else {
                let code = errno
                // A message tells nothing about files outside, not even whether they exist.
                guard let short = relative(inside, full, real: nil, root: root), !short.hasPrefix("../") else {
                    throw MediaProblem.outsideWorkspace(name: path)
                }
                if code == EACCES || code == ELOOP || code == ENAMETOOLONG {
                    throw MediaProblem.unreadable(name: path, reason: String(cString: strerror(code)))
                }
                throw MediaProblem.missing(name: path, similar: similar(to: full, named: path))
            }
            guard real == root || real.hasPrefix(root == "/" ? "/" : root + "/") else {
                throw MediaProblem.outsideWorkspace(name: path)
            }
            let file = try InputFile(path: real, name: path)
            let name = named.map { $0.root + ":" + $0.rest } ?? relative(path, full, real: real, root: root) ?? path
            if let facts = unchanged[name], facts.bytes == file.size {
                return .success(Looked(facts: facts, sha256: isPinned ? try file.sha256() : nil))
            }
            let found = try known.content(of: file) { try examine(file, $0, real, families) }
            let probe = found.probe
            var facts = AssetFacts(
                kind: probe.kind, path: name,
                digest: found.digest, bytes: file.size,
                size: probe.size, duration: probe.duration, hasAudio: probe.hasAudio,
                families: found.families, marks: found.marks, isOpaque: probe.isOpaque ? true : nil)
            (facts.isClear, facts.ink, facts.rate) = (probe.isClear ? true : nil, probe.ink, probe.rate)
            return .success(Looked(facts: facts, probe: probe, sha256: isPinned ? try file.sha256() : nil))
        } catch let problem as MediaProblem {
            return .failure(problem)
        } catch {
            return .failure(.library(doing: "look at '\(path)'", text: "\(error)"))
        }
    }

    /// Decodes a file.
    private static func examine(
        _ file: InputFile, _ digest: Digest, _ real: String, _ families: ((String) -> [String])?
    ) throws -> KnownFiles.Content {
        let memory = MemoryAllowance(forBytes: file.size)
        defer { memory.end() }
        guard file.size > 0 else { throw MediaProblem.empty(name: file.name) }
        if file.size < 1024,
            try file.bytes(at: 0, count: 42).starts(with: "version https://git-lfs.github.com/spec/".utf8)
        {
            throw MediaProblem.lfsPointer(name: file.name)
        }
        var picture: Picture.Decoded?
        let probe = try Media.probe(file, decoding: &picture)
        let names = probe.kind == .font ? families?(real) : nil
        if let names, names.isEmpty {
            throw MediaProblem.damaged(name: file.name, what: "font", place: "it", reason: "it contains no font face")
        }
        var marks = MarkReader(file)
        return KnownFiles.Content(
            digest: digest, probe: probe, families: names ?? [], marks: try marks.marks(), picture: picture)
    }

    private static func described(_ probe: ProbeResult) -> String {
        // "an MP4" may be a clip or sound.
        switch probe.kind {
        case .audio where !probe.format.hasSuffix("sound"): "\(probe.format) with sound only"
        case .video where !probe.format.hasSuffix("clip"): "\(probe.format) clip"
        default: probe.format
        }
    }

    /// The real path; nil if there is none, with the cause in errno.
    private static func resolved(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }

    /// The path relative to the workspace, without "." and "..". Links inside the workspace keep their own names, since
    /// the spec depends on the name. A path with ".." can only be shortened through its real path. nil if it leads
    /// outside.
    private static func relative(_ path: String, _ full: String, real: String?, root: String) -> String? {
        let parts = path.split(separator: "/").filter { $0 != "." }
        if path.hasPrefix("/") || parts.contains("..") {
            if let real { return real.beneath(root) }
            var depth: [Substring] = []
            for part in full.split(separator: "/") where part != "." {
                if part == ".." { _ = depth.popLast() } else { depth.append(part) }
            }
            let cleaned = "/" + depth.joined(separator: "/")
            return cleaned.beneath(root)
        }
        return parts.joined(separator: "/")
    }

    /// A file in the same folder with a similar name, spelled as the user would write it.
    private static func similar(to full: String, named path: String) -> String? {
        guard let slash = full.lastIndex(of: "/") else { return nil }
        let wanted = String(full[full.index(after: slash)...])
        guard let folder = opendir(String(full[..<slash]) + "/") else { return nil }
        defer { closedir(folder) }
        var best: (name: String, distance: Int)?
        var count = 0
        while let entry = readdir(folder), count < 5000 {
            count += 1
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name == "." || name == ".." { continue }
            let distance = edits(Array(name.lowercased().utf8), Array(wanted.lowercased().utf8))
            if distance <= max(1, wanted.utf8.count / 3),
                distance < best?.distance ?? .max
                    || distance == best?.distance && name < best?.name ?? ""
            {
                best = (name, distance)
            }
        }
        guard let best else { return nil }
        let prefix = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        return prefix + best.name
    }

    /// Levenshtein distance.
    private static func edits(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var row = Array(0...b.count)
        for (i, x) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, y) in b.enumerated() {
                let next = min(row[j] + 1, row[j + 1] + 1, diagonal + (x == y ? 0 : 1))
                diagonal = row[j + 1]
                row[j + 1] = next
            }
        }
        return row[b.count]
    }
}

extension AssetFacts.Kind {
    static let allInOrder: [AssetFacts.Kind] = [.image, .video, .audio, .font, .text]
}
