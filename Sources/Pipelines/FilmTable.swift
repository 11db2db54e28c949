// The films of the specs of a workspace: which there are, and which one a target's file is. What makes films differ is
// known to whoever lists them; here a film is a stem and a text for the stages. Each spec is listed once.
//
// A film's stem begins with its spec's name, so only specs whose names begin a file's name can make that file.
import Diagnostics
import Digests
import Files
import Patterns
import Store
import Synchronization

/// One film of a spec.
public struct Film: Sendable, Hashable {
    /// The value of `{film}`.
    public var stem: String
    /// The value of `{choice}`: what stages need to know of the film.
    public var choice: String
    /// The stem of the film of which it is a row of the table that the request names; nil: it is no such row.
    public var base: String?
    /// Whether a build of everything makes it.
    public var isOffered: Bool

    public init(stem: String, choice: String, base: String? = nil, isOffered: Bool = true) {
        self.stem = stem
        self.choice = choice
        self.base = base
        self.isOffered = isOffered
    }

    /// What stages get for the film of a spec alone.
    public static let ownChoice = "{}"
}

/// The films of a spec. With faults there may be more than could be listed.
public struct FilmList: Sendable {
    public var films: [Film]
    public var faults: [Diagnostic]

    public init(_ films: [Film], faults: [Diagnostic] = []) {
        self.films = films
        self.faults = faults
    }
}

/// What a lister is asked: the films of one spec.
public struct FilmQuestion {
    /// The spec's path.
    public let spec: String
    /// The value of `{name}`.
    public let name: String
    /// The bytes of a file by its path in the workspace or in a root; nil: there is no such file.
    /// Must not be asked for a file of more than `largest` bytes.
    public let read: (_ path: String) throws(Diagnostics) -> [UInt8]?
    /// The size of a file in bytes; nil: there is no such file.
    public let size: (_ path: String) -> Int?
}

public typealias FilmLister = @Sendable (FilmQuestion) -> FilmList

package final class FilmTable: Sendable {
    private struct Known {
        var list: FilmList
        var at: [ByteText: Int]
    }
    private struct State {
        /// By the spec's path.
        var known: [ByteText: Known] = [:]
        /// Names of specs, by folder.
        var names: [ByteText: [String]] = [:]
        /// Files that lists were made from, with the digests that they had.
        var read: [ByteText: Digest?] = [:]
    }
    private let folders: Folders
    private let lister: FilmLister?
    private let state = Mutex(State())

    package init(_ folders: Folders, _ lister: FilmLister?) {
        self.folders = folders
        self.lister = lister
    }

    /// Files that films were listed from, absolute.
    package var read: Set<ByteText> { Set(state.withLock { $0.read.keys }) }

    // MARK: Lists

    func films(of name: String, _ spec: Pattern, _ files: FileTable) -> FilmList { known(name, spec, files).list }

    private func known(_ name: String, _ spec: Pattern, _ files: FileTable) -> Known {
        let path = spec.file(for: TargetName(name))
        if let known = state.withLock({ $0.known[path] }) { return known }
        var list = FilmList([Film(stem: name, choice: Film.ownChoice)])
        if let lister {
            list = lister(
                FilmQuestion(
                    spec: path, name: name,
                    read: { (path) throws(Diagnostics) in try self.bytes(path, files) },
                    size: { path in
                        guard case .present(let now) = files.look(at: self.folders.path(path)) else { return nil }
                        return Int(now.size)
                    }))
        }
        let known = Known(
            list: list,
            at: Dictionary(
                list.films.enumerated().map { (ByteText($1.stem), $0) }, uniquingKeysWith: { first, _ in first }))
        state.withLock { $0.known[path] = known }
        return known
    }

    private func bytes(_ path: String, _ files: FileTable) throws(Diagnostics) -> [UInt8]? {
        let full = folders.path(path)
        do throws(StoreProblem) {
            let content = try files.read(full)
            state.withLock { $0.read[full] = .some(content?.digest) }
            return content?.bytes
        } catch { throw Diagnostics([error.diagnostic]) }
    }

    // MARK: The film of a file

    /// A film with its spec's name.
    typealias Found = (name: String, film: Film)

    /// The films that have this stem; the spec of that name may not exist.
    /// - Throws: what keeps the films of the specs that could make it from being listed, if none is found.
    func all(_ stem: String, _ spec: Pattern, _ files: FileTable) throws(Diagnostics) -> [Found] {
        var found: [Found] = [], faults: [Diagnostic] = []
        let isOwn = isThere(stem, spec, files)
        if isOwn { found.append((stem, Film(stem: stem, choice: Film.ownChoice))) }
        for name in candidates(stem, spec) {
            let isBeforeDot = stem.utf8.dropFirst(name.utf8.count).first == UInt8(ascii: ".")
            // What a row adds to a name can be anything, but a spec of the very name makes its own film.
            if isOwn && !isBeforeDot { continue }
            let known = known(name, spec, files)
            if let at = known.at[stem] {
                // Should a spec of the very name come later, the file would have two makers.
                _ = isThere(stem, spec, files)
                found.append((name, known.list.films[at]))
            }
            faults += known.list.faults
        }
        if found.isEmpty, !faults.isEmpty { throw Diagnostics(faults) }
        return found
    }

    /// Stems of the films of all specs that could make a file, for suggestions.
    func near(_ stem: String, _ spec: Pattern, _ files: FileTable) -> [String] {
        candidates(stem, spec).flatMap { films(of: $0, spec, files).films.map(\.stem) }
    }

    /// Whether targets of an earlier build are still the films that the same request means now.
    /// - Parameters:
    ///   - isAll: every film that is offered was meant.
    ///   - isForEachRow: the rows of the request's table were meant.
    package func hasOnly(_ targets: [WantedTarget], isAll: Bool, _ isForEachRow: Bool, _ files: FileTable) -> Bool {
        var specs: [ByteText: [WantedTarget]] = [:]
        for wanted in targets {
            if let spec = wanted.pipeline.films { specs[spec.file(for: wanted.name), default: []].append(wanted) }
        }
        for films in specs.values {
            func isOwn(_ wanted: WantedTarget) -> Bool {
                wanted.choice == Film.ownChoice && wanted.name.film.isSameBytes(wanted.name.name)
            }
            if !isAll, !isForEachRow, films.allSatisfy(isOwn) { continue }
            let known = known(films[0].name.name, films[0].pipeline.films!, files)
            guard known.list.faults.isEmpty else { return false }
            var stems: Set<ByteText> = [], rows: Set<ByteText> = [], bases: Set<ByteText> = []
            for wanted in films {
                stems.insert(wanted.name.film)
                guard let at = known.at[wanted.name.film] else {
                    if isOwn(wanted) { continue } else { return false }
                }
                let film = known.list.films[at]
                guard film.choice.isSameBytes(wanted.choice) else { return false }
                if let base = film.base {
                    bases.insert(base)
                    rows.insert(film.stem)
                }
            }
            let all = known.list.films
            if isForEachRow {
                let meant = all.filter { $0.base.map { bases.contains($0) } == true }.map { ByteText($0.stem) }
                guard rows == Set(meant) else { return false }
            } else if isAll {
                guard stems == Set(all.filter { $0.isOffered && $0.base == nil }.map { ByteText($0.stem) }) else {
                    return false
                }
            }
        }
        return true
    }

    /// Whether the name of a spec begins a stem.
    func couldMake(_ stem: String, _ spec: Pattern) -> Bool { !candidates(stem, spec).isEmpty }

    private func isThere(_ name: String, _ spec: Pattern, _ files: FileTable) -> Bool {
        let path = folders.workspace + "/" + spec.file(for: TargetName(name))
        do throws(StoreProblem) { return try files.digest(of: path) != nil } catch { return true }
    }

    /// Names of specs that begin this stem and are shorter, the longest first.
    private func candidates(_ stem: String, _ spec: Pattern) -> [String] {
        // The spec lies in the folder that the stem names.
        let folder = spec.file(for: TargetName(stem)).folderPart, place = spec.text + "\n" + folder
        let names: [String]
        if let known = state.withLock({ $0.names[place] }) {
            names = known
        } else {
            let prefix = folder.isEmpty ? "" : folder + "/"
            let entries = (try? Folder.names(folders.workspace + "/" + folder)) ?? nil
            names = (entries ?? []).compactMap { $0.utf8.last == UInt8(ascii: "/") ? nil : spec.name(in: prefix + $0) }
            state.withLock { $0.names[place] = names }
        }
        return names.filter { $0.utf8.count < stem.utf8.count && stem.utf8.starts(with: $0.utf8) }
            .sorted { $0.utf8.count > $1.utf8.count }
    }
}

