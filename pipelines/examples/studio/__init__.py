"""What the examples' assets are made with: pictures, music and speech, all from numbers."""
