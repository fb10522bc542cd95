"""The template engine, with what every template may use: filters, and some functions.

`static_url(name)`, `chrome_of(request)`, `current_tab(tabs, path)`, `kept()`, and `csrf_input` in
every page's context. A name that a page was not given is an error, not an empty place.
"""

from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.template.config import TemplateConfig

from coordination.settings import TEMPLATES
from coordination.web.assets import static_url
from coordination.web.chrome import chrome_of, current_tab
from coordination.web.formats import FILTERS
from coordination.web.forms import Form
from coordination.web.kept import page_input, showing, shown


class Page(Template):
    """A template whose forms show what was kept for its request."""

    def render(self, *args: Any, **context: Any) -> str:
        if (request := context.get("request")) is None:
            return super().render(*args, **context)
        context["csrf_input"] = context.get("csrf_input", "") + page_input(request)
        with showing(request):
            return super().render(*args, **context)


def environment() -> Environment:
    """A Jinja environment of ours."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.template_class = Page
    made.filters |= FILTERS
    made.globals |= {
        "static_url": static_url,
        "chrome_of": chrome_of,
        "current_tab": current_tab,
        "empty_form": Form(),
        "kept": shown,
    }
    return made


def template_config() -> TemplateConfig:
    """For `Litestar(template_config=…)`. Permits that templates ask are added by the app:
    `app.template_engine.engine.globals`."""
    return TemplateConfig(instance=JinjaTemplateEngine.from_environment(environment()))
