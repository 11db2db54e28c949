// What a spec says of the rights in its assets, for the provenance of a film.

public struct AssetRights: Sendable, Hashable {
    public var name: String
    public var license: String?
    public var credit: String?
    /// What it is, in the spec's words.
    public var source: String?
}

extension Draft {
    public var assetRights: [AssetRights] {
        written.assets.map {
            AssetRights(name: $0.name, license: $0.license, credit: $0.credit, source: $0.origin?.rawValue)
        }
    }
}
