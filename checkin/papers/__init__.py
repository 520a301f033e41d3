"""Papers: values in, HTML or PDF out. Nothing here uses the database."""
