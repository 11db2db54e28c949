// audio: the mix of the whole video as one AAC stream at its loudness.
import Composition
import CSystem
import Diagnostics
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
        guard bitrate > 0, bitrate < 1e7 else { throw JobProblem.badJob("parameter 'bitrate' is \(bitrate)") }
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
    guard let name = materials.files[asset] else { throw SoundProblem.missingMaterial(digest: asset) }
    guard !name.hasPrefix("/"), !name.split(separator: "/").contains("..") else { throw SoundProblem.assetOutside(file: name) }
    let path = job.folders.path(name)
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SoundProblem.unreadableSound(file: name, reason: String(cString: strerror(errno))) }
    defer { close(descriptor) }
    let state = csystem_xxh3_new()
    defer { csystem_xxh3_free(state) }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
    defer { buffer.deallocate() }
    while true {
        let n = read(descriptor, buffer.baseAddress, buffer.count)
        if n < 0, errno == EINTR { continue }
        guard n >= 0 else { throw SoundProblem.unreadableSound(file: name, reason: String(cString: strerror(errno))) }
        if n == 0 { break }
        csystem_xxh3_update(state, buffer.baseAddress, n)
    }
    var digest = [UInt8](repeating: 0, count: 16)
    csystem_xxh3_final(state, &digest)
    let text = digest.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    guard text == asset else { throw SoundProblem.changedAsset(file: name) }
    return SoundFile(path: path, name: name)
}
