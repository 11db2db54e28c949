// A comparison as one JSON object, for programs.
import Composition
import Diagnostics
import FoundationEssentials
import Store
import Work

enum DiffJSON {
    static func value(_ a: DiffSide, _ b: DiffSide, _ targets: [TargetDifference]) -> [String: Value] {
        [
            "a": side(a), "b": side(b), "same": .bool(targets.allSatisfy(\.isSame)),
            "targets": .array(targets.map(value)),
        ]
    }

    private static func side(_ side: DiffSide) -> Value {
        .object([
            "name": .string(side.name), "title": .string(side.title), "notes": texts(side.notes),
            "diagnostics": .array(side.problems.map(JSONReport.value)),
        ])
    }

    private static func texts(_ texts: [String]) -> Value { .array(texts.map(Value.string)) }
    private static func text(_ text: String?) -> Value { text.map(Value.string) ?? .null }

    private static func value(_ target: TargetDifference) -> Value {
        .object([
            "target": .string(target.target), "same": .bool(target.isSame), "only_in": text(target.onlyIn),
            "files": .array(
                target.files.map { .object(["path": .string($0.path), "a": text($0.a?.hex), "b": text($0.b?.hex)]) }),
            "settings": .array(
                target.settings.map {
                    .object([
                        "stages": texts($0.stages), "part": .string($0.part), "name": .string($0.name), "a": text($0.a),
                        "b": text($0.b),
                    ])
                }),
            "stages": .array(
                target.stages.map {
                    .object([
                        "stage": .string($0.name), "same": .int($0.same), "differ": texts($0.differ),
                        "equal_results": texts($0.equalResults),
                        "unknown": .int($0.unknown), "only_in": text($0.onlyIn),
                    ])
                }),
            "segments": .array(target.segments.map(value)), "segments_note": text(target.segmentsNote),
            "pixels": pixels(target.pixels),
            "judged": .array(
                target.judgements.map {
                    .object(["id": .string($0.id), "a": text($0.a?.words), "b": text($0.b?.words)])
                }),
        ])
    }

    private static func pixels(_ pixels: PixelDifference?) -> Value {
        guard let pixels else { return .null }
        return .object([
            "ranges": .array(
                pixels.ranges.map { range in
                    .object([
                        "a": .int(range.a), "b": .int(range.b), "frames": .int(range.frames), "step": .int(range.step),
                        "likeness": .array(range.likeness.map(Value.number)), "worst": .int(range.worst),
                    ])
                }),
            "sound": pixels.sound.map { sound in
                .object([
                    "step": .number(sound.step), "levels": .array(sound.levels.map(Value.number)),
                    "peak": .number(sound.peak), "same": .bool(sound.isSame),
                ])
            } ?? .null,
        ])
    }

    private static func value(_ segment: TargetDifference.Segment) -> Value {
        .object([
            "change": .string(segment.change.kind.rawValue), "a": value(segment.change.a), "b": value(segment.change.b),
            "drawn_the_same": .bool(
                segment.isDrawnTheSame || segment.change.kind == .same || segment.change.kind == .moved),
        ])
    }

    private static func value(_ place: PlanChanges.Place?) -> Value {
        guard let place else { return .null }
        return .object([
            "segment": .int(place.index), "start_frame": .int(place.startFrame), "frames": .int(place.frames),
            "start": .number(place.start),
            "end": .number(place.end), "scenes": texts(place.scenes), "captions": texts(place.captions),
        ])
    }
}
