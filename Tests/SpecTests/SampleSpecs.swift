// Three specs that between them use every feature.

enum SampleSpecs {
    static let launch = #"""
        version: 1
        video: { size: 1920x1080, fps: 30, background: ink, language: en, title: "{{product}}" }
        props:
          product: { type: string, max_length: 24, default: Aurora }
          price:   { type: number, default: 49, min: 0, max: 10000 }
          seats:   { type: integer, default: 3 }
          accent:  { type: color, default: "#7c5cff" }
          plan:    { type: enum, choices: [monthly, yearly], default: monthly }
          items:
            type: list
            fields:
              name:  { type: string }
              photo: { type: string, default: assets/hero.jpg }
              rank:  { type: integer, default: 1 }
            default: [{ name: Fast, rank: 1 }, { name: Small, rank: 2 }]
        theme:
          fonts: { body: [assets/Inter.ttf, Inter, sans-serif], heading: Inter }
          colors: { accent: "{{accent}}", ink: "#0b1020", paper: "#f7f7fb", text: white }
          styles:
            title: { size: 9%, weight: 800, color: text, letter_spacing: -0.02em }
            price:
              extends: title
              font: heading
              size: 120px
              color: accent
              align: left
              line_height: 1.1
              uppercase: true
              italic: false
              max_width: 70%
              padding: [0.3em, 0.1em]
              background: "#00000080"
              radius: 0.2em
              outline: { color: ink, width: 2px }
              shadow: { color: "#000000a0", x: 0, y: 4px, blur: 12px }
        assets: { hero: assets/hero.jpg, clip: assets/clip.mp4, voice: assets/voice.wav, music: assets/bed.mp3 }
        scenes:
          - id: hook
            duration: 3s
            background: { linear: [ink, "#1a2350"], angle: 135 }
            layers:
              - { image: hero, fit: cover, animate: { scale: [1, 1.12], ease: in-out } }
              - { gradient: { linear: ["#00000000", "#000000c0"], angle: 180 } }
              - { text: "Meet {{product}}", style: title, at: [center, 40%], enter: { slide: up, for: 0.4s }, exit: \#
              fade }
              - text: "from ${{price|0.00}} {{plan}}"
                style: { extends: subtitle, color: accent }
                at: [50%, 55%]
                start: 0.5s
                for: 2s
                enter: { pop: true, for: 300ms }
            transition: { crossfade: 0.3s }
          - id: feature
            each: items
            duration: 2s
            background: ink
            layers:
              - { image: "{{item.photo}}", size: [60%, auto], at: [right, middle], anchor: [right, middle], radius: \#
              24px, blur: 0, opacity: 0.9 }
              - { text: "{{index}}. {{item.name}}", style: title, at: [8%, middle], anchor: left }
            transition: { slide: left, for: 0.5s }
          - id: offer
            duration: 4s
            layers:
              - { video: clip, size: [50%, 50%], at: [75%, 50%], fit: cover, trim: 0.5s, speed: 1, loop: true, \#
              radius: 2% }
              - { shape: rect, size: [40%, 30%], at: [25%, 50%], fill: paper, stroke: accent, stroke_width: 4px, \#
              radius: 3%, rotation: -3 }
              - { shape: ellipse, size: [200px, 200px], at: [left, top], anchor: [0%, 0%], fill: { radial: [accent, \#
              "#7c5cff00"] } }
              - text: "From ${{price}}"
                style: price
                at: [25%, 50%]
                animate:
                  opacity: [{ at: 0s, value: 0 }, { at: 0.5s, value: 1, ease: out }, { at: 3s, value: 0.6 }]
                  y: [52%, 50%]
                  from: 0s
                  for: 0.5s
                  ease: out
            captions:
              - { start: 2.8s, end: 3.8s, text: "Only {{seats}} seats" }
            transition: { fade: 0.6s, color: black }
        captions:
          cues:
            - { start: 0.3s, end: 2.8s, text: "Meet {{product}}" }
            - { start: 3.2s, end: 6.5s, text: "It is fast and small" }
          style: caption
          position: bottom
          max_width: 80%
          mode: words
          highlight: accent
          offset: 0s
        audio:
          tracks:
            - { asset: voice, start: 0.5s }
            - { asset: music, gain: -18dB, trim: 1s, duration: 20s, fade_in: 0.5s, fade_out: 1s, loop: true, duck: { \#
            under: voice, by: 9dB } }
          loudness: { integrated: -14LUFS, true_peak: -1dBTP }
        cta: { text: "Try {{product}} today", url: "https://example.com", button: "Start free", hold: 3s, style: \#
        cta, button_style: button, background: ink }
        formats: { wide: 1920x1080, tall: 1080x1920, square: 1080x1080 }
        acceptance: { duration: 14s ± 0.1s, max_bytes: 20MB, baseline: ./baselines/launch, sync: [1s, 45f] }
        review: { claims: ["the price is legible for at least 2 s"] }
        """#

    static let short = """
        version: 1
        video: { size: { width: 1080, height: 1920 }, fps: 30000/1001 }
        scenes:
          - { id: a, duration: 90f, layers: [{ text: "One" }], transition: crossfade }
          - { id: b, duration: 0:02.5, background: white, layers: [{ text: "Two", style: { color: black }, enter: \
        slide-left, exit: zoom }] }
        captions: { from: assets/captions.vtt, mode: words, position: 70% }
        """

    static let json = """
        {"version": 1, "video": {"fps": 24}, "scenes": [{"id": "only", "duration": 2, "layers": [{"text": "JSON", \
        "at": ["left", "bottom"]}]}]}
        """
}
