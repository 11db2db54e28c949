// A spec from its bytes to what is known before anything is rendered: its files, its rules, its text as it will be set,
// and what is wrong with any of them. What `validate` does as a node, `vgraph check --spec` does for a file from
// elsewhere.
import Composition
import Diagnostics
import Digests
import Files
import FoundationEssentials
import Glibc
import Media
import Render
import Spec
import Work

struct Proofreading {
    var spec: ValidSpec
    var facts: Facts
    var profile: Profile
    /// The spec's own size first, then its formats; or the one that was asked for.
    var drafts: [Draft]
    var findings: [Diagnostic]
    /// Every file that was read, and those that were looked for.
    var discovered: [Discovered]
    /// What decided on the fonts.
    var answers: [Answer] = []

    /// The table of checks, of specs and of files: what `checks:` in a profile may name.
    static var rules: [CheckRule] { ProofCheck.rules + Check.all.map(\.rule) }

    /// - Parameters:
    ///   - format: as for `validate`.
    ///   - others: profiles that a command names beside the spec's.
    /// - Throws: `Diagnostics`, everything that is wrong, where the spec has no draft; what only breaks a rule is in
    ///   `findings`.
    init(
        spec: ValidSpec, in folders: Folders, format: String, others: [Profiles.Name] = [],
        progress: (Reply.Progress) -> Void
    ) throws {
        self.spec = spec
        let strangers = spec.undeclared(folders.roots)
        let requests = spec.references.filter {
            strangers.isEmpty || Folders.root(of: $0.path).map { folders.roots[$0.root] != nil } ?? true
        }.map { AssetRequest(name: $0.name, path: $0.path, kinds: $0.kinds, place: $0.place) }
        let census = AssetCensus.take(
            requests, in: folders, families: FontFile.families(path:),
            progress: { done in
                progress(Reply.Progress(done: done, total: requests.count, unit: "files"))
            })
        var problems = spec.warnings + strangers + census.problems
        facts = census.facts
        discovered = census.files.map { Discovered(path: $0.path, digest: $0.digest) }
        let files = WorkspaceFiles(folders: folders)
        var looked: [Discovered] = []
        do {
            profile = try spec.profile(and: others, checks: Self.rules.map(\.id)) { path in
                let found = try files.read(path)
                looked.append(Discovered(path: path, digest: found?.digest))
                return found?.bytes
            }
        } catch {
            problems += error.all
            profile = .none
        }
        discovered += looked
        guard !problems.contains(where: { $0.severity == .error }) else { throw Diagnostics(problems) }
        let digests = Dictionary(facts.assets.values.map { (ByteText($0.path), $0.digest) }) { first, _ in first }
        do {
            drafts = try Draft.all(of: spec, facts: facts, format: format) { path in
                guard let found = try files.read(path), found.digest == digests[path] else {
                    throw StageProblem.changedFile(path: path).diagnostic
                }
                return found.bytes
            }
        } catch { throw Diagnostics(problems + error.all) }
        for warning in drafts.flatMap(\.warnings) where !problems.contains(warning) { problems.append(warning) }
        let used = FontsUsed()
        let rules = profile
        var heard: (mix: AudioMix, speech: [Bool]?)?
        let proofs = try drafts.map { draft in
            let sources = MaterialFiles(folders: folders, files: draft.video.materials.files).sources.noting(used)
            let measured = try draft.texts.map { text in
                do { return try sources.survey(text.layer, text.content) } catch var problem as Diagnostic {
                    problem.place = text.place
                    throw problem
                }
            }
            // Every format has the same sound.
            if heard?.mix != draft.video.mix { heard = (draft.video.mix, speech(of: draft, in: folders)) }
            return Proof(
                draft: draft, measured: measured, profile: rules, fonts: try sources.answers(to: draft.fontQuestions),
                speech: heard?.speech)
        }
        findings = problems + Proof.read(proofs)
        discovered += try discoveredFonts(used.files.texts, in: folders).filter { font in
            !census.files.contains { $0.path.isSameBytes(font.path) }
        }
        answers = try fontAnswers(used, in: folders)
    }
}

/// When its voices sound; nil where there are none, nothing to hold them against, or a file that other findings are
/// about.
private func speech(of draft: Draft, in folders: Folders) -> [Bool]? {
    let mix = draft.video.mix, voices = draft.voices
    guard !voices.isEmpty, !draft.video.captions.isEmpty else { return nil }
    let materials = MaterialFiles(folders: folders, files: draft.video.materials.files)
    var files: [AssetDigest: SoundFile] = [:]
    for asset in Set(voices.map { mix.pieces[$0].asset }) {
        guard let path = try? materials.path(asset), let name = try? materials.name(asset) else { return nil }
        files[asset] = SoundFile(path: path, name: name)
    }
    return try? VoiceActivity(of: mix, pieces: voices, files: files).steps
}

extension LayerSources {
    /// Which fonts are there, of those that a spec asks for.
    func answers(to questions: [FontQuestion]) throws -> FontAnswers {
        var answers = FontAnswers()
        for question in questions {
            answers.found[question.name] = Set(
                try question.families.filter { try hasFamily($0, files: question.files) })
            answers.taken[question.name] = try takenFamily(
                for: question.families + ["sans-serif"], files: question.files)
        }
        return answers
    }
}

/// Small files of the workspace and its roots that are read by name.
struct WorkspaceFiles {
    let folders: Folders
    static let largest = 8 << 20

    /// nil where there is no such file. A link that leads out of its folder is not followed.
    func read(_ path: String) throws -> (bytes: [UInt8], digest: Digest)? {
        let root = Folders.root(of: path).map { folders.roots[$0.root] ?? Folders.nowhere } ?? folders.workspace
        guard let real = realpath(folders.path(path), nil), let base = realpath(root, nil) else {
            guard errno == ENOENT || errno == ENOTDIR else {
                throw ProfileProblem.unreadable(path: path, reason: String(cString: strerror(errno))).diagnostic
            }
            return nil
        }
        defer {
            free(real)
            free(base)
        }
        let file = String(cString: real), folder = String(cString: base)
        guard file.hasPrefix(folder == "/" ? "/" : folder + "/") else {
            throw ProfileProblem.unreadable(path: path, reason: "it leads out of its folder").diagnostic
        }
        let descriptor = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw ProfileProblem.unreadable(path: path, reason: String(cString: strerror(errno))).diagnostic
        }
        defer { close(descriptor) }
        var info = stat()
        guard fstat(descriptor, &info) == 0, info.st_mode & S_IFMT == S_IFREG, info.st_size <= Self.largest else {
            throw ProfileProblem.unreadable(path: path, reason: "it is no file, or larger than 8 MB").diagnostic
        }
        let bytes: [UInt8]
        do throws(SystemFailure) { bytes = try OpenFile.read(descriptor, limit: Self.largest) } catch {
            throw ProfileProblem.unreadable(path: path, reason: String(cString: strerror(error.code))).diagnostic
        }
        return (bytes, Digest.of(bytes))
    }
}
