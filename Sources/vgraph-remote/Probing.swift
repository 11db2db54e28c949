// Tries each remote: can it be reached, read, and, where it is configured to, written? For `vgraph remote status`.
import Diagnostics
import Glibc
import Processes
import Remotes
import Wire

extension Service {
    func probe(_ id: Int, _ lines: Lines) {
        let standings = remotes.enumerated().map { index, remote in standing(of: remote, lines.line(to: index)) }
        replies.send(RemoteReply(id: id, standings: standings))
    }

    private func standing(of remote: Remote, _ line: Line) -> RemoteReply.Standing {
        var server: String?, fastest: Double?, isGood = !remote.isOff(.reading)
        do throws(Trouble) {
            for _ in 0..<3 {
                let start = monotonicSeconds()
                server = try remote.attempt(.reading) { () throws(Trouble) -> String? in try remote.cache.look(line) }
                let seconds = monotonicSeconds() - start
                fastest = min(fastest ?? seconds, seconds)
            }
            if remote.settings.isWritable, isGood {
                isGood = remote.takesRecords
                if isGood { try tryWriting(remote, line) }
            }
        } catch { isGood = false }
        var problems: [Diagnostic] = []
        if !remote.settings.url.isEncryptedOrHere, remote.sendsSecret {
            problems.append(RemoteProblem.openSecret(remote.settings.name, url: remote.settings.url.text).diagnostic)
        }
        if remote.keys.named.isEmpty, isGood {
            problems.append(RemoteProblem.unsignedTrust(remote.settings.name).diagnostic)
        }
        return RemoteReply.Standing(
            remote: remote.settings.name, isGood: isGood, milliseconds: fastest.map { $0 * 1000 }, server: server,
            problems: problems)
    }

    /// Puts a small blob and reads it again.
    private func tryWriting(_ remote: Remote, _ line: Line) throws(Trouble) {
        let bytes = Array("vgraph remote status\n".utf8), digest = ContentDigest(of: bytes)
        try remote.attempt(.writing) { () throws(Trouble) -> Void in
            try remote.cache.upload([(digest, bytes)], line)
        }
        try remote.attempt(.reading) { () throws(Trouble) -> Void in
            var found: [UInt8] = []
            guard
                try remote.cache.blob(
                    digest, line,
                    sink: {
                        found += $0; return true
                    }), found == bytes
            else {
                throw .wrong("a blob that was just written is not there")
            }
        }
    }
}

extension RemoteAddress {
    fileprivate var isEncryptedOrHere: Bool { isEncrypted || isLoopback }
}
