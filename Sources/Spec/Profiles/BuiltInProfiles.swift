// The built-in profiles as text, for workspaces without `pipelines/profiles`. A test compares each with its file in
// this repository.

extension Profiles {
    static let builtIn: [(name: String, text: String)] = [
        (
            "default",
            """
            # What holds for every video, below the profiles that a spec names in 'acceptance.profile'. A file of \
            this name in the
            # folder pipelines/profiles of a workspace changes the rules that it names; the others stay. A check may \
            be switched off
            # ('checks: { P07.gap: off }'), at most three of them; D01, D02, D02.frames, D03 and D15, which say that \
            the file is whole, never.
            profile: default
            title: vgraph's defaults
            sources:
              netflix: { is: "Netflix Timed Text Style Guide, general requirements (partnerhelp.netflixstudios.com \
            215758617, 217350977)", read: 2026-11-22 }
              netflix_speed: { is: "Netflix Timed Text Style Guide, English and other languages (backlothelp \
            219375728)", read: 2026-11-22 }
              bbc: { is: "BBC Subtitle Guidelines 1.2", read: 2026-11-22 }
              bbc_width: { is: "BBC Subtitle Guidelines, line width, as quoted by others", read: 2026-11-22, grade: \
            secondary }
              wcag: { is: "WCAG 2.2, 1.4.3 Contrast (Minimum) (w3.org)", read: 2026-11-22 }
            rules:
              caption_duration: { min: 0.833s, max: 7s, source: netflix }
              caption_gap: { min: 2, source: netflix }
              caption_lines: { max: 2, source: netflix }
              caption_lines_portrait: { max: 3, source: bbc }
              caption_characters: { max: 42, source: netflix }
              caption_characters_portrait: { max: 25, source: bbc_width }
              # Real subtitles break these often, so a breach is a warning: of 865 captions of one delivered file 237 \
            did.
              reading_speed:
                en: { max: 20, source: netflix_speed }
                other: { max: 17, source: netflix_speed }
              word_time: { min: 0.3s, source: bbc }
              text_word_time: { min: 0.3s, source: bbc }
              contrast: { min: 4.5, source: wcag }
              contrast_large: { min: 3, source: wcag }

            """
        ),
        (
            "youtube",
            """
            # Read on the days below; platforms change their rules without notice.
            profile: youtube
            title: YouTube
            sources:
              upload: { is: "YouTube Help, recommended upload encoding settings \
            (support.google.com/youtube/answer/1722171)", read: 2026-11-22 }
              loudness: { is: "platform loudness as measured by others (andres.audio, velveteen.fm, levelrebel.net); \
            the tolerance is vgraph's", read: 2026-11-22, grade: secondary }
            rules:
              container: { is: [mp4], source: upload }
              video_codec: { is: [h264], source: upload }
              frame_rate: { min: 24, max: 60, source: upload }
              audio_codec: { is: [aac], source: upload }
              loudness: { min: -15LUFS, max: -13LUFS, source: loudness }
              true_peak: { max: -1dBTP, source: loudness }
            checks: { D05: fail }

            """
        ),
        (
            "shorts",
            """
            # Read on the days below; platforms change their rules without notice. A limit of the length is not here: \
            no source was read.
            profile: shorts
            title: YouTube Shorts
            sources:
              upload: { is: "YouTube Help, recommended upload encoding settings \
            (support.google.com/youtube/answer/1722171)", read: 2026-11-22 }
              loudness: { is: "platform loudness as measured by others (andres.audio, velveteen.fm, levelrebel.net); \
            the tolerance is vgraph's", read: 2026-11-22, grade: secondary }
              zones: { is: "safe zones of 1080x1920 as published by others, who disagree", read: 2026-11-22, grade: \
            secondary }
            rules:
              container: { is: [mp4], source: upload }
              video_codec: { is: [h264], source: upload }
              frame_rate: { min: 24, max: 60, source: upload }
              audio_codec: { is: [aac], source: upload }
              loudness: { min: -15LUFS, max: -13LUFS, source: loudness }
              true_peak: { max: -1dBTP, source: loudness }
              zones:
                - { aspect: "9:16", bottom: 25%, source: zones }
            checks: { D05: fail }

            """
        ),
        (
            "tiktok",
            """
            # Read on the days below; platforms change their rules without notice.
            profile: tiktok
            title: TikTok
            sources:
              posting: { is: "TikTok Content Posting API, media transfer guide, as quoted by others", read: \
            2026-11-22, grade: secondary }
              loudness: { is: "platform loudness as measured by others (andres.audio, velveteen.fm, levelrebel.net); \
            the tolerance is vgraph's", read: 2026-11-22, grade: secondary }
              zones: { is: "safe zones of 1080x1920 as published by others, who disagree", read: 2026-11-22, grade: \
            secondary }
              label: { is: "TikTok's label for AI-generated content", read: 2026-11-22, grade: secondary }
            rules:
              container: { is: [mp4, webm, mov], source: posting }
              video_codec: { is: [h264, hevc, vp8, vp9], source: posting }
              frame_rate: { min: 23, max: 60, source: posting }
              side: { min: 360, max: 4096, source: posting }
              duration: { max: 10min, source: posting }
              file_size: { max: 4GB, source: posting }
              loudness: { min: -15LUFS, max: -13LUFS, source: loudness }
              true_peak: { max: -1dBTP, source: loudness }
              zones:
                - { aspect: "9:16", bottom: 20%, source: zones }
              generated_label: { is: [required], source: label }

            """
        ),
        (
            "reels",
            """
            # Read on the days below; platforms change their rules without notice. Sources differ on the size of a \
            file, so it is not here.
            profile: reels
            title: Instagram Reels
            sources:
              api: { is: "Instagram API, reels specifications, Meta's words as quoted by others", read: 2026-11-22, \
            grade: secondary }
              loudness: { is: "platform loudness as measured by others (andres.audio, velveteen.fm, levelrebel.net); \
            the tolerance is vgraph's", read: 2026-11-22, grade: secondary }
              zones: { is: "Meta's safe zones of reels ads, as published by others", read: 2026-11-22, grade: \
            secondary }
            rules:
              container: { is: [mp4, mov], source: api }
              video_codec: { is: [h264, hevc], source: api }
              frame_rate: { min: 23, max: 60, source: api }
              width: { max: 1920, source: api }
              video_bit_rate: { max: 25000000, source: api }
              audio_codec: { is: [aac], source: api }
              sample_rate: { max: 48000, source: api }
              channels: { min: 1, max: 2, source: api }
              duration: { min: 3s, max: 15min, source: api }
              loudness: { min: -15LUFS, max: -13LUFS, source: loudness }
              true_peak: { max: -1dBTP, source: loudness }
              zones:
                - { aspect: "9:16", top: 14%, bottom: 35%, left: 6%, right: 6%, source: zones }
            checks: { D05: fail }

            """
        ),
        (
            "linkedin",
            """
            # Read on the days below; platforms change their rules without notice.
            profile: linkedin
            title: LinkedIn video ads
            sources:
              ads: { is: "LinkedIn Help, video ads specifications", read: 2026-11-22 }
            rules:
              container: { is: [mp4], source: ads }
              video_codec: { is: [h264, vp8], source: ads }
              # "Less than 30"; others say at most 30, and 30 is accepted.
              frame_rate: { max: 30, source: ads }
              side: { min: 360, max: 1920, source: ads }
              aspect: { min: "9:16", max: "16:9", source: ads }
              audio_codec: { is: [aac], source: ads }
              sample_rate: { max: 64000, source: ads }
              duration: { min: 3s, max: 30min, source: ads }
              file_size: { min: 75KB, max: 500MB, source: ads }

            """
        ),
        (
            "broadcast",
            """
            # EBU R 128 and the BBC's guidelines. Loudness of short forms is not here: no source was read.
            profile: broadcast
            title: Broadcast, EBU R 128
            sources:
              r128: { is: "EBU R 128, v5 (tech.ebu.ch/publications/r128)", read: 2026-11-22 }
              bbc: { is: "BBC Subtitle Guidelines 1.2", read: 2026-11-22 }
              bbc_width: { is: "BBC Subtitle Guidelines, line width, as quoted by others", read: 2026-11-22, grade: \
            secondary }
            rules:
              loudness: { min: -23.5LUFS, max: -22.5LUFS, source: r128 }
              true_peak: { max: -1dBTP, source: r128 }
              caption_characters: { max: 37, source: bbc_width }
              caption_width: { max: 68%, source: bbc_width }
              caption_width_portrait: { max: 90%, source: bbc_width }
              # 180 words a minute.
              word_time: { min: 0.333s, source: bbc }

            """
        ),
    ]
}
