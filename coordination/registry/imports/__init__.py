"""The import of owners' rolls 业主名册导入: read, compared, previewed, written, undone."""
