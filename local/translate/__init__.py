"""An emulator of Amazon Translate's TranslateText: its wire protocol is real, its translations are pretended."""
