// Runs the engine's own stages as a worker runs the others: one job per line on standard input, replies on standard
// output. Only `--check-determinism` starts it, to run them again with other hash seeds and addresses.
import ArgumentParser
import Diagnostics
import FoundationEssentials
import Glibc
import Graph
import Stages
import Work

struct PerformCommand: ParsableCommand {
    static let name = "perform-jobs"
    static let configuration = CommandConfiguration(
        commandName: name, abstract: "Run jobs of the engine's stages.", shouldDisplay: false)

    func run() throws {
        while let line = readLine() {
            guard let job = try? JSONDecoder().decode(Job.self, from: Data(line.utf8)) else {
                throw ExitStatus.badInput.code
            }
            printDocument(String(decoding: try JSONForm.line.bytes(of: reply(job)), as: UTF8.self))
            fflush(nil)
        }
    }

    private func reply(_ job: Job) -> Reply {
        guard case .here(let work)? = Stages.all.first(where: { $0.name == job.stage })?.place else {
            return Reply(id: job.id, failure: [WorkerProblem.unknownStage(job.stage).diagnostic])
        }
        do { return Reply(id: job.id, outcome: try work(job)) } catch let error as Diagnostics {
            return Reply(id: job.id, failure: error.all)
        } catch let error as Diagnostic {
            return Reply(id: job.id, failure: [error])
        } catch {
            return Reply(
                id: job.id, failure: [BuildProblem.stageThrew(node: job.node, error: words(of: error)).diagnostic])
        }
    }
}
