// What a worker's searches find now: fonts by family, and whatever else it searches beyond its inputs. The answers in a
// record are compared with these. The worker is asked once for each state of the files that it searches.
import Diagnostics
import Digests
import FoundationEssentials
import Glibc
import Store
import Work

/// Serves one build.
package final class Searches {
    private let worker: String
    private let folders: Folders
    private let file: String
    private let folder: String
    private let identity: Digest
    /// The files that the worker searches, as they were before the first question: answers are valid for this state.
    private let leaves: [Leaf]
    /// Answers by question.
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

    /// Those whose answer has changed; all of them if no worker can be asked.
    package func changed(_ answers: [Answer]) -> [Answer] {
        let unknown = answers.map(\.question).filter { known[$0] == nil }
        if !unknown.isEmpty { note(ask(unknown)) }
        return answers.filter { known[$0.question] != $0.answer }
    }

    /// Notes answers that a stage of this build found.
    package func note(_ answers: [Answer]) {
        for answer in answers where known[answer.question] != answer.answer {
            known[answer.question] = answer.answer
            isNew = true
        }
    }

    /// A failure costs the next build a question.
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
