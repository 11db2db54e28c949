// P08.flash: no scene is gone before it is seen. P08.repeated: no scene is the one before once more.
import Composition
import Diagnostics

extension ProofCheck {
    static let flash = ProofCheck(
        "P08.flash", "Scenes are shown long enough to be seen",
        measures:
            "the duration of each scene, where those beside it are at least four times as long; scenes of a rapid "
            + "sequence do not count",
        unit: "s", threshold: "at least 0.2",
        source: "vgraph's figure: a fifth of a second is a blink", changedBy: "scenes[].duration", severity: .warn,
        runbook: "a scene of some frames is mostly a wrong unit (0.1s for 1s) or what is left of an edit"
    ) { proof in
        let scenes = proof.video.scenes
        return scenes.indices.compactMap { index in
            let frames = scenes[index].frames
            // Counted as a viewer sees it: what shows on under the next scene is seen longer.
            let shown = frames + (scenes[index].transition?.overlap ?? 0)
            let beside = [index - 1, index + 1].filter(scenes.indices.contains)
            guard proof.seconds(shown) < leastScene - proof.seconds(1) / 2, !beside.isEmpty,
                beside.allSatisfy({ scenes[$0].frames >= frames * 4 }), let place = proof.place(ofScene: index)
            else { return nil }
            return .seen(
                .flashingScene(
                    id: scenes[index].id, frames: shown, seconds: secondsWords(proof.seconds(shown)), at: place))
        }
    }

    static let leastScene = 0.2

    static let repeated = ProofCheck(
        "P08.repeated", "No scene is the one before once more",
        measures:
            "scenes with text whose layers, background, length and captions are those of the scene before, and in "
            + "which no sound begins",
        unit: "scenes", threshold: "0", source: "vgraph", changedBy: "scenes", severity: .warn,
        runbook: "a copied scene that was not filled in, or a list of 'each' with the same item twice"
    ) { proof in
        let video = proof.video, scenes = video.scenes
        guard scenes.count > 1 else { return [] }
        func captions(_ scene: ResolvedVideo.Scene) -> [Cue] {
            video.captions.map(\.cue).filter {
                $0.startFrame < scene.startFrame + scene.frames && $0.endFrame > scene.startFrame
            }.map { cue in
                var cue = cue
                cue.startFrame -= scene.startFrame
                cue.endFrame -= scene.startFrame
                return cue
            }
        }
        func hasSoundOfItsOwn(_ scene: ResolvedVideo.Scene) -> Bool {
            let from = proof.seconds(scene.startFrame), to = proof.seconds(scene.startFrame + scene.frames)
            return video.mix.pieces.contains { $0.start >= from - 0.001 && $0.start < to }
        }
        return scenes.indices.dropFirst().compactMap { index in
            let scene = scenes[index], before = scenes[index - 1]
            guard scene.frames == before.frames, scene.background == before.background, scene.layers == before.layers,
                scene.layers.contains(where: { if case .text = $0.content { true } else { false } }),
                !hasSoundOfItsOwn(scene), captions(scene) == captions(before), let place = proof.place(ofScene: index),
                let first = proof.place(ofScene: index - 1)
            else { return nil }
            return .seen(.repeatedScene(id: scene.id, before: before.id, line: first.line, at: place))
        }
    }
}
