// EA IRIS's clips with the transitions it counts in each picture, where they lie beside the checkout:
// ../shared/media/iris.
import Composition
import FoundationEssentials
import Glibc
import Media
import TestSupport
import Testing

@Suite struct FlashIrisTests {
    /// nil where the clips are absent.
    private static let clips: String? = {
        let folder = Repository.root.deletingLastPathComponent().appending(path: "shared/media/iris").path
        return access(folder + "/gray.mp4", R_OK) == 0 ? folder : nil
    }()

    /// A column of the log that is expected of a clip.
    private func column(_ name: String, _ folder: String, _ clip: String) throws -> [Int] {
        let lines = String(decoding: fileBytes("\(folder)/\(clip)_RELATIVE.csv") ?? [], as: UTF8.self).split(
            whereSeparator: \.isNewline)
        let place = try #require(lines.first?.split(separator: ",").firstIndex { $0 == name })
        return lines.dropFirst().map { Int($0.split(separator: ",")[place].filter(\.isNumber)) ?? -1 }
    }

    @Test(arguments: [
        ("2Hz_5s", "pass"), ("2Hz_6s", "warn"), ("3Hz_6s", "fail"), ("extendedFLONG", "pass"),
        ("intermitentEF", "pass"),
        ("flashStripes", "fail"), ("gray", "pass"), ("GradualRedIncrease", "pass"),
    ])
    func clip(name: String, verdict: String) throws {
        guard let folder = Self.clips else {
            print("IRIS's clips are not beside the checkout (../shared/media/iris): \(name) is skipped")
            return
        }
        let inspection = try MediaReader(path: "\(folder)/\(name).mp4").inspect()
        let video = try #require(inspection.video)
        let found = try #require(
            FlashHistory.find(in: video.flashes, times: video.frames.stamps.map { Double($0) * video.tick }))
        let light = try column("LuminanceTransitions", folder, name), red = try column("RedTransitions", folder, name)
        #expect(found.general.transitions.count == light.count)
        #expect(
            zip(found.general.transitions, light).filter { $0 != $1 }.count == 0,
            "\(found.general.transitions) \(light)")
        // Red that rises gradually: the limit is reached a picture earlier in 8-bit cells.
        #expect(
            zip(found.red.transitions, red).filter { $0 != $1 }.count <= (name == "GradualRedIncrease" ? 1 : 0),
            "\(found.red.transitions) \(red)")
        let result = inspection.report(plan: nil)["D09"]
        #expect(result.verdict.rawValue == verdict, "\(result)")
    }
}
