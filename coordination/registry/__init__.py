"""Who owns what 业主与产权: ownership, binding of accounts, the import of rolls."""
