"""Take pictures of a Neural Network Playground, with a file saying what each of them shows.

The reader of screenshots is developed and tested against such pictures. A Playground (the public one or a copy of
one's own) is opened at random settings, Reset and Step are pressed as a student would, and the window or the
whole page is stored: whole, cropped, scaled, in PNG, JPEG or WebP. ``truth.json`` holds, for each picture, the
settings, the values shown, which of them can be seen whole, and where they stand.

    python take_screenshots.py http://localhost:8000/ pictures --count 40 --seed 1

Needs Playwright with a Chromium and Pillow. The same seed gives the same settings and transforms again.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

Box = tuple[float, float, float, float]  # x, y, width, height

FEATURES = ("x", "y", "xSquared", "ySquared", "xTimesY", "sinX", "sinY")
LINK_FLAGS = ("x", "y", "xTimesY", "xSquared", "ySquared", "cosX", "sinX", "cosY", "sinY")
LEARNING_RATES = ("0.00001", "0.0001", "0.001", "0.003", "0.01", "0.03", "0.1", "0.3", "1", "3", "10")
REGULARIZATION_RATES = ("0.001", "0.003", "0.01", "0.03", "0.1")
WINDOWS = ((1280, 720), (1366, 768), (1440, 900), (1920, 1080))
BROWSER_HEIGHTS = (0, 85, 110, 130)  # what tabs and address bar take of the window
PLAIN = ("epoch", "loss_train", "loss_test", "learningRate", "activation", "regularization", "regularizationRate",
         "problem", "percTrain", "noise", "batch", "dataset", "linechart", "heatmap")  # fmt: skip
KEPT = ("epoch", "loss_train", "loss_test", "learningRate", "activation")  # their boxes go into truth.json
CROPS = ("toolbar", "toolbar+main", "output", "network")

PRESS = """([selector, times]) => {
    const button = document.querySelector(selector);
    for (let i = 0; i < times; i++) button.click();
}"""

MEASURE = """() => {
    const of = (element) => {
        const r = element.getBoundingClientRect();
        return [r.x + scrollX, r.y + scrollY, r.width, r.height];
    };
    const one = (selector) => of(document.querySelector(selector));
    const boxes = {
        epoch: one("#iter-number"), loss_train: one("#loss-train"), loss_test: one("#loss-test"),
        learningRate: one("#learningRate"), activation: one("#activations"), regularization: one("#regularizations"),
        regularizationRate: one("#regularRate"), problem: one("#problem"),
        percTrain: one("label[for=percTrainData]"), noise: one("label[for=noise]"), batch: one("label[for=batchSize]"),
        num_layers: one("#num-layers"), layers_label: one("#layers-label"),
        dataset: of([...document.querySelectorAll(".data-thumbnail.selected")].find((e) => e.offsetParent)),
        linechart: one("#linechart"), heatmap: one("#heatmap canvas"),
        toolbar: one("#top-controls"), container: one("#top-controls .container"), main: one("#main-part"),
        features_column: one(".column.features"), output_column: one(".column.output"), network: one("#network"),
    };
    const tiles = {}, nodes = [];
    for (const node of document.querySelectorAll("#network .node")) {
        const name = node.id.slice(4), box = of(node.querySelector("rect"));
        if (/^[0-9]+$/.test(name)) nodes.push(box); else tiles[name] = box;
    }
    const labels = [...document.querySelectorAll(".plus-minus-neurons")].map((e) => of(e.lastElementChild));
    const text = (selector) => document.querySelector(selector).textContent.trim();
    return {boxes, tiles, nodes, labels,
            shown: {epoch: text("#iter-number"), loss_train: text("#loss-train"), loss_test: text("#loss-test")}};
}"""


@dataclass
class Shot:
    """What the browser gave: the picture, what is where in it, and what is known about it."""

    picture: Image.Image
    page: dict[str, Any]
    view: tuple[float, float]  # the window's inside in CSS pixels
    dpr: float
    record: dict[str, Any]  # keys of truth.json that no transform changes


@dataclass
class Frame:
    """A picture on its way through the transforms: CSS pixel p stands at p * scale + origin."""

    picture: Image.Image
    scale: float
    origin: tuple[float, float] = (0.0, 0.0)

    def place(self, box: Box) -> list[float]:
        """Where a box of the page stands in the picture."""
        x, y, w, h = (value * self.scale for value in box)
        return [round(v, 1) for v in (x + self.origin[0], y + self.origin[1], w, h)]

    def shows(self, box: Box, slack: float = 1.0) -> bool:
        """Whether a box of the page lies in the picture as a whole."""
        x, y, width, height = self.place(box)
        right, bottom = self.picture.width + slack, self.picture.height + slack
        return x >= -slack and y >= -slack and x + width <= right and y + height <= bottom

    def cut(self, left: float, top: float, right: float, bottom: float) -> None:
        """Crop to a rectangle given in CSS pixels of the page."""
        x0, y0 = max(0, round(left * self.scale)), max(0, round(top * self.scale))
        x1 = min(self.picture.width, round(right * self.scale))
        y1 = min(self.picture.height, round(bottom * self.scale))
        self.picture = self.picture.crop((x0, y0, x1, y1))
        self.origin = (-float(x0), -float(y0))

    def resize(self, factor: float) -> None:
        """Scale the picture, and all that is known about it."""
        size = (int(self.picture.width * factor), int(self.picture.height * factor))
        exact = size[0] / self.picture.width
        self.picture = self.picture.resize(size, Image.Resampling.LANCZOS)
        self.scale *= exact
        self.origin = (self.origin[0] * exact, self.origin[1] * exact)


def as_text(value: Any) -> str:
    """A setting as the Playground writes it into its link."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def link_of(settings: dict[str, Any]) -> str:
    """The part of the Playground's address after ``#``."""
    return "&".join(f"{name}={as_text(value)}" for name, value in settings.items())


