// The source of a segment's assets. The renderer asks by digest and does not know the paths and formats of pictures.
import Composition
import Media

public struct LayerSources {
    /// The decoded picture of an image asset. Segments of one thread may share it.
    public var picture: (AssetDigest) throws -> PictureLevels
    /// Opens a clip; called once for each layer.
    public var clip: (AssetDigest) throws -> any ClipFrames
    /// Absolute path of a font file of the project.
    public var fontFile: (AssetDigest) throws -> String
    public var fonts: FontLibrary
    var used: FontsUsed?

    public init(
        picture: @escaping (AssetDigest) throws -> PictureLevels,
        clip: @escaping (AssetDigest) throws -> any ClipFrames,
        fontFile: @escaping (AssetDigest) throws -> String, fonts: FontLibrary = FontLibrary()
    ) {
        self.picture = picture
        self.clip = clip
        self.fontFile = fontFile
        self.fonts = fonts
    }

    func layout(_ text: TextContent) throws -> TextLayout {
        let set = try fonts.fonts(files: text.fontFiles.map { try fontFile($0) })
        let layout = text.fit == nil ? try TextLayout(text, fonts: set) : try .fitting(text, fonts: set)
        fonts.note(layout)
        used?.add(layout)
        return layout
    }

    /// A text to be drawn, with what other segments have drawn of it already.
    func drawing(_ text: TextContent) throws -> DrawnPicture {
        let files = try text.fontFiles.map { try fontFile($0) }
        if let known = fonts.drawn.picture(of: text, files) {
            used?.add(known.layout)
            return known.picture
        }
        let layout = try layout(text), picture = DrawnPicture(layout)
        fonts.drawn.keep(picture, layout, of: text, files)
        return picture
    }

    /// The text at the size at which it is drawn.
    func fitted(_ text: TextContent) throws -> TextContent { text.fit == nil ? text : try layout(text).content }

    /// The same sources, recording the fonts of each layout.
    public func noting(_ used: FontsUsed) -> LayerSources {
        var sources = self
        sources.used = used
        return sources
    }

    /// Measures a text in the fonts in which it would be drawn, without drawing it.
    public func measure(_ text: TextContent) throws -> TextMeasure { try layout(text).measure }
}
