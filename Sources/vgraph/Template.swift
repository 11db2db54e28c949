// What `vgraph init` writes. The pipeline is also what a folder without one of its own builds with; a test holds it
// equal to pipelines/video.yaml.

enum Template {
    static let pipeline = """
        # From a spec to a video that somebody may publish. `vgraph graph NAME.mp4` draws it.
        pipeline: video
        target: "{name}.mp4"
        stages:
          validate: { uses: validate, spec: "{name}.video.yaml", props: "{name}.props.yaml?" }
          resolve:  { uses: resolve, spec: "{name}.video.yaml", props: "{name}.props.yaml?", facts: $validate }
          plan:     { uses: plan, composition: $resolve }
          render:   { uses: render, each: $plan.segments }
          encode:   { uses: encode, each: $render, codec: h264, preset: graphics, crf: 20 }
          audio:    { uses: audio, mix: $plan }
          captions: { uses: captions, plan: $plan }
          mux:      { uses: mux, segments: $encode, audio: $audio, captions: $captions, plan: $plan, output: "{name}.mp4" }
          check:    { uses: check, media: $mux, plan: $plan }
          review:   { uses: review, media: $mux, plan: $plan, check: $check }
          gate:     { uses: gate, check: $check, review: $review }

        """
}
