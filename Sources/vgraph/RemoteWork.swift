// Who does work for a build besides this machine: the remote that the command line or the person's settings name, and
// the bundle that its jobs run in. Must not know what is sent.
import Diagnostics
import Digests
import Files
import Glibc
import Graph
import Processes
import Remotes
import Travel
import Work
import Workers

extension Project {
    /// - Parameter named: a URL, or the name of a remote; nil: the first of the settings that executes.
    /// - Returns: nil: nobody does.
    func elsewhere(_ named: String?, jobs: Int, isInstead: Bool) throws -> Elsewhere? {
        guard let remote = try executor(named) else { return nil }
        let program = Self.remotePath()
        let writing = ExecutorWriting(remote, worker: worker, folder: cache + "/state")
        return Elsewhere(
            name: remote.name, jobs: jobs, isInstead: isInstead, prepare: { writing.begin() },
            command: { () throws(Diagnostics) -> [String] in [program, "--execute", try writing.file()] })
    }

    private func executor(_ named: String?) throws -> RemoteSettings.Remote? {
        guard let named else { return remotes.remotes.first { $0.executes } }
        let found =
            remotes.remotes.first { $0.name == named }
            ?? RemoteAddress(named).map { address in
                // What the settings say of the server, such as its token, holds also here.
                remotes.remotes.first { $0.url == address } ?? RemoteSettings.Remote(name: address.host, url: address)
            }
        guard let found, found.url.kind == .reapi else {
            throw Refusal([RemoteProblem.cannotExecute(named, at: nil).diagnostic])
        }
        return found
    }
}

/// Writes down who does the jobs and in which bundle, on a thread of its own: the bundle's hundreds of megabytes are
/// read while the first nodes run.
private final class ExecutorWriting: @unchecked Sendable {
    private let make: @Sendable () -> Result<String, Diagnostics>
    /// Of the thread that builds.
    private var made: SideThread<Result<String, Diagnostics>>?

    /// - Parameter folder: for the file, and for what is known of the bundle's files from earlier builds.
    init(_ remote: RemoteSettings.Remote, worker: String, folder: String) {
        make = {
            do throws(Diagnostics) { return .success(try Self.write(remote, worker: worker, folder)) } catch {
                return .failure(error)
            }
        }
    }

    func begin() { if made == nil { made = SideThread(make) } }

    func file() throws(Diagnostics) -> String {
        begin()
        return try (made?.value() ?? make()).get()
    }

    private static func write(
        _ remote: RemoteSettings.Remote, worker: String, _ folder: String
    ) throws(Diagnostics) -> String {
        let parts: WorkerParts
        do throws(BuildProblem) { parts = try WorkerParts(of: worker) } catch {
            throw Diagnostics([error.diagnostic])
        }
        let sums = KnownSums(folder + "/" + Digest.of("bundle").hex + ".sums", by: folder)
        let file = ExecutorFile(remote: remote, bundle: try WorkerBundle(parts, sums))
        sums.write()
        let bytes = (try? JSONForm.line.bytes(of: file)).map { Array($0) } ?? []
        let path = folder + "/" + Digest.of(bytes).hex + ".executor"
        do throws(StoreProblem) { try AtomicFile.write(bytes, to: path, by: folder) } catch {
            throw Diagnostics([error.diagnostic])
        }
        return path
    }
}
