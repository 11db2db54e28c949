// Which assets a segment or a mix needs, so that a job that travels takes these along and no others.

extension Segment {
    public var assets: Set<AssetDigest> {
        (stacks.flatMap(\.layers) + overlays).reduce(into: []) { all, layer in
            switch layer.content {
            case .text(let text): all.formUnion(text.fontFiles)
            case .image(let image): all.insert(image.asset)
            case .video(let video): all.insert(video.asset)
            case .shape: break
            }
        }
    }
}

extension AudioMix {
    public var assets: Set<AssetDigest> { Set(pieces.map(\.asset)) }
}

extension Materials {
    /// The names of files, sorted; what the table does not know is left out, and whoever draws it reports it.
    public func names(of assets: Set<AssetDigest>) -> [String] {
        assets.compactMap { files[$0] }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
