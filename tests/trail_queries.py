"""What one line of the audit trail costs a page: its queries beside those of the page itself."""

LINE = 4
"""A savepoint, the end of the chain, the event, and the savepoint's release."""
LINE_OF_SEVERAL = LINE + 1
"""And all patients of an event that names more than one, in one insert."""