extension Rules {
    /// The targets of a pipeline whose hole has this value; several: several specs make the same file.
    func wanted(
        _ pipeline: Pipeline, _ value: String, stage: Int? = nil, _ files: FileTable
    ) throws(Diagnostics) -> [WantedTarget] {
        guard let spec = pipeline.films, pipeline.target.hasFilm else {
            let name = TargetName(value)
            return [WantedTarget(file: pipeline.target.file(for: name), pipeline: pipeline, name: name, stage: stage)]
        }
        let found = try films.all(value, spec, files)
        // Without a spec the missing file is reported, or a rule makes it.
        if found.isEmpty { return [wanted(pipeline, value, Film(stem: value, choice: Film.ownChoice), stage: stage)] }
        return found.map { wanted(pipeline, $0.name, $0.film, stage: stage) }
    }

    func wanted(_ pipeline: Pipeline, _ name: String, _ film: Film, stage: Int? = nil) -> WantedTarget {
        let target = TargetName(name: name, film: film.stem)
        return WantedTarget(
            file: pipeline.target.file(for: target), pipeline: pipeline, name: target, choice: film.choice,
            stage: stage)
    }

    /// The rows of a request's table for a target, in the order of the table.
    package func rows(of wanted: WantedTarget, _ files: FileTable) throws(Diagnostics) -> [WantedTarget] {
        guard let spec = wanted.pipeline.films else {
            throw Diagnostics([FilmProblem.noFilms(target: wanted.file, at: wanted.pipeline.targetPlace).diagnostic])
        }
        let list = films.films(of: wanted.name.name, spec, files)
        guard list.faults.isEmpty else { throw Diagnostics(list.faults) }
        return list.films.filter { $0.base?.isSameBytes(wanted.name.film) == true }.map {
            self.wanted(wanted.pipeline, wanted.name.name, $0, stage: wanted.stage)
        }
    }

    /// Files of the workspace that lie where films of its specs would, whether there are such films or not.
    package func filmFiles() -> [String] {
        var found: Set<ByteText> = []
        for pipeline in all {
            guard let spec = pipeline.films else { continue }
            let folder = pipeline.target.prefix.folderPart
            let names = ((try? Folder.names(folders.workspace + "/" + folder)) ?? nil) ?? []
            for entry in names {
                let file = (folder.isEmpty ? "" : folder + "/") + entry
                guard let stem = pipeline.target.name(in: file) else { continue }
                if films.couldMake(stem, spec) { found.insert(file) }
            }
        }
        return found.texts
    }

    /// Files that films were listed from, absolute.
    package var filmSources: Set<ByteText> { films.read }
}
