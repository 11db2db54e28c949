// What a worker's searches come to now: fonts by family, and what else it looks for beyond the files it is told of. The
// answers of a record are held against these. Asked once for each state of what is searched in (`Tools.programs`).
import Diagnostics
import FoundationEssentials
import Glibc
import Store
import Work

/// Of one build.
package final class Searches {
    private let worker: String
    private let folders: Folders
    private let file: String
    private let folder: String
    private let identity: Digest
    /// Where the worker searches, as it was before anything was asked: an answer is about this.
    private let leaves: [Leaf]
    private var known: [String: String] = [:]
    private var isNew = false
    private var pool: WorkerPool?

    /// The job by which a worker is asked: its parameter `questions` is a list of texts, its outcome has the answers.
    static let stage = "answers"

    package init(worker: String, programs: [String], folders: Folders, cache: Cache) {
        self.worker = worker
        self.folders = folders
        var writer = DigestWriter()
        let roots = folders.roots.sorted { $0.key < $1.key }.map { "root \($0.key)=\($0.value)" }
        for field in ["answers", worker, folders.workspace] + roots + StateRequest.searchedEnvironment { writer.add(field: field) }
        identity = writer.finish()
        file = cache.root + "/state/" + identity.hex + ".answers"
        folder = cache.temporary
        leaves = Set(programs).sorted().compactMap { try? Leaf.observe($0, kind: .program, known: nil) }
        guard let state = StateFile.load(file, identity: identity), state.leaves == leaves else { return }
        known = (try? JSONDecoder().decode([String: String].self, from: Data(state.summary.text.utf8))) ?? [:]
    }

    deinit { pool?.stop() }

    /// Those whose answer is another now; all of them where nobody can be asked.
    package func changed(_ answers: [Answer]) -> [Answer] {
        let unknown = answers.map(\.question).filter { known[$0] == nil }
        if !unknown.isEmpty { note(ask(unknown)) }
        return answers.filter { known[$0.question] != $0.answer }
    }

    /// What a stage of this build found on its way.
    package func note(_ answers: [Answer]) {
        for answer in answers where known[answer.question] != answer.answer {
            known[answer.question] = answer.answer
            isNew = true
        }
    }

    /// Not being able to remember costs the next build a question.
    package func save() {
        guard isNew, known.count < 10_000, let text = try? JSONEncoder().encode(known) else { return }
        let summary = StateFile.Summary(status: 0, nodes: 0, text: String(decoding: text, as: UTF8.self))
        let state = StateFile(identity: identity, leaves: leaves, summary: summary)
        try? state.write(to: file, by: folder)
        isNew = false
    }

    private func ask(_ questions: [String]) -> [Answer] {
        let pool = self.pool ?? WorkerPool(path: worker)
        self.pool = pool
        let job = Job(id: 1, stage: Self.stage, node: Self.stage, workspace: folders.workspace, inputs: [:], names: [:],
                      parameters: ["questions": .array(questions.map(Value.string))], scratch: "", roots: folders.roots)
        return (try? pool.perform(job))?.answers ?? []
    }
}
