// A build at a terminal: one line that is redrawn, and permanent lines for what matters.
import Diagnostics
import Glibc
import Graph
import Processes
import Work

final class TerminalReport: BuildObserver {
    private let plain: PlainReport
    private let isVerbose: Bool
    private var nodes = 0
    private var settled = 0
    private var running: [NodeName] = []
    /// Targets whose files are not in place yet.
    private var open: Set<ByteText> = []
    private var targetCount = 0
    private var progress: [NodeName: Reply.Progress] = [:]
    private var framesDone = 0
    private var firstFrame: Double?
    private var lastDrawn = 0.0
    private let start = monotonicSeconds()

    init(volume: PlainReport.Volume) {
        // The redrawn line counts nodes, so they get no lines of their own.
        plain = PlainReport(volume: volume, tellsNodes: volume == .verbose)
        isVerbose = volume == .verbose
    }

    func observe(_ event: BuildEvent) {
        switch event {
        case .started(let targets):
            open = Set(texts: targets)
            targetCount = open.count
            return
        case .grew(let count): nodes = count
        case .kept(let count): settled += count
        case .nodeStarted(let node, _): running.append(node)
        case .sent: break
        case .progress(let node, let now):
            count(now.unit == "frames" ? now.done - (progress[node]?.done ?? 0) : 0)
            progress[node] = now
        case .hit: settled += 1
        case .ran(let node, _):
            if let last = progress[node], last.unit == "frames" { count(last.total - last.done) }
            settle(node)
        case .failed(let node, let diagnostics, _):
            settle(node)
            erase()
            plain.tell(diagnostics)
        case .skipped: settled += 1
        case .published(_, let file, _):
            open.remove(ByteText(file))
            erase()
        case .diagnostic, .verdict, .printed: erase()
        case .uploading(let records):
            fputs2("\r\u{1B}[Kuploading \(records) results; Ctrl-C leaves them to the next build")
            return
        case .finished: erase()
        }
        switch event {
        case .diagnostic, .finished, .printed, .kept: plain.observe(event)
        case .published(_, let file, hasChanged: true): print("wrote \(file)")
        case .ran, .hit:
            if isVerbose { erase() }
            plain.observe(event)
        case .nodeStarted, .sent: if isVerbose { erase(); plain.observe(event) }
        default: break
        }
        if case .finished = event { fflush(nil) } else { draw() }
    }

    private func settle(_ node: NodeName) {
        settled += 1
        running.removeAll { $0 == node }
        progress[node] = nil
    }

    private func count(_ frames: Int) {
        guard frames > 0 else { return }
        if firstFrame == nil { firstFrame = monotonicSeconds() }
        framesDone += frames
    }

    /// At most twenty times a second: drawing must not cost more than the work.
    private func draw() {
        let now = monotonicSeconds()
        guard now - lastDrawn > 0.05, nodes > 0 else { return }
        lastDrawn = now
        var line = "[\(settled)/\(nodes)]"
        if targetCount > 1 { line += " \(targetCount - open.count) of \(targetCount) files," }
        if let node = running.last {
            line += " " + Printable.line(node.id) + (running.count > 1 ? " and \(running.count - 1) more" : "")
        }
        if let firstFrame, now - firstFrame > 0.5 {
            line += "  \(Int(Double(framesDone) / (now - firstFrame))) frames/s"
        }
        if settled > 3, settled < nodes {
            line += "  about \(ReportText.seconds((now - start) / Double(settled) * Double(nodes - settled))) left"
        }
        fputs2("\r\u{1B}[K" + line.prefix(max(20, width() - 1)))
    }

    private func erase() { fputs2("\r\u{1B}[K") }

    private func fputs2(_ text: some StringProtocol) {
        fflush(nil)
        _ = String(text).withCString { write(1, $0, strlen($0)) }
    }

    private func width() -> Int {
        var size = winsize()
        return ioctl(1, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
    }
}
