// Where a segment's assets come from. The renderer asks by digest and never sees a path or a format.
import Composition
import Media

public struct LayerSources {
    /// The decoded picture of an image asset.
    public var picture: (AssetDigest) throws -> Bitmap
    /// A clip, opened. Asked for once per layer.
    public var clip: (AssetDigest) throws -> any ClipFrames
    /// Absolute path of a font file that is part of the project.
    public var fontFile: (AssetDigest) throws -> String
    public var fonts: FontLibrary
    var used: FontsUsed?

    public init(
        picture: @escaping (AssetDigest) throws -> Bitmap, clip: @escaping (AssetDigest) throws -> any ClipFrames,
        fontFile: @escaping (AssetDigest) throws -> String, fonts: FontLibrary = FontLibrary()
    ) {
        self.picture = picture
        self.clip = clip
        self.fontFile = fontFile
        self.fonts = fonts
    }

    func layout(_ text: TextContent) throws -> TextLayout {
        let layout = try TextLayout(text, fonts: fonts.fonts(files: text.fontFiles.map { try fontFile($0) }))
        used?.add(layout)
        return layout
    }

    /// The same sources, telling of each layout's fonts.
    public func noting(_ used: FontsUsed) -> LayerSources {
        var sources = self
        sources.used = used
        return sources
    }

    /// What a text measures with the fonts it would be drawn in; draws nothing.
    public func measure(_ text: TextContent) throws -> TextMeasure { try layout(text).measure }
}
