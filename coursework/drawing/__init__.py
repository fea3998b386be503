"""Charts and pictures as SVG text: numbers in, markup out, without database, request or settings.

Every drawing carries classes only, so that one SVG serves light, dark and print, and a sentence for screen readers.
The `…_figure` functions give all sizes of a drawing together; CSS shows the one that fits its column.
"""
