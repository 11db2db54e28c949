// Reports the versions of the worker's libraries and built-in profiles, which enter the manifests of nodes that use
// them, and the libraries' files, which the engine watches for upgrades.
import CFFmpeg
import CPango
import CSystem
import Digests
import Glibc
import Media
import Render
import Reviewers
import Spec
import Spelling
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

    // hunspell does not say its version, but its file's name has it.
    let libraries = loadedLibraries()
    tools["hunspell"] = libraries.first { $0.contains("/libhunspell-") }.flatMap(fileVersion) ?? "unknown"

    let report = ToolsReport(
        tools: tools, libraries: libraries,
        searched: FontLibrary.searchedPlaces() + [InstalledReviewers.markFile].compactMap { $0 } + [
            Dictionaries.folder
        ],
        missing: missingEncoders(), families: FontLibrary.familyCount())
    return (try? JSONForm.line.bytes(of: report)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
}

/// "1.7.so.0.0.1" of a library's file, behind its links.
private func fileVersion(_ library: String) -> String? {
    guard let real = realpath(library, nil) else { return nil }
    defer { free(real) }
    return String(cString: real).split(separator: "-").last.map(String.init)
}

func loadedLibraries() -> [String] {
    var paths: [String] = []
    withUnsafeMutablePointer(to: &paths) { pointer in
        csystem_each_library(
            { context, path in
                context!.assumingMemoryBound(to: [String].self).pointee.append(String(cString: path!))
            }, pointer)
    }
    return paths.sorted()
}
