// Whether builds can use a cache's folder: its format, whether it can be written and locked, and its free space.
import CSystem
import Diagnostics
import Digests
import Glibc
import Store

struct CacheHealth {
    /// Absolute.
    let path: String

    init(_ path: String) { self.path = path }

    var findings: [MachineFinding] { [folder] + room }

    private var folder: MachineFinding {
        guard access(path, F_OK) == 0 else {
            let above = self.above
            return access(above, W_OK) == 0
                ? MachineFinding("cache", "\(path) (the first build creates it)")
                : MachineFinding(
                    "cache", "cannot create \(path): '\(above)' is not writable",
                    remedy: "chmod u+w '\(above)', or use another folder with --cache")
        }
        do throws(StoreProblem) {
            _ = try Cache(path, for: .reading)
            if let folder = ["", "/tmp", "/blobs", "/records", "/state"].first(where: {
                access(path + $0, F_OK) == 0 && access(path + $0, W_OK) != 0
            }) {
                return MachineFinding(
                    "cache", "\(path + folder) is not writable",
                    remedy: "chmod -R u+w '\(path)', or use another folder with --cache")
            }
            // Every node needs a lock that other processes see. An empty folder has none: the first build makes it a
            // cache.
            if access(path + "/FORMAT", F_OK) == 0 {
                _ = try KeyLocks(try Cache(path, for: .serving)).take(Digest.of(path))
            }
            return MachineFinding("cache", path)
        } catch {
            let problem = error.diagnostic
            return MachineFinding("cache", problem.message, remedy: problem.hint ?? "use another folder with --cache")
        }
    }

    /// The folder itself, or the nearest existing one above it.
    private var above: String {
        var folder = path
        while access(folder, F_OK) != 0, folder.utf8.count > 1 {
            folder = folder.folderPart
            if folder.isEmpty { folder = "/" }
        }
        return folder
    }

    /// A film's frames and segments take some hundred megabytes and some hundred files.
    private var room: [MachineFinding] {
        var status = statvfs()
        guard statvfs(above, &status) == 0 else {
            return [
                MachineFinding(
                    "disk", "\(above): \(String(cString: strerror(errno)))", remedy: "use another folder with --cache")
            ]
        }
        let free = UInt64(status.f_bavail) &* UInt64(status.f_frsize)
        let sweep = "run 'vgraph cache gc --max-size 1G', or use another folder with --cache"
        var found = [
            MachineFinding(
                "disk", "\(Size.text(free)) free" + (free < 1 << 30 ? ", which is low" : ""),
                remedy: free < 1 << 30 ? sweep : nil,
                isNeeded: free < 64 << 20)
        ]
        // Some file systems do not count inodes.
        if status.f_files > 0 {
            let isScarce = status.f_favail < 10_000
            found.append(
                MachineFinding(
                    "inodes", "\(status.f_favail) free" + (isScarce ? ", which is low" : ""),
                    remedy: isScarce ? sweep : nil,
                    isNeeded: status.f_favail < 500))
        }
        return found
    }
}
