// vgraph reviewers: which reviewers are installed, and how their packages and those that publishing needs are installed
// and removed.
import ArgumentParser
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
            'speech' scores the words of every spoken sentence against the sound,
            'voice' hears where one begins, is missing, or is not planned.
            All work offline. They are Python programs whose packages (some 650 MB on
            disk, from PyPI, each held to its digest) 'install' puts into a folder of
            your own, once for all workspaces; later versions of vgraph may need
            another folder beside it. A reviewer that is not installed is 'not run',
            and the gate says so. 'vgraph build' asks it as soon as it is there.
            'install c2pa' does the same for the package (80 MB) with which
            'vgraph publish --c2pa' signs content credentials.
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
            let c2pa = InstalledPackages.c2pa
            print("\(c2pa.mark == nil ? "absent   " : "installed")  c2pa: signs content credentials when you publish")
            if c2pa.mark == nil { print("install it with: \(c2pa.remedy)") }
        }
    }

    struct Install: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Install the reviewers' packages, or find that they are there.")

        @OptionGroup var group: PackageGroup

        @Option(help: ArgumentHelp("The Python to use, of version 3.11 or later.", valueName: "program"))
        var python = "python3"

        func run() throws {
            try exiting(json: false) {
                let packages = group.packages, folder = try folder(of: packages)
                if packages.mark != nil { return print("installed already, in \(folder)") }
                guard let python = located(python) else { throw ReviewerProblem.noPython(python).diagnostic }
                // What was begun and not finished is begun anew.
                Folder.remove(folder)
                try Installation(packages: packages, python: python, folder: folder).run()
                print("installed in \(folder); \(packages.summary)")
            }
        }
    }

    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Remove the reviewers' packages.")

        @OptionGroup var group: PackageGroup

        func run() throws {
            try exiting(json: false) {
                let folder = try folder(of: group.packages)
                Folder.remove(folder)
                print("removed \(folder)")
            }
        }
    }
}

struct PackageGroup: ParsableArguments {
    enum Name: String, CaseIterable, ExpressibleByArgument { case reviewers, c2pa }

    @Argument(help: "Which packages: 'reviewers', or 'c2pa' for signing what is published.")
    var name = Name.reviewers

    var packages: InstalledPackages {
        switch name {
        case .reviewers: .reviewers
        case .c2pa: .c2pa
        }
    }
}

private func folder(of packages: InstalledPackages) throws -> String {
    guard let folder = packages.folder else { throw ReviewerProblem.noHome.diagnostic }
    return folder
}

private func located(_ program: String) -> String? {
    program.hasPrefix("/") ? access(program, X_OK) == 0 ? program : nil : executable(program)
}

/// A virtual environment with the pinned packages. The mark is written last: without it nothing counts as installed.
private struct Installation {
    let packages: InstalledPackages
    let python: String
    let folder: String

    func run() throws {
        try make(folder)
        try call([python, "-m", "venv", folder], doing: "make a virtual environment")
        let own = folder + "/bin/python3", list = folder + "/requirements.txt", prefix = folder + "/prefix"
        try write(packages.packages, to: list)
        try call(
            [
                own, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--quiet", "--no-deps",
                "--only-binary", ":all:", "--require-hashes", "-r", list,
            ], doing: "install the packages")
        try call(
            [
                own, "-c",
                "import sys, importlib.util, \(packages.modules.joined(separator: ", ")); "
                    + "assert all(map(importlib.util.find_spec, \(packages.data))); "
                    + "open(sys.argv[1], 'w').write(sys.base_prefix)", prefix,
            ], doing: "import the packages")
        let base = String(decoding: (try? WholeFile.read(prefix)) ?? [], as: UTF8.self)
        let mark = InstalledPackages.Mark(lock: packages.lock, prefix: base.isEmpty ? "/usr" : base)
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
        let environment = ProcessInfo.processInfo.environment.filter {
            $0.key != "PYTHONHOME" && $0.key != "PYTHONPATH"
        }
        let program = Subprocess(
            program: words[0], environment: environment.map { "\($0.key)=\($0.value)" }, folder: folder)
        let status: Int32
        do throws(SystemFailure) {
            status = try program.run(Array(words.dropFirst()), input: 0, output: 1, errors: 2)
        } catch { throw ReviewerProblem.cannotInstall(doing: doing, reason: error.words).diagnostic }
        guard status == 0 else {
            throw ReviewerProblem.cannotInstall(
                doing: doing, reason: "'\(words.prefix(4).joined(separator: " "))' failed"
            )
            .diagnostic
        }
    }
}
