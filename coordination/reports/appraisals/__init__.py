"""双评议: once a year two groups grade a project's property service, each by itself."""
