"""报到、分派、协办、转办、挂起、延期、答复: what those who are responsible do with a ticket."""
