"""Sheets of hotlines and petitions: read, compared, previewed, written."""
