"""One package a technology; each implements ports of the application."""
