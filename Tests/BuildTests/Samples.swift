// Small specs that build in about a second: 320x180, no assets but what the text says.

enum Sample {
    /// Three scenes, captions, a crossfade; 6 s at 15 fps = 90 frames.
    static func spec(
        title: String = "Hello", middle: String = "Middle", caption: String = "Second caption",
        background: String = "#203060", firstSeconds: Double = 2
    ) -> String {
        """
        version: 1
        video: { size: 320x180, fps: 15, background: "#101820" }
        theme: { fonts: { body: [Inter, sans-serif] } }
        scenes:
          - id: one
            duration: \(firstSeconds)s
            layers:
              - { text: "\(title)", style: title, at: [center, 40%], enter: { slide: up, for: 0.4s } }
            transition: { crossfade: 0.4s }
          - id: two
            duration: 2s
            background: "\(background)"
            layers:
              - { text: "\(middle)", style: title, at: [center, 40%] }
              - { shape: rect, size: [80px, 40px], at: [center, 70%], fill: "#7c5cff", animate: { scale: [1, 1.5] } }
          - id: three
            duration: 2s
            layers:
              - { text: "The end", style: title, at: [center, 40%] }
        captions:
          - { start: 0.2s, end: 1.6s, text: "First caption" }
          - { start: 2.4s, end: 3.8s, text: "\(caption)" }

        """
    }
}
