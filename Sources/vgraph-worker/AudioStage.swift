// audio: the mix of the whole video as one AAC stream at its loudness.
import Composition
import Diagnostics
import Files
import Glibc
import Media
import Work

func audioStage(_ job: Job, progress: (Reply.Progress) -> Void) throws -> Outcome {
    try worded {
        let mix = try job.value(AudioMix.self, "mix")
        var files: [AssetDigest: SoundFile] = [:]
        if !mix.pieces.isEmpty {
            let materials = try job.value(Materials.self, "materials")
            for asset in Set(mix.pieces.map(\.asset)) { files[asset] = try soundFile(asset, materials, job) }
        }
        // Above 1000 it cannot be kilobits.
        let bitrate = try job.number("bitrate", default: 192_000)
        guard bitrate > 0, bitrate < 1e7 else { throw EncodeProblem.badJob("parameter 'bitrate' is \(bitrate)") }
        let master = SoundMaster(mix, files: files, bitrate: Int(bitrate < 1000 ? bitrate * 1000 : bitrate))
        let total = mix.samples / max(1, mix.sampleRate)
        let result = try master.write(to: job.scratch + "/audio.m4a", scratch: job.scratch) { done in
            progress(Reply.Progress(done: min(done, total), total: total, unit: "seconds"))
        }
        return Outcome(outputs: ["sound": ["audio.m4a"]], diagnostics: result.warnings)
    }
}

/// Where an asset is, its bytes held against the digest that the key was made from: it may have been saved again meanwhile.
private func soundFile(_ asset: AssetDigest, _ materials: Materials, _ job: Job) throws -> SoundFile {
    guard let name = materials.files[asset] else { throw EncodeProblem.missingMaterial(digest: asset.hex) }
    guard !name.hasPrefix("/"), !name.split(separator: "/").contains("..") else { throw EncodeProblem.assetOutside(file: name) }
    let path = job.folders.path(name)
    do {
        guard try PictureShelf.shared.digest(ofFile: path) == asset else { throw EncodeProblem.changedAsset(file: name) }
    } catch let failure as SystemFailure {
        throw EncodeProblem.unreadableSound(file: name, reason: String(cString: strerror(failure.code)))
    }
    return SoundFile(path: path, name: name)
}
