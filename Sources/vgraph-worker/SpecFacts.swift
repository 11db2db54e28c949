// Reads the facts of a spec's files and the rules of its profiles. Shared by the node `validate` and `vgraph check
// --spec`.
import Composition
import Diagnostics
import Digests
import Files
import Media
import Render
import Spec
import Work

struct SpecFacts {
    var facts: Facts
    var profile: Profile
    /// Warnings only; errors are thrown.
    var findings: [Diagnostic]
    /// Of files that gave no warning, sorted by path.
    var examined: [AssetFacts]
    /// Every file that was read or searched for.
    var discovered: [Discovered]

    /// The checks of specs and of files, which `checks:` in a profile may name.
    static var rules: [CheckRule] { ProofCheck.rules + Check.all.map(\.rule) }

    /// - Parameters:
    ///   - others: profiles that a command names in addition to the spec's.
    ///   - known: what was found in files that have not changed since.
    /// - Throws: `Diagnostics` with all faults of the files and the profiles.
    init(
        of spec: ValidSpec, in folders: Folders, profiles others: [Profiles.Name] = [], known: [AssetFacts] = [],
        progress: (Reply.Progress) -> Void
    ) throws {
        let strangers = spec.undeclared(folders.roots)
        let requests = spec.references.filter {
            strangers.isEmpty || Folders.root(of: $0.path).map { folders.roots[$0.root] != nil } ?? true
        }.map { AssetRequest(name: $0.name, path: $0.path, kinds: $0.kinds, place: $0.place, pin: $0.pin) }
        let census = AssetCensus.take(
            requests, in: folders, known: PictureShelf.shared.known, unchanged: known,
            families: FontFile.families(path:),
            progress: { done in
                progress(Reply.Progress(done: done, total: requests.count, unit: "files"))
            })
        var problems = spec.warnings + strangers + census.problems
        facts = census.facts
        examined = census.examined
        var looked = census.files.map { Discovered(path: $0.path, digest: $0.digest) }
        let files = WorkspaceFiles(folders: folders)
        // Formats may name the same profile.
        var remarks: [Diagnostic] = []
        do {
            profile = try spec.profile(
                and: others, checks: Self.rules.map(\.id),
                tell: { if !remarks.contains($0) { remarks.append($0) } }
            ) { path in
                let found = try files.read(path)
                looked.append(Discovered(path: path, digest: found?.digest))
                return found?.bytes
            }
        } catch {
            problems += error.all
            profile = .none
        }
        problems += remarks
        facts.zones = profile.zonesByFormat
        // Of a film in one format, the rules of that format.
        if let format = spec.choice.format { profile = profile.of(format: format) }
        guard !problems.contains(where: { $0.severity == .error }) else { throw Diagnostics(problems) }
        findings = problems
        discovered = looked
    }
}
