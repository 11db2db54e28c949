// What a worker's searches find now: fonts by family, and what else it looks for beyond the files it is told of. The
// answers of a record are held against these. Asked once for each state of what is searched in (`Tools.programs`).
import Diagnostics
import Digests
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
    /// By question: font files are in it by their paths.
    private var known: [ByteText: String] = [:]
    private var isNew = false
    private var pool: WorkerPool?

    package init(worker: String, programs: [String], folders: Folders, cache: Cache) {
        self.worker = worker
        self.folders = folders
        var writer = DigestWriter()
        let roots = folders.roots.sorted { $0.key < $1.key }.map { "root \($0.key)=\($0.value)" }
        for field in ["answers", worker, folders.workspace] + roots + StateRequest.searchedEnvironment {
            writer.add(field: field)
        }
        identity = writer.finish()
        file = cache.root + "/state/" + identity.hex + ".answers"
        folder = cache.temporary
        leaves = Set(programs).sorted().compactMap { try? Leaf.observe($0, kind: .program, known: nil) }
        guard let state = StateFile.load(file, identity: identity), state.leaves == leaves else { return }
        let answers = try? JSONDecoder().decode([Answer].self, from: Data(state.summary.text.utf8))
        for answer in answers ?? [] { known[answer.question] = answer.answer }
    }

    deinit { pool?.stop() }

    /// Those whose answer is another now; all of them where no worker can be asked.
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
        guard isNew, known.count < 10_000 else { return }
        let answers = known.sorted { $0.key < $1.key }.map { Answer(question: $0.key.text, answer: $0.value) }
        guard let text = try? JSONEncoder().encode(answers) else { return }
        let summary = StateFile.Summary(status: .done, nodes: 0, text: String(decoding: text, as: UTF8.self))
        let state = StateFile(identity: identity, leaves: leaves, summary: summary)
        try? state.write(to: file, by: folder)
        isNew = false
    }

    private func ask(_ questions: [String]) -> [Answer] {
        let pool = self.pool ?? WorkerPool(path: worker)
        self.pool = pool
        let name = AnswersRequest.request.name
        var job = Job(id: 1, stage: name, node: name, workspace: folders.workspace, scratch: "", roots: folders.roots)
        job.set(AnswersRequest.questions, to: questions)
        return (try? pool.perform(job))?.answers ?? []
    }
}
