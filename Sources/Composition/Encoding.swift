// The choices of a pipeline for encoding pictures.

public enum VideoCodec: String, Codable, Sendable, Hashable, CaseIterable { case h264 }

/// Effort of the encoder: x264's presets, and `graphics`.
public enum EncoderPreset: String, Codable, Sendable, Hashable, CaseIterable {
    /// For titles, pictures and drawn motion: x264's superfast with macroblock-tree rate control. On drawn pictures the
    /// files are as small as with veryfast, in two thirds of the time.
    case graphics
    case ultrafast, veryfast, medium, slow
}
