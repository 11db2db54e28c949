// The worker's tools, asked for once per version of the worker and its libraries.
import Diagnostics
import Digests
import Store

package struct WorkerTools {
    /// Name to version.
    package let versions: [String: String]
    /// The worker, its libraries and the files that it searches: if one changes, the answer may change.
    package let programs: [String]

    package init(worker: String, cache: Cache) throws(BuildProblem) {
        var identity = DigestWriter()
        identity.add(field: "tools")
        identity.add(field: worker)
        for variable in StateRequest.searchedEnvironment { identity.add(field: variable) }
        let digest = identity.finish()
        let file = cache.root + "/state/" + digest.hex + ".tools"
        if let known = StateFile.upToDate(file, identity: digest, by: cache.temporary),
            let report = WorkerReport(Array(known.text.utf8))
        {
            versions = report.tools
            programs = [worker] + report.files
            return
        }
        let answer = try WorkerReport.ask(worker)
        guard let report = WorkerReport(answer) else {
            throw .workerTools(path: worker, reason: "its answer is not a report")
        }
        versions = report.tools
        programs = [worker] + report.files
        let files = FileTable()
        for program in programs { try? files.note(program: program) }
        let state = StateFile(
            identity: digest, leaves: files.leaves,
            summary: StateFile.Summary(
                status: .done, nodes: 0,
                text: String(decoding: answer, as: UTF8.self)))
        // A failure costs the next build a question.
        try? state.write(to: file, by: cache.temporary)
    }
}
