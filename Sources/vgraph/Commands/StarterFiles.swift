// The files that `vgraph init` writes. A folder without a pipeline of its own is built with this one; a test keeps it
// equal to pipelines/video.yaml.

enum StarterFiles {
    static let pipeline = """
        # From a spec to videos and the decision whether each may be published: the spec's own film, and one for each of its
        # formats, languages and rows of `variants`. `vgraph graph NAME.mp4` draws it.
        pipeline: video
        films: "{name}.video.yaml"
        target: "{film}.mp4"
        stages:
          validate:  { uses: validate, spec: "{name}.video.yaml", props: "{name}.props.yaml?", choice: "{choice}" }
          resolve:   { uses: resolve, spec: "{name}.video.yaml", props: "{name}.props.yaml?", choice: "{choice}",
                       facts: $validate }
          proofread: { uses: proofread, drafts: $resolve, facts: $validate, profile: $validate }
          plan:      { uses: plan, composition: $resolve, after: $proofread }
          contrast:  { uses: contrast, each: $plan.segments }
          proof:     { uses: proof, contrast: $contrast, plan: $plan, texts: $proofread, profile: $validate }
          render:    { uses: render, each: $plan.segments }
          encode:    { uses: encode, each: $render, after: $proof, codec: h264, preset: graphics, crf: 20 }
          audio:     { uses: audio, mix: $plan }
          captions:  { uses: captions, cues: $plan }
          mux:       { uses: mux, segments: $encode, audio: $audio, captions: $captions, header: $plan,
                       output: "{film}.mp4" }
          measure:   { uses: measure, each: $encode, frames: $render }
          baseline:  { uses: baseline, plan: $plan, frames: $render }
          check:     { uses: check, media: $mux, plan: $plan, measures: $measure, sound: $audio, heard: $audio,
                       baseline: $baseline, profile: $validate }
          review:    { uses: review, media: $mux, plan: $plan, check: $check, posters: $measure, baseline: $baseline,
                       evidence: $baseline, profile: $validate, findings: [$validate, $proofread, $proof],
                       texts: $proofread }
          claims:    { uses: claims, composition: $resolve, facts: $validate, texts: $proofread, drafts: $resolve }
          request:   { uses: review-request, media: $mux, questions: $claims, reviewers: installed }
          read:      { uses: reviewer, reviewer: text, each: $request.pictures, exhibits: $request }
          listen:    { uses: reviewer, reviewer: speech, each: $request.sentences, exhibits: $request }
          hear:      { uses: reviewer, reviewer: voice, each: $request.soundtrack, exhibits: $request }
          text:      { uses: collect, reviewer: text, request: $request, parts: pictures, reports: $read }
          speech:    { uses: collect, reviewer: speech, request: $request, parts: sentences, reports: $listen }
          heard:     { uses: collect, reviewer: voice, request: $request, parts: soundtrack, reports: $hear }
          gate:      { uses: gate, check: $check, review: $review, proof: $proof, claims: $claims,
                       reports: [$text, $speech, $heard], answers: "{film}.answers.jsonl?", keys: "vgraph.keys?", policy: default,
                       rules: "pipelines/policies/default.yaml?" }

        """

    /// Needs no asset, so a new folder builds at once.
    static func spec(title: String) -> String {
        """
        # yaml-language-server: $schema=./video.schema.json
        # A video is a build: change a line, run `vgraph build`, and only what shows it is made again.
        version: 1
        video: { size: 1920x1080, fps: 30, background: ink, title: "{{name}}" }

        props:                                  # vgraph build --set name="Something else"
          name: { type: string, max_length: 32, default: "\(title.filter { $0 != "\"" && $0 != "\\" }.prefix(32))" }

        theme:
          fonts: { body: [Inter, sans-serif] }
          colors: { ink: "#0b1020", night: "#1d2a5e", accent: "#7c5cff" }

        scenes:
          - id: hello
            duration: 3s
            background: { linear: [ink, night], angle: 135 }
            layers:
              - { shape: ellipse, size: [900px, 900px], at: [78%, 30%], animate: { scale: [1, 1.15], ease: in-out },
                  fill: { radial: ["#7c5cff90", "#7c5cff00"], radius: 50% } }
              - { text: "{{name}}", style: title, at: [center, 44%], enter: { slide: up, for: 0.5s } }
              - { text: "made from a spec", style: subtitle, at: [center, 57%], start: 0.5s,
                  enter: { fade: true, for: 0.4s } }
            captions:                           # timed from the scene's start: they move with it
              - { start: 0.4s, end: 2.6s, text: "Every stage is a node." }
            transition: { crossfade: 0.4s }
          - id: point
            duration: 3s
            background: { linear: [night, ink], angle: 135 }
            layers:
              - { shape: rect, size: [62%, 34%], at: [center, 46%], fill: "#ffffff14", radius: 36px,
                  enter: { zoom: 0.9, for: 0.4s } }
              - { text: "An edit costs what it changed", style: { extends: title, size: 7% }, at: [center, 46%],
                  enter: { fade: true, for: 0.4s } }
            captions:
              - { start: 0.4s, end: 2.8s, text: "Every node is named by its hash." }

        # A voice is a file a scene, tied to it, so that it moves with its scene as captions do:
        #   assets: { hello: assets/hello.wav, point: assets/point.wav, music: assets/music.wav }
        #   audio:
        #     tracks:
        #       - { asset: hello, at: scene.hello.start + 0.4s }
        #       - { asset: point, at: scene.point.start + 0.4s }
        #       - { asset: music, gain: -12dB, fade_out: 1s, duck: { under: [hello, point], by: 9dB } }
        #     loudness: { integrated: -14LUFS, true_peak: -1dBTP }

        cta: { text: "Make {{name}} yours", url: "https://example.com", button: "Start", hold: 2s }

        acceptance: { duration: 8s ± 0.1s }

        """
    }
}