def draw_settings(rng: random.Random) -> dict[str, Any]:
    """Random settings, mostly classification, as a link names them."""
    chosen = rng.choice([list(FEATURES[:2]), list(FEATURES), rng.sample(FEATURES, rng.randint(1, 7))])
    regularization = rng.choice(["none", "none", "none", "L1", "L2"])
    settings: dict[str, Any] = {
        "activation": rng.choice(["tanh", "tanh", "relu", "sigmoid", "linear"]),
        "regularization": regularization,
        "batchSize": rng.choice([10, 10, rng.randint(1, 30)]),
        "dataset": rng.choice(["circle", "circle", "spiral", "spiral", "xor", "gauss"]),
        "regDataset": rng.choice(["reg-plane", "reg-gauss"]),
        "learningRate": rng.choice(("0.03",) * 6 + LEARNING_RATES),
        "regularizationRate": "0" if regularization == "none" else rng.choice(REGULARIZATION_RATES),
        "noise": rng.choice([0, 0, rng.randrange(0, 55, 5)]),
        "networkShape": ",".join(str(rng.randint(1, 8)) for _ in range(rng.randint(1, 6))),
        "seed": f"{rng.random():.5f}",
        "showTestData": rng.random() < 0.3,
        "discretize": rng.random() < 0.25,
        "percTrainData": rng.choice([50, 50, rng.randrange(10, 100, 10)]),
    }
    settings |= {name: name in chosen for name in LINK_FLAGS}
    problem = "regression" if rng.random() < 0.06 else "classification"
    return settings | {"collectStats": False, "problem": problem, "initZero": False, "hideText": False}


def press(page: Page, selector: str, times: int) -> None:
    """Press a button so often, in bites that leave the page time to breathe."""
    while times > 0:
        page.evaluate(PRESS, [selector, min(times, 50)])
        times -= 50


def take(browser: Browser, url: str, rng: random.Random, max_epochs: int) -> Shot:
    """Open the Playground at random settings, train it, and take the picture."""
    settings = draw_settings(rng)
    width, height = rng.choice(WINDOWS)
    zoom = rng.choice([1, 1, 1, 1, 0.8, 0.9, 1.1, 1.25])
    dpr = round(rng.choice([1, 1, 1.25, 1.5, 2]) * zoom, 4)
    view = (width / zoom, (height - rng.choice(BROWSER_HEIGHTS)) / zoom)
    full_page = rng.random() < 0.4
    resets = rng.choice([0, 0, 0, 1, 2])
    epochs = min(max_epochs, rng.choice([0, rng.randint(1, 99), rng.randint(100, 999)]))
    context = browser.new_context(viewport={"width": round(view[0]), "height": round(view[1])}, device_scale_factor=dpr)
    try:
        page = context.new_page()
        page.goto(f"{url.split('#')[0]}#{link_of(settings)}")
        page.wait_for_function("document.querySelector('#iter-number')?.textContent")
        page.evaluate("() => document.fonts.ready")
        press(page, "#reset-button", resets)
        press(page, "#next-step-button", epochs)
        page.wait_for_timeout(300)
        measured = page.evaluate(MEASURE)
        picture = Image.open(io.BytesIO(page.screenshot(full_page=full_page))).convert("RGB")
    finally:
        context.close()
    record = {
        "kind": "genuine",
        **measured["shown"],
        "features": [name for name in FEATURES if settings[name]],
        "shape": [int(n) for n in settings["networkShape"].split(",")],
        "dataset": settings["regDataset" if settings["problem"] == "regression" else "dataset"],
        **{name: settings[name] for name in ("learningRate", "activation", "regularization", "regularizationRate")},
        "problem": settings["problem"],
        "noise": str(settings["noise"]),
        "batch": str(settings["batchSize"]),
        "percTrain": str(settings["percTrainData"]),
        "state": settings,
        "window": [width, height],
        "dpr": dpr,
        "zoom": zoom,
        "full_page": full_page,
        "resets": resets,
    }
    return Shot(picture, measured, view, dpr, record)


