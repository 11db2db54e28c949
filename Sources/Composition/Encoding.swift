// How pictures are encoded, as a pipeline chooses it.

public enum VideoCodec: String, Codable, Sendable, Hashable, CaseIterable { case h264 }

/// Effort of the encoder; x264's words, and one of our own.
public enum EncoderPreset: String, Codable, Sendable, Hashable, CaseIterable {
    /// For titles, pictures and drawn motion: x264's superfast with macroblock-tree rate control, on drawn pictures as
    /// small as veryfast in two thirds of its time.
    case graphics
    case ultrafast, veryfast, medium, slow
}
