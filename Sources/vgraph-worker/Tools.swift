// Reports the versions of the worker's libraries and built-in profiles, which enter the manifests of nodes that use
// them, and the libraries' files, which the engine watches for upgrades.
import CFFmpeg
import CPango
import CSystem
import Digests
import FoundationEssentials
import Media
import Render
import Reviewers
import Spec
import Stages
import Work

struct ToolsReport: Codable {
    /// Name to version, as manifests hold them.
    var tools: [String: String]
    /// Absolute paths of the shared libraries that are loaded.
    var libraries: [String]
    /// Absolute paths on which font searches depend, whether or not they exist.
    var searched: [String]
    /// The version of vgraph.
    var version = vgraphVersion
    /// Encoders that the libraries lack.
    var missing: [String]
    /// Number of font families.
    var families: Int
}

func toolsReport() -> String {
    var tools = toolVersions()
    tools["cairo"] = String(cString: cairo_version_string())
    tools["pango"] = String(cString: pango_version_string())
    tools["harfbuzz"] = String(cString: hb_version_string())
    tools["fontconfig"] = "\(FcGetVersion())"
    var major: FT_Int = 0, minor: FT_Int = 0, patch: FT_Int = 0
    var library: FT_Library?
    if FT_Init_FreeType(&library) == 0 {
        FT_Library_Version(library, &major, &minor, &patch)
        FT_Done_FreeType(library)
    }
    // The text of the built-in profiles, since a change leads to other findings.
    tools["profiles"] = Digest.of(Profiles.names.compactMap(Profiles.builtIn).joined(separator: "\0")).hex
    tools[ReviewerStage.tool] = InstalledReviewers.version
    tools["freetype"] = "\(major).\(minor).\(patch)"

    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let report = ToolsReport(
        tools: tools, libraries: loadedLibraries(),
        searched: FontLibrary.searchedPlaces() + [InstalledReviewers.markFile].compactMap { $0 },
        missing: missingEncoders(), families: FontLibrary.familyCount())
    return (try? encoder.encode(report)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
}

private func loadedLibraries() -> [String] {
    var paths: [String] = []
    withUnsafeMutablePointer(to: &paths) { pointer in
        csystem_each_library(
            { context, path in
                context!.assumingMemoryBound(to: [String].self).pointee.append(String(cString: path!))
            }, pointer)
    }
    return paths.sorted()
}
