"""All pages of this slice that are not the deployment's, for the application."""

from coordination.home.pages import HomePages

PAGES = [HomePages]
