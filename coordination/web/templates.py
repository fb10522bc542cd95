"""The template engine, with what every template may use: filters, and four functions.

`static_url(name)`, `chrome_of(request)`, `current_tab(tabs, path)`, and `csrf_input` in every
page's context. A name that a page was not given is an error, not an empty place.
"""

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.template.config import TemplateConfig

from coordination.settings import TEMPLATES
from coordination.web.assets import static_url
from coordination.web.chrome import chrome_of, current_tab
from coordination.web.formats import FILTERS
from coordination.web.forms import Form


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
    made.filters |= FILTERS
    made.globals |= {
        "static_url": static_url,
        "chrome_of": chrome_of,
        "current_tab": current_tab,
        "empty_form": Form(),
    }
    return made


def template_config() -> TemplateConfig:
    """For `Litestar(template_config=…)`. Permits that templates ask are added by the app:
    `app.template_engine.engine.globals`."""
    return TemplateConfig(instance=JinjaTemplateEngine.from_environment(environment()))
