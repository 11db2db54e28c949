// What an operator does, from draft to publish. A test runs the commands of "A day" as they stand here.

extension Runbook {
    static let day = #"""
        # Runbook

        For whoever makes videos with vgraph and did not write it. `vgraph runbook ID` prints the entry of one id of a
        message; the entries follow below. Who decides on a film is in its project's own `RUNBOOK.md` and in `vgraph.keys`.

        ## From draft to publish

        | step | who | what | command |
        |---|---|---|---|
        | brief | author | audience, the promise in one sentence, what must be said and shown: `brief` in the spec | |
        | material | author | assets with their rights | `vgraph build NAME.mp4:validate` |
        | draft | author | the spec, small and quick; errors of proofreading are mended first | `vgraph watch NAME.mp4` |
        | candidate | author | full size; every check passes, every caption is read | `vgraph build NAME.mp4` |
        | review | reviewer | the sheet, and the film from start to end with sound | `vgraph review NAME.mp4 --open` |
        | answers | reviewer | what only a person can say, signed | `vgraph answer NAME.mp4 CLAIM supports …` |
        | decision | who is named for it | pass and approve, or revise with a reason | `vgraph approve`, `vgraph revise` |
        | publish | operator | the approved bytes and no others, with their evidence | `vgraph publish NAME.mp4 --to PLACE --by …` |

        The author of a film does not approve it, where there is a second person. Nothing is published whose gate says
        revise: there is no flag that goes past it, only a signed waiver for a named fault and a named time.

        ## A day

        A new film. `init` writes a spec that builds, and the short runbook of the project.

        ```console
        $ vgraph init launch
        …
        $ cd launch
        $ vgraph key new anna
        …
        ```

        The key is made once for each person; `vgraph.keys` is committed and says whose word counts. A draft is small, and
        the claims are written before the film is finished.

        ```console
        $ sed -i 's/1920x1080/640x360/' launch.video.yaml
        $ echo 'review: { claims: [the last card says what to do] }' >> launch.video.yaml
        $ vgraph build launch.mp4
        …
        launch.mp4: built, gate: revise
        …
        ```

        The gate says why: a claim has no answer. Watch the film, then sign what you saw; the answer is an input of the gate.

        ```console
        $ vgraph gate launch.mp4
        launch.mp4: REVISE
        …
          reason  the claim 'claim.1' is not answered…(vgraph runbook gate.unanswered)
        …
        $ vgraph answer launch.mp4 claim.1 supports --by anna --reason 'seen from 6 s on'
        …
        now run 'vgraph build launch.mp4'
        $ vgraph build launch.mp4
        …
        launch.mp4: built, gate: pass
        …
        ```

        It passes, and is not approved yet. The person who decides does not like something: revise, with a reason that can be
        acted upon.

        ```console
        $ vgraph revise launch.mp4 --by anna --reason 'the first caption must name the product'
        launch.mp4: REVISED by anna …
        $ sed -i 's/Every stage is a node/In vgraph every stage is a node/' launch.video.yaml
        $ vgraph build launch.mp4
        …
        launch.mp4: built, gate: revise
        …
        ```

        Another file: what was said of the first one is void, the answer too. Only what changed is looked at again.

        ```console
        $ vgraph answer launch.mp4 claim.1 supports --by anna --reason 'seen again'
        …
        $ vgraph build launch.mp4
        …
        launch.mp4: built, gate: pass
        …
        $ vgraph approve launch.mp4 --by anna --reason 'agreed with the product owner'
        launch.mp4: APPROVED by anna …
        $ vgraph gate launch.mp4 --approved
        launch.mp4: PASS, APPROVED
        …
        ```

        Publish it: nothing is copied that has not passed and been approved. Then commit spec, answers, decisions,
        `vgraph.keys` and `vgraph.ledger`: from any copy, whatever its name, they lead back.

        ```console
        $ vgraph publish launch.mp4 --to published --by anna
        launch.mp4: PUBLISHED as published/launch.mp4…
        …
        $ cp published/launch.mp4 final-3.mp4
        $ vgraph trace final-3.mp4
        final-3.mp4: this is launch.mp4 as it was approved, byte for byte
        …
        $ vgraph ledger verify
        …
        everything holds
        ```

        Later the platform wants a smaller file
        than the spec promised, and there is no time: the fault is waived, by name and for a time, and approved again.

        ```console
        $ sed -i 's/acceptance: {/acceptance: { max_bytes: 10000,/' launch.video.yaml
        $ vgraph build launch.mp4
        …
        launch.mp4: built, gate: revise
        …
        $ vgraph runbook a02
        A02  Accepted file size
        …
        $ vgraph waive launch.mp4 A02 --by anna --reason 'agreed by mail' --until "$(date -u -d '+7 days' +%F)"
        launch.mp4: A02 waived for the whole film until …
        now run 'vgraph build launch.mp4'
        $ vgraph build launch.mp4
        …
        launch.mp4: built, gate: pass
        …
        $ vgraph gate launch.mp4
        launch.mp4: PASS, APPROVED
        …
          waived  A02 by anna until …
        …
        ```

        The bytes are those that were approved, so the approval still counts; the day after the waiver ends the gate says
        revise.

        ## Source material

