// A comparison as values for its page, with the films of both sides as far as the cache has them.
import Composition
import Diagnostics
import FoundationEssentials
import Sheet
import Stages
import Store

struct DiffPageFile {
    let page: DiffPage

    /// Bytes of all films that a page takes.
    private static let most = 64 << 20

    init(_ a: DiffSide, _ b: DiffSide, _ targets: [TargetDifference], _ blobs: Blobs) {
        var left = Self.most
        func version(_ side: DiffSide, _ target: String) -> DiffPage.Version {
            let output = MuxStage.media.declared.name
            guard let file = side.file(target, kind: MuxStage.stage.name, output: output, blobs) else {
                return .missing("it was not built, or the cache no longer has it")
            }
            guard file.size <= left, let data = try? Data(contentsOf: URL(filePath: file.path)) else {
                return .missing("it is too large for a page")
            }
            left -= data.count
            return .embedded(data)
        }
        let films = targets.map { target -> DiffPage.Film in
            let name = target.target
            // What only one side has, or what is the same, is not played.
            let isPlayed = !target.isSame && target.onlyIn == nil && !target.segments.isEmpty
            return DiffPage.Film(
                target: name, onlyIn: target.onlyIn, isSame: target.isSame, changes: target.segments.map(\.change),
                drawnTheSame: Set(target.segments.indices.filter { target.segments[$0].isDrawnTheSame }),
                note: target.segmentsNote,
                judged: target.judgements.map { ($0.id, $0.a?.words, $0.b?.words, $0.b?.isBad == true) },
                files: target.files.map(\.path),
                settings: target.settings.map { setting in
                    (
                        "\(setting.name.isEmpty ? setting.part : setting.name) of \(setting.stages.joined(separator: ", "))",
                        setting.a, setting.b
                    )
                },
                rate: target.rate ?? FrameRate(25), pixels: target.pixels,
                a: isPlayed ? version(a, name) : .missing("nothing to play"),
                b: isPlayed ? version(b, name) : .missing("nothing to play"))
        }
        let notes =
            a.notes.map { "a: " + $0 } + b.notes.map { "b: " + $0 }
            + (a.problems.map { "a: " + $0.message } + b.problems.map { "b: " + $0.message })
        page = DiffPage(a: a.title, b: b.title, films: films, notes: notes)
    }
}
