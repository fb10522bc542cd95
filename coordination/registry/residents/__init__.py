"""Residents who own nothing 居民: tenants and family, confirmed by staff until a day."""
