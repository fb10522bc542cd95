"""Photos of what never happened, drawn: a lamp, a lift, a puddle; small, and the same each time."""

import io
from collections.abc import Callable
from datetime import datetime

from PIL import Image, ImageDraw, ImageFilter

from coordination import files
from coordination.home.demo.tickets_actions import Pictures

WIDTH, HEIGHT = 480, 360
WALL, FLOOR, DARK = (206, 200, 188), (142, 138, 130), (60, 62, 66)
Draw = ImageDraw.ImageDraw


def _lift(draw: Draw) -> None:
    draw.rectangle((140, 60, 340, 330), fill=(168, 172, 178), outline=DARK, width=4)
    draw.line((240, 60, 240, 330), fill=DARK, width=4)
    draw.rectangle((165, 130, 315, 190), fill=(244, 214, 90), outline=DARK, width=3)
    draw.rectangle((370, 150, 400, 210), fill=(90, 92, 96))
    draw.ellipse((378, 160, 392, 174), fill=(200, 60, 50))


def _puddle(draw: Draw) -> None:
    draw.polygon([(0, 210), (480, 190), (480, 360), (0, 360)], fill=(120, 118, 112))
    draw.ellipse((70, 240, 400, 340), fill=(86, 102, 116))
    draw.ellipse((120, 262, 300, 318), fill=(112, 130, 146))


def _rubbish(draw: Draw) -> None:
    for left, colour in ((110, (70, 110, 80)), (230, (80, 84, 120))):
        draw.rectangle((left, 130, left + 100, 290), fill=colour, outline=DARK, width=3)
    for x, y, colour in (
        (80, 270, (40, 40, 44)),
        (200, 280, (120, 90, 60)),
        (330, 262, (70, 66, 80)),
    ):
        draw.ellipse((x, y, x + 90, y + 62), fill=colour)


def _cars(draw: Draw) -> None:
    draw.polygon([(0, 200), (480, 200), (480, 360), (0, 360)], fill=(110, 112, 116))
    for left, colour in ((30, (160, 50, 46)), (180, (230, 230, 232)), (330, (50, 74, 110))):
        draw.rectangle((left, 220, left + 120, 280), fill=colour)
        draw.rectangle(
            (left + 22, 190, left + 98, 222), fill=(180, 196, 206), outline=colour, width=6
        )
        for wheel in (left + 12, left + 82):
            draw.ellipse((wheel, 264, wheel + 28, 292), fill=(30, 30, 32))


def _damp(draw: Draw) -> None:
    draw.polygon([(90, 40), (300, 30), (340, 150), (250, 240), (130, 200)], fill=(170, 156, 128))
    draw.polygon([(140, 70), (270, 66), (280, 140), (190, 180)], fill=(132, 122, 100))
    draw.line((200, 30, 236, 120, 214, 200, 250, 300), fill=(84, 76, 66), width=3)


def _lamp(draw: Draw) -> None:
    draw.rectangle((0, 0, 480, 360), fill=(52, 54, 62))
    draw.ellipse((200, 60, 280, 120), fill=(120, 118, 108), outline=(90, 90, 90), width=3)
    for step in range(6):
        draw.rectangle(
            (80 + step * 40, 320 - step * 26, 480, 346 - step * 26), fill=(70 + step * 6,) * 3
        )


def _tree(draw: Draw) -> None:
    draw.rectangle((215, 170, 250, 340), fill=(96, 72, 50))
    for x, y in ((110, 60), (190, 30), (270, 70), (160, 110), (240, 120)):
        draw.ellipse((x, y, x + 120, y + 100), fill=(84, 120 - y // 4, 66))


def _mended(draw: Draw) -> None:
    draw.rectangle((60, 50, 420, 310), fill=(226, 222, 212), outline=(150, 146, 138), width=4)
    draw.line((150, 190, 215, 250, 340, 120), fill=(40, 120, 70), width=26, joint="curve")


SCENES: dict[str, Callable[[Draw], None]] = {
    "lift-out": _lift, "lift-trapped": _lift, "sewage": _puddle, "pipes": _puddle,
    "water-cut": _damp, "leaking": _damp, "defects": _damp, "cleaning": _rubbish,
    "waste": _rubbish, "parking": _cars, "lighting": _lamp, "power-cut": _lamp,
    "greening": _tree, "roads": _puddle,
}  # fmt: skip


def drawn(scene: Callable[[Draw], None]) -> bytes:
    """The scene as a JPEG of a few kilobytes."""
    image = Image.new("RGB", (WIDTH, HEIGHT), WALL)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 300, WIDTH, HEIGHT), fill=FLOOR)
    scene(draw)
    out = io.BytesIO()
    image.filter(ImageFilter.GaussianBlur(1.2)).save(out, "JPEG", quality=72)
    return out.getvalue()


async def stored_pictures(at: datetime) -> Pictures:
    """All of them in the store; already there, nothing changes."""
    kept = {
        scene: await files.store_photo(drawn(scene), at=at, by=None)
        for scene in {*SCENES.values(), _mended}
    }
    return Pictures({code: kept[scene] for code, scene in SCENES.items()}, kept[_mended])
