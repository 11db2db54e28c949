// Small JPEG pictures of a video at given times, for the review page.
import CFFmpeg
import Composition
import Diagnostics

public enum PosterFrames {
    /// One JPEG for each time, in the order of `times`; nil if the picture cannot be decoded. Equal input gives equal
    /// bytes.
    /// - Parameter width: in pixels. The height keeps the aspect ratio; both become even.
    /// - Throws: `MediaProblem` if the file cannot be opened.
    public static func make(
        path: String, name: String? = nil, times: [Double], width: Int = 480,
        progress: (Int) -> Void = { _ in }
    ) throws -> [[UInt8]?] {
        let reader = try ClipReader(path: path, name: name)
        var posters = [[UInt8]?](repeating: nil, count: times.count)
        // In ascending order the clip is decoded only once, forwards.
        for (done, index) in times.indices.sorted(by: { times[$0] < times[$1] }).enumerated() {
            let bitmap = try? reader.bitmap(at: Rational(times[index]))
            posters[index] = bitmap.flatMap { try? $0.jpeg(width: width) }
            progress(done + 1)
        }
        return posters
    }
}
