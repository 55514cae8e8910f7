"""The look: colours, palette, the small style sheet, type sizes, and light or dark."""
