// Versions of the libraries that can change the bytes of a result, as manifests name them.
import CFFmpeg
import CLoudness

/// Encoders that are required and that the linked libraries lack.
public func missingEncoders() -> [String] {
    ["aac"].filter { avcodec_find_encoder_by_name($0) == nil }
}

/// Versions of the loaded libraries, not of the headers they were compiled against.
public func toolVersions() -> [String: String] {
    func text(_ version: UInt32) -> String { "\(version >> 16).\(version >> 8 & 255).\(version & 255)" }
    var major: Int32 = 0, minor: Int32 = 0, patch: Int32 = 0
    ebur128_get_version(&major, &minor, &patch)
    return [
        "libavcodec": text(avcodec_version()),
        "libavformat": text(avformat_version()),
        "libswscale": text(swscale_version()),
        "libswresample": text(swresample_version()),
        "libx264": X264Encoder.version,
        "libebur128": "\(major).\(minor).\(patch)",
    ]
}