def crop(frame: Frame, kind: str, boxes: dict[str, Box], rng: random.Random) -> None:
    """Cut out a part of the page, with the uneven margins of a hand with a mouse."""
    left, width = boxes["container"][0], boxes["container"][2]
    toolbar, main, output = boxes["toolbar"], boxes["main"], boxes["output_column"]
    margin = rng.uniform(4, 40)
    bottom = (frame.picture.height - frame.origin[1]) / frame.scale
    if kind == "toolbar":
        frame.cut(left - margin, toolbar[1] - margin / 4, left + width + margin, toolbar[1] + toolbar[3] + margin / 4)
    elif kind == "toolbar+main":
        end = min(bottom, main[1] + main[3] - rng.uniform(-20, 60))
        frame.cut(left - margin, toolbar[1] - margin, left + width + margin, end)
    elif kind == "output":
        end = min(bottom, output[1] + rng.uniform(340, 560))
        frame.cut(output[0] - margin / 2, output[1] - margin / 3, output[0] + output[2] + margin / 2, end)
    elif kind == "network":
        end = min(bottom, boxes["network"][1] + boxes["network"][3] + margin)
        frame.cut(boxes["features_column"][0] - margin / 4, main[1] - margin / 3, output[0] + 275 + margin / 2, end)


def truth_of(shot: Shot, frame: Frame, transforms: list[str]) -> dict[str, Any]:
    """The entry of truth.json: what is shown, what of it can be seen whole, and where."""
    boxes, tiles = shot.page["boxes"], shot.page["tiles"]
    visible: dict[str, Any] = {name: frame.shows(boxes[name]) for name in PLAIN}
    visible["hidden_layers_header"] = frame.shows(boxes["num_layers"]) and frame.shows(boxes["layers_label"])
    visible["neuron_labels"] = [frame.shows(box) for box in shot.page["labels"]]
    visible["features"] = {name: frame.shows(box) for name, box in tiles.items()}
    visible["nodes_all"] = all(frame.shows(box) for box in shot.page["nodes"])
    return shot.record | {
        "visible": visible,
        "transforms": transforms,
        "size": list(frame.picture.size),
        "css_scale": round(frame.scale, 4),
        "boxes": {name: frame.place(boxes[name]) for name in KEPT},
        "origin": [round(v, 1) for v in frame.origin],
        "tile_boxes": {name: frame.place(box) for name, box in tiles.items()},
        "plot_box": frame.place(boxes["heatmap"]),
    }


def store(frame: Frame, folder: Path, stem: str, rng: random.Random) -> tuple[str, str]:
    """Write the picture in a random format; its name and the transform's."""
    ending = rng.choice(["png", "jpg", "jpg", "webp"])
    name, quality = f"{stem}.{ending}", rng.randint(45, 90)
    if ending == "png":
        frame.picture.save(folder / name)
        return name, "png"
    if ending == "webp":
        frame.picture.save(folder / name, quality=quality)
        return name, f"webp:q{quality}"
    subsampling = rng.choice(["420", "444"])
    frame.picture.save(folder / name, quality=quality, subsampling=2 if subsampling == "420" else 0)
    return name, f"jpeg:q{quality}:{subsampling}"


def main() -> None:
    """Read the command line and take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("url", help="address of a Playground")
    parser.add_argument("folder", type=Path, help="where the pictures and truth.json go")
    parser.add_argument("--count", type=int, default=20, help="how many pictures (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the random choices (%(default)s)")
    parser.add_argument("--max-epochs", type=int, default=999, help="train for no longer (%(default)s)")
    parser.add_argument("--browser", help="a Chromium to use instead of Playwright's own")
    parser.add_argument("--prefix", default="p", help="how the pictures' names begin (%(default)s)")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    rng = random.Random(options.seed)
    truth: dict[str, Any] = {}
    with sync_playwright() as playwright:
        sandbox = [] if os.geteuid() else ["--no-sandbox"]  # Chromium refuses its sandbox to root
        browser = playwright.chromium.launch(executable_path=options.browser, args=["--disable-gpu", *sandbox])
        for number in range(options.count):
            shot = take(browser, options.url, rng, options.max_epochs)
            frame, transforms = Frame(shot.picture, shot.dpr), []
            if shot.record["full_page"]:
                if rng.random() < 0.6:
                    frame.cut(0, 0, *shot.view)
                transforms.append("full-page" if frame.picture is shot.picture else "crop:window")
            if rng.random() < 0.4:
                part = rng.choice(CROPS)
                crop(frame, part, shot.page["boxes"], rng)
                transforms = [*(t for t in transforms if t != "full-page"), f"crop:{part}"]
            if rng.random() < 0.4:
                factor = round(rng.uniform(0.6, 0.95), 3)
                frame.resize(factor)
                transforms.append(f"scale:{factor:.3f}")
            name, written = store(frame, options.folder, f"{options.prefix}{number:03d}", rng)
            truth[name] = truth_of(shot, frame, [*transforms, written])
            (options.folder / "truth.json").write_text(json.dumps(truth, indent=1) + "\n", encoding="utf-8")
            print(f"{name}: {truth[name]['epoch']} {' '.join(truth[name]['transforms'])}", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
