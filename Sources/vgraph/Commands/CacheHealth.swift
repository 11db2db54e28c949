// Whether builds can use a cache's folder: its format, whether it can be written and locked, and how much room there
// is.
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
                ? MachineFinding("cache", "\(path), will be made by the first build")
                : MachineFinding(
                    "cache", "\(path) cannot be made: '\(above)' cannot be written",
                    remedy: "chmod u+w '\(above)', or another folder with --cache")
        }
        do throws(StoreProblem) {
            _ = try Cache(path, for: .reading)
            if let folder = ["", "/tmp", "/blobs", "/records", "/state"].first(where: {
                access(path + $0, F_OK) == 0 && access(path + $0, W_OK) != 0
            }) {
                return MachineFinding(
                    "cache", "\(path + folder) cannot be written",
                    remedy: "chmod -R u+w '\(path)', or another folder with --cache")
            }
            // What every node needs: a lock that other processes see. An empty folder becomes a cache with the first
            // build.
            if access(path + "/FORMAT", F_OK) == 0 {
                _ = try KeyLocks(try Cache(path, for: .serving)).take(Digest.of(path))
            }
            return MachineFinding("cache", path)
        } catch {
            let problem = error.diagnostic
            return MachineFinding("cache", problem.message, remedy: problem.hint ?? "another folder with --cache")
        }
    }

    /// The folder itself, or the nearest above it that is there.
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
                    "disk", "\(above): \(String(cString: strerror(errno)))", remedy: "another folder with --cache")
            ]
        }
        let free = UInt64(status.f_bavail) &* UInt64(status.f_frsize)
        let sweep = "'vgraph cache gc --max-size 1G', or another folder with --cache"
        var found = [
            MachineFinding(
                "disk", "\(Size.text(free)) free" + (free < 1 << 30 ? ", which is little" : ""),
                remedy: free < 1 << 30 ? sweep : nil,
                isNeeded: free < 64 << 20)
        ]
        // Some file systems do not count them.
        if status.f_files > 0 {
            let isScarce = status.f_favail < 10_000
            found.append(
                MachineFinding(
                    "inodes", "\(status.f_favail) free" + (isScarce ? ", which is few" : ""),
                    remedy: isScarce ? sweep : nil,
                    isNeeded: status.f_favail < 500))
        }
        return found
    }
}
