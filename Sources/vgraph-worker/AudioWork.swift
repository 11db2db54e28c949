// audio: mixes the sound of the whole video into one AAC stream at its target loudness.
import Composition
import Media
import Stages
import Work

extension StageBody {
    static let audio = StageBody(of: AudioStage.stage) { job, progress in
        let mix = try job[AudioStage.mix]
        var files: [AssetDigest: SoundFile] = [:]
        if !mix.pieces.isEmpty {
            let materials = MaterialFiles(folders: job.folders, files: try job[AudioStage.materials].files)
            for asset in Set(mix.pieces.map(\.asset)) {
                files[asset] = SoundFile(path: try materials.path(asset), name: try materials.name(asset))
            }
        }
        let master = SoundMaster(mix, files: files, bitrate: try job[AudioStage.bitrate])
        let total = mix.samples / max(1, mix.sampleRate)
        let result = try master.write(to: job.path(of: AudioStage.sound), scratch: job.scratch) { done in
            progress(Reply.Progress(done: min(done, total), total: total, unit: "seconds"))
        }
        return Outcome(
            [AudioStage.sound.made, try job.write(json: result.heard, to: AudioStage.heard)],
            diagnostics: result.warnings)
    }
}