        - Facts before pictures: every number in a text or a sentence has a source that others can open. Write the
          cell beside it in the spec (`source: data/plants.csv#total`), and it is compared (`vgraph runbook P13.source`).
        - Rights before taste: an asset without a known licence is not used. `assets: { hero: { file: …, license: …,
          credit: … } }` carries it; a profile can demand it (`vgraph runbook P11.license`).
        - Take the largest original: pictures at least as large as they are drawn, clips at the rate of the film, voices in
          mono WAV without music under them.
        - Keep material in the project or in a declared root (`--root brand=../brand`); a file that only one machine has does
          not build elsewhere.
        - Every picture, clip and sound says where it comes from: `source: captured` (or `screen`, `drawn`, `algorithmic`,
          `trained`, `composite`). The film's own mark, its IPTC digital source type, is made of these words.
        - A voice, a model or a renderer is chosen once, before the film and apart from it: a pipeline of its own makes each
          candidate from the same script, and the same checks and reviewers judge them (`pipelines/examples/bakeoff`). A person
          looks and listens, chooses and says why. The film's spec then pins the chosen bytes (`sha256:`), so that another
          choice is a change of one line in a review, and other bytes are an error. A new version of a model is a new candidate.
        - Generated material is marked as such and labelled where it is published (`vgraph runbook P11.generated`).

        ## Narration

        - Write for the ear: one thought a sentence, at most 20 words; numbers as they are spoken.
        - One file for each scene, tied to it (`at: scene.NAME.start + 0.4s`): an inserted scene then moves voice, captions and
          pictures together.
        - The voice sets the time: a scene is as long as its sentence and half a second, and not the other way round.
        - Captions are what is said, in two lines at most. What is only shown is a text, not a caption.
        - Start with what the viewer gets, one claim a scene, and end with one thing to do.
        - Listen to every new take from start to end: a wrong word passes every meter.

        ## What is reviewed before export

        1. Before rendering, by rule: the spec (P checks). Errors stop the build.
        2. The delivered file, by rule: D and A checks, on the decoded file.
        3. Texts, captions and speech, read back by the installed reviewers (`vgraph reviewers`).
        4. By a person, with the sheet: the film with sound, once without sound, and once at the size of a telephone; each
           claim; names, numbers and dates against their sources; rights; what changed since the last approval.
        5. The decision: approve or revise, with a reason, signed.

        ## What is kept, and how long

        | artifact | where | kept | why |
        |---|---|---|---|
        | spec, props, captions, pipelines, policies, `vgraph.keys` | version control | for good | what the film is |
        | answers, decisions (`*.answers.jsonl`, `*.decisions.jsonl`) | version control | for good | who decided what; only ever appended to |
        | assets | the project or a root, backed up | as long as the film may be changed | they cannot be made again |
        | published films with `.evidence.tar` and `.intoto.jsonl` | where `vgraph publish` put them, and an archive | as the contract says | the film, and why it shipped |
        | evidence (`vgraph.ledger`) | version control; `vgraph ledger export` for an archive | for good | the way back from a lone file |
        | what approved and published films were made from | the cache | for ever: gc leaves it | an edit stays cheap, a comparison possible |
        | what was sent back | the cache | a year (`retain.revised` of the policy 'default') | its decisions say why |
        | other candidates | the cache | 30 days since their last use (`retain.candidates`), then `vgraph cache gc` | costs time only |
        | private keys | the person's configuration folder, nowhere else | while the person decides | a lost key is replaced, its signatures still count |

        ## Revise, compare, discard

        - **Revise** when the gate says so, or when a person would not show the film to its audience. One reason a decision,
          one that can be acted upon. Mend the spec, never the film: a mended film is another file without a history.
        - **Compare** before you approve a change of an approved film: `vgraph diff last~1 last NAME.mp4` says what changed and
          where, `vgraph baseline accept` keeps the pictures that must stay.
        - **Discard** a candidate that was revised twice for the same reason: go back to the brief. Say so with a last
          `vgraph revise`, so that it is not taken up again.
        - **Waive** only what is known, small and dated. Three waivers on one film mean that a rule or the film is wrong.
        - **Compare** a candidate with what was approved: `vgraph diff approved . NAME.mp4`.
        - **Withdraw** what is public and wrong first, then mend; the decision log says who is told.

        ## Questions of an audit

        Each is one command, and needs no cache and no film.

        | question | command |
        |---|---|
        | Where does this file come from, and was it approved? | `vgraph trace FILE` |
        | Which published films contain this asset (its licence was withdrawn)? | `vgraph ledger find --asset music.wav` |
        | Which did this person approve, answer or publish? | `vgraph ledger find --by anna` |
        | Which used this library, font, model, voice or program? | `vgraph ledger find --used "libx264 164"` |
        | What changed between the approved version and this candidate? | `vgraph diff approved . NAME.mp4` (this one needs the cache) |
        | Which published films would fail today's rules? | `vgraph recheck --published` |
        | Is the record whole, and is what lies there what was published? | `vgraph ledger verify` |
        | What went into this film, by whose hand, at what price? | `vgraph provenance NAME.mp4` |

        `vgraph trace` says how sure it is: equal bytes are the film that was decided upon; equal packets are its pictures and
        sound in another container; parts are a cut of it; looks prove nothing. A decision is about exact bytes.

        ## When something fails

        Read the line's id, run `vgraph runbook ID`, mend the cause in the spec, build. `vgraph why TARGET` says why something
        runs again, `vgraph log last` what a build did, `vgraph doctor` what the machine lacks. An error that says it is a bug:
        keep the cache and report it.

        """#
}
