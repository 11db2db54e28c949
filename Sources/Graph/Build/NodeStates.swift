// The states of nodes: which may follow which, and what each change entails.
import Diagnostics
import Digests
import Pipelines
import Store

extension BuildNode {
    enum State {
        /// Waits for other nodes, or to be evaluated.
        case waiting
        /// Remote caches were asked for its result, or for bytes that it needs.
        case asking
        /// Known to be stale; waits for a slot, and perhaps for the lock on its key.
        case runnable
        case running
        case done, failed, skipped
        /// Dry run: would run.
        case stale

        /// Whether one state may follow another. Any other change is a bug in vgraph, and the build must not go on.
        func mayBecome(_ next: State) -> Bool {
            switch (self, next) {
            // It must wait for something new: missing bytes, a listing, a file that another node writes; or a file
            // that it used was edited, so it is evaluated again.
            case (.waiting, .waiting), (.asking, .waiting), (.runnable, .waiting), (.running, .waiting): true
            case (.waiting, .asking), (.runnable, .asking): true
            // A later node needs its bytes, which are gone from the cache.
            case (.done, .waiting): true
            // Its key is known and no result counts; its result turned out to be damaged; it failed and is tried
            // again.
            case (.waiting, .runnable), (.asking, .runnable), (.runnable, .runnable), (.running, .runnable): true
            case (.runnable, .running): true
            // A hit, at once or because another build has made it meanwhile; or it made its result itself.
            case (.waiting, .done), (.asking, .done), (.runnable, .done), (.running, .done): true
            case (.waiting, .failed), (.asking, .failed), (.runnable, .failed), (.running, .failed): true
            // A node that it waits for has no result, or the build ended first.
            case (.waiting, .skipped), (.asking, .skipped), (.runnable, .skipped), (.running, .skipped): true
            // It would run, or depends on a node that would.
            case (.waiting, .stale): true
            default: false
            }
        }
    }
}

extension Build {
    /// The only place where a node's state changes. While a node asks, is runnable or is running it owns its key:
    /// nodes with an equal key wait for it.
    func set(_ node: BuildNode, _ state: BuildNode.State) {
        node.become(state)
        switch state {
        case .asking, .runnable: keys.begin(node)
        case .running: break
        case .waiting, .done, .stale: keys.end(node)
        case .failed:
            keys.end(node)
            account.result.failed += 1
            account.result.targets[node.target].hasFailed = true
        case .skipped:
            keys.end(node)
            account.result.skipped += 1
            account.result.targets[node.target].hasFailed = true
        }
        // Ten thousand nodes need not keep their inputs in memory.
        switch state {
        case .waiting, .asking, .runnable, .running: break
        case .done, .failed, .skipped, .stale: node.inputs = []
        }
    }

    /// Evaluates a node again, at once.
    func reconsider(_ node: BuildNode) {
        set(node, .waiting)
        schedule.addReady(node)
    }

    // MARK: With a result

    func settle(_ node: BuildNode) {
        set(node, .done)
        release(&node.waiters)
        guard !node.hasSettled else { return }
        node.hasSettled = true
        let family = node.family
        family.remaining -= 1
        if family.remaining == 0 { release(&family.waiters) }
        for follower in family.followers {
            guard case .list(_, let index) = stage(follower).domain else { continue }
            let output = stage(node).descriptor.outputs[index].name
            expand(follower, count: node.record?.output(output)?.blobs.count ?? 0)
        }
    }

    func release(_ waiters: inout [BuildNode]) {
        let nodes = waiters
        waiters = []
        for node in nodes where node.state == .waiting {
            node.pending -= 1
            if node.pending == 0 { schedule.addReady(node) }
        }
    }

    // MARK: Without a result

    func fail(_ node: BuildNode, _ diagnostics: [Diagnostic], isCrash: Bool = false, seconds: Double = 0) {
        set(node, .failed)
        node.seconds = seconds
        let diagnostics = diagnostics.map(account.relative)
        for diagnostic in diagnostics { account.add(error: diagnostic) }
        account.tell(.failed(node.name, diagnostics, seconds: seconds))
        if !request.keepGoing && !isCrash { course.isStopping = true }
        pass(over: node)
    }

    private func skip(_ node: BuildNode, because other: BuildNode) {
        set(node, .skipped)
        account.tell(.skipped(node.name, because: other.name.id))
    }

    /// Stages that come `after` a judging stage do not run if it decides 'revise'; stages that take its results do.
    func holdUp(what judge: BuildNode) {
        let held = judge.family.waiters.filter { stage($0).after.contains(judge.stage) && $0.state == .waiting }
        judge.family.waiters.removeAll { waiter in held.contains { $0 === waiter } }
        for node in held where node.state == .waiting {
            skip(node, because: judge)
            pass(over: node)
        }
    }

    /// Nodes that wait for a node without a result are skipped too. Uses a list, since recursion over a chain of
    /// thousands of nodes would overflow the stack.
    func pass(over first: BuildNode) {
        var open = [first]
        while let node = open.popLast() {
            node.hasSettled = true
            var next = node.waiters + node.family.waiters
            node.waiters = []
            node.family.waiters = []
            for follower in node.family.followers {
                if request.dryRun && !follower.isExpanded { plan(follower, after: node) }
                next += follower.waiters
                follower.waiters = []
            }
            for waiter in next where waiter.state == .waiting {
                if request.dryRun && node.state == .stale {
                    set(waiter, .stale)
                    plan(waiter, .unknown, why: [Explanation.depends(on: node.name.id)])
                } else {
                    skip(waiter, because: node)
                }
                open.append(waiter)
            }
        }
    }
}
