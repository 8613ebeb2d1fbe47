"""How a picture becomes a file that somebody with an old telephone and little data left can load."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from wagtail.images.image_operations import FilterOperation

#: Tried one after the other: first a picture with fewer details, then a smaller one.
_QUALITIES = (75, 60, 45, 35)
_SIZES = (1.0, 0.8, 0.6, 0.45, 0.3)


class WithinOperation(FilterOperation):
    """`within-25`: a JPEG of at most 25 KB (of 1000 bytes), as good and as large as that allows."""

    def construct(self, size: str) -> None:
        self.most = int(size) * 1000

    def run(self, willow: Any, image: Any, env: dict[str, Any]) -> Any:
        if willow.has_alpha():
            willow = willow.set_background_color_rgb((255, 255, 255))
        for quality, smaller in _attempts(willow):
            written = BytesIO()
            # As Wagtail writes it at the end.
            smaller.save_as_jpeg(written, quality=quality, progressive=True, optimize=True)
            if written.tell() <= self.most:
                break
        env["jpeg-quality"] = quality
        return smaller


def _attempts(willow: Any) -> Iterator[tuple[int, Any]]:
    width, height = willow.get_size()
    for size in _SIZES:
        smaller = willow.resize((max(1, round(width * size)), max(1, round(height * size))))
        for quality in _QUALITIES:
            yield quality, smaller
