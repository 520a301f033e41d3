"""Papers: values in, HTML or PDF out. Nothing here knows a database."""
