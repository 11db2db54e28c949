// What this worker needs on another machine, and how it finds it there. In a bundle it uses the bundle's fonts and no
// others.
import CSystem
import Diagnostics
import Glibc
import Render
import Work

/// The folder of the bundle that this process runs from; nil: it runs where it was built or installed.
let bundleFolder: String? = {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = buffer.withUnsafeMutableBytes { readlink("/proc/self/exe", $0.baseAddress!, $0.count) }
    var folders: [String] = []
    // This program, or the loader: each lies in a folder of the bundle.
    let parts = String(decoding: buffer[..<max(0, count)], as: UTF8.self).split(separator: "/").dropLast(2)
    if count > 0 { folders.append(parts.isEmpty ? "" : "/" + parts.joined(separator: "/")) }
    // A server may have put links into the folder, or there is no /proc.
    if let working = getcwd(nil, 0) {
        let folder = String(cString: working) == "/" ? "" : String(cString: working)
        folders += [folder + "/" + JobPlaces.bundle, folder]
        free(working)
    }
    return folders.first { access($0 + "/" + WorkerParts.fontFile, R_OK) == 0 }
}()

func readOwnFonts() {
    guard let bundleFolder else { return }
    for name in ["FONTCONFIG_PATH", "FONTCONFIG_SYSROOT"] { unsetenv(name) }
    setenv("FONTCONFIG_FILE", bundleFolder + "/" + WorkerParts.fontFile, 1)
}

func printParts() -> Int32 {
    do {
        let up = String(repeating: "../", count: WorkerParts.fontFile.split(separator: "/").count - 1)
        let fonts = try FontConfiguration(folder: up + WorkerParts.fontFolder)
        guard let program = realpath("/proc/self/exe", nil), let loader = csystem_loader() else {
            throw BundleProblem.cannotRead(path: "/proc/self/exe", error: "the worker does not know its own file")
                .diagnostic
        }
        defer { free(program) }
        let own = String(cString: loader)
        let parts = WorkerParts(
            program: String(cString: program), loader: own, libraries: loadedLibraries().filter { $0 != own },
            fonts: fonts.fonts, fontConfiguration: fonts.text)
        print(String(decoding: try JSONForm.line.bytes(of: parts), as: UTF8.self))
        return 0
    } catch {
        let text = "vgraph-worker: \(words(of: error))\n"
        _ = text.withCString { write(2, $0, strlen($0)) }
        return 1
    }
}
