"""All pages of this slice, for the application."""

from coordination.registry.bindings.pages import BindPages, MyUnitPages
from coordination.registry.imports.pages import ImportPages
from coordination.registry.letters.pages import DeliveryPages, LetterPages
from coordination.registry.residents.pages import ResidentPages
from coordination.registry.units.pages import RegistryPages, UnitPages

PAGES = [
    BindPages,
    MyUnitPages,
    RegistryPages,
    UnitPages,
    ImportPages,
    LetterPages,
    DeliveryPages,
    ResidentPages,
]
